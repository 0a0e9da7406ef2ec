"""Two people, two villages, two units in one cell; and one of each that was only wrapped or spaced out."""

import pytest

from registry.excel import several
from tests.registry.excel.office import notes, plan_of, problems, questions, taken, typed

HEAD = ["村", "姓名", "单位"]


def read(village="烧酒村", name="张三", unit="茂名市示例局"):
    return plan_of(typed(HEAD, [village, name, unit]), district="maonan")


@pytest.mark.parametrize(
    "cell",
    [
        "李示例\n黄示例",
        "吴示例 郑示例",
        "吴示例　郑示例",
        "张三 李四",
        "张三\r\n李四",
        "张三_x000D_\n李四",
        "张 三 李 四",
        "张三/李四",
        "张三，李四",
        "张三；李四",
        "张三+李四",
        "张三\u2028李四",
        "买买提 吐尔逊",
        "张三 Zhang San",
        "欧阳娜娜\n张三",
        "张三\n李四\n王五",
    ],
)
def test_two_people_in_one_cell_are_refused_and_never_joined(cell: str):
    assert problems(read(name=cell)) == {2: [("name", "several_names")]}


@pytest.mark.parametrize(
    ("cell", "name", "said"),
    [
        ("张 三", "张三", False),
        ("张　三", "张三", False),
        ("欧 阳 娜 娜", "欧阳娜娜", False),
        ("欧阳\n娜娜", "欧阳娜娜", True),
        ("李示\n例", "李示例", True),
        ("张\n三", "张三", True),
        ("司马 光", "司马光", True),
        ("买买提·\n吐尔逊", "买买提·吐尔逊", True),
        ("\n张三\n", "张三", False),
        ("John\nSmith", "John Smith", True),
        ("John  Smith", "John Smith", False),
        ("诸\ufe00葛\n示例", "诸\ufe00葛示例", True),
    ],
)
def test_one_name_that_was_wrapped_stays_one_and_that_is_said(cell: str, name: str, said: bool):
    planned = read(name=cell)
    assert [row.name for row in taken(planned)] == [name]
    assert (("name", "joined") in notes(planned)[2]) == said


@pytest.mark.parametrize(
    ("cell", "name"),
    [("张三同志", "张三"), ("张三 同志", "张三"), ("欧阳娜娜女士", "欧阳娜娜"), ("李示例\n第一书记", "李示例")],
)
def test_a_title_behind_a_name_is_taken_off(cell: str, name: str):
    assert several.without_title(several.people(cell).text)[0] == name
    assert [row.name for row in taken(read(name=cell))] == [name]


def test_a_title_that_is_taken_off_is_said_and_a_surname_alone_is_left():
    assert ("name", "title_dropped") in notes(read(name="张三同志"))[2]
    assert several.without_title("同志") == ("同志", "")
    assert several.without_title("张先生") == ("张先生", "")


def test_five_characters_without_a_dot_are_worth_a_second_look():
    assert ("name", "long_name") in notes(read(name="张三丰李四"))[2]
    assert ("name", "long_name") not in notes(read(name="买买提·吐尔逊"))[2]


@pytest.mark.parametrize(
    "cell", ["烧酒村、山阁村", "烧酒村/山阁村", "烧酒村 山阁村", "烧酒\n山阁村", "烧酒村，山阁村", "山阁镇烧酒村、彭村"]
)
def test_two_villages_in_one_cell_are_refused(cell: str):
    assert problems(read(village=cell)) == {2: [("village", "several_places")]}


@pytest.mark.parametrize(
    ("cell", "village"),
    [
        ("烧酒\n村", "烧酒村"),
        ("茂坡 行政村", "茂坡村"),
        ("东华\n社区居委会", "东华社区"),
        ("新 屋 村", "新屋村"),
        ("烧酒村（脱贫村）", "烧酒村"),
        ("烧酒村 (省定)", "烧酒村"),
        ("烧酒村、", "烧酒村"),
    ],
)
def test_one_village_in_parts_is_one(cell: str, village: str):
    assert [row.village for row in taken(read(village=cell))] == [village]


def test_what_stood_in_brackets_behind_a_village_is_said_to_be_dropped():
    assert ("village", "remark_dropped") in notes(read(village="烧酒村（脱贫村）"))[2]


@pytest.mark.parametrize(
    ("cell", "kept"),
    [
        ("广东省水利厅\n珠海市教育局", "广东省水利厅、珠海市教育局"),
        ("广东省水利厅/珠海市教育局", "广东省水利厅/珠海市教育局"),
        ("市委办、市人社局", "市委办、市人社局"),
        ("广东省水利厅 珠海市教育局", "广东省水利厅、珠海市教育局"),
    ],
)
def test_two_units_in_one_cell_are_asked_about_and_stay_two(cell: str, kept: str):
    planned = read(unit=cell)
    assert [row.unit for row in taken(planned)] == [kept]
    assert ("unit", "several_units") in questions(planned)[2]


@pytest.mark.parametrize(
    ("cell", "unit"),
    [
        ("广东省\n水利厅", "广东省水利厅"),
        ("茂名市委 组织部", "茂名市委组织部"),
        ("珠海市 香洲区 教育局", "珠海市香洲区教育局"),
        ("中国人保（茂名、韶关）公司", "中国人保（茂名、韶关）公司"),
        ("China Mobile Ltd", "China Mobile Ltd"),
    ],
)
def test_one_unit_in_parts_is_one(cell: str, unit: str):
    assert [row.unit for row in taken(read(unit=cell))] == [unit]


@pytest.mark.parametrize("cell", ["NULL", "nan", "None", "TRUE", "N/A", "#N/A", "undefined", "待定", "空缺", "<null>"])
def test_a_word_for_nothing_is_no_name_no_village_and_no_unit(cell: str):
    assert problems(read(name=cell)) == {2: [("name", "missing")]}
    assert problems(read(village=cell)) == {2: [("village", "missing")]}
    assert problems(read(unit=cell)) == {2: [("unit", "missing")]}
