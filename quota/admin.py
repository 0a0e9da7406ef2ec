"""What the lists say, for looking only: nothing here is written past the actions and the log."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from quota.models import Pick, QuotaRow, QuotaTable, Shortlist, Substitution


class ReadOnly:
    """Shown, never changed: every change goes through an action."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class RowInline(ReadOnly, admin.TabularInline):
    model = QuotaRow


class PickInline(ReadOnly, admin.TabularInline):
    model = Pick
    fields = ["entry", "outcome", "place", "rank", "reason"]


@admin.register(QuotaTable)
class QuotaTableAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["season", "source", "stated_headcount", "stated_seats"]
    inlines = [RowInline]


@admin.register(Shortlist)
class ShortlistAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["stage", "number", "state", "live", "seats", "submitted_by", "decided_by"]
    list_filter = ["state", "live"]
    list_select_related = ["stage__district", "submitted_by", "decided_by"]
    inlines = [PickInline]


@admin.register(Substitution)
class SubstitutionAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["shortlist", "leaving", "coming", "state", "proposed_by", "decided_by"]
    list_filter = ["state"]
    list_select_related = ["shortlist__stage__district", "leaving__entry", "coming__entry", "proposed_by", "decided_by"]
