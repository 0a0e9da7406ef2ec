"""What a line commits to is compared with the tables, by checks that the owning apps register."""

import pytest
from django.db import transaction

from accounts import log
from accounts.log import checking
from tests import cast


@pytest.fixture
def registered(monkeypatch):
    """A check of one verb, registered for this test only; what it was given."""
    given = []
    monkeypatch.setattr(checking, "_checks", [])

    @log.checks("try_out")
    def compare(chain, lines):
        given.append((chain, lines))
        for line in lines:
            if line.facts["number"] > 1:
                yield log.Fault(line.seq, "第 %(number)s 个不符", {"number": line.facts["number"]})

    return given


@pytest.fixture
def acts(season, people):
    with transaction.atomic():
        for number in range(3):
            log.write(
                "2023",
                "try_out",
                by=people["heya"],
                seconded_by=people["luoping"],
                at=cast.later(number),
                on=season,
                number=number,
            )
        log.write("2023", "something_else", by=None, at=cast.later(9))


def test_a_check_gets_the_lines_of_its_verbs_in_order(registered, acts, season, people):
    log.verify("2023")
    [(chain, lines)] = registered
    assert (chain, [line.seq for line in lines]) == ("2023", [2, 3, 4])
    assert lines[1] == log.Line(
        seq=3,
        verb="try_out",
        subject=f"contest.season:{season.pk}",
        at=cast.later(1),
        actor=f"user:{people['heya'].pk}",
        second=f"user:{people['luoping'].pk}",
        facts={"number": 1},
    )


def test_a_check_is_asked_of_a_chain_without_its_verbs_too(registered, acts):
    log.verify("portal")
    assert registered == [("portal", [])]


def test_what_a_check_finds_is_a_fault_of_its_line(registered, acts):
    assert [(fault.seq, str(fault)) for fault in log.verify("2023")[2]] == [(4, "第 2 个不符")]


def test_a_kept_check_tells_its_faults_again(registered, acts):
    kept = log.check("2023", at=cast.later(10))
    kept.refresh_from_db()
    assert [(fault.seq, str(fault)) for fault in log.found(kept)] == [(4, "第 2 个不符")]


def test_what_differs_because_somebody_acted_meanwhile_is_looked_at_again(monkeypatch, acts, heya):
    monkeypatch.setattr(checking, "_checks", [])
    table = {"number": 2}

    @log.checks("try_out")
    def compare(chain, lines):
        if len(lines) == 3 and table["number"] == 2:
            # Between the reading of the lines and that of the table somebody acts.
            table["number"] = 7
            with transaction.atomic():
                log.write("2023", "try_out", by=heya, at=cast.later(20), number=7)
        if lines[-1].facts["number"] != table["number"]:
            yield log.Fault(lines[-1].seq, "不符")

    assert log.verify("2023")[2] == []
    table["number"] = 8
    assert [fault.seq for fault in log.verify("2023")[2]] == [6]


def test_of_a_removed_season_nothing_may_be_left_and_nothing_is_missed(registered, acts, season, heya):
    with transaction.atomic():
        log.write("2023", "removed", by=heya, at=cast.later(30))
    assert log.verify("2023")[2] == []
    assert registered == [("2023", [])]
