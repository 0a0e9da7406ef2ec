"""A finalist who cannot come, and the reserve called up instead."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from accounts import log
from contest.actions.draw import commit_draw, draw_lots
from contest.models import Entry, Stage
from contest.models.stage import State
from contest.workflow import CannotMove, make
from quota.actions import substitution as actions
from quota.actions.approval import approve
from quota.actions.shortlist import FinalHasBegun, draw_up, submit
from quota.actions.substitution import Choice, approve_substitution, propose, refuse_substitution
from quota.models import Pick, Shortlist, Substitution
from quota.reads.seats import in_line, seated, seats
from quota.wording import of_seats, passed_over
from scoring.models import Ruling
from tests import cast
from tests.quota.lists import SEATS, held, table

pytestmark = pytest.mark.django_db


def approved(stage: Stage, totals: list[int], people, *, seats: int = 3) -> Shortlist:
    table(stage.season, by=people["heya"], seats={**SEATS, "maonan": (27, seats)})
    held(stage, totals, by=people["heya"])
    shortlist = draw_up(stage, by=people["chenxiao"], at=cast.later(1))
    submit(shortlist, by=people["chenxiao"], at=cast.later(2))
    approve(shortlist, by=people["luoping"], at=cast.later(3))
    return Shortlist.objects.whole().get(pk=shortlist.pk)


def pick(shortlist: Shortlist, name: str) -> Pick:
    return Pick.objects.with_people().get(shortlist=shortlist, entry__secretary__name=name)


def told_of_seats(shortlist: Shortlist) -> list[str]:
    """What the list's page says about its seats."""
    substitutions = list(Substitution.objects.whole().filter(shortlist=shortlist))
    return of_seats(seats(shortlist, substitutions, list(shortlist.picks.with_people())))


def in_final(final: Stage) -> list[tuple[str, str, int | None]]:
    entries = Entry.objects.filter(stage=final).order_by("id")
    return list(entries.values_list("secretary__name", "status", "order"))


@pytest.fixture
def five(maonan, people) -> Shortlist:
    """陈志远, 梁秀英 and 王䶮 go to the final; 李㛃 and 黄𬱖 stand in reserve; 张三 does not."""
    return approved(maonan, [95, 90, 88, 85, 80, 60], people)


def test_the_first_reserve_takes_the_seat(five, final, people):
    substitution = propose(five, pick(five, "王䶮"), "因病住院", by=people["chenxiao"], at=cast.later(4))
    assert (substitution.coming, substitution.state) == (None, "proposed")
    assert in_final(final)[2:] == [("王䶮", "entered", None)]
    approve_substitution(substitution, by=people["heya"], at=cast.later(5))
    assert substitution.coming == pick(five, "李㛃")
    assert in_final(final) == [
        ("陈志远", "entered", None),
        ("梁秀英", "entered", None),
        ("王䶮", "replaced", None),
        ("李㛃", "entered", None),
    ]
    assert Entry.objects.get(stage=final, secretary__name="王䶮").status_reason == "因病住院"


def test_the_newcomer_takes_the_place_that_the_leaver_had_drawn(five, final, people):
    cast.put(final, State.READY)
    draw = commit_draw(final, by=people["heya"], at=cast.later(4))
    order = draw_lots(draw, witnesses="见证人甲", witness_word="427", by=people["heya"], at=cast.later(5))
    places = {entry: place for place, entry in enumerate(order, start=1)}
    leaver = Entry.objects.get(stage=final, secretary__name="梁秀英")
    substitution = propose(five, pick(five, "梁秀英"), "公务出国", by=people["chenxiao"], at=cast.later(6))
    approve_substitution(substitution, by=people["heya"], at=cast.later(7))
    assert in_final(final) == [
        ("陈志远", "entered", places[Entry.objects.get(stage=final, secretary__name="陈志远").pk]),
        ("梁秀英", "replaced", None),
        ("王䶮", "entered", places[Entry.objects.get(stage=final, secretary__name="王䶮").pk]),
        ("李㛃", "entered", places[leaver.pk]),
    ]


