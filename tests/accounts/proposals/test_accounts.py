"""Accounts that decide take two of the office, and nobody alone ever knows a first password of theirs."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from accounts import actions, halves
from accounts.models import Grant, LogLine, Proposal, User
from accounts.permissions import NeedsSecond
from accounts.proposals.actions import Changed, Obstructed, ProposerLostRight, second
from accounts.roles import Role
from registry.models import District
from tests import cast

OWN = "lianzhi-xiangcun-8"
WHY = "新到岗"


@pytest.fixture
def heya_at(people, signed_in) -> Client:
    """何雅's browser."""
    return signed_in(people["heya"])


@pytest.fixture
def luoping_at(people, signed_in) -> Client:
    return signed_in(people["luoping"])


@pytest.fixture
def operator(people, dianbai):
    """刘凯's account, that 何雅 opened alone."""
    told = {"username": "liukai", "name": "刘凯", "password": cast.PASSWORD}
    return actions.open_account(**told, grants=[(Role.OPERATOR, dianbai.district)], by=people["heya"], at=cast.NOW)


def dianbai_pk():
    return District.objects.get(code="dianbai").pk


def new(client, role="office", username="liukai", **told):
    asked = {"username": username, "name": "刘凯", "role": role, "reason": WHY, **told}
    return client.post("/desk/accounts/new/", asked)


def half_on(answer):
    found = re.search(r'<p class="mono">(\w{4}-\w{4})</p>', answer.content.decode())
    return found and found[1]


def seconds(client, proposal):
    return client.post(reverse("second", args=[proposal.pk]))


def grants(user):
    return sorted(Grant.objects.filter(user=user).values_list("role", "district__code"))


def signs_in(username, password):
    client = Client()
    answer = client.post("/sign-in/", {"username": username, "password": password})
    return client if answer.status_code == 302 else None


def behind(action):
    line = LogLine.objects.filter(action=action).order_by("-seq")[0]
    return str(line.actor), str(line.second)


@pytest.mark.parametrize(
    ("role", "there"), [("office", []), ("supervisor", []), ("standby", []), ("organizer", ["dianbai"])]
)
def test_one_of_the_office_alone_opens_no_account_that_decides(heya_at, people, role, there):
    answer = new(heya_at, role, districts=[dianbai_pk()] if there else [])
    assert (answer.status_code, User.objects.filter(username="liukai").count()) == (200, 0)
    here = Proposal.objects.get()
    assert (here.verb, here.state) == ("open_account", "open")
    refused = seconds(heya_at, here)
    assert (refused.status_code, "须由另一人复核" in refused.content.decode()) == (409, True)
    assert not User.objects.filter(username="liukai").exists()


def test_two_open_it_each_knows_a_half_and_the_owner_joins_them(heya_at, luoping_at, people):
    asked = new(heya_at, "organizer", districts=[dianbai_pk()])
    here = Proposal.objects.get()
    first, done = half_on(asked), seconds(luoping_at, here)
    second_half = half_on(done)
    assert (first is None, second_half is None, first == second_half) == (False, False, False)
    assert behind("open_account") == ("何雅", "罗平")
    assert grants(User.objects.get(username="liukai")) == [("organizer", "dianbai")]
    for wrong in (first, second_half, f"{second_half}-{first}", f"{first}{second_half}", f"{first}-{first}"):
        assert signs_in("liukai", wrong) is None
    liukai, whole = signs_in("liukai", f"{first}-{second_half}"), f"{first}-{second_half}"
    assert liukai.get("/desk/").url == "/desk/password/"
    assert liukai.post("/desk/password/", {"old": whole, "new": OWN, "again": OWN}).url == "/desk/"
    assert liukai.get("/desk/").status_code == 200
    assert signs_in("liukai", whole) is None


