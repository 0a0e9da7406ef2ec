"""The quota table and the lists, for looking only (see accounts.support)."""

from django.contrib import admin

from accounts.support import ReadOnly
from quota.models import Pick, QuotaLevel, QuotaRow, QuotaTable, Shortlist, Substitution


class RowInline(ReadOnly, admin.TabularInline):
    model = QuotaRow


class LevelInline(ReadOnly, admin.TabularInline):
    model = QuotaLevel


class PickInline(ReadOnly, admin.TabularInline):
    model = Pick
    fields = ["entry", "outcome", "place", "rank", "reason"]


@admin.register(QuotaTable)
class QuotaTableAdmin(admin.ModelAdmin):
    list_display = ["season", "source", "stated_headcount", "stated_seats"]
    inlines = [RowInline, LevelInline]


@admin.register(Shortlist)
class ShortlistAdmin(admin.ModelAdmin):
    list_display = ["stage", "number", "state", "live", "seats", "submitted_by", "decided_by"]
    list_filter = ["state", "live"]
    list_select_related = ["stage__district", "submitted_by", "decided_by"]
    inlines = [PickInline]


@admin.register(Substitution)
class SubstitutionAdmin(admin.ModelAdmin):
    list_display = ["shortlist", "leaving", "coming", "state", "proposed_by", "decided_by"]
    list_filter = ["state"]
    list_select_related = ["shortlist__stage__district", "leaving__entry", "coming__entry", "proposed_by", "decided_by"]
