"""The office opens, changes and closes accounts; each act has its line in the log."""

import re
from copy import copy

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection
from django.test import Client

from accounts import actions, log
from accounts.models import Grant, LogLine, User
from accounts.roles import Role
from registry.models import District, Secretary
from tests import cast
from tests.races import at_once


@pytest.fixture
def office(people, signed_in) -> Client:
    """何雅's browser."""
    return signed_in(people["heya"])


@pytest.fixture
def operator(heya, dianbai):
    """刘凯's account, that one of the office opens alone."""
    told = {"username": "liukai", "name": "刘凯", "password": cast.PASSWORD}
    return actions.open_account(**told, grants=[(Role.OPERATOR, dianbai.district)], by=heya, at=cast.NOW)


def acts(username):
    pk = User.objects.get(username=username).pk
    return list(LogLine.objects.filter(subject=f"accounts.user:{pk}").order_by("seq").values_list("action", flat=True))


def grants(username):
    return sorted(Grant.objects.filter(user__username=username).values_list("role", "district__code"))


def password_on(page):
    found = re.search(r'<p class="mono">(\w{4}-\w{4}-\w{4})</p>', page.content.decode())
    return found and found[1]


def district(code):
    return District.objects.get(code=code).pk


def test_heya_opens_an_operators_account_and_hands_over_a_password_shown_once(office, people):
    told = {"username": "liukai", "name": "刘凯", "role": "operator", "districts": [district("dianbai")]}
    answer = office.post("/desk/accounts/new/", told)
    page = office.get(answer.url)
    password = password_on(page)
    assert password is not None
    assert password_on(office.get(answer.url)) is None
    assert grants("liukai") == [("operator", "dianbai")]
    assert acts("liukai") == ["open_account"]
    liukai = Client()
    assert liukai.post("/sign-in/", {"username": "liukai", "password": password}).status_code == 302
    assert liukai.get("/desk/").url == "/desk/password/"


@pytest.mark.parametrize(
    ("told", "field", "sentence"),
    [
        ({"username": "chenxiao"}, "username", "已有人使用"),
        ({"username": "刘 凯"}, "username", "字母"),
        ({"username": ""}, "username", "请填写这一项"),
        ({"name": ""}, "name", "请填写这一项"),
        ({"name": "凯" * 65}, "name", "64"),
        ({"role": "king"}, "role", "king"),
        ({"districts": []}, "districts", "请选择地区"),
        ({"districts": ["no-number"]}, "districts", "no-number"),
        ({"districts": [10**30]}, "districts", "1000"),
        ({"role": "secretary", "districts": []}, "secretary", "请选择第一书记本人"),
        ({"role": "secretary", "districts": [], "secretary": 10**30}, "secretary", "选"),
    ],
)
def test_what_cannot_stand_is_told_beside_its_field(office, told, field, sentence):
    good = {"username": "liukai", "name": "刘凯", "role": "organizer", "districts": [district("dianbai")]}
    before = User.objects.count()
    answer = office.post("/desk/accounts/new/", {**good, **told})
    assert answer.status_code == 400
    assert sentence in str(answer.context["form"].errors[field])
    assert User.objects.count() == before


def test_an_organizer_is_no_secretary_too(office):
    zhang = Secretary.objects.create(name="张三")
    told = {"username": "zhang", "name": "张三", "role": "supervisor", "secretary": zhang.pk}
    answer = office.post("/desk/accounts/new/", told)
    assert answer.status_code == 400
    assert "第一书记账号须对应名册中的一人" in str(answer.context["form"].errors["secretary"])
    assert not User.objects.filter(username="zhang").exists()


def test_a_secretary_gets_one_account(office):
    zhang = Secretary.objects.create(name="张三")
    told = {"name": "张三", "role": "secretary", "secretary": zhang.pk}
    assert office.post("/desk/accounts/new/", {**told, "username": "zhang"}).status_code == 302
    assert office.post("/desk/accounts/new/", {**told, "username": "zhang2"}).status_code == 400
    assert User.objects.filter(secretary=zhang).count() == 1


def test_a_secretarys_account_takes_no_other_role(office, heya):
    zhang = Secretary.objects.create(name="张三")
    account = actions.open_account(
        username="zhang",
        name="张三",
        password=cast.PASSWORD,
        grants=[(Role.SECRETARY, None)],
        secretary=zhang,
        by=heya,
        at=cast.NOW,
    )
    answer = office.post(f"/desk/accounts/{account.pk}/", {"name": "张三", "role": "supervisor"})
    assert answer.status_code == 400
    assert grants("zhang") == [("secretary", None)]