def test_a_reserve_who_cannot_come_either_leaves_the_same_way(five, final, people):
    first = propose(five, pick(five, "王䶮"), "因病住院", by=people["chenxiao"], at=cast.later(4))
    approve_substitution(first, by=people["heya"], at=cast.later(5))
    second = propose(five, pick(five, "李㛃"), "公务出国", by=people["chenxiao"], at=cast.later(6))
    approve_substitution(second, by=people["heya"], at=cast.later(7))
    assert [(name, status) for name, status, _order in in_final(final)] == [
        ("陈志远", "entered"),
        ("梁秀英", "entered"),
        ("王䶮", "replaced"),
        ("李㛃", "replaced"),
        ("黄𬱖", "entered"),
    ]


def test_with_no_reserve_left_the_seat_stays_empty_and_says_so(maonan, final, people):
    shortlist = approved(maonan, [95, 90, 88], people)
    substitution = propose(shortlist, pick(shortlist, "王䶮"), "因病住院", by=people["chenxiao"], at=cast.later(4))
    assert substitution.coming is None
    approve_substitution(substitution, by=people["heya"], at=cast.later(5))
    assert in_final(final)[2] == ("王䶮", "withdrawn", None)
    assert Entry.objects.competing().filter(stage=final).count() == 2
    assert told_of_seats(shortlist) == [
        "决赛名额 3 个，现有 2 人。",
        "空缺 1 个：王䶮 退出（因病住院），没有可递补的人。",
    ]


def test_seats_that_had_nobody_from_the_beginning_say_so(maonan, people):
    shortlist = approved(maonan, [95, 90], people)
    assert told_of_seats(shortlist) == ["决赛名额 3 个，现有 2 人。", "空缺 1 个：参赛人数少于名额。"]


def test_two_who_leave_are_followed_by_two_different_reserves(five, final, people):
    one = propose(five, pick(five, "王䶮"), "因病住院", by=people["chenxiao"], at=cast.later(4))
    two = propose(five, pick(five, "梁秀英"), "公务出国", by=people["chenxiao"], at=cast.later(4))
    approve_substitution(two, by=people["heya"], at=cast.later(5))
    approve_substitution(one, by=people["heya"], at=cast.later(6))
    assert [one.coming, two.coming] == [pick(five, "黄𬱖"), pick(five, "李㛃")]
    assert [name for name, status, _order in in_final(final) if status == "entered"] == ["陈志远", "李㛃", "黄𬱖"]


def test_of_two_open_proposals_the_one_approved_calls_the_first_reserve(maonan, final, people):
    """Attack 4: 2 seats, 2 reserves; 陈志远's leaving is refused, 梁秀英's approved: 王䶮 goes, not 李㛃."""
    shortlist = approved(maonan, [95, 90, 88, 85], people, seats=2)
    one = propose(shortlist, pick(shortlist, "陈志远"), "因病住院", by=people["chenxiao"], at=cast.later(4))
    two = propose(shortlist, pick(shortlist, "梁秀英"), "公务出国", by=people["chenxiao"], at=cast.later(4))
    refuse_substitution(one, "缺少医院证明", by=people["heya"], at=cast.later(5))
    approve_substitution(two, by=people["heya"], at=cast.later(6))
    assert [name for name, status, _order in in_final(final) if status == "entered"] == ["陈志远", "王䶮"]
    assert [each.entry.secretary.name for each in in_line(shortlist).first] == ["李㛃"]


