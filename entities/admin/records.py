"""What the pipeline and the reviews wrote, to look things up; and the remembered columns."""

from django import forms
from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html

from jiamusi_foodsafety.jurisdiction.scopes import area_scope
from jiamusi_foodsafety.kit.forms import HouseModelForm
from jiamusi_foodsafety.kit.templatetags.ui import status_badge

from ..ledger.columns import COLUMNS
from ..models import ColumnChoice, LedgerUpload, Proposal, SampleDraw, Transfer, WorkerPulse
from .shared import DictionaryAdmin, RecordAdmin


def link(name, pk, text):
    return format_html('<a href="{}">{}</a>', reverse(name, args=[pk]), text)


@admin.register(LedgerUpload)
class LedgerUploadAdmin(RecordAdmin):
    menu_order = 20
    list_display = (
        "reference", "area", "filename", "mode", "channel", "state_mark", "rows", "new", "changed",
        "refused_rows", "uploaded_by", "created_at",
    )  # fmt: skip
    list_filter = ("state", "mode", "channel")
    list_select_related = ("area", "uploaded_by")
    search_fields = ("reference", "filename", "sha256")
    ordering = ("-pk",)
    fields = (
        "page", "reference", "area", "uploaded_by", "channel", "mode", "filename", "size", "sha256",
        "state", "stage", "code", "message", "rows", "new", "changed", "unchanged", "refused_rows",
        "warned_rows", "renewals", "missing", "conflicts", "restored", "kept", "created_at", "ready_at",
        "confirmed_by", "confirmed_at", "applied_at", "undone_by", "undone_at",
    )  # fmt: skip
    readonly_fields = ("page",)

    @admin.display(description="状态", ordering="state")
    def state_mark(self, upload):
        return status_badge(upload.get_state_display())

    @admin.display(description="上传页")
    def page(self, upload):
        return link("entities:upload-detail", upload.pk, "查看、确认、撤销")


@admin.register(Proposal)
class ProposalAdmin(RecordAdmin):
    menu_order = 30
    list_display = (
        "entity", "area", "kind", "source", "state_mark", "proposed_by", "proposed_at",
        "decided_by", "decided_at", "sample_state",
    )  # fmt: skip
    list_filter = ("kind", "state", "source", "sample_state")
    list_select_related = ("entity", "area", "proposed_by", "decided_by")
    search_fields = ("entity__licence_no__startswith",)
    search_help_text = "许可证编号"
    ordering = ("-pk",)
    fields = (
        "page", "entity", "area", "kind", "status_from", "status_to", "grade_from", "grade_to", "reason",
        "evidence_name", "source", "upload", "state", "proposed_by", "proposed_at", "decided_by",
        "decided_at", "decision_note", "sample_draw", "sample_state", "sampled_by", "sampled_at",
        "sample_note",
    )  # fmt: skip
    readonly_fields = ("page",)

    @admin.display(description="状态", ordering="state")
    def state_mark(self, proposal):
        return status_badge(proposal.get_state_display())

    @admin.display(description="审核页")
    def page(self, proposal):
        return link("entities:screening-detail", proposal.pk, "查看、复核")


@admin.register(SampleDraw)
class SampleDrawAdmin(RecordAdmin):
    menu_order = 31
    area_path = "area__code"
    list_display = ("page", "kind", "area", "seed", "percent", "frame_size", "drawn_by", "drawn_at")
    list_display_links = None
    list_filter = ("kind",)
    list_select_related = ("area", "drawn_by")
    ordering = ("-pk",)
    fields = (
        "page",
        "area",
        "kind",
        "seed",
        "percent",
        "until",
        "frame_size",
        "drawn_by",
        "drawn_at",
    )
    readonly_fields = ("page",)

    @admin.display(description="抽核")
    def page(self, draw):
        return link("entities:sample-detail", draw.pk, f"第 {draw.pk} 次")


@admin.register(Transfer)
class TransferAdmin(RecordAdmin):
    menu_order = 32
    list_display = ("entity", "to_area", "state_mark", "opened_at", "decided_by", "decided_at")
    list_filter = ("state",)
    list_select_related = ("entity", "to_area", "decided_by")
    search_fields = ("entity__licence_no__startswith",)
    search_help_text = "许可证编号"
    ordering = ("-pk",)

    @admin.display(description="状态", ordering="state")
    def state_mark(self, transfer):
        return status_badge(transfer.get_state_display())


class ColumnChoiceForm(HouseModelForm):
    field = forms.ChoiceField(
        label="字段",
        required=False,
        choices=[("", "不导入这一列"), *((column.key, column.heading) for column in COLUMNS)],
    )


@admin.register(ColumnChoice)
class ColumnChoiceAdmin(DictionaryAdmin):
    """How a county's columns were answered; an answer that was wrong can be changed or forgotten."""

    menu_order = 21
    form = ColumnChoiceForm
    can_delete = True
    list_display = ("heading", "area", "meaning")
    list_select_related = ("area",)
    search_fields = ("heading", "area__name")
    ordering = ("area", "heading", "pk")
    fields = ("area", "heading", "field")
    readonly_fields = ("area", "heading")

    def scoped(self, queryset, user):
        return queryset.filter(area_scope(user).q("area__code"))

    def has_add_permission(self, request):
        return False

    @admin.display(description="字段")
    def meaning(self, choice):
        headings = {column.key: column.heading for column in COLUMNS}
        return headings.get(choice.field, "不导入这一列")


@admin.register(WorkerPulse)
class WorkerPulseAdmin(RecordAdmin):
    menu_order = 22
    list_display = ("name", "seen_at")
    ordering = ("-seen_at", "name")

    def scoped(self, queryset, user):
        """Workers belong to no area."""
        return queryset
