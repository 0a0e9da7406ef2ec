"""The whole way back in Chromium: another finalist after an objection, other certificates after a disqualification.

Everybody sits at a window of their own, signs in, and from there goes only where the pages lead. `-s` prints how many
clicks and pages that took.
"""

import re
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from accounts.log import verify
from certificates import codes
from certificates.making import make_due
from certificates.models import Certificate
from contest.models import Award, Entry, Season, Stage
from contest.models.stage import State
from contest.workflow import perform
from quota.actions.approval import approve
from quota.actions.shortlist import draw_up, submit
from scoring.models import Tabulation
from scoring.reads.kept import recount
from tests import cast
from tests.browser.clicking import Counting, at_desk, follow, paper, propose, second, told
from tests.certificates.test_superseding import issued
from tests.quota.lists import table
from tests.scoring.filling import counted, level, opened, sign

pytestmark = [pytest.mark.django_db(transaction=True)]
expect.set_options(timeout=15_000)
OBJECTION = "书面异议成立：郭明评委给梁秀英的纸质评分表为 98 分，录入为 88 分"
DISQUALIFIED = "材料数据不实，经研究取消资格"


@pytest.fixture
def desks(browser: Browser, live_server, tmp_path: Path) -> Iterator[Counting]:
    yield Counting(browser, live_server.url, cast.PASSWORD, tmp_path)
    for context in browser.contexts:
        context.close()


