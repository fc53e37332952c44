"""The dictionaries of 督查 and the campaigns."""

from django.contrib import admin

from entities.admin.shared import DictionaryAdmin

from ..models import Campaign, CheckCycle, CheckQuota, CheckScore


@admin.register(Campaign)
class CampaignAdmin(DictionaryAdmin):
    menu_order = 80
    list_display = ("name", "order", "from_on", "to_on", "is_active", "is_example")
    list_filter = ("is_active",)
    search_fields = ("name",)
    ordering = ("order", "pk")


@admin.register(CheckQuota)
class CheckQuotaAdmin(DictionaryAdmin):
    menu_order = 81
    list_display = ("level", "kind", "key", "quota")
    list_filter = ("level", "kind")
    ordering = ("level", "-kind", "key", "pk")


@admin.register(CheckCycle)
class CheckCycleAdmin(DictionaryAdmin):
    menu_order = 81
    list_display = ("level", "cycle")
    ordering = ("pk",)


@admin.register(CheckScore)
class CheckScoreAdmin(DictionaryAdmin):
    menu_order = 82
    list_display = ("code", "most", "partly_percent", "fails_percent")
    ordering = ("pk",)
