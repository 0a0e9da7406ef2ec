"""Levels of dispatching units are data of a season: opened with it, shown by it, put right by two people."""

import importlib
import io
from dataclasses import replace

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import LogLine, Proposal
from accounts.permissions import NeedsSecond
from accounts.proposals import actions as proposals
from contest.actions.postings import correct_person, details_of
from contest.actions.roster import import_roster
from contest.actions.season_changes import SeasonRefused, set_levels
from contest.models import UnitLevel
from contest.reads.levels import level_names, levels_of, shipped
from quota.actions.decree import adopt_decree
from quota.decree import BadDecree, load_decree
from quota.models import QuotaLevel, QuotaTable, Shortlist
from registry.excel.levels import Level, written
from registry.models import Posting, Unit
from tests import cast
from tests.contest.rosters import preview, send, sent
from tests.quota.test_decree import DECREE
from tests.registry.excel.office import xlsx
from tests.registry.excel.test_levels import THREE

HEADER = ("地区", "镇街", "村", "姓名", "派出单位", "单位层级")
ROWS = (
    ("茂南区", "山阁镇", "烧酒村", "张三", "广东省示例厅", "省直"),
    ("茂南区", "山阁镇", "福华村", "李四", "示例公司", ""),
)
NAMES = {"province": "省直", "city": "市直", "county": "县直"}


@pytest.fixture
def elsewhere(season, heya, people):
    """A rehearsal of another city's notice: three levels, with words of its own."""
    return cast.rehearsal(heya, levels=THREE)


def renamed(season, code, name):
    return [replace(level, name=name) if level.code == code else level for level in levels_of(season)]


def in_season(client, name, season):
    return client.get(reverse(name), {"season": season.code})


def shown(page):
    return [(posting.secretary.name, level) for posting, level, _service in page.context["rows"]]


def test_a_season_that_says_nothing_has_the_notices_four(season):
    assert levels_of(season) == shipped()
    assert list(level_names(season).values()) == ["中央和省直单位", "珠海市单位", "茂名市单位", "县级单位"]


def test_the_next_season_begins_with_the_levels_of_the_one_before(season, heya):
    set_levels(season, renamed(season, "zhuhai", "珠海帮扶单位"), by=heya, at=cast.later(1))
    assert levels_of(cast.rehearsal(heya)) == levels_of(season)
    assert level_names(season)["zhuhai"] == "珠海帮扶单位"


def test_a_season_cannot_be_opened_with_two_levels_of_one_name(season, heya):
    with pytest.raises(ValidationError) as refused:
        cast.rehearsal(heya, levels=(THREE[0], THREE[2], Level("more", "省直")))
    assert refused.value.messages == ["层级名称“省直”用了两次。"]


def test_a_roster_of_another_citys_season_is_read_and_guessed_by_its_own_words(elsewhere, people, heya, signed_in):
    client = signed_in(people["heya"])
    client.post(reverse("contest:choose_season"), {"code": elsewhere.code})
    page = preview(client, sent(client, xlsx(HEADER, *ROWS)))
    assert [(line.name, line.level) for line in page.context["lines"]] == [("张三", "省直"), ("李四", "县直（推断）")]
    refused = preview(client, sent(client, xlsx(HEADER, (*ROWS[0][:5], "珠海")), "另一份.xlsx"))
    assert refused.context["lines"][0].problems == ["认不出单位层级“珠海”。请写成：省直、市直、县直。"]
    import_roster(elsewhere, data=xlsx(HEADER, *ROWS), name="名册.xlsx", by=heya, at=cast.later(2))
    roster = in_season(client, "contest:roster", elsewhere)
    assert shown(roster) == [("张三", "省直"), ("李四", "县直")]
    assert roster.context["by_level"] == [("province", "省直", 1), ("city", "市直", 0), ("county", "县直", 1)]
    file = in_season(client, "contest:export_roster", elsewhere)
    again = send(client, file.getvalue(), "再导入.xlsx")
    assert client.get(again["Location"]).context["plan"].counts["same"] == 2
    choices = load_workbook(io.BytesIO(in_season(client, "contest:roster_template", elsewhere).content))["选项"]
    assert [cell.value for cell in choices["H"] if cell.value] == ["省直", "市直", "县直"]