def test_a_closed_secretarys_account_can_be_corrected_and_the_log_says_what_it_may_do(office, heya):
    zhang = Secretary.objects.create(name="张三")
    told = {"username": "zhang", "name": "张二", "password": cast.PASSWORD, "grants": [(Role.SECRETARY, None)]}
    account = actions.open_account(**told, secretary=zhang, by=heya, at=cast.NOW)
    actions.set_active(account, False, by=heya, at=cast.NOW)
    answer = office.post(f"/desk/accounts/{account.pk}/", {"name": "张三", "role": "secretary"})
    assert answer.status_code == 302
    account.refresh_from_db()
    assert (account.name, grants("zhang")) == ("张三", [("secretary", None)])
    line = LogLine.objects.filter(action="change_grants").order_by("seq").last()
    assert '"grants":[["secretary",""]]' in line.payload


def test_an_organizer_without_a_secretary_does_not_become_one(office, people):
    answer = office.post(f"/desk/accounts/{people['wumin'].pk}/", {"name": "吴敏", "role": "secretary"})
    assert answer.status_code == 400
    assert "请选择第一书记本人" in str(answer.context["form"].errors["role"])
    assert grants("wumin") == [("organizer", "dianbai")]


def test_heya_makes_wumin_an_operator_and_then_corrects_the_name_alone(office, people):
    told = {"name": "吴敏", "role": "operator", "districts": [district("dianbai"), district("binhai")]}
    assert office.post(f"/desk/accounts/{people['wumin'].pk}/", told).status_code == 302
    assert grants("wumin") == [("operator", "binhai"), ("operator", "dianbai")]
    assert office.post(f"/desk/accounts/{people['wumin'].pk}/", {**told, "name": "吴敏敏"}).status_code == 302
    people["wumin"].refresh_from_db()
    assert people["wumin"].name == "吴敏敏"
    line = LogLine.objects.filter(action="change_grants").latest("seq")
    assert line.note.words == {"name": ["吴敏", "吴敏敏"]}
    assert acts("wumin") == ["open_account", "change_grants", "change_grants"]


@pytest.mark.parametrize("is_active", [True, False])
def test_roles_that_the_form_does_not_show_stay(office, people, is_active):
    wumin, binhai = people["wumin"], District.objects.get(code="binhai")
    Grant.objects.create(user=wumin, role="operator", district=binhai)
    User.objects.filter(pk=wumin.pk).update(is_active=is_active)
    page = office.get(f"/desk/accounts/{wumin.pk}/").content.decode()
    assert "此人另有角色，保存后不变：电白区县级组织者。" in page
    assert re.findall(r'name="districts" value="(\d+)"[^>]*checked', page) == [str(binhai.pk)]
    told = {"name": "吴敏", "role": "operator", "districts": [district("maonan")]}
    assert office.post(f"/desk/accounts/{wumin.pk}/", told).status_code == 302
    assert grants("wumin") == [("operator", "maonan"), ("organizer", "dianbai")]


def test_choosing_the_other_role_leaves_that_one(office, people):
    wumin = people["wumin"]
    Grant.objects.create(user=wumin, role="operator", district=District.objects.get(code="binhai"))
    told = {"name": "吴敏", "role": "organizer", "districts": [district("dianbai")]}
    assert office.post(f"/desk/accounts/{wumin.pk}/", told).status_code == 302
    assert grants("wumin") == [("organizer", "dianbai")]


def test_a_user_name_never_changes(office, people):
    told = {"username": "wu", "name": "吴敏", "role": "organizer", "districts": [district("dianbai")]}
    office.post(f"/desk/accounts/{people['wumin'].pk}/", told)
    assert User.objects.get(pk=people["wumin"].pk).username == "wumin"


def test_fields_the_form_does_not_have_change_nothing(office, people):
    told = {"name": "吴敏", "role": "organizer", "districts": [district("dianbai")]}
    more = {"is_staff": "1", "is_superuser": "1", "is_active": "", "must_change_password": "1", "password": "x"}
    office.post(f"/desk/accounts/{people['wumin'].pk}/", {**told, **more})
    wumin = User.objects.get(pk=people["wumin"].pk)
    assert (wumin.is_staff, wumin.is_superuser, wumin.is_active, wumin.must_change_password) == (
        False,
        False,
        True,
        False,
    )
    assert wumin.check_password(cast.PASSWORD)


def test_the_office_does_not_take_its_rights_from_itself(office, people):
    told = {"name": "何雅", "role": "operator", "districts": [district("binhai")]}
    answer = office.post(f"/desk/accounts/{people['heya'].pk}/", told)
    assert answer.status_code == 400
    assert "不能取消自己的市级权限" in answer.content.decode()
    assert grants("heya") == [("office", None)]


