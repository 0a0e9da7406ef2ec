"""The results explain themselves, on the screen, on paper and in Excel."""

import io
import re

import openpyxl
import pytest
from django.urls import reverse

from accounts.models.log import LogHead
from contest.actions.correction import record_correction
from contest.actions.entries import leave
from contest.models import Entry
from contest.models.entry import Status
from scoring.actions.panel import vacate
from scoring.actions.rulings import record_ruling, withdraw_ruling
from scoring.actions.scoring import reopen_scoring
from scoring.actions.tabulate import tabulate
from scoring.models import Ruling, Seat, Sheet
from tests import cast
from tests.scoring.filling import confirm, counted, entries_at, fill, level, opened, time, vote
from tests.scoring.publishing import published, take_out_the_winner, two


@pytest.fixture
def chenxiao(people, signed_in):
    return signed_in(people["chenxiao"])


def url(name, stage, *more) -> str:
    return reverse(f"scoring:{name}", args=[stage.pk, *more])


def words(html: str) -> str:
    """The page as read: without tags, and with single blanks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html.split('<main id="main"')[1])).strip()


@pytest.fixture
def shown(maonan, people):
    """Two entrants, five judges; the first spoke 35 seconds too long, a third left."""
    stage = opened(maonan, entrants=3, by=people["chenxiao"])
    leave(
        Entry.objects.get(stage=stage, order=3),
        Status.ABSENT,
        reason="因公出差",
        by=people["chenxiao"],
        seconded_by=people["linfang"],
        at=cast.NOW,
    )
    fill(stage, [[9150, 9500, 8800, 9200, 9050], [9000] * 5], typist=people["chenxiao"])
    time(stage, {1: 335}, typist=people["chenxiao"])
    confirm(stage, checker=people["linfang"])
    tabulate(stage, by=people["chenxiao"], at=cast.later(3))
    return stage


def test_before_the_first_tabulation_the_page_says_what_to_do(maonan, chenxiao):
    assert "还没有成绩" in chenxiao.get(url("results", maonan)).content.decode()
    for name in ("result_sheet", "export_results"):
        assert chenxiao.get(url(name, maonan)).status_code == 404
    assert chenxiao.get(url("results", maonan) + "?revision=1").status_code == 404


def test_the_board_shows_every_sheet_what_was_dropped_and_what_decided(shown, chenxiao):
    html = chenxiao.get(url("results", shown)).content.decode()
    body = html.split("<tbody>")[1].split("</tbody>")[0]
    assert re.findall(r'<s class="dropped">([\d.]+)<', body.split("</tr>")[0]) == ["95", "88"]
    row = words('<main id="main"' + body.split("</tr>")[0])
    assert row.endswith("91.33 5:35 −0.6 90.73 精确值 1361/15 总分 一等奖")
    assert "三等奖空缺 3 名" in html
    assert "二等奖空缺 1 名" in html
    assert "王䶮 · 缺席 · 因公出差" in words(html)


def test_one_entrants_page_does_the_sum_step_by_step(shown, chenxiao):
    (entry,) = entries_at(shown, 1)
    text = words(chenxiao.get(url("result", shown, entry)).content.decode())
    for sentence in (
        "5 份评分表，去掉 2 号评委的最高分 95、3 号评委的最低分 88。",
        "平均分＝（91.5＋92＋90.5）÷3＝91.33（精确值 274/3）。",
        "用时 5 分 35 秒，超时 35 秒，计 3 次，每次 0.2 分，共扣 0.6 分。",
        "总分＝平均分 91.33－扣分 0.6＝90.73（精确值 1361/15）。",
        "第 1 名，依据：总分。",
        "奖次：一等奖。",
        "1 郭明 40 20 20 10 1.5 91.5 计入",
        "2 何静 40 20 20 10 5 95 最高，去掉",
    ):
        assert sentence in text


def test_an_entrant_of_no_result_has_no_page(shown, chenxiao):
    (absent,) = entries_at(shown, 3)
    assert chenxiao.get(url("result", shown, absent)).status_code == 404
    assert chenxiao.get(url("result", shown, 10**18)).status_code == 404


def equal_totals(maonan, people):
    """陈志远 and 梁秀英 have the same total, 陈志远 more for 工作成效; a third person has less."""
    stage = opened(maonan, entrants=3, judges=3, by=people["chenxiao"])
    fill(stage, level(80, 80, 70, judges=3), typist=people["chenxiao"])
    for sheet in Sheet.objects.filter(stage=stage, entry__order=2):
        sheet.marks.filter(criterion__code="achievement").update(value_c=3900)
        sheet.marks.filter(criterion__code="slides").update(value_c=100)
    confirm(stage, checker=people["linfang"])
    tabulate(stage, by=people["chenxiao"], at=cast.later(3))
    return stage


def test_equal_totals_show_what_was_compared(maonan, people, chenxiao):
    stage = equal_totals(maonan, people)
    first, _second, third = entries_at(stage, 1, 2, 3)
    text = words(chenxiao.get(url("result", stage, first)).content.decode())
    assert "第 1 名，依据：总分相同，比较“工作成效”平均分。" in text
    assert "姓名 工作成效 思路举措 名次 陈志远 40.00 20.00 1 梁秀英 39.00 20.00 2" in text
    assert "总分相同的参赛者" not in words(chenxiao.get(url("result", stage, third)).content.decode())


def test_a_tie_across_a_prize_shows_a_box_and_the_way_to_the_ruling(maonan, people, chenxiao, signed_in):
    stage = opened(maonan, entrants=4, by=people["chenxiao"])
    counted(stage, level(95, 85, 85, 85), typist=people["chenxiao"], checker=people["linfang"])
    html = chenxiao.get(url("results", stage)).content.decode()
    assert "梁秀英、王䶮、李㛃 并列第 2 名，跨越奖次界线。" in html
    assert html.count("待裁定") == 3
    assert f'href="{url("ruling", stage)}">登记裁定' in html
    supervisor = signed_in(people["zhengzhi"]).get(url("results", stage)).content.decode()
    assert ("登记裁定</a>" in supervisor, "并列第 2 名" in supervisor) == (False, True)


def test_earlier_revisions_stay_readable_with_their_reasons(shown, people, chenxiao):
    reopen_scoring(shown, by=people["chenxiao"], seconded_by=people["linfang"], at=cast.later(4), reason="用时登记有误")
    assert "已退回评分，正在更正" in chenxiao.get(url("results", shown)).content.decode()
    tabulate(shown, by=people["chenxiao"], at=cast.later(5))
    html = chenxiao.get(url("results", shown)).content.decode()
    assert ("第 2 版" in html, "理由：用时登记有误" in html) == (True, True)
    old = chenxiao.get(url("results", shown) + "?revision=1")
    assert (old.status_code, "这是第 1 版，已被后来的版次取代。" in old.content.decode()) == (200, True)
    for wrong in ("9", "abc", "-1", "²", "1" * 40, ""):
        assert chenxiao.get(url("results", shown) + f"?revision={wrong}").status_code == 404


def test_a_revision_before_a_disqualification_still_says_what_it_said(maonan, people, chenxiao):
    stage = published(maonan, people)
    before = {name: words(chenxiao.get(url(name, stage)).content.decode()) for name in ("results", "result_sheet")}
    take_out_the_winner(stage, people, at=8)
    old, sheet = (
        words(chenxiao.get(url(name, stage) + "?revision=1").content.decode()) for name in ("results", "result_sheet")
    )
    assert "未参加排名 李㛃 · 缺席 · 因公出差 评分分布" in before["results"]
    assert "未参加排名 李㛃 · 缺席 · 因公出差 评分分布" in old
    now = words(chenxiao.get(url("results", stage)).content.decode())
    assert "未参加排名 陈志远 · 取消资格 · 材料数据不实 李㛃 · 缺席 · 因公出差" in now
    assert "这是第 1 版，已更正，以第 2 版为准；只供查阅。" in sheet
    said = before["result_sheet"].split("名次 姓名")[1].split("操作日志")[0]
    assert sheet.split("名次 姓名")[1].split("操作日志")[0] == said
    assert "未参加排名：李㛃，缺席，因公出差" in said


def test_a_revision_names_the_judges_who_sat_then(maonan, people, chenxiao):
    stage = opened(maonan, entrants=2, judges=5, by=people["chenxiao"])
    counted(stage, level(95, 90), typist=people["chenxiao"], checker=people["linfang"])
    pair = {"by": people["chenxiao"], "seconded_by": people["linfang"]}
    reopen_scoring(stage, **pair, at=cast.later(4), reason="3 号评委须回避")
    vacate(Seat.objects.get(stage=stage, number=3), reason="亲属参赛", **pair, at=cast.later(5))
    tabulate(stage, by=people["chenxiao"], at=cast.later(6))
    old, now = (
        words(chenxiao.get(url("result_sheet", stage) + query).content.decode()) for query in ("?revision=1", "")
    )
    assert ("评委（3 号） 林涛" in old, "离席：" in old) == (True, False)
    assert ("评委（3 号） 林涛" in now, "离席：3 林涛" in now) == (False, True)
    pages = [words(chenxiao.get(url("results", stage) + query).content.decode()) for query in ("?revision=1", "")]
    assert ["亲属参赛" in page for page in pages] == [False, True]


def test_a_name_put_right_stands_beside_the_frozen_one_of_an_old_revision(maonan, people, chenxiao):
    stage = take_out_the_winner(published(maonan, people), people, at=8)
    absent = Entry.objects.get(stage=stage, order=4).secretary
    record_correction(absent, "name", absent.name, "李娃", reason="名册录入有误", **two(people), at=cast.later(9))
    old = words(chenxiao.get(url("results", stage) + "?revision=1").content.decode())
    assert "李娃 更正 姓名原为“李㛃” · 缺席 · 因公出差" in old


def test_an_old_revision_has_the_rulings_that_held_then(maonan, people, chenxiao):
    stage = opened(maonan, entrants=3, by=people["chenxiao"])
    counted(stage, level(95, 85, 85), typist=people["chenxiao"], checker=people["linfang"])
    pair = {"by": people["chenxiao"], "seconded_by": people["linfang"]}
    order = entries_at(stage, 3, 2)
    record_ruling(stage, order=order, kind="lots", reason="当场抽签", **pair, at=cast.later(4))
    ruling = Ruling.objects.get()
    ruling.stage = stage
    withdraw_ruling(ruling, reason="抽签无人监督", **pair, at=cast.later(5))
    said = [words(chenxiao.get(url("results", stage) + f"?revision={number}").content.decode()) for number in (1, 2)]
    assert ["王䶮 › 梁秀英 · 当场抽签" in each for each in said] == [False, True]
    assert "（已撤回）" not in said[1]
    assert "（已撤回）" in words(chenxiao.get(url("results", stage)).content.decode())


def test_an_old_revision_exports_its_own_board(maonan, people, chenxiao):
    stage = take_out_the_winner(published(maonan, people), people, at=8)
    names = []
    for query in ("?revision=1", ""):
        answer = chenxiao.get(url("export_results", stage) + query)
        rows = openpyxl.load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True)
        names.append([row[1] for row in rows if row[0] in (1, 2, 3)])
    assert names == [["陈志远", "梁秀英", "王䶮"], ["梁秀英", "王䶮"]]


def test_the_sheet_to_sign_names_the_judges_the_rules_and_the_head_of_the_log(shown, people, chenxiao):
    text = words(chenxiao.get(url("result_sheet", shown)).content.decode())
    head = LogHead.objects.get(chain="2023")
    assert f"操作日志 2023，共 {head.count} 条，封存校验码（SHA-256）{head.hash}" in text
    for there in (
        "茂南区初赛 · 成绩单",
        "评委（1 号） 郭明",
        "评委（5 号） 许强",
        "第 1 版",
        "王䶮，缺席，因公出差",
        "打分以 0.5 分为一档",
    ):
        assert there in text


def lines_on_paper(stage, client):
    """The printed rows as read."""
    html = client.get(url("result_sheet", stage)).content.decode()
    return [words('<main id="main"' + row) for row in html.split("<tbody>")[2].split("</tbody>")[0].split("</tr>")[:-1]]


def test_the_sheet_tells_apart_totals_that_only_look_equal(maonan, people, chenxiao):
    rules = {"basis": "score", "decimals": 0}
    stage = opened(maonan, entrants=3, judges=3, by=people["chenxiao"], rules=rules)
    totals_c = [[9150, 9150, 9200], [9200] * 3, [8000] * 3]
    counted(stage, totals_c, typist=people["chenxiao"], checker=people["linfang"])
    assert lines_on_paper(stage, chenxiao) == [
        "1 梁秀英 92 92 92 — — 92.0 总分 一等奖",
        "2 陈志远 91.5 91.5 92 — — 91.7 总分 二等奖",
        "3 王䶮 80 80 80 — — 80 总分 二等奖",
    ]


def test_the_sheet_that_the_panel_signs_shows_times_and_votes(maonan, people, chenxiao):
    typist, checker = people["chenxiao"], people["linfang"]
    stage = opened(maonan, entrants=2, judges=3, by=typist, rules={"basis": "votes"}, votes_each=1)
    fill(stage, level(90, 80, judges=3), typist=typist)
    time(stage, {1: 335}, typist=typist)
    confirm(stage, checker=checker)
    vote(stage, {1: [1], 2: [1], 3: []}, typist=typist, checker=checker)
    tabulate(stage, by=typist, at=cast.later(3))
    head = chenxiao.get(url("result_sheet", stage)).content.decode().split("<thead>")[1].split("</thead>")[0]
    assert words('<main id="main"' + head) == "名次 姓名 1 2 3 用时 扣分 总分 推荐票 名次依据 奖次"
    assert lines_on_paper(stage, chenxiao) == [
        "1 陈志远 90 90 90 5:35 −0.6 89.40 2 总分 一等奖",
        "2 梁秀英 80 80 80 — — 80.00 0 总分 二等奖",
    ]


def test_a_judge_who_left_stands_on_page_and_sheet_with_reason_and_moment(maonan, people, chenxiao):
    stage = opened(maonan, entrants=1, judges=4, by=people["chenxiao"])
    fill(stage, level(90, judges=4), typist=people["chenxiao"])
    pair = {"by": people["chenxiao"], "seconded_by": people["linfang"]}
    vacate(Seat.objects.get(stage=stage, number=4), reason="突发疾病", at=cast.later(2), **pair)
    confirm(stage, checker=people["linfang"])
    tabulate(stage, by=people["chenxiao"], at=cast.later(3))
    left = ("离席：4 宋洁，2023-11-25 09:02，突发疾病", "4 宋洁 · 2023-11-25 09:02 · 突发疾病")
    assert left[0] in words(chenxiao.get(url("result_sheet", stage)).content.decode())
    assert left[1] in words(chenxiao.get(url("results", stage)).content.decode())


def test_the_sheet_says_what_set_equal_totals_apart(maonan, people, chenxiao):
    equal_totals(maonan, people)
    assert [line.split(" — — ")[1] for line in lines_on_paper(maonan, chenxiao)] == [
        "80.00 总分相同，比较“工作成效”平均分 一等奖",
        "80.00 总分相同，比较“工作成效”平均分 二等奖",
        "70.00 总分 二等奖",
    ]


def test_the_sheet_carries_the_ruling(maonan, people, chenxiao):
    stage = opened(maonan, entrants=2, by=people["chenxiao"])
    counted(stage, level(85, 85), typist=people["chenxiao"], checker=people["linfang"])
    order = entries_at(stage, 2, 1)
    record_ruling(
        stage,
        order=order,
        kind="lots",
        reason="当场抽签",
        by=people["chenxiao"],
        seconded_by=people["linfang"],
        at=cast.later(5),
    )
    text = words(chenxiao.get(url("result_sheet", stage)).content.decode())
    assert "裁定：梁秀英 › 陈志远（当场抽签，2023-11-25 09:05）当场抽签" in text


def test_the_excel_file_holds_the_board(shown, chenxiao):
    answer = chenxiao.get(url("export_results", shown))
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    rows = [row for row in sheet.iter_rows(values_only=True) if row[1] in ("陈志远", "梁秀英")]
    assert rows[0][6:11] == ("91.5", "95（去掉）", "88（去掉）", "92", "90.5")
    assert rows[1][0] == 2


def test_the_neighbour_finds_no_results(shown, people, signed_in):
    wumin = signed_in(people["wumin"])
    (entry,) = entries_at(shown, 1)
    for there in (
        url("results", shown),
        url("result_sheet", shown),
        url("export_results", shown),
        url("result", shown, entry),
        url("ruling", shown),
    ):
        assert wumin.get(there).status_code == 404


@pytest.mark.parametrize("entrants", [1, 3])
@pytest.mark.parametrize(("name", "queries"), [("results", 14), ("result_sheet", 14), ("export_results", 13)])
def test_a_page_asks_as_often_for_one_entrant_as_for_three(
    maonan, people, chenxiao, entrants, name, queries, django_assert_num_queries
):
    stage = opened(maonan, entrants=entrants, by=people["chenxiao"])
    counted(stage, level(*range(90, 90 + entrants)), typist=people["chenxiao"], checker=people["linfang"])
    with django_assert_num_queries(queries):
        assert chenxiao.get(url(name, stage)).status_code == 200
