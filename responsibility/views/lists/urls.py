"""Addresses of the three lists and of the tasks that come of them."""

from django.urls import path

from . import cadre_lists, drafts, duties, lists

urlpatterns = [
    path("lists/", lists.list_index, name="list-index"),
    path("lists/<int:pk>/", lists.list_detail, name="list-detail"),
    path("lists/<int:pk>/versions/", lists.versions, name="list-versions"),
    path("lists/<int:pk>/docx/", lists.list_docx, name="list-docx"),
    path("lists/<int:pk>/pdf/", lists.list_pdf, name="list-pdf"),
    path("lists/<int:pk>/copy/", drafts.copy, name="list-copy"),
    path("lists/<int:pk>/issue/", drafts.issue, name="list-issue"),
    path("lists/<int:pk>/items/new/", drafts.item_create, name="list-item-create"),
    path("lists/items/<int:pk>/", drafts.item_edit, name="list-item-update"),
    path("lists/items/<int:pk>/move/", drafts.move, name="list-item-move"),
    path("lists/items/<int:pk>/remove/", drafts.remove, name="list-item-remove"),
    path("cadres/<int:pk>/list/docx/", cadre_lists.cadre_docx, name="cadre-list-docx"),
    path("cadres/<int:pk>/list/pdf/", cadre_lists.cadre_pdf, name="cadre-list-pdf"),
    path("duties/", duties.duty_list, name="duty-list"),
    path("duties/areas/", duties.areas, name="duty-areas"),
    path("duties/give/", duties.give, name="duty-give"),
    path("duties/export/", duties.export, name="duty-export"),
    path("duties/<int:pk>/", duties.duty_detail, name="duty-detail"),
    path("duties/<int:pk>/complete/", duties.complete, name="duty-complete"),
    path("duties/<int:pk>/reopen/", duties.reopen, name="duty-reopen"),
    path("duties/<int:pk>/file/", duties.file, name="duty-file"),
]