def test_the_command_reads_by_the_levels_of_its_season(elsewhere, people, tmp_path, capsys):
    file = tmp_path / "名册.xlsx"
    file.write_bytes(xlsx(HEADER, *ROWS))
    call_command("import_roster", str(file), season=elsewhere.code)
    assert dict(Unit.objects.values_list("name", "level")) == {"广东省示例厅": "province", "示例公司": "county"}
    file.write_bytes(xlsx(HEADER, (*ROWS[0][:5], "珠海")))
    with pytest.raises(SystemExit):
        call_command("import_roster", str(file), season=elsewhere.code)
    assert "请写成：省直、市直、县直。" in capsys.readouterr().err


def test_two_seasons_side_by_side_each_show_their_own_names(season, heya, people, maonan, signed_in):
    other = cast.rehearsal(heya, levels=renamed(season, "maoming", "市直单位"))
    for here in (season, other):
        cast.station(maonan.district, 1, rehearsal=here.roster)
    client = signed_in(people["heya"])
    assert shown(in_season(client, "contest:roster", season)) == [("陈志远", "茂名市单位")]
    assert shown(in_season(client, "contest:roster", other)) == [("陈志远", "市直单位")]
    posting = Posting.objects.get(rehearsal=other.code)
    form = client.get(reverse("contest:posting", args=[posting.pk])).context["form"]
    assert ("maoming", "市直单位") in form.fields["level"].choices


def test_a_unit_known_by_another_seasons_level_says_so_and_is_counted_apart(elsewhere, heya, people, maonan, signed_in):
    posting = cast.station(maonan.district, 1, rehearsal=elsewhere.roster)[0]
    client = signed_in(people["heya"])
    page = in_season(client, "contest:roster", elsewhere)
    assert shown(page) == [("陈志远", "本届未设的层级")]
    assert page.context["by_level"][-1] == ("-", "本届未设的层级", 1)
    of_none = client.get(reverse("contest:roster"), {"season": elsewhere.code, "level": "-"})
    assert shown(of_none) == [("陈志远", "本届未设的层级")]
    form = client.get(reverse("contest:posting", args=[posting.pk])).context["form"]
    assert (form.initial["level"], form.fields["level"].choices[0]) == ("maoming", ("maoming", "本届未设的层级"))
    Unit.objects.update(level="")
    form = client.get(reverse("contest:posting", args=[posting.pk])).context["form"]
    assert form.fields["level"].choices[0] == ("", "请选择")


def test_the_log_names_a_level_as_the_season_does(elsewhere, heya, people, maonan):
    posting = cast.station(maonan.district, 1, rehearsal=elsewhere.roster)[0]
    old = details_of(posting)
    correct_person(posting, replace(old, level="city"), seen=old.fingerprint, by=heya, at=cast.later(3))
    assert LogLine.objects.get(action="correct_person").note.words == {"level": ["本届未设的层级（maoming）", "市直"]}


def test_he_ya_renames_a_level_and_the_log_keeps_old_and_new(season, heya):
    new = renamed(season, "zhuhai", "珠海帮扶单位")
    assert set_levels(season, new, reason="通知的写法", by=heya, at=cast.later(1)) == ["zhuhai"]
    assert list(levels_of(season)) == new
    old, now = LogLine.objects.get(action="set_levels").note.words["珠海帮扶单位"]
    assert (old.split("；")[0], now.split("；")[0]) == ("珠海市单位", "珠海帮扶单位")
    assert set_levels(season, new, by=heya, at=cast.later(2)) == []
    assert LogLine.objects.filter(action="set_levels").count() == 1


