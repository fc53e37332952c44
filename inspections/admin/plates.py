"""The words of plates and public pages; codes to look up."""

from django.contrib import admin

from entities.admin.shared import DictionaryAdmin

from ..models import PlateText


@admin.register(PlateText)
class PlateTextAdmin(DictionaryAdmin):
    menu_order = 70
    list_display = ("__str__", "complain", "footer", "is_example")
    list_select_related = ("area",)
    autocomplete_fields = ("area",)
    ordering = ("pk",)
