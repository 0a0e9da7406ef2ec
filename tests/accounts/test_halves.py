"""Neither half of a first password opens anything, and a guess at one costs as much as the portal's settings say."""

import pytest
from django.contrib.auth.hashers import check_password

from accounts.halves import first_half, joined, second_half
from config import settings as as_installed


def test_installed_both_halves_together_cost_what_django_asks_of_a_password():
    assert as_installed.FIRST_PASSWORD_ROUNDS * 2 == 1_000_000


@pytest.mark.parametrize("rounds", [1, 700])
def test_a_half_costs_as_many_rounds_as_the_settings_say_when_it_is_made(settings, rounds):
    settings.FIRST_PASSWORD_ROUNDS = rounds
    first, kept = first_half()
    settings.FIRST_PASSWORD_ROUNDS = 9
    second, sealed = second_half(kept)
    assert sealed.encoded.split("$")[:2] == ["halves", str(rounds)]
    tried = {"whole": joined(first, second), "first": first, "second": second, "turned": joined(second, first)}
    assert {name: check_password(word, sealed.encoded) for name, word in tried.items()} == {
        "whole": True,
        "first": False,
        "second": False,
        "turned": False,
    }