def test_a_level_in_use_is_not_taken_away(season, heya, people, maonan):
    without = [level for level in levels_of(season) if level.code not in ("maoming", "zhuhai")]
    table = QuotaTable.objects.create(season=season, source="附件", stated_headcount=1, stated_seats=1)
    QuotaLevel.objects.create(table=table, level="zhuhai", headcount=1)
    cast.station(maonan.district, 1)
    with pytest.raises(SeasonRefused) as refused:
        set_levels(season, without, by=heya, at=cast.later(1))
    assert str(refused.value) == "这些层级还在使用，不能删去：珠海市单位（名额分配表）、茂名市单位（名册）。"
    table.delete()
    Posting.objects.all().delete()
    set_levels(season, without, by=heya, at=cast.later(2))
    assert list(level_names(season)) == ["central_provincial", "county"]


def test_a_county_changes_no_levels_and_after_a_list_it_takes_two(season, people, maonan):
    new = renamed(season, "county", "县直")
    with pytest.raises(PermissionDenied):
        set_levels(season, new, by=people["chenxiao"], at=cast.later(1))
    submitted(maonan, people)
    for second in (None, people["heya"]):
        with pytest.raises(NeedsSecond):
            set_levels(season, new, by=people["heya"], seconded_by=second, at=cast.later(1))
    set_levels(season, new, by=people["heya"], seconded_by=people["luoping"], at=cast.later(1))
    line = LogLine.objects.get(action="set_levels")
    assert (line.actor, line.second, level_names(season)["county"]) == (people["heya"], people["luoping"], "县直")


def submitted(maonan, people):
    """陈晓 has sent 茂南区's list in."""
    return Shortlist.objects.create(
        stage=maonan, number=1, state=Shortlist.State.SUBMITTED, revision=1, seats=1,
        submitted_by=people["chenxiao"], submitted_at=cast.NOW, first_submitted_at=cast.NOW,
    )  # fmt: skip


def typed(page, **other):
    """What a page's form shows, as it would be sent."""
    form = page.context["form"]
    shown = {name: form.get_initial_for_field(field, name) or "" for name, field in form.fields.items()}
    return shown | {"new-level-asked": "5"} | other


def test_the_page_adds_renames_and_removes(season, people, signed_in):
    client, here = signed_in(people["heya"]), reverse("contest:unit_levels", args=[season.code])
    new = {"code": "army", "new-level-name": "驻军", "new-level-cells": "部队，军", "new-level-begins": "解放军"}
    sent = typed(client.get(here), **{"zhuhai-name": "", "county-name": "县直", "reason": "另有通知"}, **new)
    assert client.post(here, sent)["Location"] == reverse("contest:season", args=[season.code])
    assert list(level_names(season).values()) == ["中央和省直单位", "茂名市单位", "县直", "驻军"]
    assert levels_of(season)[3] == Level("army", "驻军", ("部队", "军"), ("解放军",), 5)
    page = client.get(reverse("contest:season", args=[season.code])).content.decode()
    assert "中央和省直单位、茂名市单位、县直、驻军" in page


@pytest.mark.parametrize(
    ("other", "sentence"),
    [
        ({"county-name": ""}, "须有且只有一个层级，用于从单位名称看不出层级的单位。"),
        ({"zhuhai-name": "县级单位"}, "层级名称“县级单位”用了两次。"),
        ({"code": "army"}, "新增的层级须同时写明代码和名称。"),
        ({"code": "zhuhai", "new-level-name": "又一个"}, "层级代码“zhuhai”用了两次。"),
    ],
)
def test_the_page_says_what_cannot_be(season, people, signed_in, other, sentence):
    client, here = signed_in(people["heya"]), reverse("contest:unit_levels", args=[season.code])
    refused = client.post(here, typed(client.get(here), reason="试", **other))
    assert (refused.status_code, sentence in refused.content.decode()) == (400, True)
    assert levels_of(season) == shipped()


