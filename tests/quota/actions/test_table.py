"""The decree's table of seats: taken in, corrected, checked."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import LogLine
from accounts.permissions import NeedsSecond
from contest.actions.entries import enter_all
from contest.models.stage import State
from contest.settled import is_bound
from quota.actions import table as actions
from quota.actions.approval import approve, revoke_approval
from quota.actions.shortlist import draw_up, return_list, submit, take_back
from quota.actions.table import adopt_table, change_table, check_table, fingerprint, levels_of
from quota.models import QuotaTable
from registry.models import District, Posting, Unit
from scoring.actions.rules import adopt_rules
from scoring.models import Ruleset
from tests import cast
from tests.quota.lists import held, table

pytestmark = pytest.mark.django_db

TODAY = date(2023, 11, 25)


def rows_of(told: QuotaTable) -> list[tuple[str, int, int]]:
    return list(told.rows.values_list("district__code", "headcount", "seats"))


def correct(told: QuotaTable, people, *, by: str = "heya", second: str = "", **changes) -> None:
    rows = [(row.district, row.headcount, row.seats) for row in told.rows.select_related("district")]
    said = {
        "source": told.source,
        "rows": rows,
        "stated_headcount": told.stated_headcount,
        "stated_seats": told.stated_seats,
        "reserves": told.reserves,
        "seen": fingerprint(told),
    }
    change_table(told, **{**said, **changes}, by=people[by], seconded_by=people.get(second), at=cast.later(1))


def test_the_table_is_taken_as_the_decree_states_it(season, people):
    told = table(season, by=people["heya"])
    assert rows_of(told) == [("maonan", 27, 3), ("dianbai", 39, 3), ("binhai", 3, 1)]
    assert (told.stated_headcount, told.stated_seats, told.reserves) == (69, 7, 2)


def test_a_season_has_one_table(season, people):
    table(season, by=people["heya"])
    with pytest.raises(actions.TableRefused, match="已有名额分配表"):
        table(season, by=people["luoping"])
    assert QuotaTable.objects.count() == 1


@pytest.mark.parametrize("who", ["chenxiao", "zhengzhi"])
def test_only_the_office_takes_or_corrects_the_table(who, season, people):
    with pytest.raises(PermissionDenied):
        table(season, by=people[who])
    told = table(season, by=people["heya"])
    with pytest.raises(PermissionDenied):
        correct(told, people, by=who)


def test_a_table_with_more_seats_than_people_is_refused_by_name(season, people):
    with pytest.raises(actions.TableRefused, match="滨海新区的名额 4 个多于人数 3 人"):
        table(season, by=people["heya"], seats={"binhai": (3, 4)})
    assert QuotaTable.objects.count() == 0


def test_a_district_stands_in_the_table_once(season, people):
    maonan = District.objects.get(code="maonan")
    with pytest.raises(actions.TableRefused, match="茂南区在表中出现两次"):
        adopt_table(
            season,
            source="附件",
            rows=[(maonan, 27, 3), (maonan, 39, 3)],
            stated_headcount=66,
            stated_seats=6,
            by=people["heya"],
            at=cast.NOW,
        )


def test_once_a_list_was_sent_in_the_table_is_corrected_by_two(season, maonan, people):
    told = table(season, by=people["heya"])
    correct(told, people, reserves=3)
    assert QuotaTable.objects.get().reserves == 3
    held(maonan, [90, 80], by=people["heya"])
    shortlist = draw_up(maonan, by=people["chenxiao"], at=cast.later(2))
    correct(told, people, reserves=1)
    submit(draw_up(maonan, by=people["chenxiao"], at=cast.later(2)), by=people["chenxiao"], at=cast.later(3))
    for second in ("", "heya"):
        with pytest.raises(NeedsSecond):
            correct(told, people, second=second, reserves=4)
    with pytest.raises(PermissionDenied):
        correct(told, people, second="chenxiao", reserves=4)
    assert QuotaTable.objects.get().reserves == 1
    correct(told, people, second="luoping", reserves=4, reason="公文更正")
    assert (QuotaTable.objects.get().reserves, shortlist.reserves) == (4, 3)
    line = LogLine.objects.filter(chain="2023").latest("seq")
    assert (line.actor, line.second, line.note.text, line.note.words) == (
        people["heya"],
        people["luoping"],
        "公文更正",
        {"reserves": ["1", "4"]},
    )


@pytest.mark.parametrize("back", [take_back, return_list])
def test_a_list_that_was_once_sent_in_still_needs_two_for_the_seats(back, season, maonan, people):
    told = table(season, by=people["heya"])
    held(maonan, [90, 80], by=people["heya"])
    shortlist = draw_up(maonan, by=people["chenxiao"], at=cast.later(2))
    submit(shortlist, by=people["chenxiao"], at=cast.later(3))
    by = people["chenxiao" if back is take_back else "heya"]
    back(shortlist, reason="附件未盖章", by=by, at=cast.later(4))
    again = draw_up(maonan, by=people["chenxiao"], at=cast.later(5)) if back is return_list else shortlist
    assert (again.state, again.live) == ("draft", True)
    with pytest.raises(NeedsSecond):
        correct(told, people, reserves=4)
    assert (QuotaTable.objects.get().reserves, is_bound(season)) == (2, True)


def test_the_seats_by_which_a_list_was_approved_stand_until_its_approval_is_revoked(season, maonan, people):
    told = table(season, by=people["heya"])
    held(maonan, [90, 80], by=people["heya"])
    shortlist = draw_up(maonan, by=people["chenxiao"], at=cast.later(2))
    submit(shortlist, by=people["chenxiao"], at=cast.later(3))
    approve(shortlist, by=people["luoping"], at=cast.later(4))
    rows = [(row.district, row.headcount, row.seats) for row in told.rows.select_related("district")]
    others = [rows[0], (rows[1][0], 39, 2), rows[2]]
    correct(told, people, second="luoping", rows=others, stated_seats=6)
    fewer = [(rows[0][0], 27, 2), *others[1:]]
    with pytest.raises(actions.TableInUse, match="茂南区的推荐名单已按 3 个名额审定"):
        correct(told, people, second="luoping", rows=fewer)
    revoke_approval(shortlist, reason="公文更正", by=people["heya"], seconded_by=people["luoping"], at=cast.later(5))
    with pytest.raises(NeedsSecond):
        correct(told, people, rows=fewer, stated_seats=5)
    correct(told, people, second="luoping", rows=fewer, stated_seats=5)
    assert rows_of(told) == [("maonan", 27, 2), ("dianbai", 39, 2), ("binhai", 3, 1)]


def test_how_many_each_judge_may_name_follows_the_corrected_table_until_scoring_opens(season, maonan, people):
    told = table(season, by=people["heya"])
    adopt_rules(maonan, rules={"basis": "votes"}, votes_each=3, by=people["heya"], at=cast.NOW)
    maonan_row = told.rows.select_related("district").get(district__code="maonan")

    def seats(number):
        rows = [(r.district, r.headcount, r.seats) for r in told.rows.select_related("district")]
        rows = [(d, heads, number if d == maonan_row.district else n) for d, heads, n in rows]
        correct(told, people, rows=rows)
        return Ruleset.objects.get(stage=maonan).votes_each

    assert seats(2) == 2
    line = LogLine.objects.filter(action="change_rules").get()
    assert (line.actor, line.subject) == (people["heya"], f"contest.stage:{maonan.pk}")
    Ruleset.objects.update(votes_each=5)
    assert seats(4) == 5
    Ruleset.objects.update(votes_each=4)
    cast.put(maonan, State.SCORING)
    assert seats(3) == 4


def test_a_correction_of_a_table_that_somebody_else_corrected_is_refused(season, people):
    told = table(season, by=people["heya"])
    seen = fingerprint(told)
    correct(told, people, stated_seats=8)
    with pytest.raises(actions.TableMoved):
        correct(told, people, by="luoping", reserves=5, seen=seen)
    assert QuotaTable.objects.values_list("stated_seats", "reserves").get() == (8, 2)


def test_a_sound_table_gets_its_ticks(season, people):
    told = table(season, by=people["heya"])
    for district in District.objects.all():
        cast.station(district, {"maonan": 27, "dianbai": 39, "binhai": 3}[district.code])
    findings = check_table(told, on=TODAY)
    assert [(finding.done, finding.text) for finding in findings] == [
        (True, "各地区人数相加为 69，与公文合计一致。"),
        (True, "各地区名额相加为 7，与公文合计一致。"),
        (True, "每个地区都有名额，且名额不多于人数。"),
        (True, "3 个初赛地区与表中各行一一对应。"),
        (True, "名册在任 69 人，各地区均与公文一致。"),
        (True, "已参赛 0 人，公文总人数 69 人。"),
    ]


def test_each_disagreement_is_told_with_its_numbers(season, maonan, people):
    told = table(season, by=people["heya"], seats={"maonan": (27, 3), "dianbai": (39, 0)})
    QuotaTable.objects.filter(pk=told.pk).update(stated_headcount=67, stated_seats=2)
    told.refresh_from_db()
    postings = cast.station(District.objects.get(code="maonan"), 28)
    cast.station(District.objects.get(code="dianbai"), 37)
    enter_all(maonan, postings[:2], by=people["heya"], at=cast.NOW)
    cast.put(maonan, State.READY)
    assert [finding.text for finding in check_table(told, on=TODAY) if not finding.done] == [
        "各地区人数相加为 66，公文合计为 67，相差 1。",
        "各地区名额相加为 3，公文合计为 2，相差 1。",
        "电白区有第一书记而没有决赛名额。",
        "滨海新区举办初赛，但表中没有名额。",
        "茂南区：公文 27 人，名册在任 28 人，多 1 人。",
        "电白区：公文 39 人，名册在任 37 人，少 2 人。",
        "茂南区参赛 2 人，少于决赛名额 3 个，名额将空缺。",
    ]


def stationed(counts: dict[str, int]) -> None:
    """So many in 茂南区 from units of each level."""
    district = District.objects.get(code="maonan")
    for number, (level, count) in enumerate(counts.items()):
        unit = Unit.objects.create(name=f"示例单位{number}", level=level)
        for posting in cast.station(district, count, start=20 * number):
            Posting.objects.filter(pk=posting.pk).update(unit=unit)


def of_levels(told: QuotaTable) -> list[tuple[bool, str]]:
    words = ("单位", "层级")
    return [(each.done, each.text) for each in check_table(told, on=TODAY) if any(word in each.text for word in words)]


def test_headcounts_by_level_are_compared_with_the_roster(season, people):
    told = table(season, by=people["heya"])
    assert of_levels(told) == []
    levels = {"central_provincial": 2, "zhuhai": 1, "maoming": 66}
    correct(told, people, levels=levels)
    assert levels_of(told) == levels
    assert of_levels(told) == []
    stationed({"central_provincial": 2, "zhuhai": 2, "county": 1})
    assert of_levels(told) == [
        (False, "珠海市单位：公文 1 人，名册在任 2 人，多 1 人。"),
        (False, "茂名市单位：公文 66 人，名册在任 0 人，少 66 人。"),
        (False, "县级单位：公文 0 人，名册在任 1 人，多 1 人。"),
    ]
    correct(told, people, levels={"central_provincial": 2, "zhuhai": 2, "county": 1})
    assert of_levels(told) == [
        (False, "公文按选派单位列出的人数相加为 5，公文合计为 69。"),
        (True, "名册在任人数按选派单位层级也与公文一致。"),
    ]


def test_a_correction_that_says_nothing_of_levels_leaves_them(season, people):
    told = table(season, by=people["heya"])
    correct(told, people, levels={"zhuhai": 42})
    seen = fingerprint(told)
    correct(told, people, reserves=3)
    assert levels_of(told) == {"zhuhai": 42}
    correct(told, people, levels={"zhuhai": 41})
    line = LogLine.objects.filter(chain="2023").latest("seq")
    assert line.note.words == {"zhuhai": ["42", "41"]}
    with pytest.raises(actions.TableMoved):
        correct(told, people, reserves=4, seen=seen)


def test_who_no_longer_serves_is_not_counted(season, people):
    told = table(season, by=people["heya"], seats={"binhai": (3, 1)})
    postings = cast.station(District.objects.get(code="binhai"), 4)
    Posting.objects.filter(pk=postings[0].pk).update(until=date(2023, 11, 1))
    assert "名册在任 3 人，各地区均与公文一致。" in [finding.text for finding in check_table(told, on=TODAY)]


def test_an_empty_roster_is_one_finding_not_one_for_each_district(season, people):
    told = table(season, by=people["heya"])
    assert [finding.text for finding in check_table(told, on=TODAY) if not finding.done] == [
        "名册还是空的，无法与名额表核对人数。"
    ]