def test_with_one_reserve_a_refused_proposal_leaves_no_seat_empty(maonan, final, people):
    """Attack 4 with one reserve: she was kept back for the refused one, and the seat stayed empty."""
    shortlist = approved(maonan, [95, 90, 88], people, seats=2)
    one = propose(shortlist, pick(shortlist, "陈志远"), "因病住院", by=people["chenxiao"], at=cast.later(4))
    two = propose(shortlist, pick(shortlist, "梁秀英"), "公务出国", by=people["chenxiao"], at=cast.later(4))
    refuse_substitution(one, "缺少医院证明", by=people["heya"], at=cast.later(5))
    approve_substitution(two, by=people["heya"], at=cast.later(6))
    assert [name for name, status, _order in in_final(final) if status == "entered"] == ["陈志远", "王䶮"]
    assert told_of_seats(shortlist) == ["决赛名额 2 个，现有 2 人。"]


def test_a_refused_proposal_gives_the_reserve_back(five, final, people):
    one = propose(five, pick(five, "王䶮"), "因病住院", by=people["chenxiao"], at=cast.later(4))
    with pytest.raises(actions.NeedsReason):
        refuse_substitution(one, "", by=people["heya"], at=cast.later(5))
    refuse_substitution(one, "缺少医院证明", by=people["heya"], at=cast.later(5))
    assert [each.entry.secretary.name for each in in_line(five).first] == ["李㛃"]
    assert [each.entry.secretary.name for each in seated(five)] == ["陈志远", "梁秀英", "王䶮"]
    two = propose(five, pick(five, "王䶮"), "因病住院，附证明", by=people["chenxiao"], at=cast.later(6))
    approve_substitution(two, by=people["heya"], at=cast.later(7))
    assert in_final(final)[2:] == [("王䶮", "replaced", None), ("李㛃", "entered", None)]


def test_level_reserves_are_not_chosen_between(maonan, people):
    shortlist = approved(maonan, [95, 90, 88, 80, 80, 80], people)
    with pytest.raises(actions.TiedReserves, match="李㛃、黄𬱖、张三 并列递补第 1 位") as refused:
        propose(shortlist, pick(shortlist, "王䶮"), "因病住院", by=people["chenxiao"], at=cast.later(4))
    assert [each.entry.secretary.name for each in refused.value.picks] == ["李㛃", "黄𬱖", "张三"]
    assert Substitution.objects.count() == 0


def test_what_the_panel_decided_between_level_reserves_is_written_down(maonan, final, people):
    shortlist = approved(maonan, [95, 90, 88, 80, 80, 80], people)
    choice = Choice(pick(shortlist, "张三"), Ruling.Kind.LOTS, "11月28日评审团当场抽签，记录存县委组织部")
    substitution = propose(
        shortlist, pick(shortlist, "王䶮"), "因病住院", choice=choice, by=people["chenxiao"], at=cast.later(4)
    )
    assert (substitution.tie_first, substitution.tie_kind, substitution.tie_note) == (
        choice.first,
        "lots",
        "11月28日评审团当场抽签，记录存县委组织部",
    )
    approve_substitution(substitution, by=people["heya"], at=cast.later(5))
    assert in_final(final)[3] == ("张三", "entered", None)
    with pytest.raises(actions.TiedReserves, match="李㛃、黄𬱖 并列"):
        propose(shortlist, pick(shortlist, "张三"), "因病住院", by=people["chenxiao"], at=cast.later(6))


def test_a_choice_of_somebody_not_level_or_without_a_note_does_not_count(maonan, people):
    shortlist = approved(maonan, [95, 90, 88, 80, 80, 70], people)
    leaving = pick(shortlist, "王䶮")
    for choice in (
        Choice(pick(shortlist, "陈志远"), Ruling.Kind.LOTS, "抽签"),
        Choice(pick(shortlist, "李㛃"), Ruling.Kind.LOTS, " "),
    ):
        with pytest.raises(actions.TiedReserves):
            propose(shortlist, leaving, "因病住院", choice=choice, by=people["chenxiao"], at=cast.later(4))


