"""Certificates as they come out of the printer: read back as text, as a picture, as a file for the archive."""

import hashlib
import json
import subprocess
import sys
from datetime import date

import pytest

from certificates.paper import seals, typeset
from certificates.paper.certificate import in_chinese, render, render_many
from certificates.paper.hosts import LacksSeal
from tests.certificates.paper.papers import (
    HOSTS,
    SHORT,
    URL,
    boxes,
    colours,
    facts,
    fonts,
    lines,
    pages,
    photo,
    pictures,
    qr_codes,
    salutation,
    stamp,
    words,
)

# In millimetres: the page, and the inner line of its frame.
WIDTH, HEIGHT, FRAME = 297, 210, 14.4
HOSTILE = '#panic("x") $a$ *b* _c_ \\ @d <e>'


def printed(seals=None, url=URL, short=SHORT, **changed) -> bytes:
    return render(facts(**changed), url=url, short=short, seals=seals or {})


@pytest.fixture(scope="module")
def seal() -> tuple[str, bytes]:
    ready = seals.prepare(photo(stamp()))
    return hashlib.sha256(ready).hexdigest(), ready


@pytest.mark.parametrize("name", ["王䶮", "李㛃", "张𬱖", "欧阳示例", "马䶮㛃𬱖", "阿依古丽·买买提", "O'Neil", HOSTILE])
def test_a_name_copied_out_of_the_certificate_is_the_name_of_the_roster(name):
    assert salutation(printed(name=name)) == name


@pytest.mark.parametrize("template", ["red", "plain"])
def test_a_prize_is_stated_with_season_stage_award_and_hosts(template):
    text = words(printed(template=template))
    for stated in (
        "赋能百千万驻村话振兴",
        "荣誉证书",
        "茂名市示例局选派茂南区山阁镇烧酒村驻村第一书记",
        "在茂名市乡村振兴驻村第一书记“赋能百千万、驻村话振兴”活动茂南区初赛中表现突出，荣获",
        "一等奖",
        "特发此证，以资鼓励。",
        *HOSTS,
        "二〇二三年十二月二十五日",
        "编号茂示例证〔2023〕茂南第001号",
        "查验码ABCD-EFGH",
        "https://portal.example/verify/",
    ):
        assert stated in text


def test_merit_is_an_honour_and_taking_part_is_thanked_for_without_an_award():
    merit = words(printed(tier="优秀", tier_code="merit"))
    took_part = words(printed(tier="参加活动", tier_code="took_part"))
    assert [word in merit for word in ("获评", "优秀", "以资鼓励", "荣获")] == [True, True, True, False]
    assert [word in took_part for word in ("积极参加", "以资纪念", "荣获", "获评")] == [True, True, False, False]


def test_gold_is_kept_for_prizes():
    def is_gold(**changed):
        return (0xA9, 0x82, 0x2F) in colours(printed(**changed))

    assert is_gold(template="plain")
    assert is_gold(template="red")
    assert not is_gold(template="plain", tier="优秀", tier_code="merit")
    assert not is_gold(template="red", tier="参加活动", tier_code="took_part")


def test_the_code_on_the_page_opens_this_certificate():
    assert qr_codes(printed()) == [URL]


def test_the_same_facts_give_the_same_file_in_another_process(seal):
    sha256, ready = seal
    stated = facts(hosts=[{"name": HOSTS[0], "seal": sha256}])
    here = render(stated, url=URL, short=SHORT, seals={sha256: ready})
    script = (
        "import django, hashlib, json, sys; django.setup()\n"
        "from certificates.paper.certificate import render\n"
        "asked = json.load(sys.stdin)\n"
        "seals = {sha256: bytes.fromhex(ready) for sha256, ready in asked['seals'].items()}\n"
        "pdf = render(asked['facts'], url=asked['url'], short=asked['short'], seals=seals)\n"
        "print(hashlib.sha256(pdf).hexdigest())"
    )
    asked = json.dumps({"facts": stated, "url": URL, "short": SHORT, "seals": {sha256: ready.hex()}})
    there = subprocess.run([sys.executable, "-c", script], input=asked, capture_output=True, text=True, check=True)
    assert there.stdout.strip() == hashlib.sha256(here).hexdigest()


def test_other_facts_give_another_file():
    assert len({printed(), printed(name="李㛃"), printed(short="ABCD-EFGJ"), printed(dated="2023-12-26")}) == 4


def test_it_is_made_for_the_archive_and_for_screen_readers():
    pdf = printed()
    for mark in (b"<pdfaid:part>2<", b"<pdfaid:conformance>A<", b"<pdfuaid:part>1<"):
        assert mark in pdf
    assert b"<xmp:CreateDate>2023-12-25T04:00:00+00:00<" in pdf


