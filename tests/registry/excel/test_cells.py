"""Single cells, months, names, levels, headings: the small readings the large ones are made of."""

from datetime import date

import pytest

from registry.excel import cells, keys, levels, months, names
from registry.excel.districts import Districts, mentioned
from registry.excel.fields import FIELDS, MAX_LENGTH, labels
from registry.excel.header import Column
from registry.excel.synonyms import SYNONYMS, field_of, meaning
from registry.models import Posting, Secretary, Town, Unit, Village
from tests.registry.excel.office import DISTRICTS, LEVELS


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("张 三", "张三"),
        ("\u3000张\u3000三\u00a0", "张三"),
        ("县工信局、\n 县人社局", "县工信局、县人社局"),
        ("Ayshe  Gul", "Ayshe Gul"),
        ("示例大学 A 座", "示例大学A座"),
        ("\ufeff烧酒村\u200b\u3164", "烧酒村"),
        ("烧酒村_x000D_\n", "烧酒村"),
        ("Ａ１（甲）", "Ａ１（甲）"),
        (13800000000.0, "13800000000"),
        (3, "3"),
        (2.5, "2.5"),
        (True, "TRUE"),
        (date(2021, 6, 1), "2021-06-01"),
    ],
)
def test_text_loses_what_the_eye_cannot_see_and_nothing_else(cell, text):
    assert cells.text(cell) == text


@pytest.mark.parametrize("cell", ["/", "—", "无", " - ", "", "N/A"])
def test_signs_for_nothing_are_nothing(cell):
    assert cells.optional(cell) == ""


@pytest.mark.parametrize(
    ("cell", "damaged"),
    [
        (4.40902198001011e17, True),
        (10**15, True),
        (10**15 - 1, False),
        ("4.40902E+17", True),
        ("4.4E＋17", True),
        ("440902198001011234", False),
        (13800000000.0, False),
        (True, False),
        ("1E5", False),
    ],
)
def test_a_number_of_sixteen_digits_is_already_damaged(cell, damaged):
    assert cells.is_damaged(cell) is damaged


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("", ""),
        ("无", ""),
        ("13800000000", "13800000000"),
        ("138 0000 0000", "13800000000"),
        ("+86-13800000000", "13800000000"),
        ("(0668) 2888888", "0668-2888888"),
        ("020-38888888", "020-38888888"),
        ("2888888", None),
        ("1380000000", None),
        ("1380000000⁰", None),
        ("1380000000①", None),
        ("13800000000/13900000000", None),
        ("12800000000", None),
    ],
)
def test_a_phone_number_is_whole_or_it_is_none(cell, number):
    assert cells.phone(cell) == number


@pytest.mark.parametrize(
    ("cell", "verdict"),
    [
        ("", ""),
        ("11010519491231002X", "ok"),
        ("11010519491231002x", "ok"),
        ("１１０１０５１９４９１２３１００２Ｘ", "ok"),
        ("110105491231002", "ok"),
        ("110105194912310021", "odd"),
        ("1101051949123100", "odd"),
        ("1101051949123100²X", "odd"),
        ("110105194912310000", "damaged"),
        (1.10105194912310e17, "damaged"),
    ],
)
def test_of_an_identity_number_only_a_verdict_remains(cell, verdict):
    assert cells.identity(cell) == verdict


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        ("2021", "year_only"),
        (2021.0, "year_only"),
        (2021.1, "ambiguous"),
        ("2021年13月", "unreadable"),
        ("2021-02-30", "unreadable"),
        ("1921-06", "unreadable"),
        ("六月", "unreadable"),
        ("2021.6¹", "unreadable"),
        ("2021年⑥月", "unreadable"),
        ("٢٠٢١-٠٦", "unreadable"),
        (3.0, "unreadable"),
        (2.0210601e17, "damaged"),
        (True, "unreadable"),
    ],
)
def test_what_is_no_month_says_why(cell, why):
    with pytest.raises(months.NotAMonth) as caught:
        months.month(cell)
    assert str(caught.value) == why


def test_october_as_text_is_october_and_as_two_decimals_too():
    assert months.month("2021.10") == date(2021, 10, 1)
    assert months.month(2021.11) == date(2021, 11, 1)
    assert months.month("二〇二一年十月") == date(2021, 10, 1)
    assert months.month("二〇二一年十二月") == date(2021, 12, 1)
    assert months.month("21年10月") == date(2021, 10, 1)


def test_the_first_day_no_longer_served_is_the_first_of_the_next_month():
    assert months.first_day_after(date(2023, 6, 1)) == date(2023, 7, 1)
    assert months.first_day_after(date(2023, 12, 1)) == date(2024, 1, 1)