def test_a_reserve_who_was_disqualified_is_passed_over_with_the_reason(five, final, people):
    substitution = propose(five, pick(five, "王䶮"), "因病住院", by=people["chenxiao"], at=cast.later(4))
    Entry.objects.filter(pk=pick(five, "李㛃").entry_id).update(status="disqualified", status_reason="材料不实")
    assert passed_over(in_line(five).passed) == ["李㛃（递补第 1 位）不能递补：取消资格，材料不实。"]
    approve_substitution(substitution, by=people["heya"], at=cast.later(5))
    assert substitution.coming == pick(five, "黄𬱖")
    assert substitution.passed_over == [{"pick": pick(five, "李㛃").pk, "how": "disqualified", "reason": "材料不实"}]
    assert in_final(final)[2:] == [("王䶮", "replaced", None), ("黄𬱖", "entered", None)]


def test_when_every_reserve_is_out_the_seat_stays_empty(five, final, people):
    for name in ("李㛃", "黄𬱖"):
        Entry.objects.filter(pk=pick(five, name).entry_id).update(status="withdrawn", status_reason="外派")
    substitution = propose(five, pick(five, "王䶮"), "因病住院", by=people["chenxiao"], at=cast.later(4))
    approve_substitution(substitution, by=people["heya"], at=cast.later(5))
    assert (substitution.coming, len(substitution.passed_over)) == (None, 2)
    assert in_final(final)[2:] == [("王䶮", "withdrawn", None)]


def test_reserves_who_have_come_to_stand_level_stop_the_approval(maonan, final, people):
    """李㛃 stood alone before 黄𬱖 and 张三, who are level; once she is called, the second call needs a ruling."""
    shortlist = approved(maonan, [95, 90, 88, 85, 80, 80], people)
    one = propose(shortlist, pick(shortlist, "王䶮"), "因病住院", by=people["chenxiao"], at=cast.later(4))
    two = propose(shortlist, pick(shortlist, "梁秀英"), "公务出国", by=people["chenxiao"], at=cast.later(4))
    approve_substitution(one, by=people["heya"], at=cast.later(5))
    with pytest.raises(actions.TiedReserves, match="黄𬱖、张三 并列递补第 2 位"):
        approve_substitution(two, by=people["heya"], at=cast.later(6))
    assert in_final(final)[1] == ("梁秀英", "entered", None)
    refuse_substitution(two, "请附裁定重新提出", by=people["heya"], at=cast.later(7))
    choice = Choice(pick(shortlist, "张三"), Ruling.Kind.LOTS, "当场抽签")
    ruled = propose(
        shortlist, pick(shortlist, "梁秀英"), "公务出国", choice=choice, by=people["chenxiao"], at=cast.later(8)
    )
    approve_substitution(ruled, by=people["heya"], at=cast.later(9))
    assert ruled.coming == pick(shortlist, "张三")


def test_only_who_holds_a_seat_can_leave_it_and_only_once(five, people):
    for name in ("李㛃", "张三"):
        with pytest.raises(actions.HoldsNoSeat, match=name):
            propose(five, pick(five, name), "因病", by=people["chenxiao"], at=cast.later(4))
    propose(five, pick(five, "王䶮"), "因病住院", by=people["chenxiao"], at=cast.later(4))
    with pytest.raises(actions.HoldsNoSeat, match="王䶮"):
        propose(five, pick(five, "王䶮"), "因病住院", by=people["linfang"], at=cast.later(4))
    assert Substitution.objects.count() == 1


@pytest.mark.parametrize("blank", ["", " ", "\u200b", "\u3164"])
def test_leaving_needs_a_reason(blank, five, people):
    with pytest.raises(actions.NeedsReason):
        propose(five, pick(five, "王䶮"), blank, by=people["chenxiao"], at=cast.later(4))


def test_a_list_not_approved_has_nobody_to_replace(maonan, people):
    table(maonan.season, by=people["heya"])
    held(maonan, [95, 90, 88, 80], by=people["heya"])
    shortlist = draw_up(maonan, by=people["chenxiao"], at=cast.NOW)
    with pytest.raises(actions.NotApproved):
        propose(shortlist, pick(shortlist, "王䶮"), "因病", by=people["chenxiao"], at=cast.later(4))


