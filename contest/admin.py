"""The contest, for looking only (see accounts.support)."""

from typing import Any

from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.support import ReadOnly
from contest.models import Award, Draw, Entry, RosterImport, Season, Stage, StageDocument, UnitLevel
from contest.reads.levels import level_names
from contest.reads.page_season import default
from registry.models import Posting, Unit


class LevelFilter(admin.SimpleListFilter):
    """By the level of the dispatching unit, as the season in progress calls it."""

    title = _("单位层级")
    parameter_name = "level"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return list(level_names(_season()).items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        path = "level" if queryset.model is Unit else "unit__level"
        return queryset.filter(**{path: self.value()}) if self.value() else queryset


@admin.register(Unit)
class UnitAdmin(admin.ModelAdmin):
    list_display = ["name", "level_name"]
    list_filter = [LevelFilter]
    search_fields = ["name"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Unit]:
        """Each with what the season in progress calls its level."""
        names = UnitLevel.objects.filter(season=_season(), code=OuterRef("level")).values("name")
        return super().get_queryset(request).annotate(named=Subquery(names))

    @admin.display(description=_("单位层级"), ordering="level")
    def level_name(self, unit: Any) -> str:
        return unit.named or unit.level


@admin.register(Posting)
class PostingAdmin(admin.ModelAdmin):
    list_display = ["secretary", "village", "unit", "since", "until"]
    list_filter = ["village__town__district", LevelFilter]
    list_select_related = ["secretary", "village", "unit"]
    search_fields = ["secretary__name", "village__name", "unit__name"]


def _season() -> Season | None:
    return default(list(Season.objects.all()))


class LevelInline(ReadOnly, admin.TabularInline):
    model = UnitLevel


@admin.register(Season)
class SeasonAdmin(admin.ModelAdmin):
    list_display = ["title", "code", "notice_number", "is_rehearsal", "opened_at"]
    inlines = [LevelInline]


@admin.register(Stage)
class StageAdmin(admin.ModelAdmin):
    list_display = ["title", "season", "state", "held_on", "revision"]
    list_filter = ["season", "kind", "state"]
    list_select_related = ["season", "district"]


@admin.register(Entry)
class EntryAdmin(admin.ModelAdmin):
    list_display = ["secretary", "stage", "order", "status"]
    list_filter = ["stage__season", "district", "status"]
    list_select_related = ["secretary", "stage__district"]
    search_fields = ["secretary__name"]


@admin.register(Draw)
class DrawAdmin(admin.ModelAdmin):
    list_display = ["stage", "live", "commitment", "committed_at", "drawn_at"]
    list_select_related = ["stage__district"]
    # The seed is a secret until the draw; afterwards the stage's own page shows it.
    exclude = ["seed"]


@admin.register(Award)
class AwardAdmin(admin.ModelAdmin):
    list_display = ["entry", "tier_name", "rank", "revision", "live"]
    list_filter = ["entry__stage__season", "tier"]
    list_select_related = ["entry__secretary", "entry__stage__district"]


@admin.register(StageDocument)
class StageDocumentAdmin(admin.ModelAdmin):
    list_display = ["original_name", "stage", "use", "revision", "uploaded_by", "uploaded_at"]
    list_select_related = ["stage__district", "uploaded_by"]
    # Given out by its own page, with permission.
    exclude = ["file"]


@admin.register(RosterImport)
class RosterImportAdmin(admin.ModelAdmin):
    list_display = ["original_name", "season", "district", "state", "uploaded_by", "uploaded_at"]
    list_filter = ["season", "state"]
    list_select_related = ["season", "district", "uploaded_by"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[RosterImport]:
        """Without the files, each as large as 10 MB."""
        return super().get_queryset(request).defer("content")
