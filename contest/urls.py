from django.urls import path

from contest.views import documents, draw, entries, roster, roster_import, seasons, stages, way_back

app_name = "contest"
urlpatterns = [
    path("seasons/", seasons.seasons, name="seasons"),
    path("seasons/<slug:code>/", seasons.season, name="season"),
    path("stages/", seasons.stages, name="stages"),
    path("stages/<int:pk>/", stages.stage, name="stage"),
    path("stages/<int:pk>/move/<slug:name>/", stages.move, name="move"),
    path("stages/<int:pk>/way-back/", way_back.show_way_back, name="way_back"),
    path("stages/<int:pk>/schedule/", stages.schedule, name="schedule"),
    path("stages/<int:pk>/entries/", entries.entries, name="entries"),
    path("stages/<int:pk>/entries/export/", entries.export_entries, name="export_entries"),
    path("stages/<int:pk>/enter/", entries.enter, name="enter"),
    path("entries/<int:pk>/", entries.entry, name="entry"),
    path("stages/<int:pk>/draw/", draw.draw, name="draw"),
    path("stages/<int:pk>/draw/commit/", draw.commit, name="commit_draw"),
    path("draws/<int:pk>/lots/", draw.lots, name="draw_lots"),
    path("draws/<int:pk>/void/", draw.void, name="void_draw"),
    path("stages/<int:pk>/documents/", documents.documents, name="documents"),
    path("documents/<int:pk>/", documents.document, name="document"),
    path("roster/", roster.roster, name="roster"),
    path("roster/export/", roster.export_roster, name="export_roster"),
    path("roster/template/", roster.roster_template, name="roster_template"),
    path("roster/import/", roster_import.roster_import, name="roster_import"),
    path("roster/imports/<int:pk>/", roster_import.preview, name="roster_preview"),
    path("roster/imports/<int:pk>/columns/", roster_import.columns, name="roster_columns"),
    path("roster/imports/<int:pk>/confirm/", roster_import.confirm, name="roster_confirm"),
    path("roster/imports/<int:pk>/discard/", roster_import.discard, name="roster_discard"),
    path("roster/postings/<int:pk>/", roster.posting, name="posting"),
    path("roster/postings/<int:pk>/end/", roster.end_posting, name="end_posting"),
]
