"""The score grid under somebody's hands: keys, paste, refusals, two people, no network."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import connection
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route, expect

from accounts.models import LogLine, Receipt, User
from contest.models import Stage
from contest.models.stage import State
from scoring.actions.confirmation import Seen, confirm_sheets
from scoring.models import Mark, Overtime
from tests import cast
from tests.scoring.dealing import MARKS, deal, marks_of, sheet_of, type_sheets

pytestmark = [pytest.mark.django_db(transaction=True)]
# The machine may be busy with the rest of the suite.
expect.set_options(timeout=15_000)
DESK = {"width": 1366, "height": 768}
PHONE = {"width": 390, "height": 844}


class Window:
    """A browser window on the grid, and what somebody does in it."""

    def __init__(self, context: BrowserContext, url: str, stage: Stage) -> None:
        self.context = context
        self.base = url
        self.stage = stage
        self.page: Page = context.new_page()
        self.faults: list[str] = []
        self.page.on("pageerror", lambda fault: self.faults.append(str(fault)))

    def open(self, judge: str = "1") -> "Window":
        self.page.goto(f"{self.base}{reverse('scoring:grid', args=[self.stage.pk])}?judge={judge}")
        return self

    def cell(self, place: int, code: str, judge: int = 1) -> Locator:
        sheet = sheet_of(self.stage, place, judge)
        at = f"{sheet.entry_id}::time" if code == "time" else f"{sheet.entry_id}:{sheet.seat_id}:{code}"
        return self.page.locator(f'td[data-at="{at}"]')

    def total(self, place: int, judge: int = 1) -> Locator:
        sheet = sheet_of(self.stage, place, judge)
        return self.page.locator(f'td[data-at="{sheet.entry_id}:{sheet.seat_id}"]')

    def type(self, *keys: str) -> None:
        """Texts are typed; names of keys such as "Enter" or "Shift+Tab" are pressed."""
        for key in keys:
            if re.fullmatch(r"(Control\+|Shift\+)?([A-Z][A-Za-z]+\d*|F2|[a-z])", key):
                self.page.keyboard.press(key)
            else:
                self.page.keyboard.type(key)

    def paste(self, text: str) -> None:
        self.page.evaluate("text => navigator.clipboard.writeText(text)", text)
        self.page.keyboard.press("Control+V")

    def copied(self) -> str:
        self.page.keyboard.press("Control+C")
        return self.page.evaluate("navigator.clipboard.readText()")

    @property
    def strip(self) -> Locator:
        return self.page.locator("#grid-foot")

    @property
    def reason(self) -> Locator:
        return self.page.locator("#grid-reason")

    def settled(self) -> None:
        """Everything that could be saved has been."""
        self.nothing_unsent()
        expect(self.strip).to_contain_text("已保存")

    def nothing_unsent(self) -> None:
        """The state in which the page has nothing left to send: it counts a mark from the key that ends it on."""
        expect(self.strip).to_have_attribute("data-on-the-way", "0")


@pytest.fixture
def stage(maonan, heya) -> Stage:
    return deal(maonan, by=heya)


@pytest.fixture
def window(browser: Browser, live_server, stage, signed_in) -> Any:
    """Open a window in which somebody has signed in."""
    contexts: list[BrowserContext] = []
    windows: list[Window] = []

    def open_window(user: User, size: dict[str, int] = DESK) -> Window:
        context = browser.new_context(viewport=size, locale="zh-CN", has_touch=size is PHONE)  # type: ignore[arg-type]
        context.grant_permissions(["clipboard-read", "clipboard-write"], origin=live_server.url)
        session = signed_in(user).cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        contexts.append(context)
        windows.append(Window(context, live_server.url, stage))
        return windows[-1]

    yield open_window
    faults = [fault for each in windows for fault in each.faults]
    for context in contexts:
        context.close()
    assert faults == []


@pytest.fixture
def chen(window: Callable[..., Window], people: dict[str, User]) -> Window:
    """陈晓's window."""
    return window(people["chenxiao"])


