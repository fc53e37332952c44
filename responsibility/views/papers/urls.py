"""Addresses of pledges and letters."""

from django.urls import path

from . import downloads, letters, making, overview, pledges

urlpatterns = [
    path("papers/", overview.papers, name="papers"),
    path("pledges/", pledges.pledge_list, name="pledge-list"),
    path("pledges/mine/", pledges.pledge_mine, name="pledge-mine"),
    path("pledges/issue/", pledges.bulk_issue, name="pledge-bulk-issue"),
    path("pledges/sign/", pledges.bulk_sign, name="pledge-bulk-sign"),
    path("pledges/remind/", pledges.remind, name="pledge-remind"),
    path("pledges/export/", downloads.export, name="pledge-export"),
    path("pledges/bundle/", downloads.bundle, name="pledge-bundle"),
    path("pledges/print/", downloads.print_all, name="pledge-print"),
    path("pledges/make/", making.make, name="pledge-make"),
    path("pledges/batches/<int:pk>/", making.batch, name="pledge-batch"),
    path("pledges/batches/<int:pk>/progress/", making.batch_progress, name="pledge-batch-progress"),
    path("pledges/batches/<int:pk>/file/", downloads.bundle_file, name="pledge-batch-file"),
    path("pledges/templates/", making.templates, name="pledge-templates"),
    path("pledges/templates/upload/", making.template_upload, name="pledge-template-upload"),
    path("pledges/templates/back/", making.template_back, name="pledge-template-back"),
    path("pledges/templates/<str:level>.docx", making.template_file, name="pledge-template-file"),
    path("pledges/<int:pk>/", pledges.pledge_detail, name="pledge-detail"),
    path("pledges/<int:pk>/sign/", pledges.sign, name="pledge-sign"),
    path("pledges/<int:pk>/issue/", pledges.issue, name="pledge-issue"),
    path("pledges/<int:pk>/scan/", pledges.scan_add, name="pledge-scan-add"),
    path("pledges/<int:pk>/void/", pledges.void, name="pledge-void"),
    path("pledges/<int:pk>/docx/", downloads.docx, name="pledge-docx"),
    path("pledges/<int:pk>/pdf/", downloads.pdf, name="pledge-pdf"),
    path("pledges/<int:pk>/scan/file/", downloads.scan, name="pledge-scan"),
    path("letters/", letters.letter_list, name="letter-list"),
    path("letters/make/", letters.make, name="letter-make"),
    path("letters/sign/", letters.bulk_sign, name="letter-bulk-sign"),
    path("letters/members/new/", letters.member_create, name="letter-member-create"),
    path("letters/export/", letters.export, name="letter-export"),
    path("letters/<int:pk>/", letters.letter_detail, name="letter-detail"),
    path("letters/<int:pk>/sign/", letters.sign, name="letter-sign"),
    path("letters/<int:pk>/void/", letters.void, name="letter-void"),
    path("letters/<int:pk>/scan/file/", letters.scan, name="letter-scan"),
]
