"""The levels of dispatching units as a season has them: another city's three are read and guessed like the notice's."""

from dataclasses import replace

import pytest

from registry.excel import levels
from registry.excel.levels import BadLevels, Level, from_text, guess
from tests.registry.excel.office import LEVELS, notes, plan_of, problems, questions, typed, xlsx, zhang

# 江门's: the notice of another city, with other words, and one of the codes that 茂名 has too.
THREE = (
    Level("province", "省直", ("省", "中央"), ("省", "广东"), asked=1),
    Level("city", "市直", ("市", "地级"), ("江门", "市"), asked=3),
    Level("county", "县直", ("县", "区"), ("江门〔地区〕", "江门市〔地区〕"), asked=2, is_fallback=True),
)
PLACES = ("蓬江区", "台山市")


@pytest.mark.parametrize(
    ("cell", "level"),
    [("省直单位", "province"), ("地级市", "city"), ("县（市、区）直", "county"), (" 市直 ", "city"), ("珠海", None)],
)
def test_a_cell_means_the_level_whose_words_it_has(cell, level):
    assert from_text(cell, THREE) == level


@pytest.mark.parametrize(
    ("unit", "level"),
    [
        ("广东省示例厅", "province"),
        ("江门市示例局", "city"),
        ("中共江门市委示例部", "city"),
        ("江门市蓬江区示例局", "county"),
        ("江门台山示例局", "county"),
        # 茂名 is no city of this season.
        ("茂名市示例局", "county"),
        ("珠海市示例局", "county"),
        ("示例公司", "county"),
    ],
)
def test_a_unit_is_guessed_by_its_longest_known_beginning(unit, level):
    assert guess(unit, THREE, PLACES) == level


def test_a_renamed_level_is_known_by_its_new_name_though_no_word_says_so():
    renamed = tuple(replace(level, name="赴粤西帮扶") if level.code == "zhuhai" else level for level in LEVELS)
    assert from_text("赴粤西帮扶", renamed) == "zhuhai"
    assert from_text("赴粤西帮扶", LEVELS) is None


def test_a_cell_no_level_knows_is_refused_with_the_levels_of_the_season():
    rows = [
        ["甲村", "张三", "示例局", "珠海"],
        ["乙村", "李四", "示例大学", "省直"],
        ["丙村", "王五", "示例公司", None],
    ]
    planned = plan_of(xlsx(["村", "姓名", "单位", "单位类别"], *rows), district="maonan", levels=THREE)
    assert [row.action for row in planned.rows] == ["refuse", "add", "add"]
    assert [each.sentence for each in planned.rows[0].problems] == ["认不出单位层级“珠海”。请写成：省直、市直、县直。"]
    read = [row.values for row in planned.rows if row.values]
    assert [(row.level, row.level_guessed) for row in read] == [("province", False), ("county", True)]
    assert "没有写单位层级，按单位名称推断为“县直”，请核对。" in [each.sentence for each in planned.rows[2].notes]


def test_a_level_that_only_another_season_has_settles_nothing_here():
    rows = [["烧酒村", "张三", "广东省示例厅"]]
    elsewhere, here = (zhang(level=level) for level in ("central_provincial", "city"))
    data = xlsx(["村", "姓名", "单位"], *rows)
    told = plan_of(data, [elsewhere], district="maonan", levels=THREE)
    assert told.rows[0].changes == {"level": ("central_provincial", "province")}
    assert plan_of(data, [here], district="maonan", levels=THREE).rows[0].changes == {}
    assert (problems(told), notes(told)[2][0]) == ({}, ("level", "level_guessed"))


def test_what_a_data_file_says_is_read_back_as_it_was_written():
    assert levels.read(levels.written(THREE)) == THREE
    assert levels.read([{"code": "all", "name": "全部", "is_fallback": True}]) == (
        Level("all", "全部", is_fallback=True),
    )


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({}, "单位层级应是一个列表，每个层级写明代码、名称和用语。"),
        (["省直"], "单位层级应是一个列表，每个层级写明代码、名称和用语。"),
        ([{"code": "a"}], "第 1 个单位层级缺少代码或名称，或内容的格式不对。"),
        ([{"code": "a", "name": "甲", "cells": "县"}], "第 1 个单位层级缺少代码或名称，或内容的格式不对。"),
        ([{"code": "a", "name": "甲"}], "须有且只有一个层级，用于从单位名称看不出层级的单位。"),
        (
            [{"code": "A-1", "name": "甲", "is_fallback": True}],
            "层级代码“A-1”应以小写字母开头，只用小写字母、数字和下划线。",
        ),
        ([{"code": "a", "name": " ", "is_fallback": True}], "层级“a”的名称应有 1 至 32 个字。"),
        (
            [{"code": "a", "name": "甲", "cells": [""], "is_fallback": True}],
            "层级“甲”的用语里有空的或超过 32 个字的。",
        ),
        (
            [{"code": "a", "name": "甲", "is_fallback": True}, {"code": "a", "name": "乙"}],
            "层级代码“a”用了两次。",
        ),
        (
            [{"code": "a", "name": "甲", "is_fallback": True}, {"code": "b", "name": "甲"}],
            "层级名称“甲”用了两次。",
        ),
        (
            [
                {"code": "a", "name": "甲", "cells": ["市"], "is_fallback": True},
                {"code": "b", "name": "乙", "cells": ["省", "市"]},
            ],
            "层级一栏的用语“市”属于两个层级。",
        ),
    ],
)
def test_what_cannot_be_levels_is_refused_with_a_sentence(wrong, sentence):
    with pytest.raises(BadLevels) as refused:
        levels.read(wrong)
    assert refused.value.problems == [sentence]


@pytest.mark.parametrize(
    ("cell", "codes"),
    [
        ("中直驻粤", ["central_provincial"]),
        ("省直和中直", ["central_provincial"]),
        ("市直", ["maoming"]),
        ("县（市、区）", ["county"]),
        ("县（市、区）直", ["county"]),
        ("县市区", ["county"]),
        ("市辖区", ["county"]),
        ("茂名市茂南区", ["county"]),
        ("珠海市香洲区", ["zhuhai"]),
        ("市、县（区）", ["maoming", "county"]),
        ("市、县、区", ["maoming", "county"]),
        ("市县", ["maoming", "county"]),
        ("市（县）", ["maoming", "county"]),
        ("省市两级", ["central_provincial", "maoming"]),
        ("省直/市直", ["central_provincial", "maoming"]),
        ("民营", []),
    ],
)
def test_a_cell_that_can_be_two_levels_is_none_of_them_by_itself(cell, codes):
    assert list(levels.meant(cell, LEVELS)) == codes
    assert from_text(cell, LEVELS) == (codes[0] if len(codes) == 1 else None)


@pytest.mark.parametrize(
    ("cell", "unit", "level"),
    [
        ("市、县（区）", "茂名市农业农村局", "maoming"),
        ("市县", "茂名市茂南区教育局", "county"),
        ("省直/市直", "示例公司", "central_provincial"),
    ],
)
def test_a_level_that_can_be_either_is_proposed_by_the_unit_s_name_and_asked_about(cell, unit, level):
    planned = plan_of(typed(["村", "姓名", "单位", "单位层级"], ["烧酒村", "张三", unit, cell]), district="maonan")
    assert [row.values.level for row in planned.rows if row.values] == [level]
    assert ("level", "either_level") in questions(planned)[2]
