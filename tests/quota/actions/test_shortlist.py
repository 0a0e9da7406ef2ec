"""A district's list, from the results to the final."""

import re
from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction

from accounts import log
from accounts.models import LogLine
from contest.models import Entry, Stage
from contest.models.stage import State
from contest.workflow import CannotMove, make, perform
from quota.actions import shortlist as actions
from quota.actions.approval import approve
from quota.actions.shortlist import draw_up, return_list, submit, take_back
from quota.actions.table import change_table, fingerprint
from quota.models import Pick, Shortlist
from quota.wording import reason
from tests import cast
from tests.quota.lists import count, held, table

pytestmark = pytest.mark.django_db


@pytest.fixture
def decree(season, people):
    return table(season, by=people["heya"])


def sent(stage: Stage, people, *, by: str = "chenxiao") -> Shortlist:
    shortlist = draw_up(stage, by=people[by], at=cast.later(1))
    submit(shortlist, by=people[by], at=cast.later(2))
    return shortlist


def outcomes(shortlist: Shortlist) -> list[tuple[str, str, int | None]]:
    return list(shortlist.picks.values_list("entry__secretary__name", "outcome", "place"))


def test_everybody_gets_an_outcome_in_the_order_of_the_results(maonan, decree, people):
    held(maonan, [90, 88, 95, 70, 85, 60], by=people["heya"])
    shortlist = draw_up(maonan, by=people["chenxiao"], at=cast.NOW)
    assert outcomes(shortlist) == [
        ("王䶮", "finalist", None),
        ("陈志远", "finalist", None),
        ("梁秀英", "finalist", None),
        ("黄𬱖", "reserve", 1),
        ("李㛃", "reserve", 2),
        ("张三", "outside", None),
    ]
    assert (shortlist.number, shortlist.seats, shortlist.revision, shortlist.state) == (1, 3, 1, "draft")


def test_every_outcome_says_why_in_a_sentence(maonan, decree, people):
    held(maonan, [90, 88, 95, 70, 85, 60], by=people["heya"])
    shortlist = draw_up(maonan, by=people["chenxiao"], at=cast.NOW)
    assert [reason(pick) for pick in shortlist.picks.all()] == [
        "第 1 名，名额 3 个，推荐参加决赛",
        "第 2 名，名额 3 个，推荐参加决赛",
        "第 3 名，名额 3 个，推荐参加决赛",
        "第 4 名，递补第 1 位",
        "第 5 名，递补第 2 位",
        "第 6 名，在名额 3 个和递补 2 人之外",
    ]


def test_by_votes_the_votes_come_before_the_score(maonan, decree, people):
    held(maonan, [90, 88, 95, 70, 85, 60], votes=[1, 5, 2, 4, 2, 0], by=people["heya"])
    shortlist = draw_up(maonan, by=people["chenxiao"], at=cast.NOW)
    assert outcomes(shortlist) == [
        ("梁秀英", "finalist", None),
        ("李㛃", "finalist", None),
        ("王䶮", "finalist", None),
        ("黄𬱖", "reserve", 1),
        ("陈志远", "reserve", 2),
        ("张三", "outside", None),
    ]
    third = shortlist.picks.get(rank=3)
    assert reason(third) == "第 3 名，名额 3 个，推荐参加决赛（同票，按总分排定）"
    assert (third.facts["votes"], third.facts["total"]) == (2, "95.00")


def test_a_tie_across_the_last_seat_waits_and_the_list_cannot_be_sent(maonan, decree, people):
    held(maonan, [90, 80, 80, 80, 70, 60], by=people["heya"])
    shortlist = draw_up(maonan, by=people["chenxiao"], at=cast.NOW)
    assert [outcome for _name, outcome, _place in outcomes(shortlist)] == [
        "finalist",
        "needs_ruling",
        "needs_ruling",
        "needs_ruling",
        "reserve",
        "outside",
    ]
    assert reason(shortlist.picks.all()[1]) == "与另外 2 人并列第 2 名，名额只剩 2 个，须裁定先后"
    with pytest.raises(actions.NeedsRuling) as refused:
        submit(shortlist, by=people["chenxiao"], at=cast.NOW)
    assert refused.value.names == ["梁秀英", "王䶮", "李㛃"]
    shortlist.refresh_from_db()
    assert shortlist.state == "draft"


