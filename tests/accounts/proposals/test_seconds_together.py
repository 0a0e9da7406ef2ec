"""PostgreSQL: of two proposals about the same, seconded at one moment, the later rests on what the earlier left."""

import contextlib
from collections.abc import Callable
from dataclasses import replace
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest
from django.db import connection

from accounts.models import Proposal, User
from accounts.proposals import actions
from contest.actions.season_changes import details_of
from contest.models import Season
from contest.season_hooks import details_as_arguments
from tests import cast
from tests.races import at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

DAYS, NUMBER = 7, "茂乡振〔2023〕21号"


@pytest.fixture
def two() -> list[Proposal]:
    """何雅 proposes another period of notice, 罗平 another number of the notice."""
    if connection.vendor != "postgresql":
        pytest.skip("rows are locked on PostgreSQL only")
    heya = cast.first_office()
    season, people = cast.season(heya), cast.colleagues(heya)
    old = details_of(season)
    wanted = {"heya": replace(old, notice_working_days=DAYS), "luoping": replace(old, notice_number=NUMBER)}
    return [
        actions.propose(
            "correct_season", season, details_as_arguments(new), reason="写错", by=people[who], at=cast.later(5)
        )
        for who, new in wanted.items()
    ]


def seconding(proposal: Proposal, who: str) -> Callable[[], Any]:
    return lambda: actions.second(
        Proposal.objects.get(pk=proposal.pk), by=User.objects.get(username=who), at=cast.later(9)
    )


def both_at_once(monkeypatch, two: list[Proposal], *, patience: float) -> list[str]:
    """Each seconds the other's; whoever has compared waits for the other to have compared too, for a while."""
    together, compare = Barrier(2), actions._stop_unless_as_told

    def compared(*told: Any) -> None:
        compare(*told)
        with contextlib.suppress(BrokenBarrierError):
            together.wait(patience)

    monkeypatch.setattr(actions, "_stop_unless_as_told", compared)
    return at_once(seconding(two[0], "luoping"), seconding(two[1], "heya"))


def as_corrected() -> list[bool]:
    season = Season.objects.get()
    return [season.notice_working_days == DAYS, season.notice_number == NUMBER]


def test_the_later_is_told_that_something_changed_and_nothing_is_taken_back_unseen(two, monkeypatch):
    assert sorted(both_at_once(monkeypatch, two, patience=1)) == ["Changed", "done"]
    assert sorted(as_corrected()) == [False, True]
    assert sorted(Proposal.objects.values_list("state", flat=True)) == ["open", "seconded"]


def test_without_the_row_held_both_are_done_and_one_takes_back_the_other(two, monkeypatch):
    """The negative control."""
    monkeypatch.setattr(actions, "_hold", lambda _verb, _obj: None)
    assert both_at_once(monkeypatch, two, patience=30) == ["done", "done"]
    assert sorted(as_corrected()) == [False, True]
