"""谢宁 of 滨海新区 is deputy in 茂南区 for a day: she seconds there what an organizer may, and does nothing else."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts import actions as accounts
from accounts import log
from accounts.models import Grant, LogLine, Proposal, User
from accounts.permissions import Action, may, may_second, within_reach
from accounts.proposals import actions, reads
from accounts.proposals.deputies import LASTS, AlreadyOver, NotSuitable, end_deputy, name_deputy, serving
from accounts.roles import Role
from contest.models import Stage
from registry.models import District
from tests import cast
from tests.scoring.filling import counted, level, opened

WHY = "3 号评委的评分表录错一格"


@pytest.fixture
def stage(maonan, people):
    """茂南区, tabulated; 林芳 is on the road today."""
    stage = opened(maonan, entrants=3, judges=3, by=people["chenxiao"])
    counted(stage, level(90, 80, 70, judges=3), typist=people["chenxiao"], checker=people["linfang"])
    stage.refresh_from_db()
    return stage


@pytest.fixture
def deputy(stage, people):
    return name_deputy(people["xiening"], stage.district, reason="林芳出差", by=people["heya"], at=cast.later(5))


def xiening():
    """As the next request reads her."""
    return User.objects.get(username="xiening")


def proposed(stage, by, minutes=10):
    return actions.propose("reopen_scoring", stage, {}, reason=WHY, by=by, at=cast.later(minutes))


def state_of(stage):
    stage.refresh_from_db()
    return stage.state


def test_without_being_named_she_seconds_nothing_there(stage, people):
    here = proposed(stage, people["chenxiao"])
    with pytest.raises(PermissionDenied):
        actions.second(here, by=xiening(), at=cast.later(11))
    assert (state_of(stage), reads.waiting_for(xiening(), cast.later(11))) == ("tabulated", [])


def test_named_she_seconds_what_chenxiao_proposes_and_the_log_names_both(stage, deputy, people):
    here = proposed(stage, people["chenxiao"])
    assert reads.waiting_for(xiening(), cast.later(11)) == [here]
    actions.second(here, by=xiening(), at=cast.later(11))
    assert state_of(stage) == "scoring"
    line = LogLine.objects.get(action="reopen_scoring")
    assert (str(line.actor), str(line.second)) == ("陈晓", "谢宁")


def test_she_may_decline_as_well(stage, deputy, people):
    here = proposed(stage, people["chenxiao"])
    actions.decline(here, "纸质评分表无误", by=xiening(), at=cast.later(11))
    assert (state_of(stage), here.state) == ("tabulated", "declined")


def test_she_does_nothing_there_herself(stage, deputy, people):
    at = cast.later(10)
    # The seasons are everybody's to look at.
    assert reading(xiening(), stage) == ["see_season"]
    with pytest.raises(PermissionDenied):
        proposed(stage, xiening())
    assert may_second(xiening(), Action.REOPEN_SCORING, stage, at=at)
    assert not may_second(xiening(), Action.PUBLISH, stage, at=at)
    assert not may_second(xiening(), Action.MANAGE_ACCOUNTS, people["wumin"], at=at)


def test_next_door_she_seconds_nothing(stage, deputy, dianbai):
    assert not may_second(xiening(), Action.REOPEN_SCORING, Stage.objects.get(pk=dianbai.pk), at=cast.later(10))


def test_while_she_is_deputy_she_reads_the_stage_its_marks_and_its_proposals(stage, people):
    before = reading(xiening(), stage)
    name_deputy(people["xiening"], stage.district, reason="林芳出差", by=people["heya"], at=timezone.now())
    assert (before, reading(xiening(), stage)) == (
        ["see_season"],
        ["see_season", "see_stage", "see_marks", "see_proposals"],
    )
    seen = within_reach(xiening(), Action.SEE_STAGE, Stage.objects.filter(kind="preliminary"))
    assert set(seen.values_list("district__code", flat=True)) == {"maonan", "binhai"}


def reading(user, stage):
    return [str(action) for action in Action if may(user, action, stage)]


def test_not_what_is_proposed_by_who_named_her(stage, deputy, people):
    here = proposed(stage, people["heya"])
    assert reads.waiting_for(xiening(), cast.later(11)) == []
    with pytest.raises(PermissionDenied):
        actions.second(here, by=xiening(), at=cast.later(11))
    assert state_of(stage) == "tabulated"
    actions.withdraw(here, by=people["heya"], at=cast.later(12))
    actions.second(proposed(stage, people["luoping"], 13), by=xiening(), at=cast.later(14))
    assert state_of(stage) == "scoring"


def test_her_day_ends_to_the_moment_and_by_itself(stage, deputy, people):
    over = cast.later(5) + LASTS
    here = proposed(stage, people["chenxiao"])
    assert reads.waiting_for(xiening(), over) == []
    with pytest.raises(PermissionDenied):
        actions.second(here, by=xiening(), at=over)
    actions.second(here, by=xiening(), at=over - timedelta(microseconds=1))
    assert state_of(stage) == "scoring"


def test_ended_early_it_is_over_at_once_and_ends_once(stage, deputy, people):
    here = proposed(stage, people["chenxiao"])
    end_deputy(deputy, by=people["luoping"], at=cast.later(11))
    with pytest.raises(PermissionDenied):
        actions.second(here, by=xiening(), at=cast.later(11))
    with pytest.raises(AlreadyOver):
        end_deputy(deputy, by=people["luoping"], at=cast.later(12))
    lines = LogLine.objects.filter(action__in=("name_deputy", "end_deputy")).order_by("seq")
    assert [(line.action, str(line.actor), line.subject) for line in lines] == [
        ("name_deputy", "何雅", f"accounts.user:{people['xiening'].pk}"),
        ("end_deputy", "罗平", f"accounts.user:{people['xiening'].pk}"),
    ]


def test_closed_or_given_other_rights_she_is_deputy_no_more(stage, deputy, people):
    accounts.set_active(people["xiening"], False, by=people["heya"], at=cast.later(6))
    pair = {"by": people["heya"], "seconded_by": people["luoping"]}
    accounts.set_active(people["xiening"], True, **pair, at=cast.later(7))
    assert list(serving(cast.later(8))) == []
    again = name_deputy(people["xiening"], stage.district, reason="再请", by=people["heya"], at=cast.later(9))
    assert list(serving(cast.later(10))) == [again]
    accounts.change_grants(people["xiening"], [], name="谢宁", by=people["heya"], at=cast.later(11))
    assert list(serving(cast.later(12))) == []


@pytest.mark.parametrize(
    ("who", "sentence"),
    [
        ("heya", "不能指定自己"),
        ("luoping", "本来就能"),
        ("linfang", "本来就能"),
        ("zhengzhi", "监督员只看不办"),
        ("liukai", "须是其他地区的组织者"),
        ("wumin", "已停用"),
        ("xiening", "已经是"),
    ],
)
def test_whoever_is_not_from_elsewhere_or_whose_password_one_alone_knew_is_not_named(
    stage, deputy, people, dianbai, who, sentence
):
    told = {"username": "liukai", "name": "刘凯", "password": cast.PASSWORD}
    grant = [(Role.OPERATOR, dianbai.district)]
    people["liukai"] = accounts.open_account(**told, grants=grant, by=people["heya"], at=cast.NOW)
    accounts.set_active(people["wumin"], False, by=people["heya"], at=cast.NOW)
    with pytest.raises(NotSuitable, match=sentence):
        name_deputy(people[who], stage.district, reason="出差", by=people["heya"], at=cast.later(6))
    assert list(serving(cast.later(6))) == [deputy]


def test_nobody_but_the_office_names_or_ends_a_deputy(stage, deputy, people):
    for name in ("chenxiao", "zhengzhi"):
        with pytest.raises(PermissionDenied):
            name_deputy(people["pangjing"], stage.district, reason="出差", by=people[name], at=cast.later(6))
        with pytest.raises(PermissionDenied):
            end_deputy(deputy, by=people[name], at=cast.later(6))
    with pytest.raises(NotSuitable, match="请写明原因"):
        name_deputy(people["pangjing"], stage.district, reason="\u200b", by=people["heya"], at=cast.later(6))
    assert list(serving(cast.later(6))) == [deputy]


def test_the_database_takes_no_deputy_without_an_end(people):
    maonan = District.objects.get(code="maonan")
    with pytest.raises(IntegrityError), transaction.atomic():
        Grant.objects.create(user=people["xiening"], role=Role.DEPUTY, district=maonan)


def test_over_http_heya_names_her_and_she_seconds_from_her_desk(stage, people, signed_in):
    heya, chenxiao = signed_in(people["heya"]), signed_in(people["chenxiao"])
    told = {"user": people["xiening"].pk, "district": stage.district.pk, "reason": "林芳出差"}
    assert heya.post(reverse("name_deputy"), told).url == reverse("accounts")
    page = heya.get(reverse("accounts")).content.decode()
    assert ("谢宁" in page, "提前结束" in page) == (True, True)
    chenxiao.post(reverse("contest:move", args=[stage.pk, "reopen_scoring"]), {"reason": WHY})
    here, client = Proposal.objects.get(), signed_in(people["xiening"])
    desk = client.get(reverse("desk")).content.decode()
    assert (here.title in desk, "茂南区临时复核员" in desk) == (True, True)
    assert client.get(reverse("contest:stage", args=[stage.pk])).status_code == 200
    assert client.get(reverse("scoring:results", args=[stage.pk])).status_code == 200
    assert client.get(reverse("contest:schedule", args=[stage.pk])).status_code == 404
    assert client.post(reverse("second", args=[here.pk])).status_code == 302
    assert state_of(stage) == "scoring"
    grant = Grant.objects.get(role=Role.DEPUTY)
    assert "提前结束谢宁的临时复核？" in heya.get(reverse("end_deputy", args=[grant.pk])).content.decode()
    assert client.get(reverse("contest:stage", args=[stage.pk])).status_code == 200
    assert heya.post(reverse("end_deputy", args=[grant.pk])).url == reverse("accounts")
    assert client.get(reverse("contest:stage", args=[stage.pk])).status_code == 404
    assert "提前结束" not in heya.get(reverse("accounts")).content.decode()


def test_only_who_may_be_named_is_offered_and_with_what_they_are(people, heya, signed_in):
    cast.rehearsal(heya)
    [made_up] = cast.made_up(people, "yanlian-o", role=Role.STANDBY)
    cast.made_up(people, "yanlian-s", role=Role.OFFICE)
    client, real = signed_in(heya), {name for pair in cast.ORGANIZERS.values() for name, _words in pair}

    def offered(season, district="maonan"):
        told = {"season": season, "district": District.objects.get(code=district).pk}
        page = client.get(reverse("name_deputy"), told)
        return dict(page.context["form"].fields["user"].choices)

    names = {pk.instance.username: label for pk, label in offered("2023").items() if pk}
    # Whoever organizes 茂南区 seconds there anyhow; next door they are from elsewhere.
    assert (set(names), names["xiening"]) == (real - {"chenxiao", "linfang"}, "谢宁 · 滨海新区县级组织者")
    next_door = {pk.instance.username for pk in offered("2023", "binhai") if pk}
    assert next_door == real - {"xiening", "pangjing"}
    assert {pk.instance for pk in offered("yanlian") if pk} - {pk.instance for pk in offered("2023") if pk} == {made_up}


def test_the_office_of_a_rehearsal_ends_the_day_of_the_deputy_it_named_and_no_real_one(deputy, people, heya, signed_in):
    cast.rehearsal(heya)
    [standby] = cast.made_up(people, "yanlian-o", role=Role.STANDBY)
    [office] = cast.made_up(people, "yanlian-s", role=Role.OFFICE)
    theirs = name_deputy(standby, deputy.district, reason="演练", by=office, at=timezone.now())
    client = signed_in(office)
    assert client.post(reverse("end_deputy", args=[deputy.pk])).status_code == 404
    assert client.post(reverse("end_deputy", args=[theirs.pk])).url == reverse("accounts")
    untils = dict(Grant.objects.filter(role=Role.DEPUTY).values_list("pk", "until"))
    assert (untils[deputy.pk], untils[theirs.pk] <= timezone.now()) == (deputy.until, True)


def test_first_she_is_asked_for_the_district_and_whoever_serves_there_already_is_not_offered_again(
    stage, people, signed_in
):
    heya, maonan = signed_in(people["heya"]), {"district": District.objects.get(code="maonan").pk}
    page = heya.get(reverse("name_deputy"))
    assert ("form" in page.context, "在哪个地区" in page.content.decode()) == (False, True)
    for nonsense in ({}, {"district": "x"}, {"district": "9" * 400}, {"district": "999999"}):
        assert heya.post(reverse("name_deputy"), {**nonsense, "reason": "出差"}).status_code == 400
    own = heya.post(reverse("name_deputy"), {**maonan, "user": people["linfang"].pk, "reason": "出差"})
    assert (own.status_code, list(own.context["form"].errors)) == (400, ["user"])
    named = {**maonan, "user": people["xiening"].pk, "reason": "林芳出差"}
    assert heya.post(reverse("name_deputy"), named).status_code == 302
    offered = heya.get(reverse("name_deputy"), maonan).context["form"].fields["user"].queryset
    assert people["xiening"] not in offered
    assert people["pangjing"] in offered


def test_a_standby_reviewer_sees_nothing_until_named(stage, people, signed_in):
    pair = {"by": people["heya"], "seconded_by": people["luoping"], "at": cast.NOW}
    told = {"username": "liukai", "name": "刘凯", "password": cast.PASSWORD, "must_change_password": False}
    liukai = accounts.open_account(**told, grants=[(Role.STANDBY, None)], **pair)
    assert [action for action in Action if may(liukai, action)] == []
    name_deputy(liukai, stage.district, reason="出差", by=people["heya"], at=timezone.now())
    here = actions.propose("reopen_scoring", stage, {}, reason=WHY, by=people["chenxiao"], at=timezone.now())
    client = signed_in(User.objects.get(pk=liukai.pk))
    assert client.get(reverse("desk")).status_code == 200
    assert client.get(reverse("contest:stage", args=[stage.pk])).status_code == 200
    assert client.post(reverse("second", args=[here.pk])).status_code == 302
    assert state_of(stage) == "scoring"


def test_a_deputy_made_or_prolonged_beside_the_log_shows(stage, deputy, people):
    assert log.verify("portal")[2] == []
    Grant.objects.filter(pk=deputy.pk).update(until=cast.later(5) + 2 * LASTS)
    assert [str(fault) for fault in log.verify("portal")[2]] == [f"账号 {people['xiening'].pk} 的临时复核与日志不符"]
