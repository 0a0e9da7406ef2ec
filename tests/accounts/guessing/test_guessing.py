"""Who guesses passwords is stopped; who knows theirs is not, and every lockout ends when it says."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.actions import open_account, reset_password, seal_password
from accounts.guessing import actions as guessing
from accounts.guessing.actions import LIMITS, LOCK, Kind, begin, locked_until, succeeded, sweep
from accounts.guessing.devices import Device
from accounts.halves import first_half, second_half
from accounts.models import LogLine, SignInCount
from accounts.roles import Role
from tests import cast

HALL, OFFICE = "10.8.0.7", "10.9.0.1"
NEW = Device("new")
NOW = cast.NOW


def attempt(name, at=NOW, network=HALL, device=NEW):
    return begin(name, network, device, at)


def wrong(name, times, at=NOW, network=HALL, device=NEW):
    for _again in range(times):
        last = begin(name, network, device, at)
    return last


def sign_in(client, username, password=cast.PASSWORD, **extra):
    return client.post("/sign-in/", {"username": username, "password": password, **extra})


def cast_now() -> datetime:
    """The page's own clock."""
    return timezone.now()


def test_the_eighth_attempt_for_one_name_from_one_address_is_the_last(people):
    assert [attempt("chenxiao").locked_until for _again in range(8)] == [None] * 7 + [NOW + LOCK]
    assert attempt("chenxiao") == guessing.Attempt(
        "chenxiao", attempt("chenxiao").keys, is_refused=True, locked_until=NOW + LOCK
    )


def test_many_names_from_one_address_lock_the_address(people):
    for number in range(LIMITS[Kind.ADDRESS]):
        last = attempt(f"name{number}")
    assert (last.locked_until, attempt("linfang").is_refused) == (NOW + LOCK, True)
    assert not attempt("linfang", network=OFFICE).is_refused


def test_one_name_from_many_addresses_locks_the_name(people):
    for number in range(LIMITS[Kind.NAME]):
        last = attempt("chenxiao", network=f"203.0.113.{number}")
    assert (last.locked_until, attempt("chenxiao", network=OFFICE).is_refused) == (NOW + LOCK, True)
    assert not attempt("linfang", network=OFFICE).is_refused


@pytest.mark.parametrize("name", [" chenxiao", "chenxiao ", "ｃhenxiao"])
def test_a_name_written_otherwise_is_counted_as_the_same(people, name):
    wrong("chenxiao", 8)
    assert attempt(name).is_refused


@pytest.mark.parametrize("kind", ["pair", "name", "address"])
def test_a_device_known_to_have_signed_in_gets_in_whatever_strangers_locked(people, kind):
    if kind == "pair":
        wrong("chenxiao", 8)
    for number in range(LIMITS[Kind.ADDRESS]):
        attempt(
            "chenxiao" if kind == "name" else f"name{number}", network=f"203.0.113.{number}" if kind == "name" else HALL
        )
    assert attempt("chenxiao").is_refused
    known = Device("tablet", (people["chenxiao"].pk,))
    assert not attempt("chenxiao", device=known).is_refused


def test_a_device_is_known_for_its_people_only_and_has_a_count_of_its_own(people):
    known = Device("tablet", (people["linfang"].pk,))
    wrong("chenxiao", 8)
    assert attempt("chenxiao", device=known).is_refused
    assert wrong("linfang", 8, device=known).locked_until == NOW + LOCK
    assert [attempt("linfang", device=device).is_refused for device in (known, NEW)] == [True, False]


def test_a_lockout_ends_when_it_says_however_often_it_is_tried_meanwhile(people):
    wrong("chenxiao", 8)
    for minute in range(15):
        assert attempt("chenxiao", at=NOW + timedelta(minutes=minute)).locked_until == NOW + LOCK
    assert [attempt("chenxiao", at=NOW + LOCK + timedelta(seconds=second)).is_refused for second in (-1, 0)] == [
        True,
        False,
    ]


def test_after_a_lockout_there_are_as_many_attempts_as_before(people):
    wrong("chenxiao", 8)
    assert wrong("chenxiao", 7, at=NOW + LOCK).locked_until is None


def test_attempts_that_lie_further_apart_than_the_window_lock_nothing(people):
    for number in range(40):
        assert attempt("chenxiao", at=NOW + number * timedelta(minutes=3)).locked_until is None


def test_the_right_password_takes_its_own_attempt_back(people):
    wrong("chenxiao", 7)
    succeeded(attempt("chenxiao"))
    assert not SignInCount.objects.filter(kind=Kind.PAIR).exists()
    assert set(SignInCount.objects.values_list("kind", "count", "until")) == {("name", 7, None), ("address", 7, None)}


