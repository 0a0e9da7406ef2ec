"""The contest, for looking only (see accounts.support)."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from contest.models import Award, Draw, Entry, RosterImport, Season, Stage, StageDocument


@admin.register(Season)
class SeasonAdmin(admin.ModelAdmin):
    list_display = ["title", "code", "notice_number", "is_rehearsal", "opened_at"]


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
