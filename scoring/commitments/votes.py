"""Votes: whom each judge names, as typed and as confirmed."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from django.utils.translation import gettext_noop as _

from accounts.log import Fault, Line, checks
from scoring.commitments.pairs import COLUMNS, Paired, typed
from scoring.models import Ballot, Vote


@checks("cast_votes", "confirm_votes")
def votes_say_what_was_written(chain: str, lines: Sequence[Line]) -> Iterator[Fault]:
    """DESIGN 12: a vote put in, taken out or moved, a typist or a confirmer that was altered beside the log."""
    told: dict[int, Paired] = {}
    for line in lines:
        if line.verb == "cast_votes":
            told[line.pk] = typed(line, line.facts["entries"], line.facts["edit"])
        else:
            for key, edit in line.facts["seats"].items():
                told[int(key)].confirmed(line, edit)
    votes = _votes(chain)
    ballots = dict.fromkeys(votes) | _ballots(chain)
    for seat_id, columns in sorted(ballots.items()):
        ballot = told.pop(seat_id, None)
        if ballot is None:
            yield Fault(0, _("评委席 %(seat)s 的推荐票没有对应的日志"), {"seat": seat_id})
        elif votes.get(seat_id, []) != ballot.said:
            yield Fault(ballot.seq, _("评委席 %(seat)s 的推荐票与日志不符"), {"seat": seat_id})
        elif columns != ballot.columns():
            yield Fault(ballot.seq, _("评委席 %(seat)s 推荐票的录入人或核对人与日志不符"), {"seat": seat_id})
    yield from (Fault(each.seq, _("评委席 %(seat)s 的推荐票不见了"), {"seat": key}) for key, each in told.items())


def _votes(chain: str) -> dict[int, list[int]]:
    """By seat, the entries it names, sorted."""
    found: dict[int, list[int]] = defaultdict(list)
    votes = Vote.objects.filter(seat__stage__season__code=chain).order_by("entry_id")
    for seat_id, entry_id in votes.values_list("seat", "entry"):
        found[seat_id].append(entry_id)
    return found


def _ballots(chain: str) -> dict[int, tuple[object, ...] | None]:
    rows = Ballot.objects.filter(seat__stage__season__code=chain).values_list("seat", *COLUMNS)
    return {seat_id: tuple(columns) for seat_id, *columns in rows}
