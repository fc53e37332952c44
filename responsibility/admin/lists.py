"""The dictionaries that tasks carry; the three lists to look up."""

from django.contrib import admin

from entities.admin.shared import DictionaryAdmin, RecordAdmin
from jiamusi_foodsafety.kit.forms import HouseModelForm

from ..models import CoreTask, ListDocument, ListItem, RolloutStage


@admin.register(CoreTask)
class CoreTaskAdmin(DictionaryAdmin):
    menu_order = 60
    list_display = ("name", "order", "is_active")
    list_filter = ("is_active",)
    search_fields = ("name",)
    ordering = ("order", "pk")


@admin.register(RolloutStage)
class RolloutStageAdmin(DictionaryAdmin):
    menu_order = 61
    list_display = ("name", "order", "is_active")
    list_filter = ("is_active",)
    ordering = ("order", "pk")


class ListItemInline(admin.TabularInline):
    """The lines of a version, to read."""

    form = HouseModelForm
    model = ListItem
    extra = 0
    can_delete = False
    ordering = ("order", "pk")
    fields = ("code", "heading", "clause", "cycle", "deliverable", "owner", "mark", "stage")

    def has_view_permission(self, request, obj=None):
        return request.user.has_perm("responsibility.view_listdocument")

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False


@admin.register(ListDocument)
class ListDocumentAdmin(RecordAdmin):
    """Drafts are made, edited and issued on the lists' own pages."""

    menu_order = 62
    list_display = ("title", "kind", "level", "version", "state", "effective_from", "document_no")
    list_filter = ("kind", "level", "state")
    search_fields = ("title", "document_no")
    ordering = ("kind", "level", "-version", "pk")
    fields = (
        "kind", "level", "version", "title", "document_no", "state", "effective_from",
        "effective_to", "is_example", "copied_from", "created_by", "created_at", "issued_by",
        "issued_at",
    )  # fmt: skip
    inlines = (ListItemInline,)
