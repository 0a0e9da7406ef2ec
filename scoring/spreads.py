"""The charts of a result page: how far the judges' totals lie apart."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from contest.charts import Chart, JudgeSpread, Spread, judge_spread, spread
from scoring.board import Board, Row


def entrants_chart(board: Board) -> Chart:
    """Each entrant's sheets as dots, best first, the dropped ones hollow."""
    rows = [Spread(row.who.name, _dots(row), row.total) for row in board.rows]
    seats = [judge for _number, judge in board.seats]
    return spread(rows, title=_("每位参赛者的评分分布"), seats=seats, name="entrants")


def _dots(row: Row) -> list[tuple[int, bool]]:
    return [(cell.value_c, cell.dropped) for cell in row.cells if cell.value_c is not None]


def judges_chart(board: Board) -> Chart:
    """Each judge's sheets from lowest to highest, the middle half, and the mean."""
    judges = []
    for column, (number, judge) in enumerate(board.seats):
        totals_c = sorted(value_c for row in board.rows if (value_c := row.cells[column].value_c) is not None)
        judges.append(_spread(f"{number} {judge}", totals_c))
    return judge_spread(judges, title=_("各评委的评分宽严"), name="judges")


def _spread(label: str, totals_c: Sequence[int]) -> JudgeSpread:
    n = len(totals_c)
    return JudgeSpread(
        label=label,
        lo_c=totals_c[0],
        # Half up; a mean that is only drawn and shown beside the drawing.
        mean_c=(2 * sum(totals_c) + n) // (2 * n),
        hi_c=totals_c[-1],
        n=n,
        q1_c=_median_c(totals_c[: (n + 1) // 2]),
        q3_c=_median_c(totals_c[n // 2 :]),
    )


def _median_c(values: Sequence[int]) -> int:
    n = len(values)
    return (values[(n - 1) // 2] + values[n // 2]) // 2
