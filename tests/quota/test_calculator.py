"""The calculator's working must be arithmetic that anybody can redo with paper."""

import json
from fractions import Fraction
from math import ceil, floor

import pytest
from django.conf import settings
from hypothesis import example, given
from hypothesis import strategies as st

from quota.calculator import Place, compare, verdict, working
from quota.rules.apportion import apportion


@pytest.fixture(scope="module")
def places() -> list[Place]:
    decree = json.loads((settings.BASE_DIR / "fixtures" / "decree-2023.json").read_text())
    return [Place(row["code"], row["name"], row["headcount"], row["seats"]) for row in decree["districts"]]


def test_of_the_six_methods_adams_alone_gives_the_decrees_table(places):
    columns = compare(places, 20, 0)
    assert [column.method for column in columns if column.reproduces] == ["adams"]
    assert {column.label: column.differences for column in columns} == {
        "亚当斯法": {},
        "迪安法": {"maonan": -1, "dianbai": 1},
        "亨廷顿–希尔法": {"maonan": -1, "dianbai": 1},
        "韦伯斯特法": {"dianbai": 1, "huazhou": 1, "binhai": -1, "gaoxin": -1},
        "杰斐逊法": {"maonan": -1, "dianbai": 1, "gaozhou": 1, "huazhou": 1, "binhai": -1, "gaoxin": -1},
        "汉密尔顿法": {"dianbai": 1, "huazhou": 1, "binhai": -1, "gaoxin": -1},
    }


def test_the_verdict_names_the_method_and_who_would_differ_under_the_others(places):
    sentences = verdict(places)
    assert sentences[0] == "按公文的人数核算，亚当斯法得出的名额与公文完全一致。"
    assert "杰斐逊法（先保证每地 1 个）：化州市多 1 个，茂南区少 1 个。" in sentences
    assert len(sentences) == 11


def test_adams_working_divides_by_thirteen_and_rounds_up(places):
    adams = compare(places, 20, 0)[0]
    told = working(places, adams.shares)
    assert told.divisor == "13"
    assert [(line.name, line.headcount, line.quotient, line.seats) for line in told.lines] == [
        ("茂南区", 27, "2.08", 3),
        ("电白区", 39, "3", 3),
        ("信宜市", 30, "2.31", 3),
        ("高州市", 48, "3.69", 4),
        ("化州市", 61, "4.69", 5),
        ("滨海新区", 3, "0.23", 1),
        ("高新区", 4, "0.31", 1),
    ]


def test_hamiltons_working_divides_by_people_per_seat(places):
    hamilton = compare(places, 20, 0)[-1]
    assert working(places, hamilton.shares).divisor == "10.6"


def test_a_tie_is_told_and_no_working_pretends_to_settle_it():
    places = [Place("a", "甲区", 10, 1), Place("b", "乙区", 10, 1)]
    shares = apportion(3, {"a": 10, "b": 10}, "webster", 0)
    told = working(places, shares)
    assert told.sentences == [
        "甲区、乙区的要求完全相等，而名额只剩 1 个：韦伯斯特法分不出先后，须另行决定，本系统不代为取舍。"
    ]
    assert told.lines == []


def test_with_another_number_of_seats_nothing_is_compared_with_the_decree(places):
    assert [(column.reproduces, column.differences) for column in compare(places, 21, 0)] == [(False, {})] * 6


def test_a_quotient_just_above_a_whole_number_does_not_look_whole():
    places = [Place("a", "甲区", 10001, 2), Place("b", "乙区", 10000, 1)]
    adams = compare(places, 3, 0)[0]
    told = working(places, adams.shares)
    assert [line.seats for line in told.lines] == [2, 1]
    assert all(line.quotient != "1.00" for line in told.lines)


HEADCOUNTS = st.lists(st.integers(0, 80), min_size=1, max_size=7).filter(any)


@example([1], 13, 0, "jefferson")
@given(HEADCOUNTS, st.integers(1, 40), st.integers(0, 2), st.sampled_from(["adams", "jefferson"]))
def test_whatever_divisor_is_shown_gives_the_seats_shown(headcounts, seats, minimum, method):
    names = [f"d{number}" for number in range(len(headcounts))]
    seats = max(seats, minimum * sum(1 for headcount in headcounts if headcount))
    shares = apportion(seats, dict(zip(names, headcounts, strict=True)), method, minimum)
    places = [Place(name, name, headcount, 0) for name, headcount in zip(names, headcounts, strict=True)]
    told = working(places, shares)
    if not told.lines:
        return
    divisor = Fraction(told.divisor)
    whole = ceil if method == "adams" else floor
    assert [line.seats for line in told.lines] == [
        max(whole(line.headcount / divisor), minimum if line.headcount else 0) for line in told.lines
    ]
    assert sum(line.seats for line in told.lines) == seats
