"""The registry, for looking only (see accounts.support)."""

from django.contrib import admin

from registry.models import District, Posting, Secretary, Town, Unit, Village


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


@admin.register(Unit)
class UnitAdmin(admin.ModelAdmin):
    list_display = ["name", "level"]
    list_filter = ["level"]
    search_fields = ["name"]


@admin.register(Secretary)
class SecretaryAdmin(admin.ModelAdmin):
    list_display = ["name", "gender", "phone", "post"]
    search_fields = ["name", "phone"]


@admin.register(Posting)
class PostingAdmin(admin.ModelAdmin):
    list_display = ["secretary", "village", "unit", "since", "until"]
    list_filter = ["village__town__district", "unit__level"]
    list_select_related = ["secretary", "village", "unit"]
    search_fields = ["secretary__name", "village__name", "unit__name"]
