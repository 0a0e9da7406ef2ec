"""Two acts that meet half way: each holds what the other wants next, unless everybody takes them in one order.

On PostgreSQL, where single rows are held. Each crossing has its control: with the order taken away the same two acts
end in a deadlock, and one of them is thrown away.
"""

from collections.abc import Callable
from dataclasses import replace
from threading import Event
from typing import Any

import pytest
from django.db import connection, transaction

from accounts import log
from accounts.actions import hold
from accounts.models import User
from contest.actions.entries import enter_all
from contest.actions.postings import correct_person, details_of
from contest.models import Stage
from contest.models.stage import State
from quota.actions import shortlist as lists
from quota.actions import table as tables
from quota.models import QuotaTable, Shortlist
from registry.models import District, Posting, Unit
from scoring.actions import panel
from scoring.actions.hold import hold as hold_stage
from scoring.actions.rules import adopt_rules, follow_seats
from tests import cast, races
from tests.quota.lists import held, table

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.race,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="single rows are held on PostgreSQL only"),
]
# How long one waits for the other to come half way; where the order holds, the other cannot.
PATIENCE_S = 1.5


class Crossing:
    """Where two acts meet: whoever comes says so and waits for the other, the first time."""

    def __init__(self, patience_s: float = PATIENCE_S) -> None:
        self.patience_s = patience_s
        self.here = {"one": Event(), "other": Event()}

    def at(self, side: str, function: Callable[..., object], *, before: bool = True) -> Callable[..., object]:
        def meet(*args: object, **told: object) -> object:
            done = None if before else function(*args, **told)
            if not self.here[side].is_set():
                self.here[side].set()
                self.here["other" if side == "one" else "one"].wait(self.patience_s)
            return function(*args, **told) if before else done

        return meet


def user(name: str) -> User:
    return User.objects.get(username=name)


def stage_of(season, code: str) -> Stage:
    return Stage.objects.whole().get(season=season, district__code=code)


def correct_seats(season, *, dianbai: int = 3) -> None:
    """何雅 corrects the table: 茂南区 gives a seat away."""
    here = QuotaTable.objects.get(season=season)
    places = District.objects.in_bulk(field_name="code")
    tables.change_table(
        here,
        source=here.source,
        rows=[(places["maonan"], 27, 2), (places["dianbai"], 39, dianbai), (places["binhai"], 3, 1)],
        stated_headcount=69,
        stated_seats=3 + dianbai,
        reserves=2,
        seen=tables.fingerprint(here),
        reason="更正",
        by=user("heya"),
        at=cast.later(11),
    )


def the_table_alone(here: QuotaTable) -> None:
    """The control: the table is held before the stages."""
    QuotaTable.objects.select_for_update(no_key=True).get(pk=here.pk)


@pytest.fixture
def drawn_up(season, people, maonan) -> int:
    """茂南区's list by votes, not sent in yet."""
    table(season, by=people["heya"])
    held(maonan, [90, 80, 70, 60, 50], by=people["chenxiao"], votes=[5, 4, 3, 2, 1])
    return lists.draw_up(stage_of(season, "maonan"), by=people["chenxiao"], at=cast.later(10)).pk


def sent_in_and_corrected(season, pk: int, monkeypatch) -> list[str]:
    meeting = Crossing()
    monkeypatch.setattr(lists, "refuse_outdated", meeting.at("one", lists.refuse_outdated))
    monkeypatch.setattr(tables, "_follow", meeting.at("other", tables._follow))

    def submit() -> None:
        lists.submit(Shortlist.objects.get(pk=pk), by=user("chenxiao"), at=cast.later(11))

    return races.at_once(submit, lambda: correct_seats(season))


def test_chenxiao_sends_a_list_in_while_heya_corrects_the_seats(season, drawn_up, monkeypatch):
    first, second = sent_in_and_corrected(season, drawn_up, monkeypatch)
    assert (first in ("done", "Outdated"), second in ("done", "NeedsSecond")) == (True, True)
    assert log.verify("2023")[2] == []


def test_were_the_table_held_before_the_stages_the_two_would_wait_for_each_other(season, drawn_up, monkeypatch):
    monkeypatch.setattr(tables, "_hold", the_table_alone)
    assert "OperationalError" in sent_in_and_corrected(season, drawn_up, monkeypatch)