def test_all_of_it_is_drawn_in_lines_with_only_the_signs_it_needs(seal):
    pdf = printed()
    assert pictures(pdf) == 0
    assert {embedded for _name, embedded in fonts(pdf)} == {True}
    # The whole font weighs 11 MB.
    assert len(pdf) < 80_000
    sha256, ready = seal
    sealed = printed(seals={sha256: ready}, hosts=[{"name": host, "seal": sha256} for host in HOSTS])
    assert pictures(sealed) == 3
    assert len(sealed) < 160_000


def test_a_host_without_a_seal_gets_one_that_says_it_is_a_sample(seal):
    sha256, ready = seal
    hosts = [{"name": HOSTS[0], "seal": sha256}, {"name": HOSTS[1], "seal": ""}]
    assert words(printed()).count("样例") == 3
    assert words(printed(seals={sha256: ready}, hosts=hosts)).count("样例") == 1
    assert "样例" not in words(printed(seals={sha256: ready}, hosts=hosts[:1]))


def test_a_seal_that_was_not_handed_over_is_missed_by_its_hosts_name():
    with pytest.raises(LacksSeal, match="中共茂名市委组织部"):
        printed(hosts=[{"name": HOSTS[1], "seal": "0" * 64}])


def test_a_rehearsals_certificate_says_so_across_the_page():
    rehearsed = printed(rehearsal=True)
    assert "不作为获奖凭证" in words(rehearsed)
    tall = [top - bottom for sign, _left, bottom, _right, top in boxes(rehearsed) if sign in "演练"]
    assert max(tall) > 40
    assert "演练" not in words(printed())


@pytest.mark.parametrize("template", ["red", "plain"])
@pytest.mark.parametrize("hosts", [1, 2, 3])
@pytest.mark.parametrize("sign", ["某", "W", "龘"])
def test_long_words_stay_inside_the_frame(template, hosts, sign):
    pdf = printed(
        template=template,
        name=sign * 20,
        unit=sign * 40,
        town=sign * 12,
        village=sign * 12,
        season=sign * 100,
        theme=sign * 40,
        stage=sign * 30,
        tier=sign * 32,
        serial=sign * 40,
        base="https://" + "portal." * 8 + "example",
        hosts=[{"name": sign * 30, "seal": ""}] * hosts,
        rehearsal=True,
    )
    outside = [
        box
        for box in boxes(pdf)
        if box[1] < FRAME or box[2] < FRAME or box[3] > WIDTH - FRAME or box[4] > HEIGHT - FRAME
    ]
    assert outside == []
    assert len(lines(pdf)) > 8
    assert pages(pdf) == 1


def test_the_words_never_reach_down_to_the_seals():
    sizes = [("某" * 100, "某" * 32), ("某" * 30, "一等奖"), ("某" * 70, "某" * 14)]
    for season, tier in sizes:
        found = boxes(printed(season=season, tier=tier, hosts=[{"name": "茂名市示例局", "seal": ""}]))
        closing = next(bottom for sign, _left, bottom, _right, _top in found if sign == "励")
        assert closing > HEIGHT - 141.5


def test_a_sign_the_font_lacks_is_named_and_nothing_is_printed():
    with pytest.raises(typeset.CannotTypeset, match=r"“𲎰”（U\+323B0）"):
        printed(name="王\U000323b0")


def test_the_print_shops_file_has_a_page_for_each_in_the_order_given():
    names = ["王䶮", "李㛃", "张𬱖"]
    asked = [(facts(name=name), f"{URL}{index}", SHORT) for index, name in enumerate(names)]
    pdf = render_many(asked, {})
    assert [next(line for line in lines(pdf, page) if "同志" in line)[:2] for page in range(3)] == [
        "王䶮",
        "李㛃",
        "张𬱖",
    ]
    assert qr_codes(pdf) == [f"{URL}{index}" for index in range(3)]
    assert pages(pdf) == 3


def test_a_print_shops_file_of_nothing_is_refused():
    with pytest.raises(ValueError, match="no certificates"):
        render_many([], {})


@pytest.mark.parametrize(
    ("day", "written"),
    [
        ((2023, 12, 25), "二〇二三年十二月二十五日"),
        ((2024, 1, 1), "二〇二四年一月一日"),
        ((2030, 10, 10), "二〇三〇年十月十日"),
        ((2031, 11, 30), "二〇三一年十一月三十日"),
        ((2023, 2, 19), "二〇二三年二月十九日"),
    ],
)
def test_days_are_written_as_on_certificates(day, written):
    assert in_chinese(date(*day)) == written
