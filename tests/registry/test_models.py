"""The registry's nouns: what the database itself refuses, and who serves on which day."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from registry.models import District, Posting, Secretary, Town, Unit, Village

pytestmark = pytest.mark.django_db


@pytest.fixture
def maonan() -> District:
    return District.objects.create(code="maonan", name="茂南区", order=1)


@pytest.fixture
def shaojiu(maonan: District) -> Village:
    town = Town.objects.create(district=maonan, name="山阁镇")
    return Village.objects.create(town=town, name="烧酒村")


@pytest.fixture
def unit() -> Unit:
    return Unit.objects.create(name="茂名市示例局", level="maoming")


def post(village, unit, name="张三", **months) -> Posting:
    return Posting.objects.create(secretary=Secretary.objects.create(name=name), village=village, unit=unit, **months)


def refused(make) -> bool:
    """Whether the database refuses it; the test goes on afterwards."""
    try:
        with transaction.atomic():
            make()
    except IntegrityError:
        return True
    return False


def test_two_districts_do_not_share_a_name_or_a_code(maonan):
    assert refused(lambda: District.objects.create(code="maonan", name="别的区"))
    assert refused(lambda: District.objects.create(code="other", name="茂南区"))
    assert not refused(lambda: District.objects.create(code="other", name="别的区"))


def test_a_town_name_is_one_in_its_district_and_a_village_name_one_in_its_town(maonan, shaojiu):
    elsewhere = District.objects.create(code="dianbai", name="电白区")
    assert refused(lambda: Town.objects.create(district=maonan, name="山阁镇"))
    assert not refused(lambda: Town.objects.create(district=elsewhere, name="山阁镇"))
    assert refused(lambda: Village.objects.create(town=shaojiu.town, name="烧酒村"))


def test_a_unit_is_one_by_its_name(unit):
    assert refused(lambda: Unit.objects.create(name=unit.name, level="county"))


def test_nobody_is_posted_twice_to_the_same_village(shaojiu, unit):
    posting = post(shaojiu, unit)
    assert refused(lambda: Posting.objects.create(secretary=posting.secretary, village=shaojiu, unit=unit))


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        (date(2021, 6, 1), date(2021, 6, 1), True),
        (date(2021, 6, 1), date(2021, 5, 1), True),
        (date(2021, 6, 1), date(2021, 7, 1), False),
        (None, date(2021, 5, 1), False),
        (date(2021, 6, 1), None, False),
    ],
)
def test_a_service_ends_after_it_begins(shaojiu, unit, since, until, expected):
    assert refused(lambda: post(shaojiu, unit, since=since, until=until)) is expected


def test_whoever_is_posted_somewhere_is_not_deleted_with_their_village_or_unit(shaojiu, unit):
    post(shaojiu, unit)
    for noun in (shaojiu, unit, shaojiu.town, shaojiu.town.district):
        with pytest.raises(ProtectedError):
            noun.delete()


def test_current_are_those_who_have_begun_and_not_yet_ended(shaojiu, unit):
    post(shaojiu, unit, "从前", since=date(2019, 1, 1), until=date(2021, 6, 1))
    post(shaojiu, unit, "现在", since=date(2021, 6, 1))
    post(shaojiu, unit, "以后", since=date(2024, 1, 1))
    post(shaojiu, unit, "不知", until=None)

    def names(on):
        return sorted(Posting.objects.current(on).values_list("secretary__name", flat=True))

    assert names(date(2021, 5, 31)) == sorted(["从前", "不知"])
    assert names(date(2021, 6, 1)) == sorted(["现在", "不知"])
    assert names(date(2024, 1, 1)) == sorted(["现在", "以后", "不知"])


def test_a_posting_is_read_with_its_places_in_one_query(shaojiu, unit, django_assert_num_queries):
    for name in ("张三", "李四", "王五"):
        post(shaojiu, unit, name)
    with django_assert_num_queries(1):
        told = [str(each) + each.unit.name + each.village.town.district.name for each in Posting.objects.with_places()]
    assert told == [f"{name} · 烧酒村茂名市示例局茂南区" for name in ("张三", "李四", "王五")]


@pytest.mark.parametrize("name", ["王䶮", "李㛃", "黄𬱖", "阿依古丽·买买提", "葛󠄀西"])
def test_a_name_is_kept_byte_for_byte(name):
    pk = Secretary.objects.create(name=name).pk
    assert Secretary.objects.get(pk=pk).name.encode() == name.encode()
