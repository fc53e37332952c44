"""Who must have a 总监 or a 安全员, and what each control asks: the tables that the city edits."""

from django.contrib import admin

from entities.admin.shared import DictionaryAdmin

from ..models import ControlRule, OfficerRule


@admin.register(OfficerRule)
class OfficerRuleAdmin(DictionaryAdmin):
    menu_order = 70
    can_delete = True
    list_display = (
        "title", "post", "order", "effective_from", "effective_to", "is_exclusive", "is_example",
    )  # fmt: skip
    list_filter = ("post", "effective_from", "is_example")
    search_fields = ("title", "basis")
    ordering = ("post", "effective_from", "order", "pk")
    fieldsets = (
        (None, {"fields": ("post", "order", "title", "categories", "forms")}),
        (
            "规模（任一达到即适用；都不填就不看规模）",
            {
                "fields": (
                    "floor_area_from", "seats_from", "diners_from", "annual_output_from",
                    "staff_count_from", "is_exclusive",
                )
            },
        ),
        ("依据", {"fields": ("effective_from", "effective_to", "basis", "is_example")}),
    )  # fmt: skip


@admin.register(ControlRule)
class ControlRuleAdmin(DictionaryAdmin):
    menu_order = 71
    can_delete = True
    list_display = ("control", "text", "fresh_days", "hours", "effective_from", "effective_to")
    list_filter = ("control",)
    ordering = ("control", "effective_from", "pk")
    fields = (
        "control", "text", "needs_director", "fresh_days", "hours", "exam_months",
        "effective_from", "effective_to", "basis", "is_example",
    )  # fmt: skip