def test_a_half_is_shown_once_to_one_person_and_kept_nowhere(heya_at, luoping_at, people):
    first = half_on(new(heya_at))
    here = Proposal.objects.get()
    pages = [client.get(here.get_absolute_url()) for client in (heya_at, luoping_at)]
    second_half = half_on(seconds(luoping_at, here))
    pages += [client.get(here.get_absolute_url()) for client in (heya_at, luoping_at)]
    assert [half_on(page) for page in pages] == [None] * 4
    kept = [repr(row) for row in (*Proposal.objects.values(), *User.objects.values(), *LogLine.objects.values())]
    kept += [repr(dict(client.session.items())) for client in (heya_at, luoping_at)]
    assert [half for half in (first, second_half) for row in kept if half in row] == []


def test_the_form_sent_again_shows_no_half_again(heya_at, luoping_at):
    key = {"once_key": "one-and-the-same"}
    assert [new(heya_at, **key).status_code for _sending in range(2)] == [200, 409]
    path = reverse("second", args=[Proposal.objects.get().pk])
    assert half_on(luoping_at.post(path, {"once_key": "another"})) is not None
    again = luoping_at.post(path, {"once_key": "another"})
    assert (again.status_code, half_on(again)) == (409, None)


def test_without_a_reason_nothing_is_proposed(heya_at):
    answer = new(heya_at, reason="\u200b")
    assert (answer.status_code, Proposal.objects.count()) == (400, 0)
    assert "请写明原因" in str(answer.context["form"].errors["reason"])


def test_a_user_name_taken_meanwhile_is_not_opened(heya_at, people, dianbai):
    new(heya_at)
    told = {"username": "liukai", "name": "刘凯", "password": cast.PASSWORD}
    grant = [(Role.OPERATOR, dianbai.district)]
    actions.open_account(**told, grants=grant, by=people["heya"], at=cast.NOW)
    here = Proposal.objects.get()
    with pytest.raises(Changed):
        second(here, by=people["luoping"], at=here.proposed_at)
    assert grants(User.objects.get(username="liukai")) == [("operator", "dianbai")]


def test_a_user_name_that_waits_is_not_proposed_again(heya_at, luoping_at):
    new(heya_at)
    answer = new(luoping_at)
    assert (answer.status_code, Proposal.objects.count()) == (400, 1)
    assert "已有人提请" in answer.content.decode()


def test_nobody_below_the_office_proposes_or_seconds(heya_at, people, signed_in):
    new(heya_at)
    path = reverse("second", args=[Proposal.objects.get().pk])
    assert [signed_in(people[name]).post(path).status_code for name in ("chenxiao", "zhengzhi")] == [404, 403]
    assert [new(signed_in(people[name])).status_code for name in ("chenxiao", "zhengzhi")] == [403, 403]
    assert not User.objects.filter(username="liukai").exists()


@pytest.mark.parametrize("ask", ["open", "raise", "reset", "reopen"])
def test_a_proposer_who_left_the_office_meanwhile_is_not_seconded(ask, heya_at, people):
    wumin = people["wumin"]
    if ask == "reopen":
        actions.set_active(wumin, False, by=people["heya"], at=cast.NOW)
    before = User.objects.filter(pk=wumin.pk).values_list("password", "is_active").get(), grants(wumin)
    {"open": new, "raise": raises(wumin), "reset": resets(wumin), "reopen": reopens(wumin)}[ask](heya_at)
    here = Proposal.objects.get()
    actions.set_active(people["heya"], False, by=people["luoping"], at=here.proposed_at)
    with pytest.raises(ProposerLostRight):
        second(here, by=people["luoping"], at=here.proposed_at)
    assert (User.objects.filter(pk=wumin.pk).values_list("password", "is_active").get(), grants(wumin)) == before
    assert not User.objects.filter(username="liukai").exists()


def raises(user, role="office", **told):
    return lambda client: client.post(
        f"/desk/accounts/{user.pk}/", {"name": user.name, "role": role, "reason": WHY, **told}
    )


def resets(user):
    return lambda client: client.post(reverse("propose_reset", args=[user.pk]), {"reason": "忘记密码"})


def reopens(user):
    return lambda client: client.post(reverse("propose_reopening", args=[user.pk]), {"reason": "返岗"})


