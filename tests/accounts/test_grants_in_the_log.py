"""What was granted is in the log; a right that was given beside it is found from the tables."""

import pytest

from accounts import actions, log
from accounts.models import Grant, User
from accounts.roles import Role
from registry.models import Secretary
from tests import cast


def found():
    return [str(fault) for fault in log.verify("portal")[2]]


@pytest.fixture
def acts(people, maonan):
    """林芳 moved to 电白区, 吴敏 left, 庞静 left and came back, 陈志远 has an account of his own."""
    heya = people["heya"]
    pair = {"by": heya, "seconded_by": people["luoping"]}
    dianbai = people["wumin"].grants.get().district
    actions.change_grants(people["linfang"], [(Role.ORGANIZER, dianbai)], name="林芳", **pair, at=cast.later(1))
    for name in ("wumin", "pangjing"):
        actions.set_active(people[name], False, by=heya, at=cast.later(2))
    actions.set_active(people["pangjing"], True, **pair, at=cast.later(3))
    [entry] = cast.enter_people(maonan, 1, by=people["chenxiao"])
    cast.first_secretary(entry, by=heya)


def test_grants_nobody_touched_are_what_was_granted(acts):
    assert found() == []


def test_a_role_given_beside_the_log_shows(acts, people):
    Grant.objects.create(user=people["chenxiao"], role=Role.OFFICE)
    assert found() == [f"账号 {people['chenxiao'].pk} 的授权与日志不符"]


def test_a_role_taken_beside_the_log_shows(acts, people):
    Grant.objects.filter(user=people["zhengzhi"]).delete()
    assert found() == [f"账号 {people['zhengzhi'].pk} 的授权与日志不符"]


def test_an_account_opened_again_beside_the_log_shows(acts, people):
    User.objects.filter(pk=people["wumin"].pk).update(is_active=True)
    assert found() == [f"账号 {people['wumin'].pk} 的状态或对应的人与日志不符"]


def test_an_account_given_another_secretarys_work_shows(acts):
    User.objects.filter(username="zhiyuan").update(secretary=Secretary.objects.create(name="别人"))
    assert found() == [f"账号 {User.objects.get(username='zhiyuan').pk} 的状态或对应的人与日志不符"]


def test_an_account_made_beside_the_log_shows(acts):
    stranger = User.objects.create(username="stranger", name="生人")
    Grant.objects.create(user=stranger, role=Role.OFFICE)
    assert found() == [f"账号 {stranger.pk} 的授权没有对应的日志"]


def test_a_superuser_made_on_the_server_is_no_fault(acts):
    User.objects.create_superuser("admin", password=cast.PASSWORD, name="维护")
    assert found() == []