def test_a_hall_in_which_everybody_signs_in_at_once_locks_nothing(people):
    for _person in range(LIMITS[Kind.ADDRESS] * 2):
        succeeded(attempt("chenxiao"))
    assert not attempt("linfang").is_refused


@pytest.mark.parametrize("how", ["unlock", "reset", "seal"])
def test_what_the_office_does_lifts_the_lockout_of_the_name_wherever_it_was(people, dianbai, how):
    heya, linfang = people["heya"], people["linfang"]
    wrong("linfang", 8)
    for number in range(LIMITS[Kind.ADDRESS]):
        attempt(f"name{number}")
    if how == "unlock":
        guessing.unlock(linfang, by=heya, at=NOW)
    elif how == "reset":
        told = {"username": "liukai", "name": "刘凯", "password": cast.PASSWORD}
        linfang = open_account(**told, grants=[(Role.OPERATOR, dianbai.district)], by=heya, at=NOW)
        wrong(linfang.username, 8)
        reset_password(linfang, by=heya, at=NOW)
    else:
        sealed = second_half(first_half()[1])[1]
        seal_password(linfang, sealed, by=heya, seconded_by=people["luoping"], at=NOW)
    assert locked_until(linfang, NOW) is None
    assert not attempt(linfang.username).is_refused
    # Others are still stopped at that address, and this name again after as many wrong passwords.
    assert attempt("somebody").is_refused
    assert wrong(linfang.username, 7).locked_until == NOW + LOCK


def test_unlocking_is_the_offices_and_stands_in_the_log(people):
    with pytest.raises(PermissionDenied):
        guessing.unlock(people["linfang"], by=people["chenxiao"], at=NOW)
    guessing.unlock(people["linfang"], by=people["heya"], at=NOW)
    assert LogLine.objects.filter(action="unlock_account").count() == 1


def test_nothing_typed_and_no_address_is_kept_and_nothing_for_long(people):
    wrong("geheim", 8)
    rows = list(SignInCount.objects.values_list("key", "name_key"))
    assert all(len(key) == 64 and HALL not in key for key, _name in rows)
    assert (sweep(NOW + LOCK - timedelta(seconds=1)), sweep(NOW + LOCK)) == (0, 3)


def test_the_account_page_says_that_it_is_locked_and_unlocks(people, signed_in):
    linfang, office = people["linfang"], signed_in(people["heya"])
    for number in range(8):
        sign_in(Client(REMOTE_ADDR=HALL), "linfang", f"wrong-{number}")
    page = office.get(reverse("account", args=[linfang.pk])).content.decode()
    assert ("已锁定至" in page, "解锁" in page) == (True, True)
    answer = office.post(reverse("unlock_account", args=[linfang.pk]), {"once_key": "k"})
    page = office.get(answer.url).content.decode()
    assert ("已解锁" in page, "已锁定至" in page) == (True, False)
    assert sign_in(Client(REMOTE_ADDR=HALL), "linfang").status_code == 302


def test_the_page_says_until_when_and_how_many_seconds(people):
    for number in range(9):
        answer = sign_in(Client(REMOTE_ADDR=HALL), "linfang", f"wrong-{number}")
    assert (answer.status_code, 0 < int(answer["Retry-After"]) <= 900) == (429, True)
    assert "以后再试，到时自动解锁" in answer.content.decode()


def test_whoever_signed_in_before_signs_in_again_while_a_stranger_sprays_the_hall(people):
    tablet = Client(REMOTE_ADDR=HALL)
    sign_in(tablet, "chenxiao")
    tablet.post("/sign-out/")
    for number in range(LIMITS[Kind.ADDRESS]):
        attempt(f"name{number}", at=cast_now())
    assert [sign_in(client, "chenxiao").status_code for client in (tablet, Client(REMOTE_ADDR=HALL))] == [302, 429]


@pytest.mark.parametrize("forged", ["x", "a:b:c", '"', "eyJkZXZpY2UiOjF9:1:x"])
def test_a_forged_cookie_makes_no_device_known(people, forged):
    wrong("chenxiao", 8, at=cast_now())
    client = Client(REMOTE_ADDR=HALL)
    client.cookies["device"] = forged
    assert sign_in(client, "chenxiao").status_code == 429


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_hundred_attempts_at_the_same_moment_are_a_hundred(people):
    def one(_number):
        try:
            return begin("chenxiao", HALL, NEW, NOW).is_refused
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        refused = list(pool.map(one, range(24)))
    assert refused.count(False) == 8
    assert connection.vendor