def test_the_neighbour_may_not_propose_nor_the_organizer_decide(five, people):
    with pytest.raises(PermissionDenied):
        propose(five, pick(five, "王䶮"), "因病", by=people["huangqiang"], at=cast.later(4))
    substitution = propose(five, pick(five, "王䶮"), "因病", by=people["chenxiao"], at=cast.later(4))
    for decide in (
        lambda: approve_substitution(substitution, by=people["linfang"], at=cast.later(5)),
        lambda: refuse_substitution(substitution, "不行", by=people["linfang"], at=cast.later(5)),
    ):
        with pytest.raises(PermissionDenied):
            decide()


def test_whoever_proposed_does_not_decide(five, final, people):
    substitution = propose(five, pick(five, "王䶮"), "因病", by=people["heya"], at=cast.later(4))
    with pytest.raises(actions.SamePerson):
        approve_substitution(substitution, by=people["heya"], at=cast.later(5))
    with pytest.raises(actions.SamePerson):
        refuse_substitution(substitution, "不行", by=people["heya"], at=cast.later(5))
    with pytest.raises(IntegrityError, match="substitution_approver_is_not_proposer"), transaction.atomic():
        Substitution.objects.filter(pk=substitution.pk).update(decided_by=people["heya"])
    assert in_final(final)[2:] == [("王䶮", "entered", None)]


def test_a_substitution_is_decided_once(five, final, people):
    substitution = propose(five, pick(five, "王䶮"), "因病", by=people["chenxiao"], at=cast.later(4))
    approve_substitution(substitution, by=people["heya"], at=cast.later(5))
    with pytest.raises(actions.WrongState):
        approve_substitution(substitution, by=people["luoping"], at=cast.later(6))
    with pytest.raises(actions.WrongState):
        refuse_substitution(substitution, "不行", by=people["luoping"], at=cast.later(6))
    assert len(in_final(final)) == 4


def test_nobody_is_replaced_once_the_final_has_begun(five, final, people):
    substitution = propose(five, pick(five, "王䶮"), "因病", by=people["chenxiao"], at=cast.later(4))
    cast.put(final, State.SCORING)
    with pytest.raises(FinalHasBegun):
        approve_substitution(substitution, by=people["heya"], at=cast.later(5))
    with pytest.raises(FinalHasBegun):
        propose(five, pick(five, "梁秀英"), "因病", by=people["chenxiao"], at=cast.later(5))
    assert in_final(final)[2:] == [("王䶮", "entered", None)]


def test_an_approval_that_fails_half_way_leaves_the_final_as_it_was(five, final, people, monkeypatch):
    substitution = propose(five, pick(five, "王䶮"), "因病", by=people["chenxiao"], at=cast.later(4))

    def full_disk(*args, **kwargs):
        raise OSError("no space left on device")

    monkeypatch.setattr(log, "write", full_disk)
    with pytest.raises(OSError, match="no space"):
        approve_substitution(substitution, by=people["heya"], at=cast.later(5))
    assert in_final(final)[2:] == [("王䶮", "entered", None)]
    assert Substitution.objects.get().state == "proposed"


def test_the_final_does_not_open_while_a_list_or_a_substitution_waits(five, dianbai, final, people):
    propose(five, pick(five, "王䶮"), "因病", by=people["chenxiao"], at=cast.later(4))
    cast.put(dianbai, State.CERTIFIED)
    cast.put(final, State.READY)
    with pytest.raises(CannotMove) as refused:
        make("open_scoring", final, by=people["heya"], at=cast.later(5))
    texts = [problem.text for problem in refused.value.problems]
    assert [text for text in texts if "推荐名单" in text or "递补" in text] == [
        "电白区的推荐名单还没有审定。",
        "王䶮 的退出和递补还没有决定。",
    ]
