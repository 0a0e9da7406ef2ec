"""Scoring, for looking only (see accounts.support)."""

from django.contrib import admin

from accounts.support import ReadOnly
from scoring.models import (
    Ballot,
    Criterion,
    FewerJudges,
    Mark,
    Overtime,
    Publication,
    Result,
    Ruleset,
    Ruling,
    Seat,
    Sheet,
    Tabulation,
    Tier,
    Vote,
)

STAGE = ["stage__season", "stage__district"]


class Criteria(ReadOnly, admin.TabularInline):
    model = Criterion


class Tiers(ReadOnly, admin.TabularInline):
    model = Tier


class Marks(ReadOnly, admin.TabularInline):
    model = Mark


@admin.register(Ruleset)
class RulesetAdmin(admin.ModelAdmin):
    list_display = ["stage", "basis", "drop", "min_panel_to_drop", "frozen_at"]
    list_select_related = STAGE
    inlines = [Criteria, Tiers]


@admin.register(Seat)
class SeatAdmin(admin.ModelAdmin):
    list_display = ["judge", "number", "stage", "is_chief", "vacated_at"]
    list_filter = ["stage"]
    list_select_related = STAGE


@admin.register(FewerJudges)
class FewerJudgesAdmin(admin.ModelAdmin):
    list_display = ["stage", "least", "reason", "basis", "by", "seconded_by", "at"]
    list_select_related = [*STAGE, "basis", "by", "seconded_by"]


@admin.register(Sheet)
class SheetAdmin(admin.ModelAdmin):
    list_display = ["entry", "seat", "version", "live", "state", "total_c", "typed_by", "confirmed_by"]
    list_filter = ["stage", "state", "live"]
    list_select_related = ["entry__secretary", "entry__stage__district", "seat", "typed_by", "confirmed_by"]
    inlines = [Marks]


@admin.register(Overtime)
class OvertimeAdmin(admin.ModelAdmin):
    list_display = ["entry", "seconds", "points_c", "typed_by", "typed_at", "confirmed_by"]
    list_select_related = ["entry__secretary", "entry__stage__district", "typed_by", "confirmed_by"]


@admin.register(Ballot)
class BallotAdmin(admin.ModelAdmin):
    list_display = ["seat", "typed_by", "typed_at", "confirmed_by"]
    list_select_related = ["seat", "typed_by", "confirmed_by"]


@admin.register(Vote)
class VoteAdmin(admin.ModelAdmin):
    list_display = ["seat", "entry"]
    list_select_related = ["seat", "entry__secretary", "entry__stage__district"]


@admin.register(Tabulation)
class TabulationAdmin(admin.ModelAdmin):
    list_display = ["stage", "revision", "live", "at", "by", "reason"]
    list_filter = ["stage"]
    list_select_related = [*STAGE, "by"]


@admin.register(Result)
class ResultAdmin(admin.ModelAdmin):
    list_display = ["entry", "tabulation", "rank", "shared", "total", "decided_by", "tier"]
    list_filter = ["tabulation__stage", "tier"]
    list_select_related = ["entry__secretary", "entry__stage__district", "tabulation__stage__district"]


@admin.register(Ruling)
class RulingAdmin(admin.ModelAdmin):
    list_display = ["stage", "kind", "reason", "by", "at", "live"]
    list_filter = ["stage"]
    list_select_related = [*STAGE, "by"]


@admin.register(Publication)
class PublicationAdmin(admin.ModelAdmin):
    list_display = ["stage", "version", "revision", "at", "by", "withdrawn_at", "replaced_by"]
    list_filter = ["stage"]
    list_select_related = [*STAGE, "by", "replaced_by__stage__district"]
