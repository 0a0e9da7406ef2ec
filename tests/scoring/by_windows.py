"""The other route to the results: one SQL statement with windows over the sheets, sharing no code with the rules.

Every entrant has as many counted sheets, so comparing sums compares means; all stays in whole hundredths.
"""

from django.db import connection

from contest.models import Stage

ROUTE = """
WITH sheet AS (
    SELECT s.entry_id, s.id, s.total_c,
           ROW_NUMBER() OVER (PARTITION BY s.entry_id ORDER BY s.total_c DESC, t.number DESC) AS from_top,
           ROW_NUMBER() OVER (PARTITION BY s.entry_id ORDER BY s.total_c ASC, t.number ASC) AS from_bottom,
           COUNT(*) OVER (PARTITION BY s.entry_id) AS panel
      FROM scoring_sheet s
      JOIN scoring_seat t ON t.id = s.seat_id
      JOIN contest_entry e ON e.id = s.entry_id
     WHERE s.stage_id = %(stage)s AND s.live AND t.vacated_at IS NULL AND e.status = 'entered'
), counted AS (
    SELECT entry_id, SUM(total_c) AS sum_c, COUNT(*) AS n
      FROM sheet
     WHERE panel < %(panel)s OR (from_top > %(drop)s AND from_bottom > %(drop)s)
     GROUP BY entry_id
), exact AS (
    SELECT c.entry_id, c.n,
           CASE WHEN c.sum_c > COALESCE(o.points_c, 0) * c.n THEN c.sum_c - COALESCE(o.points_c, 0) * c.n ELSE 0 END
               AS total_times_n
      FROM counted c LEFT JOIN scoring_overtime o ON o.entry_id = c.entry_id
), told AS (
    SELECT s.entry_id,
           SUM(CASE WHEN c.code = %(first)s THEN m.value_c ELSE 0 END) AS first_c,
           SUM(CASE WHEN c.code = %(second)s THEN m.value_c ELSE 0 END) AS second_c
      FROM sheet s
      JOIN scoring_mark m ON m.sheet_id = s.id
      JOIN scoring_criterion c ON c.id = m.criterion_id
     GROUP BY s.entry_id
)
SELECT x.entry_id, x.total_times_n, x.n,
       RANK() OVER (ORDER BY x.total_times_n DESC, t.first_c DESC, t.second_c DESC) AS place,
       COUNT(*) OVER (PARTITION BY x.total_times_n, t.first_c, t.second_c) AS level
  FROM exact x JOIN told t ON t.entry_id = x.entry_id
 ORDER BY place, x.entry_id
"""


def by_windows(
    stage: Stage, *, tie_order: tuple[str, str], drop: int, panel: int
) -> list[tuple[int, int, int, int, int]]:
    """(entry, total × counted sheets, counted sheets, rank, how many share it), best first."""
    with connection.cursor() as cursor:
        cursor.execute(
            ROUTE,
            {"stage": stage.pk, "first": tie_order[0], "second": tie_order[1], "drop": drop, "panel": panel},
        )
        return [(int(e), int(total), int(n), int(rank), int(level)) for e, total, n, rank, level in cursor.fetchall()]