def test_the_last_sheet_counts_at_once_as_one_to_confirm_and_names_the_next_step(chen, stage, people):
    others = [sheet_of(stage, place, judge) for place in (1, 2, 3) for judge in (1, 2, 3) if (place, judge) != (3, 1)]
    type_sheets(stage, others, by=people["chenxiao"])
    chen.open()
    waiting, next_step = chen.page.locator("[data-waiting]"), chen.strip.locator("[data-show=next]")
    expect(waiting).to_have_text("8")
    expect(next_step).to_be_hidden()
    chen.cell(3, "achievement").click()
    chen.type("36", "Tab", "17.5", "Tab", "18", "Tab", "8.5", "Tab", "8.5", "Enter")
    expect(waiting).to_have_text("9")
    expect(next_step).to_have_text("已全部录入，下一步由另一人核对。去核对")
    next_step.get_by_role("link").click()
    expect(chen.page).to_have_url(re.compile("/confirm/$"))


def test_chen_xiao_types_sheet_after_sheet_with_tab_and_enter(chen, stage):
    chen.open().cell(1, "achievement").click()
    chen.type("36", "Tab", "17.5", "Tab", "18", "Tab", "8.5", "Tab", "8.5", "Enter")
    # Enter after Tab goes to where the row of Tabs began, one line further down.
    expect(chen.cell(2, "achievement").locator("input")).to_be_focused()
    chen.type("40", "Tab", "20", "Tab", "20", "Tab", "10", "Tab", "10", "Enter")
    chen.settled()
    expect(chen.total(1)).to_have_text("88.5")
    expect(chen.total(2)).to_have_text("100.0")
    expect(chen.cell(1, "slides")).to_have_class(re.compile("cell-saved"))
    assert marks_of(sheet_of(stage, 1)) == MARKS
    assert sheet_of(stage, 2).total_c == 10_000
    chen.page.reload()
    expect(chen.cell(1, "approach")).to_have_text("17.5")
    expect(chen.total(2)).to_have_text("100.0")


def test_arrows_move_home_and_end_jump_and_keys_replace(chen, stage):
    chen.open().cell(1, "achievement").click()
    chen.type("30", "ArrowDown", "31", "ArrowRight", "12", "ArrowUp", "11", "ArrowLeft", "33", "End", "5:32", "Home")
    expect(chen.cell(1, "achievement").locator("input")).to_be_focused()
    chen.type("Control+End")
    expect(chen.cell(3, "time").locator("input")).to_be_focused()
    chen.type("Control+Home", "Shift+Enter", "Shift+Tab")
    chen.settled()
    assert marks_of(sheet_of(stage, 1)) == {"achievement": 3300, "approach": 1100}
    assert marks_of(sheet_of(stage, 2)) == {"achievement": 3100, "approach": 1200}
    expect(chen.page.locator("tbody tr:first-child td.deduction")).to_have_text("0.60")
    assert Overtime.objects.get().seconds == 332


def test_f2_changes_within_the_text_and_escape_restores_it(chen, stage):
    chen.open().cell(1, "achievement").click()
    chen.type("36", "Enter")
    chen.settled()
    chen.type("ArrowUp", "F2", "Home", "ArrowRight", "Delete", "5", "Enter")
    chen.settled()
    expect(chen.cell(1, "achievement")).to_have_text("35.0")
    chen.type("ArrowUp", "12", "Escape", "Enter")
    expect(chen.cell(1, "achievement")).to_have_text("35.0")
    assert marks_of(sheet_of(stage)) == {"achievement": 3500}


def test_delete_clears_a_selection_and_control_z_brings_it_back(chen, stage, people):
    type_sheets(stage, [sheet_of(stage, 1), sheet_of(stage, 2)], by=people["linfang"])
    chen.open().cell(1, "approach").click()
    chen.type("Shift+ArrowDown", "Shift+ArrowRight")
    assert chen.page.locator(".cell-selected").count() == 4
    chen.type("Delete")
    chen.settled()
    assert marks_of(sheet_of(stage, 2)) == {"achievement": 3600, "slides": 850, "poise": 850}
    expect(chen.total(1)).to_have_text("3/5")
    chen.type("Control+z")
    expect(chen.total(2)).to_have_text("88.5")
    assert [marks_of(sheet_of(stage, place)) for place in (1, 2)] == [MARKS, MARKS]