@pytest.mark.parametrize(
    ("who", "role", "there"),
    [("zhengzhi", "office", []), ("wumin", "supervisor", []), ("wumin", "organizer", ["dianbai", "binhai"])],
)
def test_nobody_is_raised_and_no_district_added_by_one_alone(heya_at, luoping_at, people, who, role, there):
    user, before = people[who], grants(people[who])
    districts = list(District.objects.filter(code__in=there).values_list("pk", flat=True))
    assert raises(user, role, districts=districts)(heya_at).status_code == 302
    here = Proposal.objects.get()
    assert (grants(user), seconds(heya_at, here).status_code) == (before, 409)
    assert seconds(luoping_at, here).status_code == 302
    assert grants(user) == sorted((role, code) for code in there or [None])
    assert behind("change_grants") == ("何雅", "罗平")
    # Two opened this account: its password was in one person's hands never.
    assert signs_in(who, cast.PASSWORD) is not None


def test_whoever_decides_gets_another_name_from_two_only_and_the_log_tells_both(heya_at, luoping_at, people):
    """A colleague renamed by one alone would sign in the log as somebody else."""
    zheng = people["zhengzhi"]
    told = {"name": "罗平", "role": "supervisor", "reason": "登记有误"}
    assert heya_at.post(reverse("account", args=[zheng.pk]), told).status_code == 302
    here = Proposal.objects.get()
    zheng.refresh_from_db()
    assert (zheng.name, seconds(heya_at, here).status_code) == ("郑直", 409)
    assert seconds(luoping_at, here).status_code == 302
    zheng.refresh_from_db()
    assert (zheng.name, behind("change_grants")) == ("罗平", ("何雅", "罗平"))
    assert LogLine.objects.get(action="change_grants").note.words == {"name": ["郑直", "罗平"]}


def test_an_operator_raised_gets_a_new_password_in_halves(heya_at, luoping_at, operator):
    """The control of it all: who opened the operator's account alone knows its password."""
    assert signs_in("liukai", cast.PASSWORD) is not None
    first = half_on(raises(operator, "organizer", districts=[dianbai_pk()])(heya_at))
    done = seconds(luoping_at, Proposal.objects.get())
    assert signs_in("liukai", cast.PASSWORD) is None
    assert signs_in("liukai", f"{first}-{half_on(done)}").get("/desk/").url == "/desk/password/"


def test_no_caller_raises_an_account_without_a_new_password(people, operator, dianbai):
    pair = {"by": people["heya"], "seconded_by": people["luoping"], "at": cast.later(1)}
    with pytest.raises(actions.NeedsHalves):
        actions.change_grants(operator, [(Role.ORGANIZER, dianbai.district)], name="刘凯", **pair)
    assert grants(operator) == [("operator", "dianbai")]


def test_grants_changed_meanwhile_are_not_seconded(heya_at, people):
    wumin = people["wumin"]
    raises(wumin, "supervisor")(heya_at)
    actions.change_grants(wumin, [], name="吴敏", by=people["luoping"], at=cast.later(1))
    here = Proposal.objects.get()
    with pytest.raises(Changed):
        second(here, by=people["luoping"], at=here.proposed_at)
    assert grants(wumin) == []


def test_who_takes_the_office_from_themselves_is_refused_by_two_as_well(heya_at, people):
    raises(people["heya"], "supervisor")(heya_at)
    here = Proposal.objects.get()
    with pytest.raises(Obstructed, match="不能取消自己的市级权限"):
        second(here, by=people["luoping"], at=here.proposed_at)
    assert (grants(people["heya"]), Proposal.objects.get().state) == ([("office", None)], "open")


@pytest.mark.parametrize("who", ["luoping", "zhengzhi", "linfang"])
def test_one_alone_resets_no_password_of_whoever_decides(heya_at, people, who):
    answer = heya_at.post(f"/desk/accounts/{people[who].pk}/password/")
    assert (answer.status_code, "不能由一人办理" in answer.content.decode()) == (409, True)
    assert (half_on(answer), signs_in(who, cast.PASSWORD) is None) == (None, False)


