"""Bonds and plans, to look things up: they are made and ended on their own pages."""

from django.contrib import admin

from entities.admin.shared import RecordAdmin

from ..models import Assignment, AssignmentPlan


@admin.register(Assignment)
class AssignmentAdmin(RecordAdmin):
    menu_order = 45
    list_display = (
        "entity", "cadre", "area", "grade", "level", "standing", "from_on", "to_on", "reason",
    )  # fmt: skip
    list_filter = ("standing", "grade", "reason", "end_reason")
    list_select_related = ("entity", "cadre", "area")
    search_fields = ("entity__licence_no__startswith", "cadre__name")
    search_help_text = "许可证编号或干部姓名"
    ordering = ("-pk",)
    show_full_result_count = False
    fields = (
        "entity", "cadre", "area", "status", "grade", "level", "standing", "from_on", "to_on", "reason",
        "end_reason", "note", "exception_reason", "plan", "handover", "made_by", "made_at", "ended_by",
        "ended_at",
    )  # fmt: skip


@admin.register(AssignmentPlan)
class AssignmentPlanAdmin(RecordAdmin):
    menu_order = 46
    list_display = ("pk", "area", "state", "is_rebalance", "made_by", "made_at", "applied_at")
    list_filter = ("state", "is_rebalance")
    list_select_related = ("area", "made_by")
    ordering = ("-pk",)
    fields = (
        "area", "state", "is_rebalance", "counts", "made_by", "made_at", "applied_by", "applied_at",
        "undone_by", "undone_at",
    )  # fmt: skip
