"""Failed look-ups are counted by address and hour, and the counts are exact when many ask at once."""

from datetime import timedelta

import pytest

from certificates.actions import guess
from certificates.models import Guess
from tests import cast
from tests.races import at_once

HALL, HOME = guess.keyed("203.0.113.7"), guess.keyed("198.51.100.9")


@pytest.mark.django_db
def test_thirty_misses_are_counted_and_the_next_is_refused():
    assert [guess.note_miss(HALL, cast.NOW) for _each in range(guess.LIMIT)] == [True] * 30
    assert (guess.note_miss(HALL, cast.NOW), guess.is_spent(HALL, cast.NOW)) == (False, True)
    # Whoever goes on is not counted beyond the limit.
    assert Guess.objects.values_list("count", flat=True).get() == 30


@pytest.mark.django_db
def test_another_address_and_another_hour_are_free():
    for _each in range(31):
        guess.note_miss(HALL, cast.NOW)
    assert guess.is_spent(HOME, cast.NOW) is False
    assert guess.note_miss(HOME, cast.NOW) is True
    assert guess.is_spent(HALL, cast.later(60)) is False
    assert guess.note_miss(HALL, cast.later(60)) is True


@pytest.mark.django_db
def test_the_hour_is_counted_from_its_full_stroke():
    at = cast.NOW + timedelta(minutes=59, seconds=59)
    guess.note_miss(HALL, at)
    guess.note_miss(HALL, cast.NOW)
    assert list(Guess.objects.values_list("hour", "count")) == [(cast.NOW, 2)]
    assert [guess.rest(each) for each in (cast.NOW, at, at + timedelta(milliseconds=900))] == [3600, 1, 1]


@pytest.mark.django_db
def test_what_is_over_is_forgotten():
    guess.note_miss(HALL, cast.NOW)
    guess.note_miss(HOME, cast.later(61))
    assert guess.forget(cast.later(62)) == 1
    assert list(Guess.objects.values_list("address", flat=True)) == [HOME]


@pytest.mark.django_db
def test_no_address_is_kept_as_it_is():
    guess.note_miss(HALL, cast.NOW)
    kept = Guess.objects.get().address
    assert (len(kept), "203" in kept) == (64, False)


def test_one_home_is_one_address():
    """An IPv6 customer has 2⁶⁴ addresses; one that came over IPv4 has one, however it is written."""
    assert guess.keyed("2001:db8::1") == guess.keyed("2001:db8:0:0:ffff::2") != guess.keyed("2001:db8:0:1::1")
    assert guess.keyed("::ffff:203.0.113.7") == HALL
    assert guess.keyed(None) == guess.keyed("") != guess.keyed("unknown")


@pytest.mark.django_db(transaction=True)
def test_forty_at_once_are_counted_exactly():
    told = []
    at_once(*[lambda: told.append(guess.note_miss(HALL, cast.NOW))] * 40)
    assert (sorted(told), Guess.objects.get().count) == ([False] * 10 + [True] * 30, 30)


@pytest.mark.django_db(transaction=True)
def test_counting_in_two_steps_would_lose_some():
    """The control: three misses, of which one is read and then written, with another in between."""
    guess.note_miss(HALL, cast.NOW)
    count = Guess.objects.get().count
    guess.note_miss(HALL, cast.NOW)
    Guess.objects.update(count=count + 1)
    assert Guess.objects.get().count == 2


@pytest.mark.django_db
def test_counting_is_one_statement(django_assert_num_queries):
    # Between a savepoint and its release.
    with django_assert_num_queries(3):
        guess.note_miss(HALL, cast.NOW)