def test_the_page_says_how_much_is_unsent_from_the_key_to_the_answer(chen, stage):
    """What every test here waits for: it is not yet so before sending has begun, nor while an answer is out."""
    held: list[Route] = []
    chen.page.route(re.compile("/grid/cells/"), lambda route: held.append(route), times=1)
    chen.open().cell(1, "achievement").click()
    chen.nothing_unsent()
    chen.type("36", "Enter")
    assert chen.strip.get_attribute("data-on-the-way") == "1"
    expect(chen.strip).to_have_attribute("data-way", "saving")
    chen.type("35", "Enter")
    assert chen.strip.get_attribute("data-on-the-way") == "2"
    held.pop().continue_()
    chen.settled()
    assert [marks_of(sheet_of(stage, place)) for place in (1, 2)] == [{"achievement": 3600}, {"achievement": 3500}]


def test_a_save_whose_answer_is_lost_for_good_holds_nothing_up(chen, stage):
    """The worker died between the act and its answer: of the repeated request nobody knows any more what was said."""

    def lose(route: Route) -> None:
        route.fetch()
        Receipt.objects.update(status=None, location="", body="")
        # Playwright calls this in a context of its own, which has a connection of its own.
        connection.close()
        route.abort()

    chen.open().cell(1, "achievement").click()
    chen.page.route(re.compile("/grid/cells/"), lose, times=1)
    chen.type("36", "Enter")
    expect(chen.cell(1, "achievement")).to_have_class(re.compile("cell-saved"))
    chen.type("35", "Enter")
    chen.settled()
    assert [marks_of(sheet_of(stage, place)) for place in (1, 2)] == [{"achievement": 3600}, {"achievement": 3500}]
    assert LogLine.objects.filter(action="save_marks").count() == 2


def test_a_block_from_excel_lands_in_one_request(chen, stage):
    requests: list[str] = []
    chen.page.on("request", lambda request: requests.append(request.url) if request.method == "POST" else None)
    chen.open().cell(1, "achievement").click()
    chen.paste("36\t17.5\t18\t8.5\t8.5\r\n３５．５\t16分\t\t8\t9\r\n34\t16\t16\t7\t7\r\n")
    chen.settled()
    assert len(requests) == 1
    assert marks_of(sheet_of(stage, 1)) == MARKS
    assert marks_of(sheet_of(stage, 2)) == {"achievement": 3550, "approach": 1600, "slides": 800, "poise": 900}
    expect(chen.strip).to_contain_text("已粘贴 14 格")
    assert LogLine.objects.filter(action="save_marks").count() == 1


def test_a_line_break_in_a_cell_moves_nobodys_mark(chen, stage):
    chen.open().cell(1, "achievement").click()
    chen.paste('36\n"35\n"\n34\n')
    chen.settled()
    assert [marks_of(sheet_of(stage, place)) for place in (1, 2, 3)] == [
        {"achievement": 3600},
        {"achievement": 3500},
        {"achievement": 3400},
    ]


@pytest.mark.parametrize(
    ("block", "sentence"),
    [
        ("36\r\n35\r\n34\r\n33\r\n", "粘贴的内容超出表格 1 格，一格也没有粘贴。"),
        ("36\t17\r\n35\r\n", "粘贴的内容各行格数不一，看不出哪个分数属于谁，一格也没有粘贴。"),
    ],
)
def test_a_block_that_does_not_fit_is_not_pasted_at_all(chen, stage, block, sentence):
    chen.open().cell(1, "achievement").click()
    chen.paste(block)
    expect(chen.strip).to_contain_text(sentence)
    assert [marks_of(sheet_of(stage, place)) for place in (1, 2, 3)] == [{}, {}, {}]


def test_a_number_with_a_note_behind_it_is_no_other_number(chen, stage):
    chen.open().cell(1, "achievement").click()
    chen.paste("3¹\n③\n⑲\n")
    for place, text in enumerate(["3¹", "③", "⑲"], start=1):
        expect(chen.cell(place, "achievement")).to_have_class(re.compile("cell-refused"))
        chen.cell(place, "achievement").click()
        expect(chen.reason).to_contain_text(f"“{text}”不是分数，请填数字，最多两位小数。")
    assert [marks_of(sheet_of(stage, place)) for place in (1, 2, 3)] == [{}, {}, {}]


def test_a_copied_block_is_what_excel_takes(chen, stage, people):
    type_sheets(stage, [sheet_of(stage, 1), sheet_of(stage, 2)], by=people["linfang"])
    chen.open().cell(1, "delivery").click()
    chen.type("Shift+ArrowDown", "Shift+ArrowRight", "Shift+ArrowRight", "Shift+ArrowRight")
    assert chen.copied() == "18.0\t8.5\t8.5\t88.5\n18.0\t8.5\t8.5\t88.5"


