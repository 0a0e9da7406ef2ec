"""Two people press at the same moment. Real threads, a real database file, real commits."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import IntegrityError, connection, connections

from accounts import log
from contest.models import Entry
from quota.actions import substitution
from quota.actions.approval import approve
from quota.actions.shortlist import WrongState, draw_up, submit
from quota.actions.substitution import HoldsNoSeat, approve_substitution, propose
from quota.models import Shortlist, Substitution
from tests import cast
from tests.quota.lists import held, table

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]


def at_once(*acts: Callable[[], object]) -> list[type | None]:
    """Run all acts together, each on its own connection; what each was refused with, or None."""
    together = Barrier(len(acts))

    def run(act: Callable[[], object]) -> type | None:
        together.wait()
        try:
            act()
        except Exception as refused:  # noqa: BLE001 - whatever it is, the test names what it expects
            return type(refused)
        finally:
            connections.close_all()
        return None

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def sent(stage, people, organizer: str) -> Shortlist:
    shortlist = draw_up(stage, by=people[organizer], at=cast.NOW)
    submit(shortlist, by=people[organizer], at=cast.NOW)
    return Shortlist.objects.whole().get(pk=shortlist.pk)


@pytest.fixture
def office(people):
    for each in people.values():
        each.granted  # noqa: B018 - read before the threads start
    return people


def test_two_districts_approved_at_once_send_as_many_as_both_have_seats(maonan, dianbai, final, season, office):
    table(season, by=office["heya"])
    lists = []
    for stage, organizer in ((maonan, "chenxiao"), (dianbai, "huangqiang")):
        held(stage, [95, 90, 85, 80], by=office["heya"])
        lists.append(sent(stage, office, organizer))
    connection.close()
    assert at_once(
        lambda: approve(lists[0], by=office["heya"], at=cast.later(1)),
        lambda: approve(lists[1], by=office["luoping"], at=cast.later(1)),
    ) == [None, None]
    assert Entry.objects.filter(stage=final).count() == 6
    assert log.verify("2023")[2] == []


def test_one_list_approved_by_two_at_once_enters_its_people_once(maonan, final, season, office):
    table(season, by=office["heya"])
    held(maonan, [95, 90, 85, 80], by=office["heya"])
    pk = sent(maonan, office, "chenxiao").pk
    lists = [Shortlist.objects.whole().get(pk=pk) for _twice in range(2)]
    connection.close()
    outcomes = at_once(
        lambda: approve(lists[0], by=office["heya"], at=cast.later(1)),
        lambda: approve(lists[1], by=office["luoping"], at=cast.later(1)),
    )
    assert sorted(str(each) for each in outcomes) == [str(WrongState), "None"]
    assert Entry.objects.filter(stage=final).count() == 3
    assert log.verify("2023")[2] == []


def test_one_list_drawn_up_by_two_at_once_is_one_list(maonan, season, office):
    table(season, by=office["heya"])
    held(maonan, [95, 90, 85, 80], by=office["heya"])
    connection.close()
    outcomes = at_once(
        lambda: draw_up(maonan, by=office["chenxiao"], at=cast.later(1)),
        lambda: draw_up(maonan, by=office["linfang"], at=cast.later(1)),
    )
    assert sorted(str(each) for each in outcomes) == [str(WrongState), "None"]
    assert Shortlist.objects.count() == 1


def test_one_finalist_reported_gone_by_two_at_once_calls_up_one_reserve(maonan, season, office):
    table(season, by=office["heya"])
    held(maonan, [95, 90, 85, 80, 75], by=office["heya"])
    shortlist = sent(maonan, office, "chenxiao")
    approve(shortlist, by=office["heya"], at=cast.later(1))
    leaving = shortlist.picks.with_people().get(rank=3)
    connection.close()
    outcomes = at_once(
        lambda: propose(shortlist, leaving, "因病住院", by=office["chenxiao"], at=cast.later(2)),
        lambda: propose(shortlist, leaving, "公务出国", by=office["linfang"], at=cast.later(2)),
    )
    assert sorted(str(each) for each in outcomes) == [str(HoldsNoSeat), "None"]
    assert Substitution.objects.count() == 1


def two_leaving(maonan, season, office) -> list[Substitution]:
    """陈志远 and 梁秀英 are about to leave the two seats; 王䶮 and 李㛃 stand in reserve."""
    table(season, by=office["heya"], seats={"maonan": (27, 2)})
    held(maonan, [95, 90, 85, 80], by=office["heya"])
    shortlist = sent(maonan, office, "chenxiao")
    approve(shortlist, by=office["heya"], at=cast.later(1))
    for pick in shortlist.picks.with_people()[:2]:
        propose(shortlist, pick, "因病住院", by=office["chenxiao"], at=cast.later(2))
    return list(Substitution.objects.whole().order_by("pk"))


def approved_together(proposed: list[Substitution], office) -> list[type | None]:
    connection.close()
    return at_once(
        lambda: approve_substitution(proposed[0], by=office["heya"], at=cast.later(3)),
        lambda: approve_substitution(proposed[1], by=office["luoping"], at=cast.later(3)),
    )


def competing(final) -> list[str]:
    names = Entry.objects.competing().filter(stage=final).values_list("secretary__name", flat=True)
    return sorted(names, key="陈志远 梁秀英 王䶮 李㛃".index)


def test_two_substitutions_approved_at_once_call_two_different_reserves(maonan, final, season, office):
    proposed = two_leaving(maonan, season, office)
    assert approved_together(proposed, office) == [None, None]
    assert competing(final) == ["王䶮", "李㛃"]
    assert log.verify("2023")[2] == []


def test_were_the_line_read_before_the_stage_is_held_one_reserve_would_be_called_twice(
    maonan, final, season, office, monkeypatch
):
    """The control: both look who is next before either has written."""
    proposed = two_leaving(maonan, season, office)
    early = substitution.in_line(proposed[0].shortlist)
    monkeypatch.setattr(substitution, "in_line", lambda _shortlist: early)
    assert sorted(str(each) for each in approved_together(proposed, office)) == [str(IntegrityError), "None"]
    assert competing(final) != ["王䶮", "李㛃"]
