"""The rule and the templates of pledges; letters to look up."""

from django.contrib import admin

from entities.admin.shared import DictionaryAdmin, RecordAdmin

from ..models import Letter, LetterTemplate, PledgeTemplate, ResignRule


@admin.register(ResignRule)
class ResignRuleAdmin(DictionaryAdmin):
    menu_order = 50
    list_display = (
        "__str__", "on_level", "on_post", "held_changed_percent", "held_changed_least", "valid_months",
        "sign_days", "resign_days",
    )  # fmt: skip
    ordering = ("pk",)

    def has_add_permission(self, request):
        """One row: the rule in force."""
        return super().has_add_permission(request) and not self.get_queryset(request).exists()


@admin.register(PledgeTemplate)
class PledgeTemplateAdmin(RecordAdmin):
    """Uploaded on the pledges' own page, where each is tried before it is used."""

    menu_order = 51
    list_display = ("name", "level", "file_name", "is_active", "uploaded_by", "uploaded_at")
    list_filter = ("level", "is_active")
    list_select_related = ("uploaded_by",)
    ordering = ("-pk",)
    fields = ("name", "level", "file_name", "is_active", "uploaded_by", "uploaded_at")

    def scoped(self, queryset, user):
        return queryset


@admin.register(LetterTemplate)
class LetterTemplateAdmin(PledgeTemplateAdmin):
    menu_order = 53
    list_display = ("name", "kind", "file_name", "is_active", "uploaded_by", "uploaded_at")
    list_filter = ("kind", "is_active")
    fields = ("name", "kind", "file_name", "is_active", "uploaded_by", "uploaded_at")


@admin.register(Letter)
class LetterAdmin(RecordAdmin):
    menu_order = 52
    list_display = ("area", "unit", "kind", "year", "upper", "state", "signed_on", "due_on")
    list_filter = ("kind", "state", "year")
    list_select_related = ("area",)
    search_fields = ("unit", "area__name")
    ordering = ("-year", "area_id", "pk")
    fields = (
        "kind", "year", "area", "unit", "upper", "state", "due_on", "signed_on", "signer_up",
        "signer_down", "recorded_by", "scan_name", "void_reason",
    )  # fmt: skip
