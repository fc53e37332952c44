"""Addresses of the three lists and of the tasks that come of them."""

from django.urls import path

from . import drafts, lists

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
]
