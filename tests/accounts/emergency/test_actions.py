"""The emergency account: sealed, useless alone; opened by 郑直 for a day it is the second person, reviewed by two."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction

from accounts import actions as accounts
from accounts import log
from accounts.emergency import reads
from accounts.emergency.actions import ReviewRefused, StaysSealed, break_seal, review
from accounts.halves import first_half, second_half
from accounts.models import EmergencyAct, EmergencyReview, LogLine, Unsealing, User
from accounts.models.emergency import LASTS
from accounts.permissions import POLICY, SECONDED, Action, NeedsSecond, may, may_second
from accounts.proposals import actions
from accounts.proposals import reads as proposals
from accounts.proposals.deputies import NotSuitable, name_deputy
from accounts.proposals.registry import all_verbs
from accounts.roles import Role
from contest import workflow
from contest.actions.removal import remove_rehearsal
from contest.models import Stage
from contest.models.stage import State
from registry.models import District
from scoring.actions.confirmation import Seen, confirm_sheets
from scoring.models import Sheet
from tests import cast
from tests.accounts.emergency.world import WHY, opened, sealed
from tests.races import at_once
from tests.scoring.filling import counted, fill, level
from tests.scoring.filling import opened as in_scoring

REASON = "3 号评委的评分表录错一格"
OVER = cast.later(30) + LASTS
# What it does as the second half of a paired act, without proposing anything.
HALVES = {Action.CONFIRM_MARKS, Action.PUBLISH, Action.APPROVE_SHORTLIST, Action.RELEASE_CERTIFICATES}


@pytest.fixture
def stage(maonan, people):
    """茂南区, tabulated."""
    stage = in_scoring(maonan, entrants=3, judges=3, by=people["chenxiao"])
    counted(stage, level(90, 80, 70, judges=3), typist=people["chenxiao"], checker=people["linfang"])
    return Stage.objects.whole().get(pk=stage.pk)


def proposed(stage, by, minutes=40):
    return actions.propose("reopen_scoring", stage, {}, reason=REASON, by=by, at=cast.later(minutes))


def seconded(stage, people):
    """An act of the opened account: 陈晓 proposed it."""
    account, here = opened(people), proposed(stage, people["chenxiao"])
    actions.second(here, by=account, at=cast.later(41))
    return account


def state_of(stage):
    stage.refresh_from_db()
    return stage.state


def again(account):
    return User.objects.get(pk=account.pk)


def acts():
    return list(EmergencyAct.objects.select_related("line").order_by("pk"))


def test_the_table_lets_it_read_and_be_the_second_and_propose_nothing():
    mine = {action for action, roles in POLICY.items() if Role.EMERGENCY in roles}
    reading = {action for action in mine if action.startswith("see_")}
    assert mine - reading == HALVES
    wanted = {verb.permission for verb in all_verbs()}
    assert wanted & mine == set()
    assert set(SECONDED) == wanted - {Action.MANAGE_ACCOUNTS}


def test_sealed_it_may_do_nothing_and_second_nothing(stage, people):
    account, _password = sealed(people)
    here, at = proposed(stage, people["chenxiao"]), cast.later(41)
    assert [action for action in Action if may(account, action, at=at)] == []
    assert proposals.waiting_for(account, at) == []
    with pytest.raises(PermissionDenied):
        actions.second(here, by=account, at=at)
    assert (state_of(stage), acts()) == ("tabulated", [])


def test_nothing_is_written_in_its_name_while_it_is_sealed(people):
    account, _password = sealed(people)
    with pytest.raises(PermissionDenied, match="封存"):
        accounts.choose_password(account, "baiyun-shan-1998-gao", at=cast.later(1))
    assert not LogLine.objects.filter(actor=account).exists()


def test_opened_it_seconds_what_chenxiao_proposes_and_both_are_named(stage, people):
    account = opened(people)
    here = proposed(stage, people["chenxiao"])
    assert proposals.waiting_for(account, cast.later(41)) == [here]
    actions.second(here, by=account, at=cast.later(41))
    line = LogLine.objects.get(action="reopen_scoring")
    assert (state_of(stage), str(line.actor), str(line.second)) == ("scoring", "陈晓", "应急账号")


def test_each_line_behind_which_it_stands_waits_for_two_and_names_the_other_half(stage, people):
    seconded(stage, people)
    assert [(act.line.action, act.others, act.chain, act.reviewed) for act in acts()] == [
        (verb, [people["chenxiao"].pk], "2023", 0) for verb in ("reopen_scoring", "second")
    ]


def test_declining_leaves_an_act_too(stage, people):
    account, here = opened(people), proposed(stage, people["chenxiao"])
    actions.decline(here, "纸质评分表无误", by=account, at=cast.later(41))
    assert [(act.line.action, act.others) for act in acts()] == [("decline", [people["chenxiao"].pk])]


def test_its_day_is_half_open(stage, people):
    account, here = opened(people), proposed(stage, people["chenxiao"])
    for moment in (cast.later(30) - timedelta(microseconds=1), OVER):
        with pytest.raises(PermissionDenied):
            actions.second(here, by=account, at=moment)
    assert state_of(stage) == "tabulated"
    actions.second(here, by=account, at=OVER - timedelta(microseconds=1))
    assert state_of(stage) == "scoring"


def test_opened_it_proposes_no_verb_of_the_registry(stage, people):
    account = opened(people)
    for verb in all_verbs():
        assert not may(account, verb.permission, at=cast.later(41)), verb.name
    with pytest.raises(PermissionDenied):
        proposed(stage, account, 41)


def test_it_seconds_nothing_about_accounts_its_own_least_of_all(people):
    account = opened(people)
    _half, kept = first_half()
    for user in (people["wumin"], account):
        here = actions.propose(
            "reset_password", user, {"half": kept}, reason="忘记密码", by=people["heya"], at=cast.later(31)
        )
        with pytest.raises(PermissionDenied):
            actions.second(here, by=account, at=cast.later(32))
        assert not may_second(account, Action.MANAGE_ACCOUNTS, user, at=cast.later(32))


def test_it_confirms_sheets_that_others_typed_and_the_typist_does_not_review_that(maonan, people):
    stage = in_scoring(maonan, entrants=2, judges=3, by=people["chenxiao"])
    fill(stage, [[9000] * 3, [8000] * 3], typist=people["chenxiao"])
    account = opened(people)
    seen = [Seen(pk, edit) for pk, edit in Sheet.objects.counting().values_list("pk", "edit")]
    assert confirm_sheets(stage, seen, by=account, at=cast.later(41)) == []
    [act] = acts()
    assert (act.line.action, act.others) == ("confirm_sheets", [people["chenxiao"].pk])
    with pytest.raises(PermissionDenied):
        confirm_sheets(stage, seen, by=account, at=OVER)


def test_two_others_review_and_neither_the_breaker_nor_the_other_half(stage, people):
    account = seconded(stage, people)
    with pytest.raises(ReviewRefused, match="由您启封"):
        review(acts(), "no_objection", "", by=people["zhengzhi"], at=cast.later(50))
    for stranger in (people["chenxiao"], again(account)):
        with pytest.raises(PermissionDenied):
            review(acts(), "no_objection", "", by=stranger, at=cast.later(50))
    review(acts(), "no_objection", "", by=people["heya"], at=cast.later(50))
    with pytest.raises(ReviewRefused, match="您已复查"):
        review(acts(), "no_objection", "", by=people["heya"], at=cast.later(51))
    review(acts(), "objection", "应等林芳回来", by=people["luoping"], at=cast.later(52))
    assert [act.reviewed for act in acts()] == [2, 2]
    told = EmergencyReview.objects.order_by("act", "place").values_list("place", "reviewer__username", "verdict")
    assert list(told) == [(1, "heya", "no_objection"), (2, "luoping", "objection")] * 2
    lines = LogLine.objects.filter(action="review_emergency").order_by("seq")
    assert [(line.chain, str(line.actor)) for line in lines] == [("2023", "何雅"), ("2023", "罗平")]


def test_the_office_that_proposed_does_not_review_its_own(stage, people):
    account = opened(people)
    actions.second(proposed(stage, people["heya"]), by=account, at=cast.later(41))
    with pytest.raises(ReviewRefused, match="您经办了这一事项"):
        review(acts(), "no_objection", "", by=people["heya"], at=cast.later(50))
    assert [reads.to_review(people[name]) == acts() for name in ("heya", "luoping", "zhengzhi")] == [
        False,
        True,
        False,
    ]


def test_all_of_them_are_reviewed_or_none(stage, people):
    account = opened(people)
    actions.second(proposed(stage, people["heya"]), by=account, at=cast.later(41))
    actions.decline(proposed_again(stage, people), "无误", by=again(account), at=cast.later(43))
    with pytest.raises(ReviewRefused):
        review(acts(), "no_objection", "", by=people["heya"], at=cast.later(50))
    assert (EmergencyReview.objects.count(), {act.reviewed for act in acts()}) == (0, {0})


def proposed_again(stage, people):
    fresh = Stage.objects.whole().get(pk=stage.pk)
    seat = fresh.seats.first()
    return actions.propose("vacate", seat, {}, reason="评委离席", by=people["chenxiao"], at=cast.later(42))


@pytest.mark.parametrize(("verdict", "words"), [("objection", "\u200b"), ("perhaps", "好"), ("", "")])
def test_an_objection_says_what_and_a_verdict_is_one_of_two(stage, people, verdict, words):
    seconded(stage, people)
    with pytest.raises(ReviewRefused):
        review(acts(), verdict, words, by=people["heya"], at=cast.later(50))
    assert EmergencyReview.objects.count() == 0


def test_the_stage_is_closed_after_both_reviews_and_not_before(stage, people):
    seconded(stage, people)
    cast.put(stage, State.PUBLISHED)
    move = workflow.MOVES["close"]

    def told():
        found = workflow.problems(stage, move, cast.later(100))
        return [problem.text for problem in found if "应急账号" in problem.text]

    assert told() == ["应急账号办理的 2 件事尚待两人复查。"]
    review(acts(), "no_objection", "", by=people["heya"], at=cast.later(50))
    assert told() == ["应急账号办理的 2 件事尚待两人复查。"]
    with pytest.raises(workflow.CannotMove, match="两人复查"):
        workflow.make("close", stage, by=people["heya"], at=cast.later(100))
    review(acts(), "no_objection", "", by=people["luoping"], at=cast.later(51))
    assert told() == []


def test_next_door_is_closed_all_the_same_and_the_final_waits_for_all(stage, dianbai, final, people):
    seconded(stage, people)
    move = workflow.MOVES["close"]
    found = {
        here.title: [p.text for p in workflow.problems(here, move, cast.later(100)) if "应急账号" in p.text]
        for here in (dianbai, final)
    }
    waits = ["应急账号办理的 2 件事尚待两人复查。"]
    assert found == {"电白区初赛": [], "市级决赛": waits}


def test_only_a_supervisor_breaks_the_seal_with_a_reason_and_once(people):
    account, _password = sealed(people)
    for name in ("heya", "chenxiao"):
        with pytest.raises(PermissionDenied):
            break_seal(account, reason=WHY, by=people[name], at=cast.later(30))
    with pytest.raises(StaysSealed, match="请写明"):
        break_seal(account, reason="\u200b", by=people["zhengzhi"], at=cast.later(30))
    made = break_seal(account, reason=WHY, by=people["zhengzhi"], at=cast.later(30))
    with pytest.raises(StaysSealed, match="已由郑直启封"):
        break_seal(account, reason=WHY, by=people["zhengzhi"], at=cast.later(31))
    line = LogLine.objects.select_related("note").get(action="break_seal")
    assert (line.chain, str(line.actor), line.note.text) == ("portal", "郑直", WHY)
    assert (made.until, Unsealing.objects.count()) == (cast.later(30) + LASTS, 1)
    with pytest.raises(StaysSealed, match="不是在用的应急账号"):
        break_seal(people["wumin"], reason=WHY, by=people["zhengzhi"], at=cast.later(31))


def test_a_password_serves_one_opening(people):
    account = opened(people)
    with pytest.raises(StaysSealed, match="重置密码"):
        break_seal(account, reason=WHY, by=people["zhengzhi"], at=OVER)
    _half, password = second_half(first_half()[1])
    pair = {"by": people["heya"], "seconded_by": people["luoping"]}
    accounts.seal_password(again(account), password, **pair, at=OVER, reason="重新封存")
    break_seal(again(account), reason=WHY, by=people["zhengzhi"], at=OVER)
    assert Unsealing.objects.count() == 2


def test_whoever_chose_an_own_password_in_it_used_it_up(people):
    account = opened(people)
    accounts.choose_password(account, "baiyun-shan-1998-gao", at=cast.later(31))
    with pytest.raises(StaysSealed, match="已经用过"):
        break_seal(again(account), reason=WHY, by=people["zhengzhi"], at=OVER)


def test_it_is_opened_by_two_has_no_other_role_and_there_is_one(people):
    told = {"username": "yingji", "name": "应急账号", "password": cast.PASSWORD, "at": cast.NOW}
    with pytest.raises(NeedsSecond):
        accounts.open_account(**told, grants=[(Role.EMERGENCY, None)], by=people["heya"])
    pair = {"by": people["heya"], "seconded_by": people["luoping"]}
    for more in (Role.OFFICE, Role.SUPERVISOR, Role.STANDBY):
        with pytest.raises(ValidationError, match="只有这一个角色"):
            accounts.open_account(**told, grants=[(Role.EMERGENCY, None), (more, None)], **pair)
    account, _password = sealed(people)
    with pytest.raises(ValidationError, match="已经有一个"):
        accounts.open_account(**told | {"username": "yingji2"}, grants=[(Role.EMERGENCY, None)], **pair)
    accounts.set_active(account, False, by=people["heya"], at=cast.later(1))
    other, _password = sealed(people, username="yingji2", at=cast.later(2))
    with pytest.raises(accounts.AlreadySo, match="已经有一个"):
        accounts.set_active(account, True, **pair, at=cast.later(3))
    assert reads.account_of(people["zhengzhi"]) == other


def test_no_account_becomes_one_and_it_becomes_nothing_else(people):
    account, _password = sealed(people)
    pair = {"by": people["heya"], "seconded_by": people["luoping"], "at": cast.later(1)}
    accounts.set_active(account, False, by=people["heya"], at=cast.later(1))
    with pytest.raises(ValidationError, match="另行新建"):
        accounts.change_grants(people["wumin"], [(Role.EMERGENCY, None)], name="吴敏", **pair)
    with pytest.raises(ValidationError, match="只有这一个角色"):
        accounts.change_grants(account, [(Role.OFFICE, None)], name="应急账号", **pair)
    accounts.change_grants(account, [(Role.EMERGENCY, None)], name="应急账号（监督员保管）", **pair)
    assert str(again(account)) == "应急账号（监督员保管）"


def test_it_counts_nowhere_as_somebody_who_is_left(people):
    account = opened(people)
    accounts.set_active(people["luoping"], False, by=people["heya"], at=cast.later(31))
    luoping = User.objects.get(username="luoping")
    pair = {"by": people["heya"], "at": cast.later(32)}
    with pytest.raises(accounts.LastOffice):
        accounts.set_active(people["heya"], False, by=revived(luoping), at=cast.later(33))
    with pytest.raises(NotSuitable, match="封存备用"):
        name_deputy(again(account), District.objects.get(code="maonan"), reason="出差", **pair)


def revived(luoping):
    """罗平 as a page that was asked for before the account was closed still knows him."""
    user = User.objects.get(pk=luoping.pk)
    user.is_active = True
    return user


def test_the_database_keeps_the_two_apart_from_each_other_and_from_the_account(stage, people):
    account = seconded(stage, people)
    [act, _other] = acts()
    same = {"act": act, "account": account, "broken_by": people["zhengzhi"], "at": cast.NOW, "verdict": "no_objection"}
    EmergencyReview.objects.create(place=1, reviewer=people["heya"], **same)
    for place, name in ((2, "heya"), (1, "luoping"), (3, "luoping"), (2, "zhengzhi"), (2, "yingji")):
        reviewer = User.objects.get(username=name)
        with pytest.raises(IntegrityError), transaction.atomic():
            EmergencyReview.objects.create(place=place, reviewer=reviewer, **same)
    told = {"reason": "x", "at": cast.NOW, "until": OVER, "password": "p"}
    with pytest.raises(IntegrityError), transaction.atomic():
        Unsealing.objects.create(account=account, broken_by=account, **told)


def test_the_log_and_the_tables_say_the_same_and_what_was_made_beside_it_shows(stage, people):
    account = seconded(stage, people)
    review(acts(), "no_objection", "", by=people["heya"], at=cast.later(50))
    assert (log.verify("portal")[2], log.verify("2023")[2]) == ([], [])
    Unsealing.objects.update(until=OVER + LASTS)
    faults = {str(fault) for fault in log.verify("portal")[2]}
    assert faults == {f"应急账号 {account.pk} 的一次启封与日志不符", "一次启封没有了记录"}
    EmergencyReview.objects.update(reviewer=people["luoping"])
    assert {str(fault) for fault in log.verify("2023")[2]} == {
        "应急账号所办事项的一次复查与日志不符",
        "一次复查没有了记录",
    }
    EmergencyReview.objects.all().delete()
    EmergencyAct.objects.filter(pk=acts()[0].pk).delete()
    assert {str(fault) for fault in log.verify("2023")[2]} == {
        "一次复查没有了记录",
        "应急账号办理的事项没有列入复查",
        "应急账号所办事项的复查次数不符",
    }


def test_what_it_did_in_a_rehearsal_leaves_with_it(people):
    here = cast.rehearsal(people["heya"])
    account = opened(people)
    with transaction.atomic():
        log.write("yanlian", "second", by=people["chenxiao"], seconded_by=account, at=cast.later(40), on=here)
    review(acts(), "no_objection", "", by=people["heya"], at=cast.later(50))
    remove_rehearsal(here, by=people["heya"], at=cast.later(60))
    assert (acts(), EmergencyReview.objects.count(), log.verify("yanlian")[2]) == ([], 0, [])


@pytest.fixture
def act(transactional_db, maonan, people):
    account = opened(people)
    with transaction.atomic():
        log.write("2023", "second", by=people["chenxiao"], seconded_by=account, at=cast.later(40), on=maonan)
    for each in people.values():
        each.granted  # noqa: B018 - each had asked for the page before anybody pressed
    [act] = acts()
    connection.close()
    return act


def pressed(act, who, minutes):
    return lambda: review([act], "no_objection", "", by=who, at=cast.later(minutes))


@pytest.mark.race
def test_two_who_review_at_the_same_moment_are_the_first_and_the_second(act, people):
    told = at_once(pressed(act, people["heya"], 50), pressed(act, people["luoping"], 50))
    places = sorted(EmergencyReview.objects.values_list("place", flat=True))
    assert (told, places, acts()[0].reviewed) == (["done", "done"], [1, 2], 2)
    assert log.verify("2023")[2] == []


@pytest.mark.race
def test_one_who_reviews_twice_at_the_same_moment_does_it_once(act, people):
    told = at_once(pressed(act, people["heya"], 50), pressed(act, User.objects.get(username="heya"), 50))
    assert (sorted(told), acts()[0].reviewed) == (["ReviewRefused", "done"], 1)


@pytest.mark.race
def test_without_claiming_a_place_both_take_the_first(act, people, monkeypatch):
    """The negative control: the database then keeps the second out."""
    from accounts.emergency import actions as emergency

    monkeypatch.setattr(emergency, "_claim", lambda _act, _places: 1)
    told = at_once(pressed(act, people["heya"], 50), pressed(act, people["luoping"], 50))
    assert (sorted(told), acts()[0].reviewed) == (["ReviewRefused", "done"], 0)
