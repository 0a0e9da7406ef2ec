"""A written reason can be read."""

import pytest

from accounts.words import seen, written


@pytest.mark.parametrize(
    "nothing",
    [
        "",
        " ",
        "\u3000",
        "\u200b",
        "\u2060\ufeff",
        "\u3164",
        "\u2800",
        "\u0301",
        "\x00\n\t",
        "\u202e",
        "\U0001d159",
        "\ufffc",
        "\u115f\ufffc",
    ],
)
def test_a_reason_in_which_nothing_can_be_seen_is_none(nothing):
    assert written(nothing) == ""


@pytest.mark.parametrize(
    ("came", "kept"),
    [
        ("  当日停电 \n", "当日停电"),
        ("\u200b陈晓 的表\u3000", "陈晓 的表"),
        ("cafe\u0301", "cafe\u0301"),
        ("。", "。"),
        ("👍", "👍"),
    ],
)
def test_what_surrounds_a_reason_unseen_is_left_off(came, kept):
    assert written(came) == kept


def test_two_texts_are_told_apart_by_their_letters_alone():
    assert seen(" 赋能\u200b百千万\ufe0f\u3164（2023）\u3000") == seen("赋能百千万（2023）") == "赋能百千万（2023）"
    assert seen("赋能百千万（2024）") != seen("赋能百千万（2023）")
    assert seen("\u200b\u3000") == ""
