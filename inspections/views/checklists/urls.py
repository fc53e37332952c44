"""Addresses of the checklists and their versions."""

from django.urls import path

from . import drafts, lists

urlpatterns = [
    path("checklists/", lists.checklist_index, name="checklist-index"),
    path("checklists/<int:pk>/", lists.checklist_detail, name="checklist-detail"),
    path("checklists/<int:pk>/versions/", lists.versions, name="checklist-versions"),
    path("checklists/<int:pk>/copy/", drafts.copy, name="checklist-copy"),
    path("checklists/<int:pk>/issue/", drafts.issue, name="checklist-issue"),
    path("checklists/<int:pk>/items/new/", drafts.item_create, name="checklist-item-create"),
    path("checklists/items/<int:pk>/", drafts.item_edit, name="checklist-item-update"),
    path("checklists/items/<int:pk>/move/", drafts.move, name="checklist-item-move"),
    path("checklists/items/<int:pk>/remove/", drafts.remove, name="checklist-item-remove"),
]