def test_once_a_list_came_in_the_page_proposes_and_luo_ping_seconds(season, maonan, people, signed_in):
    submitted(maonan, people)
    client, here = signed_in(people["heya"]), reverse("contest:unit_levels", args=[season.code])
    client.post(here, typed(client.get(here), **{"county-name": "县直", "reason": "通知的写法"}))
    assert levels_of(season) == shipped()
    proposal = Proposal.objects.get(verb="set_levels")
    assert [row[0] for row in proposal.changes] == ["县直"]
    with pytest.raises(proposals.OwnProposal):
        proposals.second(proposal, by=people["heya"], at=cast.later(2))
    proposals.second(proposal, by=people["luoping"], at=cast.later(2))
    assert level_names(season)["county"] == "县直"


def test_what_was_proposed_is_not_seconded_once_the_levels_changed(season, maonan, people):
    submitted(maonan, people)
    heya, luoping = people["heya"], people["luoping"]
    told = {"levels": written(renamed(season, "county", "县直"))}
    proposal = proposals.propose("set_levels", season, told, reason="通知的写法", by=heya, at=cast.later(1))
    set_levels(season, renamed(season, "county", "县区"), by=heya, seconded_by=luoping, at=cast.later(2))
    with pytest.raises(proposals.Changed):
        proposals.second(proposal, by=luoping, at=cast.later(3))
    assert level_names(season)["county"] == "县区"


def test_a_decree_brings_its_own_levels_and_counts_by_them(heya):
    decree = {**load_decree(DECREE), "levels": written(THREE), "units": {"province": 44, "city": 168}}
    season = adopt_decree(decree, code="2023", by=heya, at=cast.NOW)
    assert level_names(season) == NAMES
    assert dict(QuotaLevel.objects.values_list("level", "headcount")) == {"province": 44, "city": 168}


def test_a_decree_without_levels_has_those_before_it_and_counts_by_no_others(heya, elsewhere):
    decree = {**load_decree(DECREE), "levels": [], "title": "下一届"}
    with pytest.raises(BadDecree) as refused:
        adopt_decree(decree, code="2024", by=heya, at=cast.later(5))
    assert refused.value.problems[0] == (
        "选派单位人数中的“central_provincial”不是本届的层级。本届的层级：省直（province）、市直（city）、县直（county）。"
    )
    after = adopt_decree({**decree, "units": {"city": 212}}, code="2024", by=heya, at=cast.later(5))
    assert level_names(after) == NAMES


def test_seasons_from_before_levels_were_data_get_the_notices_four(season):
    UnitLevel.objects.all().delete()
    importlib.import_module("contest.migrations.0015_levels_of_seasons").give(apps, None)
    assert levels_of(season) == shipped()
    assert UnitLevel.objects.count() == 4


def test_a_rehearsals_roster_that_calls_a_real_unit_otherwise_is_told_that_its_level_stays(
    season, heya, people, maonan, signed_in
):
    cast.station(maonan.district, 1)
    other, client = cast.rehearsal(heya), signed_in(people["heya"])
    rows = [
        ("茂南区", "白石镇", "示例1村", "张三", "茂名市示例局", "省直单位"),
        ("茂南区", "白石镇", "示例2村", "李四", "广东省示例厅", "省直单位"),
    ]
    client.post(reverse("contest:choose_season"), {"code": season.code})
    assert kept_on(preview(client, sent(client, xlsx(HEADER, *rows)))) == []
    client.post(reverse("contest:choose_season"), {"code": other.code})
    page = preview(client, sent(client, xlsx(HEADER, *rows)))
    told = "“茂名市示例局”不只在这次演练中派人：文件写的“中央和省直单位”不写入，层级仍是“茂名市单位”。"
    assert kept_on(page) == [told]
    client.post(reverse("contest:roster_confirm", args=[page.context["upload"].pk]), {"seen": page.context["seen"]})
    assert dict(Unit.objects.values_list("name", "level")) == {
        "茂名市示例局": "maoming",
        "广东省示例厅": "central_provincial",
    }


def kept_on(page) -> list[str]:
    return [note for note in page.context["notes"] if "不写入" in note]
