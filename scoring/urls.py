from django.urls import path

from scoring.views import confirm, corrections, disqualify, grid, panel, results, ruleset, rulings, sheets, times, votes

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
    path("entries/<int:pk>/disqualify/", disqualify.propose_disqualifying, name="disqualify"),
    path("stages/<int:pk>/ruling/", rulings.rule, name="ruling"),
    path("rulings/<int:pk>/withdraw/", rulings.withdraw, name="withdraw_ruling"),
    path("stages/<int:pk>/grid/", grid.show_grid, name="grid"),
    path("stages/<int:pk>/grid/state/", grid.grid_state, name="grid_state"),
    path("stages/<int:pk>/grid/cells/", grid.save_cells, name="save_cells"),
    path("stages/<int:pk>/grid/times/", grid.save_times, name="save_times"),
    path("sheets/<int:pk>/", sheets.show_sheet, name="sheet"),
    path("entries/<int:pk>/time/", sheets.show_time, name="time"),
    path("stages/<int:pk>/times/", times.times, name="times"),
    path("stages/<int:pk>/confirm/", confirm.confirm, name="confirm"),
    path("sheets/<int:pk>/return/", confirm.send_back, name="send_back"),
    path("stages/<int:pk>/corrections/", corrections.corrections, name="corrections"),
    path("sheets/<int:pk>/correct/", corrections.correct, name="correct"),
    path("stages/<int:pk>/votes/", votes.votes, name="votes"),
    path("seats/<int:pk>/votes/", votes.seat_votes, name="seat_votes"),
]