def test_a_mark_that_cannot_be_says_why_at_the_cell_and_is_not_lost(chen, stage):
    chen.open().cell(1, "slides").click()
    chen.type("11", "Enter")
    expect(chen.cell(1, "slides")).to_have_class(re.compile("cell-refused"))
    expect(chen.reason).to_have_text("第1位 陈志远，1 号评委，PPT/视频：“PPT/视频”须在 0 到 10 分之间，不能是 11。")
    chen.type("ArrowUp")
    field = chen.cell(1, "slides").locator("input")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description("“PPT/视频”须在 0 到 10 分之间，不能是 11。")
    expect(field).to_have_accessible_name("第1位 陈志远，1 号评委，PPT/视频，0 到 10，以 0.5 为一档")
    assert Mark.objects.count() == 0
    chen.page.on("dialog", lambda dialog: dialog.accept())
    chen.page.reload()
    expect(chen.cell(1, "slides")).to_have_class(re.compile("cell-refused"))
    chen.cell(1, "slides").click()
    chen.type("10", "Enter")
    chen.settled()
    expect(chen.reason).to_be_hidden()
    assert marks_of(sheet_of(stage)) == {"slides": 1000}


def test_escape_gives_a_refused_mark_up(chen, stage):
    chen.open().cell(1, "slides").click()
    chen.type("好", "Enter", "ArrowUp")
    expect(chen.reason).to_have_text("“好”不是分数，请填数字，最多两位小数。")
    chen.type("Escape")
    expect(chen.cell(1, "slides")).not_to_have_class(re.compile("cell-refused"))
    expect(chen.strip).not_to_contain_text("未通过")


def type_differently(chen, lin):
    """Both have the same empty cell before them; 林芳 types 7 first, 陈晓 9 after her."""
    lin.open()
    chen.open().cell(1, "slides").click()
    lin.cell(1, "slides").click()
    lin.type("7", "Enter")
    lin.settled()
    chen.type("9", "Enter")


@pytest.mark.parametrize(("choice", "stands", "edit"), [("保留对方的", 700, 1), ("用我的", 900, 2)])
def test_two_people_who_type_differently_see_both_and_choose(chen, window, stage, people, choice, stands, edit):
    type_differently(chen, window(people["linfang"]))
    expect(chen.cell(1, "slides")).to_have_class(re.compile("cell-conflict"))
    expect(chen.strip).to_contain_text("第1位 陈志远，1 号评委，PPT/视频：林芳填了 7.0，您填 9")
    assert marks_of(sheet_of(stage)) == {"slides": 700}
    chen.page.get_by_role("button", name=choice).click()
    expect(chen.page.locator(".cell-conflict")).to_have_count(0)
    chen.nothing_unsent()
    assert (marks_of(sheet_of(stage)), sheet_of(stage).edit) == ({"slides": stands}, edit)


def test_a_choice_is_clicked_though_news_arrive_while_the_mouse_is_down(chen, window, stage, people):
    type_differently(chen, window(people["linfang"]))
    chen.page.get_by_role("button", name="用我的").hover()
    chen.page.mouse.down()
    type_sheets(stage, [sheet_of(stage, 2)], by=people["linfang"])
    with chen.page.expect_response(re.compile("/grid/state/")):
        chen.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(chen.total(2)).to_have_text("88.5")
    chen.page.mouse.up()
    expect(chen.page.locator(".cell-conflict")).to_have_count(0)
    chen.settled()
    assert marks_of(sheet_of(stage)) == {"slides": 900}


def test_two_people_on_different_cells_of_one_sheet_do_not_disturb_each_other(chen, window, stage, people):
    lin = window(people["linfang"]).open()
    chen.open().cell(1, "slides").click()
    lin.cell(1, "poise").click()
    lin.type("7", "Enter")
    lin.settled()
    chen.type("9", "Enter")
    chen.settled()
    expect(chen.cell(1, "poise")).to_have_text("7.0")
    expect(chen.page.locator(".cell-conflict")).to_have_count(0)
    assert marks_of(sheet_of(stage)) == {"slides": 900, "poise": 700}


