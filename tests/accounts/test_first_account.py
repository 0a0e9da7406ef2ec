"""An office begins with two: what decides takes two people."""

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.actions import open_account
from accounts.models import LogLine, User
from accounts.roles import Role
from tests import cast

pytestmark = pytest.mark.django_db
TWO = ("heya", "何雅", "luoping", "罗平")


def run(*words: str) -> str:
    told = StringIO()
    call_command("first_account", *words, stdout=told)
    return told.getvalue()


def made_up(username: str = "shi-a") -> User:
    """An office account of a rehearsal."""
    return open_account(
        username=username,
        name="市局甲（演练）",
        password=cast.PASSWORD,
        grants=[(Role.OFFICE, None)],
        must_change_password=False,
        rehearsal="yanlian",
        by=None,
        at=cast.NOW,
    )


def test_heya_and_luoping_both_sign_in_with_passwords_of_their_own():
    told = dict(re.findall(r"^(\w+) may sign in with (\S+)", run(*TWO), re.MULTILINE))
    assert sorted(told) == ["heya", "luoping"]
    assert told["heya"] != told["luoping"]
    for username, password in told.items():
        answer = Client().post("/sign-in/", {"username": username, "password": password})
        assert (answer.status_code, answer.url) == (302, "/desk/")
    assert [user.has_role(Role.OFFICE) for user in User.objects.all()] == [True, True]
    assert LogLine.objects.filter(action="open_account", actor=None).count() == 2


def test_it_works_beside_a_demo_and_the_real_ones_are_not_made_up():
    made_up()
    run(*TWO)
    assert dict(User.objects.values_list("username", "rehearsal")) == {"heya": "", "luoping": "", "shi-a": "yanlian"}


def test_it_is_for_the_beginning_only():
    run(*TWO)
    with pytest.raises(CommandError, match="accounts already"):
        run("zhengzhi", "郑直", "chenxiao", "陈晓")
    assert User.objects.count() == 2


@pytest.mark.parametrize("words", [("heya", "何雅"), ("heya", "何雅", "luoping")])
def test_one_alone_is_no_office(words):
    with pytest.raises(CommandError):
        run(*words)
    assert not User.objects.exists()


@pytest.mark.parametrize("words", [("heya", "何雅", "heya", "罗平"), ("heya", "何雅", "a b", "罗平")])
def test_a_name_that_cannot_be_leaves_neither_of_them(words):
    with pytest.raises(CommandError):
        run(*words)
    assert (User.objects.count(), LogLine.objects.count()) == (0, 0)


def test_whoever_a_made_up_office_lets_in_is_made_up_too():
    shi_a, shi_b = made_up(), made_up("shi-b")
    new = open_account(
        username="jiandu",
        name="监督员",
        password=cast.PASSWORD,
        grants=[(Role.SUPERVISOR, None)],
        by=shi_a,
        seconded_by=shi_b,
        at=cast.later(1),
    )
    assert User.objects.get(pk=new.pk).rehearsal == "yanlian"
