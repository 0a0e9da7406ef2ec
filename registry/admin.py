"""The registry, for looking only (see accounts.support). Units and postings: contest.admin, which names levels."""

from django.contrib import admin

from registry.models import District, Secretary, Town, Village


@admin.register(District)
class DistrictAdmin(admin.ModelAdmin):
    list_display = ["name", "code", "order"]


@admin.register(Town)
class TownAdmin(admin.ModelAdmin):
    list_display = ["name", "district"]
    list_filter = ["district"]
    search_fields = ["name"]


@admin.register(Village)
class VillageAdmin(admin.ModelAdmin):
    list_display = ["name", "town"]
    list_filter = ["town__district"]
    list_select_related = ["town"]
    search_fields = ["name", "town__name"]


@admin.register(Secretary)
class SecretaryAdmin(admin.ModelAdmin):
    list_display = ["name", "gender", "phone", "post"]
    search_fields = ["name", "phone"]
