"""manage.py demo beside real people, after an earlier demo, and where other machines reach the portal."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from contest.actions.removal import remove_rehearsal
from contest.models import Entry, Season
from demo.build import PASSWORD
from demo.passwords import holders, remember_others
from tests import cast


def demo(**options) -> str:
    out = StringIO()
    call_command("demo", size="small", until="preparing", stdout=out, **options)
    return out.getvalue()


@pytest.fixture(autouse=True)
def state(settings, tmp_path):
    settings.VAR = tmp_path


def test_beside_a_real_roster_the_demo_enters_its_own_people_alone(season, maonan, people):
    real = cast.station(maonan.district, 3)
    assert f"password {PASSWORD}" in demo()
    entered = Entry.objects.filter(stage__season__code="yanlian")
    assert set(entered.values_list("posting__rehearsal", flat=True)) == {"yanlian"}
    assert not entered.filter(posting__in=real).exists()


def test_after_a_demo_was_removed_another_takes_names_of_its_own(season, people):
    demo()
    remove_rehearsal(Season.objects.get(code="yanlian"), by=people["heya"], at=cast.later(1))
    with pytest.raises(CommandError, match="give a new one with --code"):
        demo()
    assert "Sign in as shi-a-2, shi-b-2, jiandu-2, maonan-a-2" in demo(code="again")
    assert User.objects.get(username="maonan-a-2").check_password(PASSWORD)


def test_a_second_demo_beside_the_first_has_a_title_of_its_own(season, people):
    demo()
    demo(code="second")
    first, second = Season.objects.filter(is_rehearsal=True).order_by("pk")
    assert (second.code, second.title) == ("second", f"{first.title}（second）")


def test_where_other_machines_reach_the_portal_nobody_gets_the_readmes_password(season, people):
    remember_others()
    told = demo()
    assert (PASSWORD in told, "These passwords are shown this once." in told, holders()) == (False, True, [])
    passwords = dict(line.split("  ") for line in told.splitlines() if "  " in line)
    assert User.objects.get(username="shi-a").check_password(passwords["shi-a"])
    assert set(passwords) == set(User.objects.filter(rehearsal="yanlian").values_list("username", flat=True))