def test_the_office_does_not_close_its_own_account(office, people):
    answer = office.post(f"/desk/accounts/{people['heya'].pk}/active/", {"active": "0"})
    assert answer.status_code == 409
    assert "不能停用自己的账号" in answer.content.decode()
    assert User.objects.get(username="heya").is_active


def test_the_office_does_not_reset_its_own_password(office, people):
    answer = office.post(f"/desk/accounts/{people['heya'].pk}/password/")
    assert answer.status_code == 409
    assert "自己的密码请在右上角菜单的“修改密码”里修改" in answer.content.decode()
    assert office.get("/desk/").status_code == 200
    assert acts("heya") == ["open_account"]


def test_a_reset_password_is_shown_once_and_only_to_who_reset_it(office, people, operator, signed_in):
    answer = office.post(f"/desk/accounts/{operator.pk}/password/")
    luoping = signed_in(people["luoping"])
    assert password_on(luoping.get(answer.url)) is None
    password = password_on(office.get(answer.url))
    assert password_on(office.get(answer.url)) is None
    operator.refresh_from_db()
    assert operator.check_password(password)
    assert operator.must_change_password
    assert acts("liukai") == ["open_account", "reset_password"]


def test_the_new_password_does_not_show_on_another_account(office, people, operator):
    office.post(f"/desk/accounts/{operator.pk}/password/")
    assert password_on(office.get(f"/desk/accounts/{people['wumin'].pk}/")) is None


def test_an_operators_account_is_closed_and_opened_again(office, operator):
    path = f"/desk/accounts/{operator.pk}/active/"
    assert office.post(path, {"active": "0"}).status_code == 302
    assert not User.objects.get(username="liukai").is_active
    assert office.post(path, {"active": "1"}).status_code == 302
    assert User.objects.get(username="liukai").is_active
    assert acts("liukai") == ["open_account", "close_account", "reopen_account"]


def said(answer) -> list[str]:
    """The messages on the page that follows."""
    return [str(message) for message in answer.context["messages"]]


def test_closing_opening_and_resetting_ask_once_and_say_what_was_done(office, operator):
    home, path = f"/desk/accounts/{operator.pk}/", f"/desk/accounts/{operator.pk}/active/"
    page = office.get(home).content.decode()
    # What changes an account stands behind a question: no button of the page does it.
    assert ('action="/desk/accounts/' in page, f'href="{path}"' in page, f'href="{home}password/"' in page) == (
        False,
        True,
        True,
    )
    asked = office.get(path).content.decode()
    assert ("停用刘凯的账号？" in asked, 'name="active" value="0"' in asked) == (True, True)
    assert User.objects.get(username="liukai").is_active
    assert said(office.post(path, {"active": "0"}, follow=True)) == ["已停用刘凯的账号，此人不能再登录。"]
    asked = office.get(path).content.decode()
    assert ("恢复刘凯的账号？" in asked, 'name="active" value="1"' in asked) == (True, True)
    assert said(office.post(path, {"active": "1"}, follow=True)) == ["已恢复刘凯的账号，可以登录。"]
    assert "重置刘凯的密码？" in office.get(f"{home}password/").content.decode()
    assert acts("liukai") == ["open_account", "close_account", "reopen_account"]
    assert said(office.post(f"{home}password/", follow=True)) == ["已重置刘凯的密码，首次登录密码见下。"]


def test_on_ones_own_account_nobody_is_offered_what_they_may_not_do(office, people):
    page = office.get(f"/desk/accounts/{people['heya'].pk}/").content.decode()
    assert ("密码与停用" in page, "停用账号" in page, "重置密码" in page) == (False, False, False)
    other = office.get(f"/desk/accounts/{people['luoping'].pk}/").content.decode()
    assert ("密码与停用" in other, "停用账号" in other) == (True, True)


def test_closing_a_closed_account_is_told_and_not_logged(office, people):
    path = f"/desk/accounts/{people['wumin'].pk}/active/"
    office.post(path, {"active": "0"})
    answer = office.post(path, {"active": "0"})
    assert answer.status_code == 409
    assert "账号状态已由别人改过" in answer.content.decode()
    assert acts("wumin") == ["open_account", "close_account"]


@pytest.mark.parametrize("told", [{}, {"active": ""}, {"active": "no"}, {"active": "2"}])
def test_a_form_that_says_neither_closed_nor_open_closes_nothing(office, people, told):
    assert office.post(f"/desk/accounts/{people['wumin'].pk}/active/", told).status_code == 400
    assert User.objects.get(username="wumin").is_active


