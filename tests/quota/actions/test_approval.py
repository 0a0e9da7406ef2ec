"""Accepting a list on condition, and taking the acceptance back."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from accounts import log
from accounts.models import LogLine
from accounts.permissions import NeedsSecond
from accounts.proposals import actions as proposals
from contest.actions.draw import commit_draw, draw_lots
from contest.actions.entries import EntryRefused, enter, leave, reinstate
from contest.models import Entry, Stage
from contest.models.entry import Status
from contest.models.stage import State
from contest.workflow import MOVES, CannotMove, perform, problems, what_rests_on
from quota.actions import approval as actions
from quota.actions.approval import approve, revoke_approval
from quota.actions.shortlist import FinalHasBegun, NeedsReason, WrongState, draw_up, submit, take_back
from quota.actions.substitution import TiedReserves, approve_substitution, propose
from quota.models import Pick, Shortlist
from quota.reads import condition
from quota.reads.seats import holders, questions
from quota.wording import state_of
from registry.models import Posting, Village
from tests import cast
from tests.quota.lists import announce, count, held, table

pytestmark = pytest.mark.django_db

WEEK = timedelta(days=7)


@pytest.fixture
def decree(season, people):
    return table(season, by=people["heya"])


def sent(stage: Stage, people, organizer: str = "chenxiao", *, minutes: int = 1) -> Shortlist:
    shortlist = draw_up(stage, by=people[organizer], at=cast.later(minutes))
    submit(shortlist, by=people[organizer], at=cast.later(minutes))
    return Shortlist.objects.whole().get(pk=shortlist.pk)


def pick(shortlist: Shortlist, name: str) -> Pick:
    return Pick.objects.with_people().get(shortlist=shortlist, entry__secretary__name=name)


def in_final(final: Stage) -> dict[str, str]:
    return dict(Entry.objects.filter(stage=final).order_by("id").values_list("secretary__name", "status"))


@pytest.fixture
def approved(maonan, decree, people) -> Shortlist:
    """陈志远, 梁秀英 and 王䶮 are in the final; 李㛃 and 黄𬱖 stand in reserve."""
    held(maonan, [95, 90, 88, 85, 80, 60], by=people["heya"])
    shortlist = sent(maonan, people)
    approve(shortlist, by=people["heya"], at=cast.later(2))
    return Shortlist.objects.whole().get(pk=shortlist.pk)


def revoke(shortlist: Shortlist, people, *, minutes: int = 5, reason: str = "初赛计分有误") -> None:
    revoke_approval(shortlist, reason=reason, by=people["heya"], seconded_by=people["luoping"], at=cast.later(minutes))


def why_not_open(final: Stage, minutes: int = 0, *, after: timedelta = timedelta()) -> list[str]:
    """What the lists have against opening the final's scoring."""
    told = [problem.text for problem in problems(final, MOVES["open_scoring"], cast.later(minutes) + after)]
    return [text for text in told if "名单" in text or "审定" in text]


@pytest.mark.parametrize("state", [State.CERTIFIED])
def test_a_list_is_approved_only_after_its_results_were_published(state, maonan, final, decree, people):
    held(maonan, [90, 80], by=people["heya"], state=state)
    shortlist = sent(maonan, people)
    with pytest.raises(actions.NotPublished, match="成绩还没有公示（现为“已签字确认”），公示后才能审定名单"):
        approve(shortlist, by=people["heya"], at=cast.later(2))
    announce(maonan, until=cast.NOW + WEEK)
    approve(shortlist, by=people["heya"], at=cast.later(3))
    assert in_final(final) == {"陈志远": "entered", "梁秀英": "entered"}


def test_an_approval_is_conditional_until_the_notice_period_ends(maonan, final, decree, people):
    held(maonan, [90, 80], by=people["heya"])
    announce(maonan, until=cast.NOW + WEEK)
    shortlist = sent(maonan, people)
    approve(shortlist, by=people["heya"], at=cast.later(3))
    last, first = cast.NOW + WEEK - timedelta(seconds=1), cast.NOW + WEEK
    assert [state_of(shortlist, maonan, moment) for moment in (last, first)] == ["有条件审定", "已审定"]
    cast.put(final, State.READY)
    assert why_not_open(final, after=WEEK - timedelta(seconds=1)) == [
        "茂南区的名单为有条件审定：公示至 2023-12-02 09:00。"
    ]
    assert why_not_open(final, after=WEEK) == []


