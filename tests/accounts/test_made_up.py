"""彩排的办公室 over HTTP: what the people made up for a rehearsal do there, and are told they cannot do elsewhere."""

import pytest
from django.urls import reverse

from accounts.models import AccessLine, Proposal, Unsealing, User
from accounts.roles import Role
from contest.models import Season
from registry.models import District
from tests import cast


@pytest.fixture
def office(people, heya):
    """The two of the rehearsal's office, and its supervisor."""
    cast.rehearsal(heya)
    return cast.made_up(people, "shi-a", "shi-b") + cast.made_up(people, "jiandu", role=Role.SUPERVISOR)


@pytest.mark.parametrize("role", ["organizer", "supervisor", "emergency"])
def test_two_of_them_open_an_account_that_is_made_up_too(office, signed_in, role):
    districts = [District.objects.get(code="dianbai").pk] if role == "organizer" else []
    form = {"username": "xin", "name": "新", "reason": "演练用", "districts": districts, "role": role}
    first = signed_in(office[0]).post(reverse("new_account"), form)
    assert (first.status_code, "初始密码的前半" in first.content.decode()) == (200, True)
    second = signed_in(office[1]).post(reverse("second", args=[Proposal.objects.get().pk]))
    assert (second.status_code, "初始密码的后半" in second.content.decode()) == (200, True)
    made = User.objects.get(username="xin")
    assert (made.rehearsal, [grant.role for grant in made.all_granted]) == ("yanlian", [role])


def test_their_supervisor_breaks_the_seal_of_their_own_emergency_account(office, signed_in):
    form = {"username": "yingji", "name": "应急账号", "role": "emergency", "reason": "演练用"}
    signed_in(office[0]).post(reverse("new_account"), form)
    signed_in(office[1]).post(reverse("second", args=[Proposal.objects.get().pk]))
    jiandu = signed_in(office[2])
    assert "已封存，不能登录。" in jiandu.get(reverse("emergency")).content.decode()
    answer = jiandu.post(reverse("break_seal"), {"reason": "演练启封"})
    assert (answer.status_code, Unsealing.objects.get().broken_by) == (302, office[2])


def test_the_access_log_says_why_it_is_empty_for_them(office, people, signed_in):
    signed_in(people["chenxiao"]).get(reverse("log"))
    page = signed_in(office[0]).get(reverse("access")).content.decode()
    assert ("演练账号不显示查阅及操作记录" in page, 'name="kind"' in page) == (True, False)
    real = signed_in(people["heya"]).get(reverse("access")).content.decode()
    assert ("演练账号不显示查阅及操作记录" in real, 'name="kind"' in real) == (False, True)
    assert AccessLine.objects.count() == 1


def test_they_are_told_before_the_form_that_they_open_no_season(office, people, signed_in):
    new = reverse("quota:new_season")
    client = signed_in(office[0])
    assert new not in client.get(reverse("contest:seasons")).content.decode()
    page = client.get(new).content.decode()
    assert ("演练账号不能建立届次" in page, 'name="theme"' in page) == (True, False)
    real = signed_in(people["heya"])
    assert new in real.get(reverse("contest:seasons")).content.decode()
    assert 'name="theme"' in real.get(new).content.decode()
    assert Season.objects.count() == 2
