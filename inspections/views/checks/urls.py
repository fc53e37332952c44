from django.urls import path

from . import coverage, drawing, findings, on_site, rounds

ROWS = [
    ("", rounds.check_list, "check-list"),
    ("export/", rounds.check_export, "check-export"),
    ("new/", rounds.check_create, "check-create"),
    ("coverage/", coverage.check_coverage, "check-coverage"),
    ("coverage/export/", coverage.check_coverage_export, "check-coverage-export"),
    ("<int:pk>/", rounds.check_detail, "check-detail"),
    ("<int:pk>/edit/", rounds.check_update, "check-update"),
    ("<int:pk>/members/", rounds.check_member_add, "check-member-add"),
    ("members/<int:pk>/leave/", rounds.check_member_leave, "check-member-leave"),
    ("<int:pk>/draw/", drawing.check_draw, "check-draw"),
    ("<int:pk>/redraw/", drawing.check_redraw, "check-redraw"),
    ("<int:pk>/sample/", rounds.check_sample, "check-sample"),
    ("<int:pk>/sample/export/", rounds.check_sample_export, "check-sample-export"),
    ("<int:pk>/frame/export/", rounds.check_frame_export, "check-frame-export"),
    ("<int:pk>/evidence/", on_site.check_evidence, "check-evidence"),
    ("samples/<int:pk>/", on_site.check_sample_detail, "check-sample-detail"),
    ("samples/<int:pk>/replace/", drawing.check_sample_replace, "check-sample-replace"),
    ("items/<int:pk>/", on_site.check_item, "check-item"),
    ("files/<int:pk>/", on_site.check_file, "check-file"),
    ("files/<int:pk>/withdraw/", on_site.check_file_withdraw, "check-file-withdraw"),
    ("<int:pk>/findings/new/", findings.check_finding_create, "check-finding-create"),
    ("findings/<int:pk>/", findings.check_finding, "check-finding"),
    ("findings/<int:pk>/edit/", findings.check_finding_change, "check-finding-change"),
    ("findings/<int:pk>/answer/", findings.check_finding_answer, "check-finding-answer"),
    ("findings/<int:pk>/review/", findings.check_finding_review, "check-finding-review"),
    ("<int:pk>/letter/", findings.check_letter_generate, "check-letter-generate"),
    ("<int:pk>/letter/issue/", findings.check_letter_issue, "check-letter-issue"),
    ("letters/<int:pk>/", findings.check_letter, "check-letter"),
    ("letters/<int:pk>/docx/", findings.check_letter_docx, "check-letter-docx"),
    ("letters/<int:pk>/pdf/", findings.check_letter_pdf, "check-letter-pdf"),
    ("<int:pk>/close/", rounds.check_close, "check-close"),
    ("<int:pk>/void/", rounds.check_void, "check-void"),
]
urlpatterns = [path(f"checks/{route}", view, name=name) for route, view, name in ROWS]
