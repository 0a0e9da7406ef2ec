"""Two people press at the same moment. Real threads, a real database file, real commits."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, connections

from accounts import log
from contest.models import Entry
from quota.actions.shortlist import WrongState, approve, draw_up, submit
from quota.actions.substitution import HoldsNoSeat, propose
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