def seats_and_a_judge(season, people, monkeypatch) -> list[str]:
    """何雅 corrects the seats of two districts; the clerk of the later one adds a judge meanwhile."""
    table(season, by=people["heya"])
    codes = list(Stage.objects.filter(season=season, district__code__in=("maonan", "dianbai")).values_list(
        "district__code", flat=True
    ))  # fmt: skip
    for code in codes:
        adopt_rules(stage_of(season, code), rules={"basis": "votes"}, votes_each=3, by=people["heya"], at=cast.NOW)
    clerk = {"maonan": "chenxiao", "dianbai": "huangqiang"}[codes[1]]
    meeting = Crossing()
    monkeypatch.setattr(tables, "follow_seats", meeting.at("one", follow_seats, before=False))
    monkeypatch.setattr(panel, "hold", meeting.at("other", hold_stage, before=False))

    def seat() -> None:
        meeting.here["one"].wait(PATIENCE_S)
        panel.seat_judges(stage_of(season, codes[1]), [panel.Judge("邓丽")], by=user(clerk), at=cast.later(11))

    return races.at_once(lambda: correct_seats(season, dianbai=4), seat)


def test_the_seats_of_two_districts_are_corrected_while_the_second_adds_a_judge(season, people, monkeypatch):
    assert seats_and_a_judge(season, people, monkeypatch) == ["done", "done"]
    assert log.verify("2023")[2] == []


def test_were_the_second_districts_stage_held_after_the_first_line_they_would_wait_for_each_other(
    season, people, monkeypatch
):
    monkeypatch.setattr(tables, "_hold", the_table_alone)
    assert "OperationalError" in seats_and_a_judge(season, people, monkeypatch)


def test_two_names_of_a_district_with_two_seasons_are_put_right_at_once(season, people, heya, maonan, monkeypatch):
    """One took part in both seasons, the other in the first; both are told in the newest."""
    both, only = cast.station(maonan.district, 2)
    Posting.objects.filter(pk=only.pk).update(unit=Unit.objects.create(name="另一局", level="maoming"))
    enter_all(maonan, list(Posting.objects.with_places().order_by("pk")), by=people["chenxiao"], at=cast.NOW)
    later = cast.season(heya, code="2024", title="另一届", theme="x", at=cast.later(2))
    enter_all(stage_of(later, "maonan"), [both], by=people["chenxiao"], at=cast.NOW)
    cast.put(maonan, State.SCORING)
    meeting, told = Crossing(), {both.pk: ("one", "陈志元"), only.pk: ("other", "梁秀瑛")}
    sides = {both.secretary_id: "one", only.secretary_id: "other"}
    plain = log.write

    def write(chain: str, action: str, **facts):
        if action != "correct_decided":
            return plain(chain, action, **facts)
        return meeting.at(sides[facts["on"].pk], plain, before=False)(chain, action, **facts)

    monkeypatch.setattr(log, "write", write)

    def correct(pk: int) -> None:
        here = Posting.objects.with_places().get(pk=pk)
        old = details_of(here)
        new = replace(old, name=told[pk][1])
        pair: dict[str, Any] = {"by": user("chenxiao"), "seconded_by": user("linfang")}
        correct_person(here, new, seen=old.fingerprint, reason="写错了", at=cast.later(9), **pair)

    assert races.at_once(lambda: correct(both.pk), lambda: correct(only.pk)) == ["done", "done"]
    assert [log.verify(chain)[2] for chain in ("2023", "2024")] == [[], []]


def two_chains(people, *, held_first: bool) -> list[str]:
    """何雅 and 罗萍 write in two chains each, in opposite order."""
    meeting = Crossing()

    def act(side: str, name: str, chains: tuple[str, str]) -> None:
        with transaction.atomic():
            if held_first:
                log.hold(*chains)
            for chain in chains:
                write = meeting.at(side, log.write, before=False)
                write(chain, "test", by=user(name), at=cast.NOW)

    return races.at_once(
        lambda: act("one", "heya", ("2023", log.PORTAL)), lambda: act("other", "luoping", (log.PORTAL, "2023"))
    )


def test_whoever_writes_in_two_chains_holds_both_heads_first(season, people):
    assert two_chains(people, held_first=True) == ["done", "done"]


def test_without_that_they_would_wait_for_each_other(season, people):
    assert "OperationalError" in two_chains(people, held_first=False)


def test_an_account_that_is_being_changed_can_be_named_in_a_line_meanwhile(season, people):
    """罗萍 changes 陈晓's account and wants the log; 陈晓 holds the log, and the line names 陈晓."""
    meeting = Crossing()

    def close() -> None:
        with transaction.atomic():
            meeting.at("one", hold, before=False)(user("chenxiao"))
            log.write(log.PORTAL, "test", by=user("luoping"), at=cast.NOW)

    def act() -> None:
        with transaction.atomic():
            log.hold(log.PORTAL)
            meeting.at("other", log.write)(log.PORTAL, "test", by=user("chenxiao"), at=cast.NOW)

    assert races.at_once(close, act) == ["done", "done"]