def test_a_name_that_something_touches_stays_conditional_and_the_others_proceed(
    approved, final, maonan, people, monkeypatch
):
    touched = pick(approved, "梁秀英").entry_id
    monkeypatch.setattr(condition, "_holders", [lambda _list, _at: {touched: "异议第 3 号成立。"}])
    cast.put(final, State.READY)
    assert why_not_open(final) == ["梁秀英 的审定仍有条件：异议第 3 号成立。"]
    substitution = propose(approved, pick(approved, "梁秀英"), "异议成立", by=people["chenxiao"], at=cast.later(3))
    approve_substitution(substitution, by=people["heya"], at=cast.later(4))
    assert why_not_open(final) == []


def test_nobody_is_entered_for_the_final_by_hand(maonan, final, decree, people):
    entries = held(maonan, [90, 88, 95, 70], by=people["heya"])
    posting = Posting.objects.with_places().get(entries=entries[0])
    with pytest.raises(EntryRefused, match="陈志远 不在已审定的推荐名单上，不能进入决赛"):
        enter(final, posting, by=people["heya"], at=cast.NOW)
    assert in_final(final) == {}


def test_a_finalist_leaves_only_by_substitution_and_does_not_come_back_behind_the_list(approved, final, people):
    entry = Entry.objects.get(stage=final, secretary__name="王䶮")
    with pytest.raises(EntryRefused, match="请在茂南区的推荐名单上办理"):
        leave(entry, Status.WITHDRAWN, reason="因病", by=people["heya"], at=cast.later(3))
    Entry.objects.filter(secretary__in=[pick(approved, name).entry.secretary for name in ("李㛃", "黄𬱖")]).update(
        status="withdrawn", status_reason="外派"
    )
    substitution = propose(approved, pick(approved, "王䶮"), "因病", by=people["chenxiao"], at=cast.later(3))
    approve_substitution(substitution, by=people["heya"], at=cast.later(4))
    entry.refresh_from_db()
    assert entry.status == "withdrawn"
    with pytest.raises(EntryRefused, match="王䶮 不在已审定的推荐名单上"):
        reinstate(entry, reason="病愈", by=people["heya"], at=cast.later(5))


def test_on_the_day_of_the_final_an_absence_is_written_down_as_in_any_stage(approved, final, people):
    cast.put(final, State.SCORING)
    entry = Entry.objects.select_related("stage__season", "secretary").get(stage=final, secretary__name="王䶮")
    pair = {"by": people["heya"], "seconded_by": people["luoping"]}
    leave(entry, Status.ABSENT, reason="未到场", at=cast.later(3), **pair)
    reinstate(entry, reason="迟到，评审团同意", at=cast.later(4), **pair)
    assert in_final(final)["王䶮"] == "entered"


def test_two_people_revoke_an_approval_and_its_finalists_leave_with_the_reason(approved, final, maonan, people):
    waiting = propose(approved, pick(approved, "王䶮"), "因病", by=people["chenxiao"], at=cast.later(3))
    revoke(approved, people)
    approved.refresh_from_db()
    assert (approved.state, approved.live, approved.revoked_by, approved.revoked_second, approved.revoke_reason) == (
        "revoked", True, people["heya"], people["luoping"], "初赛计分有误",
    )  # fmt: skip
    left = Entry.objects.filter(stage=final).values_list("secretary__name", "status", "status_reason")
    assert sorted(left) == sorted((name, "unseated", "初赛计分有误") for name in ("陈志远", "梁秀英", "王䶮"))
    waiting.refresh_from_db()
    assert (waiting.state, waiting.refusal_reason, waiting.decided_by) == ("lapsed", "初赛计分有误", None)
    line = LogLine.objects.filter(chain="2023").latest("seq")
    assert (line.action, line.actor, line.second) == ("revoke_approval", people["heya"], people["luoping"])
    assert holders(maonan.season_id) == {}
    assert log.verify("2023")[2] == []


def test_nobody_revokes_alone_nor_without_a_reason(approved, final, people):
    for second in (None, people["heya"]):
        with pytest.raises(NeedsSecond):
            revoke_approval(approved, reason="有误", by=people["heya"], seconded_by=second, at=cast.later(3))
    with pytest.raises(PermissionDenied):
        revoke_approval(approved, reason="有误", by=people["heya"], seconded_by=people["chenxiao"], at=cast.later(3))
    with pytest.raises(NeedsReason):
        revoke(approved, people, reason="\u200b")
    assert set(in_final(final).values()) == {"entered"}
    with pytest.raises(IntegrityError, match="revoker_is_not_the_second"), transaction.atomic():
        Shortlist.objects.update(revoked_by=people["heya"], revoked_second=people["heya"])


def test_an_approval_is_revoked_once(approved, people):
    revoke(approved, people)
    with pytest.raises(WrongState, match="审定已撤销"):
        revoke(approved, people, minutes=6)