def test_a_tie_across_the_last_seat_stops_the_signing_of_the_results(maonan, decree, people):
    held(maonan, [90, 80, 80, 80, 70], by=people["heya"], state=State.TABULATED)
    with pytest.raises(CannotMove) as refused:
        make("certify", maonan, by=people["chenxiao"], at=cast.NOW)
    texts = [problem.text for problem in refused.value.problems]
    assert "梁秀英、王䶮、李㛃 并列，决赛名额只剩 2 个，请评审团裁定先后并登记，再重新统分。" in texts


def test_a_tie_that_cuts_no_seat_does_not_stop_the_signing(maonan, decree, people):
    held(maonan, [90, 90, 80, 70, 70], by=people["heya"], state=State.TABULATED)
    assert actions.across_last_seat(maonan) is None


def test_level_reserves_are_all_taken_and_told_so(maonan, decree, people):
    held(maonan, [90, 80, 70, 60, 50, 50, 50, 40], by=people["heya"])
    shortlist = draw_up(maonan, by=people["chenxiao"], at=cast.NOW)
    assert outcomes(shortlist)[3:] == [
        ("李㛃", "reserve", 1),
        ("黄𬱖", "reserve", 2),
        ("张三", "reserve", 2),
        ("欧阳明", "reserve", 2),
        ("周文", "outside", None),
    ]
    assert reason(shortlist.picks.all()[4]) == "并列第 5 名，均列递补第 2 位，真正递补时再由评审团裁定先后"


@pytest.mark.parametrize("state", [State.PREPARING, State.READY, State.SCORING, State.TABULATED])
def test_there_is_no_list_before_the_results_are_signed(state, maonan, decree, people):
    held(maonan, [90, 80], by=people["heya"], state=state)
    with pytest.raises(actions.NotSigned):
        draw_up(maonan, by=people["chenxiao"], at=cast.NOW)
    assert Shortlist.objects.count() == 0


def test_there_is_no_list_without_the_decree(maonan, people):
    held(maonan, [90, 80], by=people["heya"])
    with pytest.raises(actions.NoSeats, match="茂南区"):
        draw_up(maonan, by=people["chenxiao"], at=cast.NOW)


def test_the_final_recommends_nobody(final, decree, people):
    cast.put(final, State.CERTIFIED)
    with pytest.raises(actions.NotSigned, match="决赛不产生推荐名单"):
        draw_up(final, by=people["heya"], at=cast.NOW)


def test_the_neighbour_may_not_draw_up_or_submit(maonan, decree, people):
    held(maonan, [90, 80], by=people["heya"])
    with pytest.raises(PermissionDenied):
        draw_up(maonan, by=people["huangqiang"], at=cast.NOW)
    shortlist = draw_up(maonan, by=people["chenxiao"], at=cast.NOW)
    with pytest.raises(PermissionDenied):
        submit(shortlist, by=people["huangqiang"], at=cast.NOW)


def test_the_supervisor_changes_nothing(maonan, decree, people):
    held(maonan, [90, 80], by=people["heya"])
    with pytest.raises(PermissionDenied):
        draw_up(maonan, by=people["zhengzhi"], at=cast.NOW)
    shortlist = sent(maonan, people)
    with pytest.raises(PermissionDenied):
        approve(shortlist, by=people["zhengzhi"], at=cast.NOW)


def test_an_organizer_may_not_approve(maonan, decree, people):
    held(maonan, [90, 80], by=people["heya"])
    with pytest.raises(PermissionDenied):
        approve(sent(maonan, people), by=people["linfang"], at=cast.NOW)


def test_a_list_is_drawn_up_once(maonan, decree, people):
    held(maonan, [90, 80], by=people["heya"])
    draw_up(maonan, by=people["chenxiao"], at=cast.NOW)
    with pytest.raises(actions.WrongState, match="已经拟定"):
        draw_up(maonan, by=people["linfang"], at=cast.NOW)
    assert Shortlist.objects.count() == 1


