"""What stood on notice is in the log: whoever alters the kept text, its names or its end beside it is found."""

import json

import pytest
from django.db import connection

from accounts import log
from contest.actions.draw import swap_places
from contest.models import Award, Draw, Entry, Stage
from contest.workflow import perform
from scoring.models import Publication, Result
from tests import cast
from tests.scoring.publishing import WHY, published, put_on_notice, take_out_the_winner


@pytest.fixture
def stage(maonan, people):
    """Published, the winner disqualified, published again: one publication withdrawn, one live."""
    stage = take_out_the_winner(published(maonan, people), people, at=8)
    return put_on_notice(stage, people, at=9)


def found():
    return [str(fault) for fault in log.verify("2023")[2]]


def alter(change, version):
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE scoring_publication SET {change} WHERE version = %s", [version])  # noqa: S608
        assert cursor.rowcount == 1


def test_publications_nobody_altered_say_what_the_log_says(stage):
    assert (Publication.objects.count(), found()) == (2, [])


def test_places_swapped_when_scoring_is_open_again_are_no_fault(maonan, people):
    stage, why = published(maonan, people), {"reason": WHY, "at": cast.later(8)}
    office = {"by": people["heya"], "seconded_by": people["luoping"]}
    for move in ("withdraw_notice", "withdraw_certification", "reopen_scoring"):
        perform(move, Stage.objects.whole().get(pk=stage.pk), **why, **office)
    entrants = {"entrants": [], "witnesses": "见证人甲", "committed_by": people["heya"], "drawn_by": people["heya"]}
    Draw.objects.create(stage=stage, **entrants, committed_at=cast.NOW, drawn_at=cast.NOW)
    cast.written_down(stage)
    one, other = Entry.objects.competing().whole().filter(stage=stage).order_by("order")[:2]
    assert found() == []
    swap_places(one, other, **why, **office)
    assert found() == []


@pytest.mark.parametrize(
    ("change", "version", "what"),
    [
        ("text = replace(text, '89.40', '98.40')", 1, "留存的公示内容被改动"),
        ("revision = 2", 1, "公示的记录与日志不符"),
        ("by_id = by_id - 1", 2, "公示的记录与日志不符"),
        ("withdrawn_reason = '笔误'", 1, "撤回公示的记录与日志不符"),
        ("withdrawn_by_id = withdrawn_second_id, withdrawn_second_id = NULL", 1, "撤回公示的记录与日志不符"),
        ("replaced_by_id = NULL", 1, "公示由哪一版更正，与日志不符"),
    ],
)
def test_an_altered_publication_shows(stage, change, version, what):
    alter(change, version)
    assert found() == [what]


def test_a_withdrawal_beside_the_log_shows(maonan, people):
    published(maonan, people)
    alter(f"withdrawn_at = at, withdrawn_by_id = by_id, withdrawn_reason = '{WHY}'", 1)
    assert found() == ["公示写为已撤回，但没有撤回的日志"]


def test_another_name_or_reason_under_the_same_text_shows(stage):
    first = Publication.objects.get(version=1)
    for key in ("person", "gone"):
        leaf = next(each for each in first.leaves if each.startswith(key))
        salt, value = first.leaves[leaf]
        other = {**value, "name": "某人"} if key == "person" else "别的原因"
        Publication.objects.filter(pk=first.pk).update(leaves={**first.leaves, leaf: [salt, other]})
        assert found() == ["留存的公示中的姓名或原因被改动"]


def test_a_name_that_was_erased_is_no_fault(stage):
    first = Publication.objects.get(version=1)
    leaves = {key: leaf for key, leaf in first.leaves.items() if not key.startswith("person:")}
    Publication.objects.filter(pk=first.pk).update(leaves=leaves)
    assert (len(first.leaves) - len(leaves), found()) == (4, [])


def test_a_publication_taken_away_shows(stage):
    Publication.objects.filter(version=2).update(replaced_by=None)
    Publication.objects.filter(version=1).delete()
    assert found() == ["第 1 版公示不见了"]


def test_a_publication_made_up_beside_the_log_shows(stage, people):
    first = Publication.objects.get(version=1)
    first.pk, first.version = None, 3
    first.save(force_insert=True)
    assert found() == ["第 3 版公示没有对应的日志"]


def test_an_award_or_a_result_that_is_no_longer_as_published_shows(stage):
    award = Award.objects.live().order_by("pk").first()
    Award.objects.filter(pk=award.pk).update(tier_name="特等奖")
    assert found() == ["公示的内容与成绩、奖项不符", "签字确认的奖项被改动", "有奖项的效力与日志不符"]
    Award.objects.filter(pk=award.pk).update(tier_name=award.tier_name)
    Result.objects.filter(tabulation__live=True, rank=1).update(rank=3)
    assert found() == ["公示的内容与成绩、奖项不符", "成绩与统分结果不符"]


def test_a_live_publication_of_awards_out_of_force_shows(stage, people):
    told = json.loads(Publication.objects.live().get().text)
    award = Award.objects.live().get(entry=told["awards"][0]["entry"])
    gone = {"superseded_at": award.entry.stage.certified_at, "superseded_by": people["heya"]}
    Award.objects.filter(pk=award.pk).update(live=False, superseded_reason="误", **gone)
    assert found() == ["公示的内容与成绩、奖项不符", "有奖项的效力与日志不符"]