def test_once_the_finals_scoring_has_opened_nothing_is_revoked(approved, final, people):
    cast.put(final, State.SCORING)
    with pytest.raises(FinalHasBegun, match="决赛评分已经开始，审定不能再撤销"):
        revoke(approved, people)
    assert set(in_final(final).values()) == {"entered"}


def test_after_a_revocation_the_results_can_be_taken_back(approved, maonan, people):
    told = {"by": people["luoping"], "seconded_by": people["heya"], "reason": "有误"}
    with pytest.raises(CannotMove, match="须先由市级两人撤销审定"):
        perform("withdraw_notice", maonan, at=cast.later(4), **told)
    revoke(approved, people)
    perform("withdraw_notice", maonan, at=cast.later(6), **told)
    maonan.refresh_from_db()
    assert maonan.state == State.CERTIFIED


def test_once_the_final_has_begun_results_are_put_right_and_the_finalists_stand(approved, final, maonan, people):
    cast.put(final, State.SCORING)
    assert [problem.text for problem in what_rests_on(maonan, cast.later(4)) if "推荐名单" in problem.text] == [
        "推荐名单已经审定，决赛评分已经开始：更正成绩不改变决赛人员，如何处理须凭处理决定。"
    ]
    told = {"by": people["luoping"], "seconded_by": people["heya"], "reason": "有误"}
    perform("withdraw_notice", maonan, at=cast.later(4), **told)
    maonan.refresh_from_db()
    approved.refresh_from_db()
    assert (maonan.state, approved.state, set(in_final(final).values())) == ("certified", "approved", {"entered"})


def test_a_later_list_brings_back_who_is_on_it_again_and_enters_only_who_is_new(approved, final, maonan, people):
    before = {entry.secretary.name: entry.pk for entry in Entry.objects.filter(stage=final).select_related("secretary")}
    revoke(approved, people)
    entries = list(Entry.objects.filter(stage=maonan).order_by("id"))
    count(maonan, entries, [95, 90, 60, 85, 80, 61], by=people["heya"])
    again = sent(maonan, people, minutes=7)
    assert (again.number, approved.number) == (2, 1)
    approve(again, by=people["luoping"], at=cast.later(8))
    assert in_final(final) == {"陈志远": "entered", "梁秀英": "entered", "王䶮": "unseated", "李㛃": "entered"}
    now = {entry.secretary.name: entry.pk for entry in Entry.objects.filter(stage=final).select_related("secretary")}
    assert {name: now[name] for name in before} == before
    first = Shortlist.objects.get(number=1)
    assert (first.state, first.live, first.revoke_reason) == ("revoked", False, "初赛计分有误")


def test_who_comes_back_keeps_the_drawn_place_and_who_is_new_takes_the_free_one(approved, final, maonan, people):
    cast.put(final, State.READY)
    draw = commit_draw(final, by=people["heya"], at=cast.later(3))
    draw_lots(draw, witnesses="见证人甲", witness_word="427", by=people["heya"], at=cast.later(4))
    places = dict(Entry.objects.filter(stage=final).values_list("secretary__name", "order"))
    revoke(approved, people)
    count(maonan, list(Entry.objects.filter(stage=maonan).order_by("id")), [95, 90, 60, 85, 80, 61], by=people["heya"])
    approve(sent(maonan, people, minutes=7), by=people["luoping"], at=cast.later(8))
    now = dict(Entry.objects.filter(stage=final).values_list("secretary__name", "order"))
    assert now == {"陈志远": places["陈志远"], "梁秀英": places["梁秀英"], "王䶮": None, "李㛃": places["王䶮"]}


def test_a_finalist_who_comes_back_takes_the_place_of_the_reserve_who_is_not_needed(approved, final, maonan, people):
    cast.put(final, State.READY)
    draw = commit_draw(final, by=people["heya"], at=cast.later(3))
    draw_lots(draw, witnesses="见证人甲", witness_word="427", by=people["heya"], at=cast.later(3))
    places = dict(Entry.objects.filter(stage=final).values_list("secretary__name", "order"))
    gone = propose(approved, pick(approved, "王䶮"), "因病住院", by=people["chenxiao"], at=cast.later(3))
    approve_substitution(gone, by=people["heya"], at=cast.later(4))
    revoke(approved, people)
    again = sent(maonan, people, minutes=7)
    approve(again, takes={pick(again, "王䶮").pk: True}, by=people["luoping"], at=cast.later(8))
    now = dict(Entry.objects.filter(stage=final).values_list("secretary__name", "order"))
    assert now == places | {"李㛃": None}