def test_a_list_is_sent_once(maonan, decree, people):
    held(maonan, [90, 80], by=people["heya"])
    shortlist = sent(maonan, people)
    with pytest.raises(actions.WrongState, match="已报送"):
        submit(shortlist, by=people["linfang"], at=cast.NOW)
    with pytest.raises(actions.WrongState, match="须先由市级退回"):
        draw_up(maonan, by=people["chenxiao"], at=cast.NOW)


def test_approval_enters_the_finalists_for_the_final_without_an_order(maonan, final, decree, people):
    held(maonan, [90, 88, 95, 70], by=people["heya"])
    approve(sent(maonan, people), by=people["luoping"], at=cast.later(3))
    entered = Entry.objects.filter(stage=final).order_by("id")
    assert list(entered.values_list("secretary__name", "district__code", "status", "order")) == [
        ("王䶮", "maonan", "entered", None),
        ("陈志远", "maonan", "entered", None),
        ("梁秀英", "maonan", "entered", None),
    ]
    told = Shortlist.objects.values_list("state", "submitted_by__username", "decided_by__username").get()
    assert told == ("approved", "chenxiao", "luoping")


def test_whoever_submitted_does_not_approve(maonan, final, decree, people):
    held(maonan, [90, 80], by=people["heya"])
    shortlist = sent(maonan, people, by="heya")
    with pytest.raises(actions.SamePerson, match="另一位市级工作人员"):
        approve(shortlist, by=people["heya"], at=cast.later(3))
    with pytest.raises(actions.SamePerson):
        return_list(shortlist, "重来", by=people["heya"], at=cast.later(3))
    assert Entry.objects.filter(stage=final).count() == 0
    approve(shortlist, by=people["luoping"], at=cast.later(3))
    assert Entry.objects.filter(stage=final).count() == 2


def test_the_database_itself_refuses_an_approver_who_submitted(maonan, decree, people):
    held(maonan, [90, 80], by=people["heya"])
    shortlist = sent(maonan, people, by="heya")
    with pytest.raises(IntegrityError, match="approver_is_not_submitter"), transaction.atomic():
        Shortlist.objects.filter(pk=shortlist.pk).update(decided_by=people["heya"])


def test_a_list_is_approved_once(maonan, final, decree, people):
    held(maonan, [90, 80], by=people["heya"])
    shortlist = sent(maonan, people)
    approve(shortlist, by=people["heya"], at=cast.later(3))
    with pytest.raises(actions.WrongState, match="已审定"):
        approve(shortlist, by=people["luoping"], at=cast.later(4))
    with pytest.raises(actions.WrongState, match="已经审定"):
        draw_up(maonan, by=people["chenxiao"], at=cast.later(4))
    assert Entry.objects.filter(stage=final).count() == 2


def test_a_draft_is_not_approved(maonan, final, decree, people):
    held(maonan, [90, 80], by=people["heya"])
    shortlist = draw_up(maonan, by=people["chenxiao"], at=cast.NOW)
    with pytest.raises(actions.WrongState, match="草拟"):
        approve(shortlist, by=people["heya"], at=cast.NOW)
    assert Entry.objects.filter(stage=final).count() == 0


def test_a_returned_list_says_why_and_makes_room_for_the_next(maonan, decree, people):
    held(maonan, [90, 80], by=people["heya"])
    first = sent(maonan, people)
    with pytest.raises(actions.NeedsReason):
        return_list(first, "\u200b ", by=people["heya"], at=cast.later(3))
    return_list(first, "附件未盖章", by=people["heya"], at=cast.later(3))
    second = draw_up(maonan, by=people["chenxiao"], at=cast.later(4))
    told = Shortlist.objects.order_by("number").values_list("number", "live", "state", "return_reason")
    assert list(told) == [(1, False, "returned", "附件未盖章"), (2, True, "draft", "")]
    submit(second, by=people["linfang"], at=cast.later(5))
    with pytest.raises(actions.WrongState):
        approve(first, by=people["heya"], at=cast.later(6))


def test_the_database_itself_refuses_a_return_without_a_reason(maonan, decree, people):
    held(maonan, [90, 80], by=people["heya"])
    shortlist = sent(maonan, people)
    with pytest.raises(IntegrityError, match="returning_a_list_has_a_reason"), transaction.atomic():
        Shortlist.objects.filter(pk=shortlist.pk).update(state="returned")


