"""What only looks like a digit is no part of a number, wherever somebody types or pastes one."""

import pytest

from registry import numerals


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("38.5", "38.5"),
        ("３８．５", "38.5"),
        ("５：１２", "5:12"),
        ("（０６６８）２８８８８８８", "(0668)2888888"),
        # As they come out of a PDF.
        ("2021年6⽉", "2021年6月"),
        ("3¹", "3¹"),
        ("③", "③"),
        ("⑲", "⑲"),
        ("⒊", "⒊"),
        ("⑶", "⑶"),
        ("3½", "3½"),
        ("₃", "₃"),
        ("𝟑", "𝟑"),
        ("٣", "٣"),
        ("३", "३"),
        ("㉓", "㉓"),
    ],
)
def test_a_text_in_plain_signs_has_no_digit_that_nobody_typed(text, read):
    assert numerals.plain(text) == read


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", 12),
        ("１２", 12),
        (" 12\n", 12),
        ("-3", -3),
        ("－３", -3),
        ("+3", 3),
        ("0007", 7),
        ("9" * 18, 10**18 - 1),
        ("1" + "0" * 30, 10**30),
    ],
)
def test_a_whole_number_is_read_in_either_width(text, number):
    assert numerals.whole(text) == number


@pytest.mark.parametrize(
    "text", ["", " ", "1_2", "1,2", "1 2", "3¹", "③", "⑲", "½", "٣", "१२", "𝟑", "三", "1e3", "0x1", "3.0", "9" * 1001]
)
def test_what_is_no_whole_number_is_none(text):
    assert numerals.whole(text) is None