def test_what_others_type_appears_by_itself(chen, stage, people):
    chen.page.clock.install()
    chen.open().cell(2, "slides").click()
    type_sheets(stage, [sheet_of(stage)], by=people["linfang"])
    with chen.page.expect_response(re.compile("/grid/state/")):
        chen.page.clock.run_for(11_000)
    chen.page.clock.run_for(1_000)
    expect(chen.total(1)).to_have_text("88.5")
    expect(chen.cell(1, "approach")).to_have_text("17.5")


def test_without_network_nothing_is_lost_and_all_is_saved_when_it_is_back(chen, stage):
    chen.open().cell(1, "achievement").click()
    chen.context.set_offline(True)
    chen.type("36", "Tab", "17.5", "Enter")
    expect(chen.strip).to_contain_text("网络断开")
    expect(chen.strip).to_contain_text("未保存 2 格")
    assert Mark.objects.count() == 0
    chen.context.set_offline(False)
    chen.settled()
    expect(chen.strip).not_to_contain_text("未保存")
    assert marks_of(sheet_of(stage)) == {"achievement": 3600, "approach": 1750}


def test_leaving_with_unsaved_marks_asks_first_and_a_later_visit_saves_them(chen, stage):
    asked: list[str] = []
    chen.page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    chen.page.route(re.compile("/grid/cells/"), lambda route: route.abort())
    chen.open().cell(1, "achievement").click()
    chen.type("36", "Enter")
    expect(chen.strip).to_contain_text("未保存 1 格")
    chen.page.reload()
    assert asked == ["beforeunload"]
    expect(chen.strip).to_contain_text("已找回上次未保存的 1 格")
    chen.page.unroute(re.compile("/grid/cells/"))
    chen.settled()
    assert marks_of(sheet_of(stage)) == {"achievement": 3600}


def test_a_restored_mark_does_not_write_over_what_somebody_typed_meanwhile(chen, stage, people):
    chen.page.on("dialog", lambda dialog: dialog.accept())
    chen.page.route(re.compile("/grid/cells/"), lambda route: route.abort())
    chen.open().cell(1, "achievement").click()
    chen.type("36", "Enter")
    expect(chen.strip).to_contain_text("未保存 1 格")
    type_sheets(stage, [sheet_of(stage)], by=people["linfang"], marks=MARKS | {"achievement": 3000})
    chen.page.unroute(re.compile("/grid/cells/"))
    chen.page.reload()
    expect(chen.strip).to_contain_text("林芳填了 30.0，您填 36")
    assert marks_of(sheet_of(stage))["achievement"] == 3000


def test_an_answer_lost_on_the_way_is_asked_for_again_and_counts_once(chen, stage):
    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    chen.page.route(re.compile("/grid/cells/"), lose, times=1)
    chen.open().cell(1, "achievement").click()
    chen.type("36", "Enter")
    chen.settled()
    assert sheet_of(stage).edit == 1
    assert LogLine.objects.filter(action="save_marks").count() == 1


def test_signing_in_again_elsewhere_saves_what_was_typed_meanwhile(chen, stage, signed_in, people):
    chen.open().cell(1, "achievement").click()
    chen.context.clear_cookies()
    chen.type("36", "Enter")
    expect(chen.strip).to_contain_text("登录已过期")
    session = signed_in(people["chenxiao"]).cookies["sessionid"].value
    chen.context.add_cookies([{"name": "sessionid", "value": session, "url": chen.base}])
    chen.settled()
    assert marks_of(sheet_of(stage)) == {"achievement": 3600}


def test_a_link_waits_for_the_last_mark(chen, stage):
    chen.open().cell(1, "achievement").click()
    chen.type("36")
    chen.page.get_by_role("link", name="2", exact=True).click()
    chen.page.wait_for_url("**/grid/?judge=2")
    assert marks_of(sheet_of(stage)) == {"achievement": 3600}


def test_after_tabulation_an_open_page_says_so_and_takes_nothing(chen, stage):
    chen.open().cell(1, "achievement").click()
    cast.put(stage, State.TABULATED)
    chen.type("36", "Enter")
    expect(chen.strip).to_contain_text("现在是“已统分”")
    chen.type("35", "Enter")
    assert Mark.objects.count() == 0


