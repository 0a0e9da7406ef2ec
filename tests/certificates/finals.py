"""A closed final with prize winners of several units, put there without scoring."""

from collections.abc import Mapping, Sequence

from accounts.models import User
from contest.models import Award, Entry, Stage
from contest.models.stage import State
from registry.models import Posting, Unit
from tests import cast

# Notice V(2): one first prize, three second, five third, the rest 优秀.
PRIZES = [("first", "一等奖"), *[("second", "二等奖")] * 3, *[("third", "三等奖")] * 5]
ORDER = ["first", "second", "third", "merit"]
BUREAU, SCHOOL = "茂名市示例局", "茂名市示例学校"


def finish(
    final: Stage,
    preliminary: Stage,
    *,
    by: User,
    units: Sequence[str],
    talks: Mapping[int, str] | None = None,
    ranks: Mapping[int, int] | None = None,
) -> list[Award]:
    """Close a final of one person for each name in `units`, in the order of their places; other `ranks` where told."""
    # The final's entries follow without a line of their own.
    with cast.unsealed():
        entries = cast.enter_people(preliminary, len(units), by=by)
    made = []
    for place, (entry, name) in enumerate(zip(entries, units, strict=True), start=1):
        unit, _made = Unit.objects.get_or_create(name=name, defaults={"level": "maoming"})
        Posting.objects.filter(pk=entry.posting_id).update(unit=unit)
        there = Entry.objects.create(
            stage=final,
            secretary=entry.secretary,
            posting=entry.posting,
            district=entry.district,
            order=place,
            talk=(talks or {}).get(place, ""),
        )
        made.append(award(there, place, (ranks or {}).get(place, place)))
    cast.put(final, State.CLOSED)
    return made


def award(entry: Entry, place: int, rank: int) -> Award:
    tier, name = PRIZES[place - 1] if place <= len(PRIZES) else ("merit", "优秀")
    return Award.objects.create(
        entry=entry,
        person=cast.person(entry),
        tier=tier,
        tier_name=name,
        tier_order=ORDER.index(tier),
        rank=rank,
        revision=1,
    )
