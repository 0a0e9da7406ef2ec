"""The decree as data: what the notice says, and what a wrong file is told."""

import copy
import json

import pytest
from django.conf import settings

from quota.decree import BadDecree, load_decree, read_decree

DECREE = settings.BASE_DIR / "fixtures" / "decree-2023.json"


@pytest.fixture
def decree():
    return json.loads(DECREE.read_text())


def test_the_fixture_says_what_the_notice_says():
    told = load_decree(DECREE)
    assert [(row["name"], row["headcount"], row["seats"]) for row in told["districts"]] == [
        ("茂南区", 27, 3),
        ("电白区", 39, 3),
        ("信宜市", 30, 3),
        ("高州市", 48, 4),
        ("化州市", 61, 5),
        ("滨海新区", 3, 1),
        ("高新区", 4, 1),
    ]
    assert (told["stated_headcount"], told["stated_seats"]) == (212, 20)
    assert told["units"] == {"central_provincial": 44, "zhuhai": 42, "maoming": 126}
    assert [(tier["name"], tier["count"]) for tier in told["tiers"]["preliminary"]] == [
        ("一等奖", 1), ("二等奖", 2), ("三等奖", 3), ("优秀", None)
    ]  # fmt: skip
    assert [tier["count"] for tier in told["tiers"]["final"]] == [1, 3, 5, None]
    assert (told["notice_number"], told["notice_date"]) == ("茂乡振〔2023〕20号", "2023-11-17")
    assert (told["preliminary_due"], told["final_due"]) == ("2023-11-30", "2023-12-20")
    assert told["talk_limit_s"] == 300


def test_the_fixtures_totals_are_the_sums_of_its_rows(decree):
    assert sum(row["headcount"] for row in decree["districts"]) == sum(decree["units"].values()) == 212
    assert sum(row["seats"] for row in decree["districts"]) == 20


def wrong(change) -> list[str]:
    decree = json.loads(DECREE.read_text())
    change(decree)
    with pytest.raises(BadDecree) as refused:
        load_decree(decree)
    return refused.value.problems


def test_every_fault_is_told_at_once():
    def change(decree):
        del decree["theme"]
        decree["notice_date"] = "17.11.2023"
        decree["districts"][5]["seats"] = 4
        decree["districts"][1]["code"] = "maonan"

    assert wrong(change) == [
        "缺少“theme”（主题）。",
        "“notice_date”（印发日期）应写成 2023-11-17 这样的日期。",
        "代码 maonan 用了两次。",
        "滨海新区的名额 4 个多于人数 3 人。",
    ]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda d: d.update(hosts=[]), "“hosts”（主办单位）应列出至少一个单位。"),
        (lambda d: d.update(reserves=-1), "“reserves”（递补人数）应是人数。"),
        (lambda d: d.update(stated_seats=True), "“stated_seats”（全市名额）应是名额数。"),
        (lambda d: d.update(stated_seats=20.0), "“stated_seats”（全市名额）应是名额数。"),
        (lambda d: d.update(districts=[]), "“districts”（地区）应列出至少一个地区。"),
        (lambda d: d.update(districts="茂南区"), "“districts”（地区）应列出至少一个地区。"),
        (lambda d: d["districts"].append("茂南区"), "第 8 个地区没有名称（name）。"),
        (lambda d: d["districts"][0].update(name="电白区"), "电白区出现两次。"),
        (
            lambda d: d["districts"][0].update(code="Maonan!"),
            "茂南区的代码（code）应以小写字母开头，只用小写字母、数字和短横。",
        ),
        (
            lambda d: d["districts"][0].update(headcount="27"),
            "茂南区的人数（headcount）和名额（seats）应是不小于 0 的整数。",
        ),
        (lambda d: d.update(units={"zhuhai": "3"}), "选派单位人数中的“zhuhai”不是层级代码，或人数不是整数。"),
        (
            lambda d: d.update(units={"moon": 3}),
            "选派单位人数中的“moon”不是本届的层级。本届的层级：中央和省直单位（central_provincial）、"
            "珠海市单位（zhuhai）、茂名市单位（maoming）、县级单位（county）。",
        ),
        (lambda d: d.update(levels=["县直"]), "单位层级应是一个列表，每个层级写明代码、名称和用语。"),
        (lambda d: d["levels"].pop(3), "须有且只有一个层级，用于从单位名称看不出层级的单位。"),
        (lambda d: d["tiers"].pop("final"), "没有决赛的奖次（tiers.final）。"),
        (lambda d: d["tiers"]["final"][0].pop("count"), "决赛的奖次须写明代码、名称和名额（名额为空表示其余全部）。"),
    ],
)
def test_one_fault_is_told_in_one_sentence(change, told):
    assert wrong(change) == [told]


def test_what_the_decree_does_not_know_is_left_out(decree):
    decree["weather"] = 21.5
    decree["districts"][0]["mayor"] = "—"
    assert load_decree(decree) == load_decree(DECREE)


def test_loading_changes_nothing_in_what_was_handed_in(decree):
    before = copy.deepcopy(decree)
    load_decree(decree)
    assert decree == before


@pytest.mark.parametrize("data", [b"", b"\xff\xfe\x00", b"[1, 2]", b"{", b"[" * 100_000, b" " * 300_000])
def test_a_file_that_is_no_decree_is_refused_in_words(data):
    with pytest.raises(BadDecree):
        read_decree(data)
