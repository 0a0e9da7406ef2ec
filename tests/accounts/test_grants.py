"""A district's role has its district and no other role has one: in the form, in the action, in the database."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import translation

from accounts.models import Grant
from accounts.models.people import describe
from accounts.roles import Role
from registry.models import District

WITH_DISTRICT = [Role.ORGANIZER, Role.OPERATOR]
WITHOUT = [Role.OFFICE, Role.SUPERVISOR, Role.SECRETARY]


@pytest.fixture
def wumin(people):
    people["wumin"].grants.all().delete()
    return people["wumin"]


@pytest.mark.parametrize("role", WITH_DISTRICT)
def test_a_district_role_needs_a_district(wumin, role):
    with pytest.raises(IntegrityError), transaction.atomic():
        Grant.objects.create(user=wumin, role=role)
    with pytest.raises(ValidationError, match="须选择地区"):
        Grant(user=wumin, role=role).full_clean()


@pytest.mark.parametrize("role", WITHOUT)
def test_any_other_role_takes_no_district(wumin, role):
    district = District.objects.get(code="dianbai")
    with pytest.raises(IntegrityError), transaction.atomic():
        Grant.objects.create(user=wumin, role=role, district=district)


@pytest.mark.parametrize("role", WITH_DISTRICT)
def test_a_district_is_granted_once(wumin, role):
    district = District.objects.get(code="dianbai")
    Grant.objects.create(user=wumin, role=role, district=district)
    with pytest.raises(IntegrityError), transaction.atomic():
        Grant.objects.create(user=wumin, role=role, district=district)


@pytest.mark.parametrize("role", WITHOUT)
def test_a_role_is_granted_once(wumin, role):
    Grant.objects.create(user=wumin, role=role)
    with pytest.raises(IntegrityError), transaction.atomic():
        Grant.objects.create(user=wumin, role=role)


def test_the_desk_names_every_grant(wumin):
    for code in ("maonan", "dianbai"):
        Grant.objects.create(user=wumin, role=Role.ORGANIZER, district=District.objects.get(code=code))
    assert [str(grant) for grant in wumin.grants.all()] == ["茂南区县级组织者", "电白区县级组织者"]


def test_two_roles_are_listed_in_the_readers_own_punctuation(people, maonan):
    chenxiao = people["chenxiao"]
    Grant.objects.create(user=chenxiao, role="operator", district=maonan.district)
    grants = list(chenxiao.grants.select_related("district"))
    assert describe(grants) == "茂南区现场操作员、茂南区县级组织者"
    with translation.override("en"):
        assert describe(grants).count(", ") == 1
