"""Classes of problems, departments by category; problems to look up."""

from django.contrib import admin

from entities.admin.shared import DictionaryAdmin, RecordAdmin

from ..models import IndustryUnit, Problem, ProblemKind


@admin.register(ProblemKind)
class ProblemKindAdmin(DictionaryAdmin):
    menu_order = 84
    list_display = (
        "name", "code", "fix_days", "counts_workdays", "on_spot", "must_transfer",
        "transfer_hours", "claim_workdays", "feedback_workdays", "climb_workdays", "is_active",
    )  # fmt: skip
    list_filter = ("is_active",)
    ordering = ("order", "pk")


@admin.register(IndustryUnit)
class IndustryUnitAdmin(DictionaryAdmin):
    menu_order = 85
    list_display = ("category", "name", "is_active")
    list_filter = ("is_active",)
    search_fields = ("name",)
    ordering = ("category", "pk")


@admin.register(Problem)
class ProblemAdmin(RecordAdmin):
    """Problems move on their own page only."""

    menu_order = 86
    list_display = ("number", "title", "kind", "state", "found_on", "due_at", "is_repeat")
    list_filter = ("state", "kind", "is_repeat", "source")
    search_fields = ("number", "title")
    ordering = ("-pk",)
    fields = (
        "number", "entity", "area", "grade", "source", "cadre", "station", "industry_unit",
        "item_code", "item_text", "title", "detail", "kind", "state", "is_repeat", "found_at",
        "due_at", "clock_at", "claim_due_on", "claimed_at", "feedback_due_on", "fixed_at",
        "settled_at", "extensions", "climbed", "climbed_to", "revision",
    )  # fmt: skip
