"""何雅 and 罗平 take each other's rights away at the same moment: one of them keeps them."""

from copy import copy

import pytest
from django.db import connection

from accounts import actions
from accounts.models import Grant, User
from accounts.roles import Role
from tests import cast
from tests.races import at_once


@pytest.fixture
def two(transactional_db, people):
    for each in people.values():
        each.granted  # noqa: B018 - both had asked for the page before either pressed
    connection.close()
    return people["heya"], people["luoping"]


def apart(user, by):
    """Each request has its own copy of everybody, read when its page was asked for."""
    by = copy(by)
    return User.objects.get(pk=user.pk), by


def demote(user, by):
    user, by = apart(user, by)
    district = Grant.objects.exclude(district=None)[0].district
    actions.change_grants(user, [(Role.OPERATOR, district)], name=user.name, by=by, at=cast.NOW)


def dismiss(user, by):
    user, by = apart(user, by)
    actions.set_active(user, False, by=by, at=cast.NOW)


def offices():
    return Grant.objects.filter(role=Role.OFFICE, user__is_active=True).count()


@pytest.mark.race
@pytest.mark.parametrize("take", [demote, dismiss])
def test_two_who_take_the_office_from_each_other_leave_one(two, take):
    heya, luoping = two
    told = at_once(lambda: take(luoping, heya), lambda: take(heya, luoping))
    assert (sorted(told), offices()) == (["LastOffice", "done"], 1)


@pytest.mark.race
def test_without_the_look_at_who_is_left_nobody_is(two, monkeypatch):
    """The negative control."""
    monkeypatch.setattr(actions, "_somebody_is_left", lambda _user, _otherwise: None)
    heya, luoping = two
    assert at_once(lambda: demote(luoping, heya), lambda: demote(heya, luoping)) == ["done", "done"]
    assert offices() == 0
