from django.urls import path

from contest.views import documents, draw, entries, seasons, stages

app_name = "contest"
urlpatterns = [
    path("seasons/", seasons.seasons, name="seasons"),
    path("seasons/<slug:code>/", seasons.season, name="season"),
    path("stages/", seasons.stages, name="stages"),
    path("stages/<int:pk>/", stages.stage, name="stage"),
    path("stages/<int:pk>/move/<slug:name>/", stages.move, name="move"),
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
]