def test_two_reset_it_and_the_owner_joins_the_halves(heya_at, luoping_at, people):
    first = half_on(resets(people["linfang"])(heya_at))
    assert signs_in("linfang", cast.PASSWORD) is not None
    done = seconds(luoping_at, Proposal.objects.get())
    assert signs_in("linfang", cast.PASSWORD) is None
    assert signs_in("linfang", f"{first}-{half_on(done)}").get("/desk/").url == "/desk/password/"
    assert behind("reset_password") == ("何雅", "罗平")


def test_nobody_proposes_to_reset_their_own_which_nobody_could_second(heya_at, people):
    answer = resets(people["heya"])(heya_at)
    assert (answer.status_code, "不能为自己的账号提请此项" in answer.content.decode()) == (409, True)
    assert (Proposal.objects.count(), half_on(answer)) == (0, None)
    assert signs_in("heya", cast.PASSWORD) is not None


def test_a_password_its_owner_changed_meanwhile_is_not_reset(heya_at, people):
    resets(people["linfang"])(heya_at)
    actions.choose_password(people["linfang"], OWN, at=cast.later(1))
    here = Proposal.objects.get()
    with pytest.raises(Changed):
        second(here, by=people["luoping"], at=here.proposed_at)
    assert signs_in("linfang", OWN) is not None


def test_a_closed_account_that_decides_is_opened_again_by_two(heya_at, luoping_at, people):
    wumin, path = people["wumin"], f"/desk/accounts/{people['wumin'].pk}/active/"
    assert heya_at.post(path, {"active": "0"}).status_code == 302
    refused = heya_at.post(path, {"active": "1"})
    assert (refused.status_code, "不能由一人办理" in refused.content.decode()) == (409, True)
    assert reopens(wumin)(heya_at).status_code == 302
    here = Proposal.objects.get()
    assert (seconds(heya_at, here).status_code, User.objects.get(username="wumin").is_active) == (409, False)
    assert (seconds(luoping_at, here).status_code, User.objects.get(username="wumin").is_active) == (302, True)
    assert behind("reopen_account") == ("何雅", "罗平")


def test_an_account_that_is_open_is_not_opened_again(heya_at, people):
    answer = reopens(people["wumin"])(heya_at)
    assert (answer.status_code, Proposal.objects.count()) == (409, 0)
    assert "这个账号没有停用" in answer.content.decode()


def test_an_account_raised_by_two_while_one_resets_it_alone_stays_in_two_hands(people, operator, dianbai):
    """The guard reads what the account may do inside the transaction, not what the page showed."""
    grant = [(Role.ORGANIZER, dianbai.district)]
    _half, sealed = halves.second_half(halves.first_half()[1])
    pair = {"by": people["heya"], "seconded_by": people["luoping"], "at": cast.later(1)}
    stale = User.objects.get(pk=operator.pk)
    actions.change_grants(operator, grant, name="刘凯", password=sealed, **pair)
    with pytest.raises(NeedsSecond):
        actions.reset_password(stale, by=people["heya"], at=cast.later(2))


def test_whoever_holds_the_database_finds_two_hashes_and_no_half(people):
    (first, kept), (other, again) = halves.first_half(), halves.first_half()
    second_part, sealed = halves.second_half(kept)
    assert (first in sealed.encoded, second_part in sealed.encoded, len(sealed.encoded) <= 128) == (False, False, True)
    assert (first == other, kept.split("$")[1] == again.split("$")[1]) == (False, False)


def test_every_way_in_takes_two_of_the_office(people, dianbai):
    told = {"username": "liukai", "name": "刘凯", "password": cast.PASSWORD, "at": cast.NOW}
    for role, there in ((Role.OFFICE, None), (Role.SUPERVISOR, None), (Role.ORGANIZER, dianbai.district)):
        for other in (None, people["heya"]):
            with pytest.raises(NeedsSecond):
                actions.open_account(**told, grants=[(role, there)], by=people["heya"], seconded_by=other)
    assert not User.objects.filter(username="liukai").exists()