def test_a_draft_from_earlier_results_is_drawn_up_again(maonan, decree, people):
    entries = held(maonan, [90, 88, 95, 70], by=people["heya"])
    draft = draw_up(maonan, by=people["chenxiao"], at=cast.NOW)
    count(maonan, entries, [60, 88, 95, 70], by=people["heya"])
    with pytest.raises(actions.Outdated, match="第 1 版成绩拟定，现在的成绩是第 2 版"):
        submit(draft, by=people["chenxiao"], at=cast.later(1))
    again = draw_up(maonan, by=people["chenxiao"], at=cast.later(2))
    assert [name for name, outcome, _place in outcomes(again) if outcome == "finalist"] == ["王䶮", "梁秀英", "李㛃"]
    assert (again.number, again.revision) == (2, 2)


def test_a_list_drawn_up_by_other_seats_is_not_approved(maonan, decree, people):
    held(maonan, [90, 88, 95, 70], by=people["heya"])
    shortlist = sent(maonan, people)
    change_table(
        decree,
        source=decree.source,
        rows=[(row.district, row.headcount, 2) for row in decree.rows.all()],
        stated_headcount=69,
        stated_seats=6,
        reserves=2,
        seen=fingerprint(decree),
        by=people["heya"],
        seconded_by=people["luoping"],
        at=cast.later(3),
    )
    with pytest.raises(actions.Outdated, match="3 个名额拟定，名额分配表现为 2 个"):
        approve(shortlist, by=people["luoping"], at=cast.later(4))


def test_a_list_drawn_up_by_other_reserves_is_not_approved(maonan, decree, people):
    held(maonan, [90, 88, 95, 70], by=people["heya"])
    shortlist = sent(maonan, people)
    assert shortlist.reserves == 2
    change_table(
        decree,
        source=decree.source,
        rows=[(row.district, row.headcount, row.seats) for row in decree.rows.all()],
        stated_headcount=69,
        stated_seats=7,
        reserves=1,
        seen=fingerprint(decree),
        by=people["heya"],
        seconded_by=people["luoping"],
        at=cast.later(3),
    )
    with pytest.raises(actions.Outdated, match="名单按递补 2 人拟定，名额分配表现为 1 人"):
        approve(shortlist, by=people["luoping"], at=cast.later(4))


def test_a_county_takes_back_what_nobody_at_the_city_has_handled(maonan, decree, people):
    held(maonan, [90, 80], by=people["heya"])
    shortlist = sent(maonan, people)
    take_back(shortlist, by=people["linfang"], at=cast.later(3))
    shortlist.refresh_from_db()
    assert (shortlist.state, shortlist.submitted_by, shortlist.submitted_at) == ("draft", None, None)
    line = LogLine.objects.filter(chain="2023").latest("seq")
    assert (line.action, line.actor, line.subject) == (
        "take_back_shortlist",
        people["linfang"],
        f"quota.shortlist:{shortlist.pk}",
    )
    submit(shortlist, by=people["linfang"], at=cast.later(4))
    approve(shortlist, by=people["heya"], at=cast.later(5))


def test_the_office_takes_back_no_countys_list_but_its_own(maonan, decree, people):
    held(maonan, [90, 80], by=people["heya"])
    shortlist = sent(maonan, people)
    with pytest.raises(actions.NotTheirs, match="只能由县区收回"):
        take_back(shortlist, by=people["heya"], at=cast.later(3))
    shortlist.refresh_from_db()
    assert (shortlist.state, shortlist.submitted_by) == ("submitted", people["chenxiao"])
    take_back(shortlist, by=people["linfang"], at=cast.later(4))
    submit(shortlist, by=people["heya"], at=cast.later(5))
    with pytest.raises(actions.NotTheirs):
        take_back(shortlist, by=people["luoping"], at=cast.later(6))
    take_back(shortlist, by=people["heya"], at=cast.later(7))
    shortlist.refresh_from_db()
    assert shortlist.state == "draft"


