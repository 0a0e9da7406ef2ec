"""What clerks type from paper is read as they mean it, or refused with a sentence."""

import pytest

from scoring import typed


@pytest.mark.parametrize(
    ("text", "points_c"),
    [
        ("38.5", 3850),
        ("３８．５", 3850),
        ("38。5", 3850),
        (" 38.5 分\n", 3850),
        ("38.500", 3850),
        (".5", 50),
        ("5.", 500),
        ("0", 0),
        ("40", 4000),
        ("38.25", 3825),
        ("", None),
        (" \u3000", None),
    ],
)
def test_points_are_read_the_way_chen_xiao_types_them(text, points_c):
    assert typed.points(text) == points_c


@pytest.mark.parametrize(
    "text",
    [
        "-3",
        "abc",
        ".",
        "分",
        "1 2",
        "38.505",
        "3,8",
        "１０００００００",
        "٣٨",
        "1e3",
        "nan",
        "3¹",
        "③",
        "⑲",
        "3½",
        "𝟑",
        "₃8",
        "Ⅲ",
    ],
)
def test_what_is_no_number_of_points_is_refused_and_quoted(text):
    with pytest.raises(typed.NotPoints, match="不是分数"):
        typed.points(text)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("5:12", 312),
        ("5：12", 312),
        ("312", 312),
        ("312秒", 312),
        ("5分12秒", 312),
        ("5 分 12 秒", 312),
        ("5分12", 312),
        ("5′12″", 312),
        ("5'12\"", 312),
        ("５分１２秒", 312),
        ("5分", 300),
        ("5分钟", 300),
        ("0:00", 0),
        ("05:02", 302),
        ("", None),
    ],
)
def test_a_time_is_read_in_any_of_the_ways_it_is_written(text, seconds):
    assert typed.seconds(text) == seconds


@pytest.mark.parametrize("text", ["5:60", "5.12", "5分72秒", "99999", "-5", "五分", "5:1", "12秒5分"])
def test_what_is_no_time_is_refused_and_quoted(text):
    with pytest.raises(typed.NotTime, match="不是用时"):
        typed.seconds(text)


def test_marks_are_written_with_the_decimals_their_steps_need():
    assert [typed.places_for(steps) for steps in ([100, 50], [100, 200], [25, 50], [])] == [1, 0, 2, 0]
    assert [typed.shown_points(3850, places) for places in (1, 2)] == ["38.5", "38.50"]
    assert (typed.shown_points(3800, 0), typed.shown_points(None, 1)) == ("38", "")
    assert (typed.shown_seconds(312), typed.shown_seconds(5), typed.shown_seconds(None)) == ("5:12", "0:05", "")
