"""The tables behind cadres and clocks, and rare corrections of a cadre's record."""

from django.contrib import admin

from entities.admin.shared import DictionaryAdmin
from jiamusi_foodsafety.jurisdiction.admin_mixins import ScopedAdminMixin, ToldChangesMixin

from ..models import Cadre, CalendarDay, ChangeClock, GradeLevel, LoadCap


@admin.register(GradeLevel)
class GradeLevelAdmin(DictionaryAdmin):
    menu_order = 40
    list_display = ("grade", "level", "rank")
    ordering = ("grade", "rank")


@admin.register(LoadCap)
class LoadCapAdmin(DictionaryAdmin):
    menu_order = 41
    list_display = ("level", "most")
    ordering = ("pk",)

    def get_readonly_fields(self, request, obj=None):
        return ("level",) if obj else ()


@admin.register(ChangeClock)
class ChangeClockAdmin(DictionaryAdmin):
    menu_order = 42
    list_display = ("kind", "report_days", "adjust_days", "recent_days")
    ordering = ("pk",)

    def get_readonly_fields(self, request, obj=None):
        return ("kind",) if obj else ()


@admin.register(CalendarDay)
class CalendarDayAdmin(DictionaryAdmin):
    menu_order = 43
    can_delete = True
    list_display = ("date", "name", "is_workday")
    list_filter = ("is_workday",)
    date_hierarchy = "date"
    search_fields = ("name",)
    ordering = ("-date",)


@admin.register(Cadre)
class CadreAdmin(ToldChangesMixin, ScopedAdminMixin, admin.ModelAdmin):
    """Slips of the pen. Another post, leaving, hand-overs, accounts and phones have their pages, where they
    are written down."""

    menu_order = 44
    list_display = ("name", "level", "area", "unit", "post", "is_in_post")
    list_filter = ("level", "is_in_post")
    list_select_related = ("area",)
    search_fields = ("name",)
    ordering = ("area_id", "pk")
    fields = (
        "name", "post", "unit", "level", "area", "liaison_unit", "liaison_name", "in_post_from",
        "in_post_to", "is_in_post", "leave_reason", "user", "note",
    )  # fmt: skip
    readonly_fields = ("level", "area", "in_post_to", "is_in_post", "leave_reason", "user")

    def has_add_permission(self, request):
        return False