def test_who_had_left_the_final_is_asked_about_before_a_later_list_seats_them(approved, final, maonan, people):
    substitution = propose(approved, pick(approved, "王䶮"), "因病住院", by=people["chenxiao"], at=cast.later(3))
    approve_substitution(substitution, by=people["heya"], at=cast.later(4))
    revoke(approved, people)
    again = sent(maonan, people, minutes=7)
    with pytest.raises(
        actions.Undecided, match="王䶮 曾离开决赛（已被递补：因病住院），须定是恢复参赛，还是由下一位递补。"
    ):
        approve(again, by=people["luoping"], at=cast.later(8))
    with pytest.raises(NeedsSecond):
        approve(again, takes={pick(again, "王䶮").pk: False}, by=people["luoping"], at=cast.later(8))
    both = {"by": people["luoping"], "seconded_by": people["heya"]}
    approve(again, takes={pick(again, "王䶮").pk: False}, **both, at=cast.later(8))
    assert in_final(final) == {"陈志远": "entered", "梁秀英": "entered", "王䶮": "replaced", "李㛃": "entered"}


def won_twice(maonan, dianbai, people) -> tuple[Shortlist, Shortlist]:
    """陈志远 moved from 茂南区 to 电白区 in between, and won in both."""
    here = held(maonan, [95, 90, 88, 85], by=people["heya"])
    there = held(dianbai, [95, 90, 88, 85], by=people["heya"])
    town = there[0].posting.village.town
    village = Village.objects.create(town=town, name="示例新村")
    posting = Posting.objects.create(secretary=here[0].secretary, village=village, unit=here[0].posting.unit)
    Entry.objects.filter(pk=there[0].pk).update(secretary=here[0].secretary, posting=posting)
    first, second = sent(maonan, people), sent(dianbai, people, "huangqiang")
    approve(first, by=people["heya"], at=cast.later(2))
    return first, second


def names(final: Stage) -> list[tuple[str, str]]:
    entries = Entry.objects.competing().filter(stage=final).order_by("district__order", "id")
    return list(entries.values_list("district__code", "secretary__name"))


def test_one_person_who_won_in_two_districts_stops_the_second_approval(maonan, dianbai, final, decree, people):
    _first, second = won_twice(maonan, dianbai, people)
    name = Entry.objects.filter(stage=maonan).order_by("id").values_list("secretary__name", flat=True)[0]
    asks = f"{name} 已由茂南区的名单进入决赛，一人只占一个名额，须定由哪个地区保留。"
    for takes in ({}, {pick(second, name).pk: True}):
        with pytest.raises(actions.Undecided, match=asks):
            approve(second, takes=takes, by=people["heya"], at=cast.later(3))
    assert len(names(final)) == 3


def test_kept_by_the_first_district_the_second_calls_its_next_reserve(maonan, dianbai, final, decree, people):
    _first, second = won_twice(maonan, dianbai, people)
    [asked] = questions(second)
    approve(second, takes={asked.pick.pk: False}, by=people["heya"], seconded_by=people["luoping"], at=cast.later(3))
    assert [code for code, _name in names(final)] == ["maonan"] * 3 + ["dianbai"] * 3
    passed = second.substitutions.get()
    assert (passed.proposed_by, passed.decided_by) == (people["heya"], people["luoping"])
    assert (passed.reason, passed.state, passed.coming.rank) == ("已由茂南区的名单参加决赛", "approved", 4)
    assert holders(maonan.season_id)[asked.pick.entry.secretary_id] == maonan.pk


def test_kept_by_the_second_district_the_first_calls_its_next_reserve(maonan, dianbai, final, decree, people):
    first, second = won_twice(maonan, dianbai, people)
    [asked] = questions(second)
    leaving = first.picks.with_people().get(rank=1)
    gone = propose(first, leaving, "由电白区保留", by=people["chenxiao"], at=cast.later(3))
    approve_substitution(gone, by=people["heya"], at=cast.later(4))
    approve(second, takes={asked.pick.pk: True}, by=people["heya"], at=cast.later(5))
    assert [code for code, _name in names(final)] == ["maonan"] * 3 + ["dianbai"] * 3
    kept = Entry.objects.get(stage=final, secretary=asked.pick.entry.secretary_id)
    assert (kept.status, kept.district, kept.posting_id) == ("entered", dianbai.district, asked.pick.entry.posting_id)


