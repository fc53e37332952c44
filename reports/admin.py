"""日报 in the administration: frozen figures, to look them up."""

from django import forms
from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html

from entities.admin.shared import DictionaryAdmin
from jiamusi_foodsafety.jurisdiction.admin_mixins import ScopedAdminMixin
from jiamusi_foodsafety.kit.forms import HouseModelForm

from .models import DailyReport, DailyReportLine, RateBand, ReportClock
from .queries.frozen import figures_of
from .queries.indicators import INDICATORS
from .rules.columns import COLUMNS


class LineInline(admin.TabularInline):
    form = HouseModelForm
    model = DailyReportLine
    extra = 0
    ordering = ("area",)
    fields = readonly_fields = (
        "area", "registered", "screened", "obliged", "graded", "ungraded", "gross", "net",
    )  # fmt: skip

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def get_queryset(self, request):
        """The lines of the city and its counties; towns are in the workbook."""
        lines = super().get_queryset(request).visible_to(request.user)
        return lines.filter(area__level__in=["city", "county"]).select_related("area")

    @admin.display(description="在册")
    def registered(self, line):
        return f"{figures_of(line).registered:,}"

    @admin.display(description="筛除")
    def screened(self, line):
        return f"{figures_of(line).screened:,}"

    @admin.display(description="应包")
    def obliged(self, line):
        return f"{figures_of(line).obliged:,}"

    @admin.display(description="已分级")
    def graded(self, line):
        return f"{figures_of(line).graded:,}"

    @admin.display(description="待分级")
    def ungraded(self, line):
        return f"{figures_of(line).ungraded:,}"

    @admin.display(description="分级率(毛)")
    def gross(self, line):
        return _shown(figures_of(line).rate_gross)

    @admin.display(description="分级率(净)")
    def net(self, line):
        return _shown(figures_of(line).rate_net)


def _shown(rate):
    return "—" if rate is None else f"{rate}%"


@admin.register(ReportClock)
class ReportClockAdmin(DictionaryAdmin):
    menu_order = 61
    list_display = ("effective_from", "due_time", "lock_time", "remind_minutes")
    ordering = ("-effective_from",)


def _rates():
    """What a row may be about: all rates, a column of the 日报表, an indicator."""
    columns = [
        (column.key, f"日报 {column.group}{column.heading}")
        for column in COLUMNS
        if column.is_banded
    ]
    indicators = [(one.code, f"{one.code} {one.name}") for one in INDICATORS if one.is_banded]
    return [("", "全部比率"), *columns, *indicators]


@admin.register(RateBand)
class RateBandAdmin(DictionaryAdmin):
    menu_order = 62
    list_display = ("rate", "amber_from", "green_from")
    ordering = ("column",)

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name != "column":
            return super().formfield_for_dbfield(db_field, request, **kwargs)
        return forms.ChoiceField(
            label="用于", choices=_rates, required=False,
            help_text="示例，可修改。写了某一项的，这一项不再用“全部比率”；已生成的日报不变。",
        )  # fmt: skip

    @admin.display(description="用于", ordering="column")
    def rate(self, row):
        return dict(_rates()).get(row.column, row.column)


@admin.register(DailyReport)
class DailyReportAdmin(ScopedAdminMixin, admin.ModelAdmin):
    actions = None
    list_display = ("__str__", "date", "area", "state", "as_of", "built_at", "issued_at")
    list_select_related = ("area",)
    ordering = ("-date", "-pk")
    fields = (
        "page", "date", "area", "number", "state", "as_of", "built_at", "due_at", "locks_at",
        "issued_by", "issued_at", "archived_at", "fingerprint",
    )  # fmt: skip
    readonly_fields = ("page",)
    inlines = (LineInline,)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    @admin.display(description="日报页")
    def page(self, report):
        address = reverse("reports:daily-report-detail", args=[report.pk])
        return format_html('<a href="{}">查看、下载</a>', address)
