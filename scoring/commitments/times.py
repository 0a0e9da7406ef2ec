"""Times: how long each spoke and what it costs, as typed and as confirmed."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext_noop as _

from accounts.log import Fault, Line, checks
from scoring.commitments.pairs import COLUMNS, Paired, typed
from scoring.models import Overtime


@checks("time_talks", "confirm_times")
def times_say_what_was_written(chain: str, lines: Sequence[Line]) -> Iterator[Fault]:
    """DESIGN 12: a time, a deduction, a typist or a confirmer that was altered beside the log."""
    told: dict[int, Paired] = {}
    for line in lines:
        for key, write in line.facts["entries"].items():
            if line.verb == "time_talks":
                told[int(key)] = typed(line, (write["seconds"], write["points_c"]), write["edit"])
            else:
                told[int(key)].confirmed(line, write)
    times = Overtime.objects.filter(entry__stage__season__code=chain).order_by("pk")
    for entry_id, seconds, points_c, *columns in times.values_list("entry", "seconds", "points_c", *COLUMNS):
        time = told.pop(entry_id, None)
        if time is None:
            yield Fault(0, _("参赛 %(entry)s 的用时没有对应的日志"), {"entry": entry_id})
        elif (seconds, points_c) != time.said:
            yield Fault(time.seq, _("参赛 %(entry)s 的用时或扣分与日志不符"), {"entry": entry_id})
        elif tuple(columns) != time.columns():
            yield Fault(time.seq, _("参赛 %(entry)s 用时的录入人或核对人与日志不符"), {"entry": entry_id})
    yield from (Fault(time.seq, _("参赛 %(entry)s 的用时不见了"), {"entry": key}) for key, time in told.items())
