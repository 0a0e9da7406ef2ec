from django.urls import path

from quota.views import season, shortlist, substitution, table

app_name = "quota"
urlpatterns = [
    path("seasons/new/decree/", season.new_season, name="new_season"),
    path("seasons/new/decree/file/", season.read_file, name="read_decree"),
    path("seasons/<slug:code>/quota/", table.quota, name="quota"),
    path("seasons/<slug:code>/quota/edit/", table.edit_table, name="edit_table"),
    path("seasons/<slug:code>/shortlists/", shortlist.shortlists, name="shortlists"),
    path("stages/<int:pk>/shortlist/", shortlist.shortlist, name="shortlist"),
    path("stages/<int:pk>/shortlist/draw-up/", shortlist.draw_up, name="draw_up"),
    path("stages/shortlists/<int:pk>/submit/", shortlist.submit, name="submit"),
    path("stages/shortlists/<int:pk>/take-back/", shortlist.take_back, name="take_back"),
    path("stages/shortlists/<int:pk>/approve/", shortlist.approve, name="approve"),
    path("stages/shortlists/<int:pk>/revoke/", shortlist.revoke, name="revoke"),
    path("stages/shortlists/<int:pk>/return/", shortlist.send_back, name="return"),
    path("stages/shortlists/<int:pk>/print/", shortlist.print_list, name="print"),
    path("stages/shortlists/<int:pk>/excel/", shortlist.export, name="export"),
    path("stages/shortlists/<int:pk>/substitute/", substitution.propose, name="propose"),
    path("stages/substitutions/<int:pk>/approve/", substitution.approve, name="approve_substitution"),
    path("stages/substitutions/<int:pk>/refuse/", substitution.refuse, name="refuse_substitution"),
]
