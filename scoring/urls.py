from django.urls import path

from scoring.views import panel, results, ruleset, rulings

app_name = "scoring"
urlpatterns = [
    path("stages/<int:pk>/ruleset/", ruleset.show_ruleset, name="ruleset"),
    path("stages/<int:pk>/ruleset/adopt/", ruleset.adopt, name="adopt_rules"),
    path("stages/<int:pk>/ruleset/edit/", ruleset.edit_ruleset, name="edit_ruleset"),
    path("stages/<int:pk>/panel/", panel.show_panel, name="panel"),
    path("stages/<int:pk>/panel/deal/", panel.deal, name="deal_missing"),
    path("seats/<int:pk>/", panel.edit_seat, name="seat"),
    path("seats/<int:pk>/vacate/", panel.vacate_seat, name="vacate"),
    path("seats/<int:pk>/remove/", panel.remove, name="remove_seat"),
    path("stages/<int:pk>/results/", results.show_results, name="results"),
    path("stages/<int:pk>/results/sheet/", results.print_sheet, name="result_sheet"),
    path("stages/<int:pk>/results/export/", results.export, name="export_results"),
    path("stages/<int:pk>/results/<int:entry>/", results.show_result, name="result"),
    path("stages/<int:pk>/ruling/", rulings.rule, name="ruling"),
    path("rulings/<int:pk>/withdraw/", rulings.withdraw, name="withdraw_ruling"),
]