@pytest.mark.parametrize("username", ["chenxiao", "zhengzhi"])
def test_only_the_office_sees_and_makes_accounts(people, signed_in, username):
    client = signed_in(people[username])
    wumin = people["wumin"].pk
    assert client.get("/desk/accounts/").status_code == 403
    assert client.get("/desk/accounts/new/").status_code == 403
    assert client.get(f"/desk/accounts/{wumin}/").status_code == 404
    assert client.post(f"/desk/accounts/{wumin}/password/").status_code == 404
    assert client.post(f"/desk/accounts/{wumin}/active/", {"active": "0"}).status_code == 404
    with pytest.raises(PermissionDenied):
        actions.set_active(people["wumin"], False, by=people[username], at=cast.NOW)


def test_a_weak_password_opens_no_account(heya):
    with pytest.raises(ValidationError):
        actions.open_account(username="x", name="某", password="123", grants=[], by=heya, at=cast.NOW)
    assert not User.objects.filter(username="x").exists()


def test_a_grant_that_does_not_fit_opens_no_account(heya):
    told = {"username": "x", "name": "某", "password": cast.PASSWORD, "grants": [(Role.OPERATOR, None)]}
    with pytest.raises(ValidationError, match="须选择地区"):
        actions.open_account(**told, by=heya, at=cast.NOW)
    assert not User.objects.filter(username="x").exists()
    assert not LogLine.objects.filter(subject__startswith="accounts.user:", actor=heya).exists()


def test_a_name_given_twice_at_the_same_moment_is_refused_in_words(people, heya, monkeypatch):
    """Both looked before either wrote; the database refuses the second."""
    monkeypatch.setattr(User, "full_clean", lambda self, **_: None)
    with pytest.raises(ValidationError, match="有人刚刚建立了同名的账号"):
        actions.open_account(username="wumin", name="吴敏", password=cast.PASSWORD, grants=[], by=heya, at=cast.NOW)
    assert User.objects.filter(username="wumin").count() == 1
    monkeypatch.undo()
    with pytest.raises(IntegrityError):
        User.objects.create(username="wumin", name="另一位")


def test_no_log_line_about_accounts_carries_a_name_or_a_password(office, people):
    office.post(f"/desk/accounts/{people['linfang'].pk}/propose-reset/", {"reason": "林芳忘记密码"})
    assert LogLine.objects.filter(action="propose").count() == 1
    told = "".join(LogLine.objects.filter(chain="portal").values_list("payload", flat=True))
    for words in ("林芳", "linfang", people["linfang"].password, cast.PASSWORD):
        assert words not in told


def test_the_list_finds_by_name_and_by_user_name(office):
    def found(words):
        return [user.username for user in office.get("/desk/accounts/", {"q": words}).context["page"]]

    assert found("吴敏") == ["wumin"]
    assert found("LINF") == ["linfang"]
    assert found("  何雅 ") == ["heya"]
    assert found("没有这个人") == []
    assert "没有符合条件的账号" in office.get("/desk/accounts/", {"q": "没有这个人"}).content.decode()


def test_the_list_takes_as_many_queries_for_nine_people_as_for_one(office, django_assert_num_queries):
    with django_assert_num_queries(8):
        assert len(office.get("/desk/accounts/").context["page"]) == 9
    with django_assert_num_queries(8):
        assert len(office.get("/desk/accounts/", {"q": "吴敏"}).context["page"]) == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_of_the_office_change_one_account_while_its_owner_chooses_a_password(people, maonan, dianbai):
    """On PostgreSQL the locks of an account and of the log's end must never wait for each other."""
    wumin, heya, luoping = people["wumin"], people["heya"], people["luoping"]
    both = [(Role.ORGANIZER, dianbai.district), (Role.ORGANIZER, maonan.district)]

    def three(at):
        return (
            lambda: actions.change_grants(copy(wumin), both[:1], name="吴敏", by=heya, at=at),
            lambda: actions.change_grants(copy(wumin), both, name="吴敏", by=luoping, seconded_by=heya, at=at),
            lambda: actions.choose_password(copy(wumin), "another-good-word-9", at=at),
        )

    assert [user.has_role(Role.OFFICE) for user in (heya, luoping)] == [True, True]
    connection.close()
    assert at_once(*(act for minute in range(4) for act in three(cast.later(minute)))) == ["done"] * 12
    assert grants("wumin") in ([("organizer", "dianbai")], [("organizer", "dianbai"), ("organizer", "maonan")])
    assert log.verify("portal")[2] == []


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_of_the_office_close_an_account_once(people):
    connection.close()
    acts = [
        lambda name=name: actions.set_active(people["wumin"], False, by=people[name], at=cast.NOW)
        for name in ("heya", "luoping")
    ]
    assert sorted(at_once(*acts)) == ["AlreadySo", "done"]
    assert LogLine.objects.filter(action="close_account").count() == 1
