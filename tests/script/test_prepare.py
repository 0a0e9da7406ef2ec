"""Nobody signs in from another machine with the password that the README prints."""

import pytest
from django.test import Client

from accounts.actions import open_account
from accounts.models import LogLine, User
from accounts.roles import Role
from contest.actions.removal import remove_rehearsal
from contest.models import Season
from demo.build import PASSWORD
from script.prepare import lock_up, rehearse
from script.server import is_loopback
from tests import cast


@pytest.fixture
def shi_a(people) -> User:
    """The demo's office, beside the real one."""
    return open_account(
        username="shi-a",
        name="市局甲（演练）",
        password=PASSWORD,
        grants=[(Role.OFFICE, None)],
        must_change_password=False,
        rehearsal="yanlian",
        by=None,
        at=cast.NOW,
    )


def signs_in(username: str, password: str) -> bool:
    answer = Client().post("/sign-in/", {"username": username, "password": password})
    return answer.status_code == 302


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
def test_what_only_this_machine_reaches(host):
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.8", "portal.example", "10.0.0.1", "localhost.example"])  # noqa: S104
def test_what_others_reach(host):
    assert not is_loopback(host)


def test_other_machines_are_kept_out_while_the_readmes_password_opens_anything(shi_a, capsys):
    assert lock_up(to_others=True, new_passwords=False) == 1
    assert "1 accounts have the password that the README prints" in capsys.readouterr().err
    assert signs_in("shi-a", PASSWORD)


def test_a_real_account_with_that_password_keeps_them_out_too(people, capsys):
    people["luoping"].set_password(PASSWORD)
    people["luoping"].save()
    assert lock_up(to_others=True, new_passwords=False) == 1
    assert "1 accounts" in capsys.readouterr().err


def test_without_such_an_account_they_are_let_in(people, capsys):
    assert lock_up(to_others=True, new_passwords=False) == 0
    assert capsys.readouterr().err == ""


def test_new_passwords_are_printed_once_and_open_what_the_old_one_opened(shi_a, people, capsys):
    assert lock_up(to_others=True, new_passwords=True) == 0
    told = capsys.readouterr().err.splitlines()
    assert told[-1] == "These passwords are shown this once."
    ((username, password),) = [line.split() for line in told[:-1]]
    assert (username, signs_in("shi-a", PASSWORD), signs_in("shi-a", password)) == ("shi-a", False, True)
    assert signs_in("heya", cast.PASSWORD)
    assert LogLine.objects.filter(action="reset_password", actor=None).count() == 1
    assert lock_up(to_others=True, new_passwords=False) == 0


def test_on_this_machine_the_demo_says_how_its_people_sign_in(shi_a, capsys):
    assert lock_up(to_others=False, new_passwords=False) == 0
    assert PASSWORD in capsys.readouterr().err
    shi_a.set_password(cast.PASSWORD)
    shi_a.save()
    assert lock_up(to_others=False, new_passwords=False) == 0
    assert capsys.readouterr().err == ""


def test_the_next_start_after_a_rehearsal_was_removed_builds_no_other(heya, capsys):
    remove_rehearsal(cast.rehearsal(heya), by=heya, at=cast.later(5))
    rehearse()
    assert (Season.objects.count(), capsys.readouterr().err) == (0, "")
