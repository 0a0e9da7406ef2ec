"""People at windows of their own who go only where the pages lead; what their hands do is counted."""

import re
import time

from playwright.sync_api import FilePayload, Page, expect

from bench.season_drill import Clerk, Desks
from demo.paper import blank_scan

# Counts what a hand does on the pages of one window, from page to page.
COUNTING = """addEventListener("click", (event) => {
  if (event.isTrusted) sessionStorage.clicks = Number(sessionStorage.clicks || 0) + 1;
}, true);"""
SECONDED, PROPOSED = "已复核", "待复核"


class Counting(Desks):
    """Windows in which clicks are counted."""

    def new_page(self) -> Page:
        page = super().new_page()
        page.context.add_init_script(COUNTING)
        return page


def clicks(clerk: Clerk) -> int:
    # Waited for, not evaluated: a page that looks for news by itself may be on its way to the next.
    return int(clerk.page.wait_for_function("() => String(sessionStorage.clicks || 0)").json_value())


def told(what: str, clerks: dict[str, Clerk], desks: Counting, began: float) -> str:
    """One line: who clicked how often, how many pages were shown, how long the machine took."""
    hands = {name: clicks(clerk) for name, clerk in clerks.items()}
    each = " + ".join(f"{name} {count}" for name, count in hands.items())
    minutes = (time.monotonic() - began) / 60
    return (
        f"\n{what}: {sum(hands.values())} clicks ({each}), {desks.told.pages} pages,"
        f" {minutes:.1f} minutes of a machine; pictures in {desks.pictures}"
    )


def follow(clerk: Clerk, *names: str | re.Pattern[str]) -> None:
    """Click from link to link, by what they say."""
    for name in names:
        link = clerk.page.get_by_role("link", name=name, exact=isinstance(name, str))
        with clerk.page.expect_navigation(wait_until="domcontentloaded"):
            link.first.click()


def at_desk(clerk: Clerk, todo: str) -> None:
    """Back to the desk, and into what it says is waiting."""
    follow(clerk, "待办")
    clerk.picture(f"desk {todo}")
    follow(clerk, re.compile(todo))
    clerk.picture(todo)


def paper(name: str) -> FilePayload:
    return {"name": f"{name}.png", "mimeType": "image/png", "buffer": blank_scan(name)}


def propose(clerk: Clerk, reason: str, *, kind: str = "", dated: str = "") -> None:
    """Give the reason, attach the paper where there is one, and propose."""
    page = clerk.page
    page.get_by_label("原因", exact=False).first.fill(reason)
    if kind:
        page.get_by_label(re.compile("^依据")).select_option(label=kind)
        page.get_by_label("日期").fill(dated)
        page.locator("input[type=file]").set_input_files(paper(kind))
    clerk.picture("propose")
    clerk.press("提请复核")
    expect(page.locator(".lead .chip-open")).to_have_text(PROPOSED)
    clerk.picture("proposed")


def second(clerk: Clerk, what: str) -> None:
    """From the desk to what a colleague proposed; seconded, the page offers where one goes on."""
    at_desk(clerk, f"^复核：{what}")
    clerk.press("复核无误，同意")
    expect(clerk.page.locator(".lead .chip-seconded")).to_have_text(SECONDED)
    clerk.picture(f"seconded {what}")