def test_level_reserves_are_not_chosen_between_at_an_approval_either(maonan, dianbai, final, decree, people):
    here = held(maonan, [95, 90, 88, 85], by=people["heya"])
    there = held(dianbai, [95, 90, 88, 80, 80], by=people["heya"])
    Entry.objects.filter(pk=there[0].pk).update(secretary=here[0].secretary)
    second = sent(dianbai, people, "huangqiang")
    approve(sent(maonan, people), by=people["heya"], at=cast.later(2))
    [asked] = questions(second)
    with pytest.raises(TiedReserves):
        approve(
            second, takes={asked.pick.pk: False}, by=people["heya"], seconded_by=people["luoping"], at=cast.later(3)
        )
    assert len(names(final)) == 3


def test_a_reserve_seated_by_another_district_is_passed_over(maonan, dianbai, final, decree, people):
    here = held(maonan, [95, 90, 88, 85], by=people["heya"])
    there = held(dianbai, [95, 90, 88, 80, 70], by=people["heya"])
    Entry.objects.filter(pk=there[3].pk).update(secretary=here[0].secretary)
    second = sent(dianbai, people, "huangqiang")
    approve(sent(maonan, people), by=people["heya"], at=cast.later(2))
    approve(second, by=people["heya"], at=cast.later(3))
    leaving = second.picks.with_people().get(rank=1)
    gone = propose(second, leaving, "因病", by=people["huangqiang"], at=cast.later(4))
    approve_substitution(gone, by=people["heya"], at=cast.later(5))
    assert gone.coming == second.picks.get(rank=5)
    assert gone.passed_over == [{"pick": second.picks.get(rank=4).pk, "how": "elsewhere", "reason": ""}]


def passing(maonan, dianbai, final, people) -> tuple[Shortlist, dict]:
    """陈志远 holds a seat of 茂南区; 电白区's list names the same person, behind whom two reserves stand level."""
    here = held(maonan, [95, 90, 88, 85], by=people["heya"])
    there = held(dianbai, [95, 90, 88, 80, 80], by=people["heya"])
    Entry.objects.filter(pk=there[0].pk).update(secretary=here[0].secretary)
    second = sent(dianbai, people, "huangqiang")
    approve(sent(maonan, people), by=people["heya"], at=cast.later(2))
    [asked] = questions(second)
    first = second.picks.filter(rank=4)[1]
    told = {"first": first.pk, "tie_kind": "lots", "tie_note": "抽签，监督员在场"}
    return second, {"takes": {str(asked.pick.pk): False}, **told}


def test_two_of_the_office_leave_a_seat_to_the_reserve_whom_the_panel_put_first(maonan, dianbai, final, decree, people):
    second, arguments = passing(maonan, dianbai, final, people)
    told = {"reason": "已由茂南区的名单参加决赛", "by": people["heya"], "at": cast.later(3)}
    level = {**arguments, "first": None, "tie_kind": "", "tie_note": ""}
    with pytest.raises(proposals.Obstructed, match="并列递补第 1 位"):
        proposals.propose("approve_shortlist", second, level, **told)
    with pytest.raises(PermissionDenied):
        proposals.propose("approve_shortlist", second, arguments, **told | {"by": people["huangqiang"]})
    proposal = proposals.propose("approve_shortlist", second, arguments, **told)
    coming = Pick.objects.with_people().get(pk=arguments["first"])
    name = coming.entry.secretary.name
    assert [name, "递补", "进入决赛"] in proposal.changes
    for other, refusal in (("heya", proposals.OwnProposal), ("chenxiao", PermissionDenied)):
        with pytest.raises(refusal):
            proposals.second(proposal, by=people[other], at=cast.later(4))
    assert len(names(final)) == 3
    proposals.second(proposal, by=people["luoping"], at=cast.later(5))
    passed = second.substitutions.get()
    assert (passed.coming, passed.tie_first, passed.tie_note) == (coming, coming, "抽签，监督员在场")
    assert (passed.proposed_by, passed.decided_by) == (people["heya"], people["luoping"])
    line = LogLine.objects.get(action="approve_shortlist", subject=f"quota.shortlist:{second.pk}")
    assert (line.actor, line.second) == (people["heya"], people["luoping"])
    assert ("dianbai", name) in names(final)


def test_a_list_taken_back_meanwhile_is_not_approved_by_the_proposal(maonan, dianbai, final, decree, people):
    second, arguments = passing(maonan, dianbai, final, people)
    told = {"reason": "已由茂南区的名单参加决赛", "by": people["heya"], "at": cast.later(3)}
    proposal = proposals.propose("approve_shortlist", second, arguments, **told)
    take_back(second, by=people["huangqiang"], at=cast.later(4))
    with pytest.raises(proposals.Changed):
        proposals.second(proposal, by=people["luoping"], at=cast.later(5))
    assert len(names(final)) == 3