class Meanwhile:
    """What somebody else does just before the first statement of an action that writes this table, or holds that."""

    def __init__(self, begins: str, act: Callable[[], object]) -> None:
        self.begins, self.act, self.done = begins, act, False

    def __call__(self, execute, sql, params, many, context):
        if not self.done and re.match(self.begins, sql):
            self.done = True
            self.act()
        return execute(sql, params, many, context)


WRITES_THE_LIST = r'UPDATE "quota_shortlist"'
HOLDS_THE_STAGE = r'SELECT .* FROM "contest_stage"'


@pytest.mark.parametrize(
    ("who", "act", "begins", "sender", "refusal"),
    [
        ("heya", lambda here, by: take_back(here, by=by, at=cast.later(6)), WRITES_THE_LIST, "linfang", "NotTheirs"),
        ("luoping", lambda here, by: approve(here, by=by, at=cast.later(6)), HOLDS_THE_STAGE, "luoping", "SamePerson"),
        (
            "luoping",
            lambda here, by: return_list(here, "缺少签字", by=by, at=cast.later(6)),
            HOLDS_THE_STAGE,
            "luoping",
            "SamePerson",
        ),
    ],
    ids=["take_back", "approve", "return"],
)
def test_who_sent_the_list_in_is_read_once_nobody_else_can(maonan, decree, people, who, act, begins, sender, refusal):
    """Sent in by 何雅 for the county; somebody else becomes its sender between her page's question and her claim."""
    held(maonan, [90, 80], by=people["heya"])
    shortlist = sent(maonan, people, by="heya")
    meanwhile = Meanwhile(begins, lambda: Shortlist.objects.filter(pk=shortlist.pk).update(submitted_by=people[sender]))
    with pytest.raises(getattr(actions, refusal)), connection.execute_wrapper(meanwhile):
        act(Shortlist.objects.whole().get(pk=shortlist.pk), people[who])
    shortlist.refresh_from_db()
    # What was refused is undone, and with it what the wrapper did in the same transaction.
    assert (meanwhile.done, shortlist.state, shortlist.submitted_by) == (True, "submitted", people["heya"])


def test_a_list_that_was_decided_on_is_not_taken_back(maonan, decree, people):
    held(maonan, [90, 80], by=people["heya"])
    returned = sent(maonan, people)
    return_list(returned, "附件未盖章", by=people["heya"], at=cast.later(3))
    with pytest.raises(actions.WrongState, match="已退回"):
        take_back(returned, by=people["chenxiao"], at=cast.later(4))
    approved = sent(maonan, people)
    approve(approved, by=people["heya"], at=cast.later(5))
    with pytest.raises(actions.WrongState, match="已审定"):
        take_back(approved, by=people["chenxiao"], at=cast.later(6))


def test_the_neighbour_takes_nothing_back(maonan, decree, people):
    held(maonan, [90, 80], by=people["heya"])
    shortlist = sent(maonan, people)
    with pytest.raises(PermissionDenied):
        take_back(shortlist, by=people["huangqiang"], at=cast.later(3))


def test_results_with_somebody_gone_since_are_not_recommended_from(maonan, decree, people):
    entries = held(maonan, [90, 88, 95], by=people["heya"])
    Entry.objects.filter(pk=entries[0].pk).update(status="disqualified", status_reason="材料不实")
    with pytest.raises(actions.NotSigned, match="陈志远 的参赛状态在统分之后有变化"):
        draw_up(maonan, by=people["chenxiao"], at=cast.NOW)


@pytest.mark.parametrize("state", [State.SCORING, State.TABULATED, State.CERTIFIED, State.PUBLISHED, State.CLOSED])
def test_nobody_is_entered_for_a_final_that_has_begun(state, maonan, final, decree, people):
    held(maonan, [90, 80], by=people["heya"])
    shortlist = sent(maonan, people)
    cast.put(final, state)
    with pytest.raises(actions.FinalHasBegun):
        approve(shortlist, by=people["luoping"], at=cast.later(3))
    shortlist.refresh_from_db()
    assert (shortlist.state, shortlist.decided_by, Entry.objects.filter(stage=final).count()) == ("submitted", None, 0)


