"""Acts that change something keep what it was and what it is, in words, beside their line."""

from dataclasses import replace
from datetime import date

import pytest

from accounts import log
from accounts.models import LogNote
from contest.actions.entries import name_talk
from contest.actions.postings import correct_person, details_of, end_posting
from contest.actions.season import schedule
from scoring.actions.panel import Judge, change_judge, seat_judges
from scoring.actions.rules import adopt_rules, change_rules, read_rules, ruleset_of
from tests import cast


def kept(verb):
    return LogNote.objects.filter(line__action=verb).latest("pk").words


@pytest.fixture
def chenxiao(people):
    return people["chenxiao"]


def test_a_day_and_a_place(maonan, chenxiao):
    schedule(maonan, held_on=date(2023, 11, 25), venue="礼堂", by=chenxiao, at=cast.NOW)
    assert kept("schedule") == {"held_on": ["", "2023-11-25"], "venue": ["", "礼堂"]}
    schedule(maonan, held_on=date(2023, 11, 25), venue="文化广场", by=chenxiao, at=cast.later(1))
    assert kept("schedule") == {"venue": ["礼堂", "文化广场"]}


def test_a_talk(maonan, chenxiao):
    [entry] = cast.enter_people(maonan, 1, by=chenxiao)
    name_talk(entry, "产业振兴", by=chenxiao, at=cast.NOW)
    assert kept("name_talk") == {"talk": ["", "产业振兴"]}


def test_a_person_and_the_end_of_a_service(maonan, chenxiao):
    [posting] = cast.station(maonan.district, 1)
    old = details_of(posting)
    correct_person(posting, replace(old, phone="13800000000"), seen=old.fingerprint, by=chenxiao, at=cast.NOW)
    assert kept("correct_person") == {"phone": [old.phone, "13800000000"]}
    end_posting(posting, date(2023, 12, 1), by=chenxiao, at=cast.later(1))
    assert kept("end_posting") == {"until": ["", "2023-12-01"]}


def test_a_judge(maonan, chenxiao):
    [seat] = seat_judges(maonan, [Judge("郭明", "指挥办")], by=chenxiao, at=cast.NOW)
    change_judge(seat, Judge("郭鸣", "指挥办", is_chief=True), by=chenxiao, at=cast.later(1))
    assert kept("change_judge") == {"judge": ["郭明", "郭鸣"], "is_chief": ["否", "是"]}


def test_rules(maonan, chenxiao):
    adopt_rules(maonan, by=chenxiao, at=cast.NOW)
    told = read_rules(ruleset_of(maonan))
    other = replace(told, ruleset=replace(told.ruleset, decimals=3), basis="votes", votes_each=2)
    change_rules(maonan, other, by=chenxiao, at=cast.later(1))
    assert kept("change_rules") == {
        "decimals": ["2", "3"],
        "basis": ["", "按总票数推荐"],
        "votes_each": ["0", "2"],
    }


def test_no_payload_has_the_words_in_it_and_the_log_verifies(maonan, chenxiao):
    schedule(maonan, held_on=None, venue="礼堂", by=chenxiao, at=cast.NOW)
    [entry] = cast.enter_people(maonan, 1, by=chenxiao)
    name_talk(entry, "产业振兴", by=chenxiao, at=cast.NOW)
    assert log.verify("2023")[2] == []
    LogNote.objects.filter(line__action="name_talk").update(words={"talk": ["", "别的题目"]})
    told = ["改前改后的内容被改动", f"参赛 {entry.pk} 的演讲题目与日志不符"]
    assert [str(fault) for fault in log.verify("2023")[2]] == told
