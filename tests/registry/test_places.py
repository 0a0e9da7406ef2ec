"""How places are named: nothing is said twice, whatever a district writes into its columns."""

import re
from pathlib import Path

import pytest

from registry.places import joined, within

TEMPLATES = Path(__file__).parents[2] / "templates"


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (("滨海新区", "滨海新区白石镇", "示例村"), "滨海新区白石镇示例村"),
        (("滨海新区", "白石镇", "示例村"), "滨海新区白石镇示例村"),
        # A zone without towns writes itself into the column for the town.
        (("滨海新区", "滨海新区", "示例村"), "滨海新区示例村"),
        # The village cell repeats the town, or the district, or both.
        (("电白区", "水东镇", "水东镇上村"), "电白区水东镇上村"),
        (("电白区", "水东镇", "电白区水东镇上村"), "电白区水东镇上村"),
        (("电白区", "茂名市电白区水东镇", "上村"), "茂名市电白区水东镇上村"),
        (("茂南区", "山阁镇", "山阁村"), "茂南区山阁镇山阁村"),
        (("电白区", "电城镇", "电城社区"), "电白区电城镇电城社区"),
        (("茂南区", "", "示例村"), "茂南区示例村"),
        (("", "白石镇", "示例村"), "白石镇示例村"),
        (("茂南区", "白石镇", ""), "茂南区白石镇"),
        (("", "", ""), ""),
        ((" 茂南区 ", " 白石镇", "示例村 "), "茂南区白石镇示例村"),
    ],
)
def test_what_a_name_says_already_is_not_said_twice(names, told):
    assert joined(*names) == told


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (("滨海新区", "滨海新区白石镇", "示例村"), "白石镇示例村"),
        (("滨海新区", "滨海新区", "示例村"), "示例村"),
        (("茂南区", "白石镇", "白石镇示例村"), "白石镇示例村"),
        (("电白区", "茂名市电白区水东镇", "上村"), "茂名市电白区水东镇上村"),
        (("", "白石镇", "示例村"), "白石镇示例村"),
    ],
)
def test_beside_the_district_it_is_left_out(names, told):
    assert within(*names) == told


def test_no_template_joins_the_names_of_places_itself():
    side_by_side = re.compile(r"(town|district)(\.name)?\s*\}\}\s*\{\{[^}|]*(village|town)(?!\|within|\.)[^}|]*\}\}")
    assert [str(each) for each in TEMPLATES.rglob("*.html") if side_by_side.search(each.read_text())] == []