def test_an_approval_that_fails_half_way_leaves_nothing(maonan, final, decree, people, monkeypatch):
    held(maonan, [90, 80], by=people["heya"])
    shortlist = sent(maonan, people)

    def full_disk(*args, **kwargs):
        raise OSError("no space left on device")

    monkeypatch.setattr(log, "write", full_disk)
    with pytest.raises(OSError, match="no space"):
        approve(shortlist, by=people["luoping"], at=cast.later(3))
    shortlist.refresh_from_db()
    assert (shortlist.state, shortlist.decided_by, Entry.objects.filter(stage=final).count()) == ("submitted", None, 0)


def test_a_stage_whose_list_is_approved_cannot_be_taken_back(maonan, decree, people):
    held(maonan, [90, 80], by=people["heya"])
    approve(sent(maonan, people), by=people["luoping"], at=cast.later(3))
    cast.put(maonan, State.CERTIFIED)
    with pytest.raises(CannotMove, match="推荐名单已经审定"):
        perform(
            "withdraw_certification",
            maonan,
            by=people["chenxiao"],
            seconded_by=people["linfang"],
            at=cast.later(4),
            reason="有误",
        )
    maonan.refresh_from_db()
    assert maonan.state == State.CERTIFIED


def test_a_stage_whose_list_was_sent_is_taken_back_only_after_its_return(maonan, decree, people):
    held(maonan, [90, 80], by=people["heya"], state=State.CERTIFIED)
    shortlist = sent(maonan, people)
    with pytest.raises(CannotMove, match="须先由县区收回，或由市级退回"):
        perform(
            "withdraw_certification",
            maonan,
            by=people["chenxiao"],
            seconded_by=people["linfang"],
            at=cast.later(4),
            reason="有误",
        )
    return_list(shortlist, "成绩有误", by=people["heya"], at=cast.later(5))
    perform(
        "withdraw_certification",
        maonan,
        by=people["chenxiao"],
        seconded_by=people["linfang"],
        at=cast.later(6),
        reason="有误",
    )
    maonan.refresh_from_db()
    assert maonan.state == State.TABULATED


def test_every_step_writes_one_line_naming_what_it_changed(maonan, decree, people):
    held(maonan, [90, 80], by=people["heya"])
    before = LogLine.objects.filter(chain="2023").count()
    shortlist = draw_up(maonan, by=people["chenxiao"], at=cast.NOW)
    submit(shortlist, by=people["chenxiao"], at=cast.NOW)
    return_list(shortlist, "重来", by=people["heya"], at=cast.NOW)
    lines = LogLine.objects.filter(chain="2023", seq__gt=before).order_by("seq")
    assert list(lines.values_list("action", "subject")) == [
        ("draw_up_shortlist", f"quota.shortlist:{shortlist.pk}"),
        ("submit_shortlist", f"quota.shortlist:{shortlist.pk}"),
        ("return_shortlist", f"quota.shortlist:{shortlist.pk}"),
    ]
    assert log.verify("2023")[2] == []


@pytest.mark.parametrize("seats", [1, 3, 9])
def test_approving_costs_the_same_number_of_queries_for_any_number_of_finalists(
    seats, season, maonan, people, django_assert_num_queries
):
    table(season, by=people["heya"], seats={"maonan": (27, seats)})
    held(maonan, list(range(90, 78, -1)), by=people["heya"])
    shortlist = Shortlist.objects.whole().get(pk=sent(maonan, people).pk)
    people["luoping"].granted  # noqa: B018 - read once a request, before any action
    with django_assert_num_queries(39):
        approve(shortlist, by=people["luoping"], at=cast.later(3))
    assert Entry.objects.filter(stage__kind="final").count() == seats


@pytest.mark.parametrize("entrants", [1, 3, 12])
def test_drawing_up_costs_the_same_number_of_queries_for_any_number_of_entrants(
    entrants, maonan, decree, people, django_assert_num_queries
):
    held(maonan, list(range(90, 90 - entrants, -1)), by=people["heya"])
    people["chenxiao"].granted  # noqa: B018 - read once a request, before any action
    with django_assert_num_queries(19):
        draw_up(maonan, by=people["chenxiao"], at=cast.NOW)
    assert Pick.objects.count() == entrants