def test_a_confirmed_sheet_cannot_be_typed_on_and_says_why(chen, stage, people):
    (sheet,) = type_sheets(stage, [sheet_of(stage)], by=people["chenxiao"])
    confirm_sheets(stage, [Seen(sheet.pk, 1)], by=people["linfang"], at=cast.later(2))
    chen.open().cell(1, "slides").click()
    chen.type("7", "Delete")
    expect(chen.reason).to_have_text("已核对，更正请走“更正”页。")
    expect(chen.cell(1, "slides").locator("input")).to_have_js_property("readOnly", True)
    assert marks_of(sheet_of(stage)) == MARKS


def test_the_keyboard_gets_into_the_grid_and_out_again(chen):
    chen.open("none").page.locator("#grid thead a").last.focus()
    chen.type("Tab")
    expect(chen.page.locator("#grid tbody :focus")).to_have_count(1)
    chen.type("Escape", "Tab")
    expect(chen.page.locator("#grid :focus")).to_have_count(0)


def test_a_total_leads_to_the_sheet(chen, stage, people):
    (sheet,) = type_sheets(stage, [sheet_of(stage)], by=people["linfang"])
    chen.open().cell(1, "poise").click()
    chen.type("ArrowRight", "Enter")
    chen.page.wait_for_url(f"**{reverse('scoring:sheet', args=[sheet.pk])}")


def test_on_a_phone_one_judge_is_typed_beside_the_names(window, stage, people):
    chen = window(people["chenxiao"], PHONE).open()
    assert chen.page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    expect(chen.page.locator("th.shut").first).to_be_hidden()
    chen.cell(1, "achievement").tap()
    chen.type("36", "Tab", "17.5", "Tab", "18", "Tab", "8.5", "Tab", "8.5", "Enter")
    chen.settled()
    expect(chen.page.locator("tbody th.name").first).to_be_in_viewport()
    expect(chen.strip).to_be_in_viewport()
    assert marks_of(sheet_of(stage)) == MARKS


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_axe_finds_nothing_on_the_pages_between_paper_and_totals(window, stage, people, size):
    first, second = type_sheets(stage, [sheet_of(stage, 1), sheet_of(stage, 2)], by=people["linfang"])
    confirm_sheets(stage, [Seen(first.pk, 1)], by=people["chenxiao"], at=cast.later(2))
    chen = window(people["chenxiao"], size).open()
    chen.cell(2, "slides").click()
    chen.type("11", "Enter")
    expect(chen.reason).to_be_visible()
    paths = [
        None,
        reverse("scoring:grid", args=[stage.pk]) + "?judge=all",
        reverse("scoring:sheet", args=[first.pk]),
        reverse("scoring:sheet", args=[second.pk]),
        reverse("scoring:time", args=[first.entry_id]),
        reverse("scoring:confirm", args=[stage.pk]) + "?judge=1",
        reverse("scoring:send_back", args=[second.pk]),
        reverse("scoring:corrections", args=[stage.pk]) + "?judge=1",
        reverse("scoring:correct", args=[first.pk]),
        reverse("scoring:votes", args=[stage.pk]),
    ]
    chen.page.on("dialog", lambda dialog: dialog.accept())
    for path in paths:
        if path is not None:
            chen.page.goto(chen.base + path)
        found = Axe().run(chen.page)
        assert found.violations_count == 0, f"{path}: {found.generate_report()}"
        assert chen.page.evaluate("document.documentElement.scrollWidth") == size["width"], path


def test_a_total_far_from_the_panels_is_told_to_whoever_types_it_at_once(chen, stage, people):
    type_sheets(stage, [sheet_of(stage, 1, 2), sheet_of(stage, 1, 3)], by=people["chenxiao"])
    chen.open().cell(1, "achievement").click()
    chen.type("1", "Tab", "1.5", "Tab", "4", "Tab", "8.5", "Tab", "8.5", "Enter")
    far = chen.strip.locator(".grid-far")
    expect(far).to_have_text("第1位 陈志远，1 号评委：合计 23.5，评审团中位数 88.5，相差很大，请再看一次纸质评分表。")
    expect(chen.total(1)).to_have_class(re.compile("total-far"))
    chen.cell(1, "achievement").click()
    chen.type("36", "Tab", "17.5", "Tab", "18", "Enter")
    expect(chen.total(1)).to_have_text("88.5")
    expect(far).to_be_hidden()
    expect(chen.total(1)).not_to_have_class(re.compile("total-far"))