@pytest.fixture
def media(settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


def published(stage: Stage, points: list[int], people) -> Stage:
    """Held by 陈晓 and 林芳, published by 何雅."""
    stage = opened(stage, entrants=len(points), judges=3, by=people["chenxiao"])
    counted(stage, level(*points, judges=3), typist=people["chenxiao"], checker=people["linfang"])
    stage = Stage.objects.whole().get(pk=stage.pk)
    sign(stage, by=people["chenxiao"])
    perform("certify", stage, by=people["chenxiao"], at=cast.later(5))
    perform("publish", stage, by=people["heya"], at=cast.later(6))
    return Stage.objects.whole().get(pk=stage.pk)


@pytest.fixture
def sent(maonan, season, people, media) -> Stage:
    """茂南区 published, its one finalist 陈志远 in the final, which is ready."""
    table(season, by=people["heya"], seats={"maonan": (4, 1), "dianbai": (39, 3), "binhai": (3, 1)})
    stage = published(maonan, [90, 88, 70, 60], people)
    first = draw_up(stage, by=people["chenxiao"], at=cast.later(7))
    submit(first, by=people["chenxiao"], at=cast.later(8))
    approve(first, by=people["luoping"], at=cast.later(9))
    cast.put(Stage.objects.get(season=season, kind="final"), State.READY)
    return stage


@pytest.fixture
def closed(maonan, people, media) -> Stage:
    """茂南区 in effect, its three certificates released; a rehearsal, in which the sample seal will do."""
    Season.objects.update(is_rehearsal=True)
    maonan = Stage.objects.whole().get(pk=maonan.pk)
    stage = cast.put(published(maonan, [90, 80, 70], people), State.CLOSED)
    stage = Stage.objects.whole().get(pk=stage.pk)
    issued(stage, people)
    return stage


def corrected(chen, lin) -> None:
    """陈晓 corrects one sheet by the paper, 林芳 compares; 陈晓 tabulates."""
    at_desk(chen, "^茂南区初赛正在更正：更正分数")
    follow(chen, "更正分数", re.compile("郭明"), re.compile(r"更正\s*梁秀英"))
    chen.page.get_by_label("时间").fill("10")
    chen.page.get_by_label("原因").fill(OBJECTION)
    chen.picture("correct")
    chen.press("生成更正版")
    chen.picture("corrected")
    at_desk(lin, "1 份评分表等您核对")
    lin.page.get_by_role("checkbox", name="梁秀英").check()
    lin.press("核对无误（1 份）")
    lin.picture("compared")
    at_desk(chen, "^茂南区初赛正在更正：更正分数")
    follow(chen, "更正、核对完了，去统分")
    follow(chen, "统分")
    chen.picture("tabulate asks")
    chen.press("统分")
    expect(chen.page.locator(".lead .chip-tabulated")).to_be_visible()
    chen.picture("tabulated again")


def signed_again(chen, he) -> None:
    """陈晓 has the new sheet signed and sealed and certifies it, 何雅 publishes."""
    at_desk(chen, "^茂南区初赛正在更正：接下来签字确认成绩")
    follow(chen, re.compile("请上传评委签字的成绩单"))
    chen.page.get_by_label("也已盖章").check()
    chen.page.locator("input[type=file]").set_input_files(paper("成绩单"))
    chen.press("上传")
    chen.picture("uploaded")
    follow(chen, "总览")
    chen.press("签字确认成绩")
    expect(chen.page.locator(".lead .chip-certified")).to_be_visible()
    chen.picture("certified again")
    # What was on notice is put right until it is again; of a disqualification the certified sheet tells.
    at_desk(he, "^茂南区初赛(正在更正：接下来|：下一步，)公示")
    he.press("公示")
    expect(he.page.locator(".lead .chip-published")).to_be_visible()
    he.picture("published again")


def in_the_final(season) -> list[tuple[str, str]]:
    entries = Entry.objects.filter(stage__season=season, stage__kind="final").order_by("pk")
    return [(entry.secretary.name, entry.status) for entry in entries.select_related("secretary")]


def nothing_lost(stage: Stage, revisions: int) -> None:
    """The log has no fault, and every revision recounts from what was kept of it."""
    kept = list(Tabulation.objects.filter(stage=stage).order_by("revision"))
    assert [each.revision for each in kept] == list(range(1, revisions + 1))
    for each in kept:
        assert recount(each.inputs) == each.outcome
    assert verify("2023")[2] == []


def test_an_upheld_objection_sends_another_to_the_final(sent, season, people, desks):
    began = time.monotonic()
    he, luo, chen, lin = (desks.sign_in(name) for name in ("heya", "luoping", "chenxiao", "linfang"))
    follow(he, "赛段", "茂南区初赛", "成绩有误？更正程序")
    he.picture("way back")
    follow(he, re.compile("推荐名单已经审定"), "提请撤销审定")
    propose(he, OBJECTION, kind="会议纪要", dated="2023-12-01")
    assert in_the_final(season) == [("陈志远", "entered")]
    second(luo, "撤销审定")
    assert in_the_final(season) == [("陈志远", "unseated")]

    at_desk(he, "推荐名单审定已撤销")
    follow(he, "提请这一步")
    propose(he, OBJECTION)
    second(luo, "茂南区初赛：撤回公示")
    at_desk(chen, "^茂南区初赛正在更正：接着撤回签字确认")
    follow(chen, "提请这一步")
    propose(chen, OBJECTION)
    second(lin, "茂南区初赛：撤回签字确认")
    # Whoever comes by the list of stages is led there too.
    follow(chen, "赛段", "茂南区初赛")
    chen.picture("stage being corrected")
    follow(chen, "继续更正程序", "提请这一步")
    propose(chen, OBJECTION)
    second(lin, "茂南区初赛：退回评分")
    corrected(chen, lin)
    signed_again(chen, he)

    at_desk(chen, "请按第 2 版重新拟定推荐名单并报送")
    chen.press("重新拟定推荐名单")
    chen.picture("drawn up again")
    chen.press("报送市级审定")
    chen.picture("sent again")
    at_desk(luo, "推荐名单等您审定")
    follow(luo, "审定名单")
    luo.picture("approve")
    luo.press("审定")
    expect(luo.page.locator(".lead .chip-approved")).to_be_visible()
    luo.picture("approved again")
    follow(he, "赛段", "市级决赛", "参赛")
    he.picture("final entries")
    goes = he.page.locator("tbody tr").filter(has=he.page.get_by_role("rowheader", name="梁秀英"))
    expect(goes.locator(".chip")).to_have_text("参赛")
    follow(he, "赛段", "茂南区初赛", "成绩", "第 1 版")
    he.picture("revision 1")
    expect(he.page.locator("main")).to_contain_text("这是第 1 版，已被后来的版次取代。")

    assert in_the_final(season) == [("陈志远", "unseated"), ("梁秀英", "entered")]
    nothing_lost(sent, revisions=2)
    assert desks.told.faults == []
    print(told("更正程序", {"何雅": he, "罗平": luo, "陈晓": chen, "林芳": lin}, desks, began))


def look_up(villager: Page, base: str, certificate: Certificate) -> None:
    """A villager with a paper in hand types the code beside its QR."""
    villager.goto(f"{base}/sign-in/", wait_until="domcontentloaded")
    villager.get_by_role("link", name="证书查验").click()
    villager.get_by_label("查验码").fill(codes.short_of(certificate.nonce))
    villager.get_by_label("证书上的姓名").fill(certificate.name)
    villager.get_by_role("button", name="查验").click()


def test_a_disqualified_winner_leaves_no_certificate_behind(closed, people, desks):
    began = time.monotonic()
    he, luo, chen = (desks.sign_in(name) for name in ("heya", "luoping", "chenxiao"))
    villager, base = desks.new_page(), desks.base
    old = Certificate.objects.get(name="梁秀英")
    look_up(villager, base, old)
    expect(villager.get_by_role("heading", name="证书有效")).to_be_visible()

    follow(he, "赛段", "茂南区初赛", "成绩", "陈志远")
    he.picture("result of the winner")
    follow(he, "取消资格（凭处理决定）")
    propose(he, DISQUALIFIED, kind="处理决定", dated="2023-12-28")
    second(luo, "茂南区初赛：取消陈志远的资格")
    assert set(Certificate.objects.values_list("status", flat=True)) == {"superseded"}
    look_up(villager, base, old)
    expect(villager.get_by_role("heading", name="证书已作废")).to_be_visible()
    assert DISQUALIFIED not in villager.locator("body").inner_text()

    signed_again(chen, he)
    # Five working days pass.
    ago = timezone.now() - timedelta(days=1)
    Stage.objects.filter(pk=closed.pk).update(notice_from=ago - timedelta(days=7), notice_until=ago)
    at_desk(he, "^茂南区初赛：下一步，生效")
    he.press("生效")
    expect(he.page.locator(".lead .chip-closed")).to_be_visible()
    he.picture("closed again")
    at_desk(he, "请制作证书")
    certificates(he, luo)
    look_up(villager, base, old)
    newer = Certificate.objects.get(name="梁秀英", status="valid")
    expect(villager.locator("main")).to_contain_text(f"代替它的证书编号是 {newer.serial}")

    live = Award.objects.live().order_by("rank")
    assert [(award.person["name"], award.tier) for award in live] == [("梁秀英", "first"), ("王䶮", "second")]
    nothing_lost(closed, revisions=2)
    assert desks.told.faults == []
    print(told("取消资格", {"何雅": he, "罗平": luo, "陈晓": chen}, desks, began))


def certificates(he, luo) -> None:
    """Made by one, looked at and released by another: the page itself says when they are done."""
    page = he.page
    with page.expect_navigation(wait_until="domcontentloaded"):
        page.get_by_role("button", name="下一步：制作全部").click()
    he.picture("ask for certificates")
    he.press("开始制作")
    he.picture("being made")
    while make_due(timezone.now()):
        pass
    luo.page.goto(page.url)
    luo.page.get_by_role("link", name="发放", exact=True).click()
    luo.picture("release")
    luo.press("发放")
    luo.picture("released")
