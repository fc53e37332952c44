"""How often who is visited, as data: frequency, on-site only, key periods, the city's setting."""

from django import forms
from django.contrib import admin

from entities.admin.shared import DictionaryAdmin
from jiamusi_foodsafety.jurisdiction.scopes import area_scope
from jiamusi_foodsafety.kit.forms import HouseModelForm

from ..enums import DEFAULT_PRESET, PRESETS
from ..models import FrequencyRule, KeyPeriod, ModeRule, VisitSetting
from ..queries.planning import presets_filled


class CityAdmin(DictionaryAdmin):
    """Rows of the reader's own city."""

    def scoped(self, queryset, user):
        return queryset.filter(area_scope(user).q("area__code"))


@admin.register(FrequencyRule)
class FrequencyRuleAdmin(DictionaryAdmin):
    """The first line that fits holds; a due list follows within a quarter of an hour."""

    menu_order = 80
    can_delete = True
    list_display = (
        "preset", "order", "grade", "category", "risk_grade", "cycle", "times", "effective_from",
        "effective_to", "basis",
    )  # fmt: skip
    list_filter = ("preset", "cycle")
    list_select_related = ("category",)
    ordering = ("preset", "order", "pk")


@admin.register(ModeRule)
class ModeRuleAdmin(DictionaryAdmin):
    menu_order = 81
    can_delete = True
    list_display = ("basis", "category", "grade", "risk_grade", "effective_from", "effective_to")
    list_select_related = ("category",)
    ordering = ("pk",)


@admin.register(KeyPeriod)
class KeyPeriodAdmin(CityAdmin):
    """Not deleted: its due lines stay; take it out of use instead."""

    menu_order = 82
    list_display = ("name", "area", "starts_on", "ends_on", "grades", "is_active")
    list_filter = ("is_active",)
    list_select_related = ("area",)
    date_hierarchy = "starts_on"
    filter_horizontal = ("categories",)
    autocomplete_fields = ("area",)
    ordering = ("-starts_on", "pk")


class VisitSettingForm(HouseModelForm):
    """A preset without lines would leave nobody due: it is refused until it is filled."""

    preset = forms.ChoiceField(label="频次方案", choices=[(name, name) for name in PRESETS])

    def clean_preset(self):
        preset = self.cleaned_data["preset"]
        if preset != DEFAULT_PRESET and preset not in presets_filled():
            raise forms.ValidationError(f"{preset}还没有频次，请先在“督导频次”里填写，再改用。")
        return preset


@admin.register(VisitSetting)
class VisitSettingAdmin(CityAdmin):
    menu_order = 83
    form = VisitSettingForm
    list_display = ("area", "preset", "least_days", "licence_days")
    list_select_related = ("area",)
    ordering = ("area_id",)

    def has_add_permission(self, request, obj=None):
        return False

    def get_readonly_fields(self, request, obj=None):
        return ("area",)