@pytest.mark.parametrize(
    "name", ["张䶮", "李㛃", "王𬱖", "\U0002ebf0某", "\U00031350某", "阿依古丽·买买提", "O'Neil", "钱龙\ufe00", "〇某"]
)
def test_a_rare_name_is_a_name(name):
    assert names.complaint(name) is None


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("钱\ue000", "private_character"),
        ("钱\U000f0000", "private_character"),
        ("赵？", "lost_character"),
        ("赵\ufffd", "lost_character"),
        ("赵□", "lost_character"),
        ("张*", "lost_character"),
        ("张三/李四", "several_names"),
        ("⿰氵龙某", "not_a_name"),
        ("张三2", "not_a_name"),
        ("张三(女)", "not_a_name"),
    ],
)
def test_what_cannot_be_a_name_is_told_apart(name, code):
    found = names.complaint(name)
    assert found is not None
    assert found[0] == code


def test_a_compatibility_form_is_kept_and_worth_a_look():
    assert names.advice("\uf92c某") == (
        "not_nfc",
        "姓名里有兼容字形，电脑会把它当成另一个字。已按原样保留，请核对是否要改用通行的字形。",
    )
    assert names.advice("郎某") is None


def test_characters_a_font_lacks_are_found_beside_private_ones():
    assert names.unshowable("张䶮\ue000") == ("\ue000",)
    assert names.unshowable("张䶮\ufe00", frozenset({ord("张")})) == ("䶮",)


def test_every_level_word_of_the_template_is_understood():
    assert {levels.from_text(level.name, LEVELS) for level in LEVELS} == {level.code for level in LEVELS}
    assert levels.names_of(LEVELS) == {
        "central_provincial": "中央和省直单位",
        "zhuhai": "珠海市单位",
        "maoming": "茂名市单位",
        "county": "县级单位",
    }


def test_no_value_is_longer_than_the_registry_s_columns():
    longest = {
        "town": Town._meta.get_field("name").max_length,
        "village": Village._meta.get_field("name").max_length,
        "name": Secretary._meta.get_field("name").max_length,
        "unit": Unit._meta.get_field("name").max_length,
        "post": Secretary._meta.get_field("post").max_length,
        "remark": Posting._meta.get_field("remark").max_length,
    }
    assert longest == MAX_LENGTH


def test_every_field_has_a_name_and_every_heading_one_meaning():
    assert tuple(labels()) == FIELDS
    headings = [heading for synonyms in SYNONYMS.values() for heading in synonyms]
    assert sorted(heading for heading in set(headings) if headings.count(heading) > 1) == []
    assert {heading: field_of(heading) for heading in headings} == {
        heading: field for field, synonyms in SYNONYMS.items() for heading in synonyms
    }


@pytest.mark.parametrize(
    ("path", "field"),
    [
        (("姓 名",), "name"),
        (("手机号码（必填）",), "phone"),
        (("县（市、区）",), "district"),
        (("镇（街）",), "town"),
        (("选派单位", "名称"), "unit"),
        (("任职时间", "起"), "since"),
        (("第一书记的联系电话",), "phone"),
        (("队长姓名",), None),
        (("帮扶单位联系人", "电话"), None),
        (("镇类型",), None),
        (("第一书记总人数",), None),
        ((), None),
    ],
)
def test_a_heading_means_one_field_or_none(path, field):
    found = meaning(path)
    assert (found[0] if found else None) == field


def test_columns_are_lettered_as_excel_letters_them():
    assert [Column(index, "", None).letter for index in (0, 25, 26, 51, 52, 701, 702)] == [
        *("A", "Z", "AA", "AZ", "BA", "ZZ", "AAA")
    ]


def test_a_district_is_known_by_its_names_and_a_short_name_of_two_by_none():
    register = Districts({**DISTRICTS, "Maonan": "maonan"})
    assert [register.code(text) for text in ("茂南区", "Maonan", "茂 南", "电白县", "茂名高新区", "深圳", "")] == [
        *("maonan", "maonan", "maonan", "dianbai", "gaoxin", None, None)
    ]
    assert register.name("maonan") == "茂南区"
    assert register.nearest("新丰县") is None
    twins = Districts({"新丰县": "county", "新丰市": "city"})
    assert [twins.code(text) for text in ("新丰县", "新丰市", "新丰")] == ["county", "city", None]


def test_a_title_mentions_a_district_by_its_full_name_or_else_its_short_one():
    assert mentioned("茂名市茂南区第一书记名册", DISTRICTS) == ("茂南区",)
    assert mentioned("信宜参赛名单", DISTRICTS) == ("信宜市",)
    assert mentioned("茂南区、电白区名册", DISTRICTS) == ("茂南区", "电白区")
    assert mentioned("高新技术企业名单", DISTRICTS) == ()
    assert mentioned("茂名市第一书记名册", DISTRICTS) == ()


def test_keys_take_two_ways_of_writing_for_one_and_two_places_for_two():
    assert keys.village("烧酒村") == keys.village("烧酒 村民委员会") == keys.village("烧酒")
    assert keys.village("烧酒村") != keys.village("烧酒社区")
    assert keys.village("烧酒社区") == keys.village("烧酒居委会")
    assert keys.village("村") == "村"
    assert keys.town("河东街道") == keys.town("河东街道办事处")
    assert keys.town("东镇") != keys.town("东街道")
    assert keys.name("阿依·买买提") == keys.name("阿依•买买提")
