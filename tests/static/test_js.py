"""The small scripts, in a real browser, with the pages they are written for and no server behind them."""

from pathlib import Path

import pytest
from django.template.loader import render_to_string

STATIC = Path(__file__).resolve().parent.parent.parent / "static"
HOST = "http://portal.test"
POLICY = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self'"

FORM = """
<form method="post" action="/save"><input name="name" value="陈志远">
<button class="button" type="submit" name="save" value="1">保存</button>
<button class="button quiet" type="submit" name="draft" value="1">存草稿</button></form>
"""
REFUSED = """
<div tabindex="-1" data-error-summary><a href="#id_name">姓名：请填写这一项。</a></div>
<div class="field"><input id="id_name"></div>
"""
LIST = """
<form data-bulk><input type="checkbox" data-bulk-all aria-label="全选">
<input type="checkbox" data-bulk-item aria-label="陈志远"><input type="checkbox" data-bulk-item aria-label="李慧敏">
<div class="bulk">已选 <output data-bulk-count></output> 人</div></form>
"""
MENU = '<details data-menu><summary>黎静怡</summary><a href="#">修改密码</a></details><p>正文</p>'


class Site:
    """A pretended site: every GET answers with the page, every POST is written down and answered late or never."""

    def __init__(self, page, html, *scripts):
        self.page = page
        self.posts = []
        self.html = html
        self.scripts = scripts
        page.route(f"{HOST}/**", self.answer)
        page.goto(HOST)

    def answer(self, route):
        if "/static/" in route.request.url:
            route.fulfill(path=STATIC / route.request.url.partition("/static/")[2])
        elif route.request.method == "POST":
            self.posts.append(route.request.post_data)
            # 204: the browser stays where it is, as it does while an answer is on its way.
            route.fulfill(status=204)
        else:
            tags = "".join(f'<script type="module" src="/static/js/{name}.js"></script>' for name in self.scripts)
            body = f'<!doctype html><meta charset="utf-8">{tags}{self.html}'
            headers = {"Content-Security-Policy": POLICY}
            route.fulfill(body=body, content_type="text/html; charset=utf-8", headers=headers)


def test_a_double_tap_sends_a_form_once(page):
    site = Site(page, FORM, "once")
    page.get_by_role("button", name="保存").dblclick(no_wait_after=True)
    page.wait_for_timeout(100)
    assert site.posts == ["name=%E9%99%88%E5%BF%97%E8%BF%9C&save=1"]


def test_without_the_script_a_double_tap_sends_it_twice(page):
    site = Site(page, FORM)
    page.get_by_role("button", name="保存").click()
    page.get_by_role("button", name="保存").click()
    page.wait_for_timeout(100)
    assert len(site.posts) == 2


def test_only_the_pressed_button_says_that_it_is_sending(page):
    Site(page, FORM, "once")
    page.get_by_role("button", name="存草稿").click()
    assert [b.get_attribute("aria-disabled") for b in page.locator("button").all()] == [None, "true"]


def test_coming_back_to_a_spent_form_finds_it_usable(page):
    site = Site(page, FORM, "once")
    page.get_by_role("button", name="保存").click()
    page.evaluate("window.dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    assert page.locator(".is-sending").count() == 0
    page.get_by_role("button", name="保存").click()
    page.wait_for_timeout(100)
    assert len(site.posts) == 2


def test_a_refused_form_puts_the_focus_on_what_is_wrong(page):
    Site(page, REFUSED, "forms")
    assert page.evaluate("document.activeElement.hasAttribute('data-error-summary')") is True
    page.get_by_role("link").click()
    assert page.evaluate("document.activeElement.id") == "id_name"


def test_one_tick_chooses_all_and_the_bar_counts(page):
    Site(page, LIST, "bulk")
    everybody = page.get_by_label("全选")
    everybody.check()
    assert page.locator("output").inner_text() == "2"
    page.get_by_label("李慧敏").uncheck()
    assert page.locator("output").inner_text() == "1"
    assert everybody.evaluate("box => [box.checked, box.indeterminate]") == [False, True]


@pytest.mark.parametrize("leave", ["escape", "elsewhere"])
def test_the_user_menu_closes_when_left(page, leave):
    Site(page, MENU, "nav")
    page.get_by_text("黎静怡").click()
    assert page.locator("details").get_attribute("open") == ""
    if leave == "escape":
        page.keyboard.press("Escape")
    else:
        page.get_by_text("正文").click()
    assert page.locator("details").get_attribute("open") is None


def test_the_page_one_is_on_is_in_sight_in_a_narrow_navigation(page):
    page.set_viewport_size({"width": 390, "height": 844})
    links = "".join(f'<li><a href="#">第{n}项内容</a></li>' for n in range(20))
    strip = f'<link rel="stylesheet" href="/static/css/frame.css"><nav class="nav"><ul data-strip>{links}'
    Site(page, strip + '<li><a href="#" aria-current="page">日志</a></li></ul></nav>', "nav")
    box = page.get_by_text("日志").bounding_box()
    assert 0 <= box["x"] <= 390 - box["width"]


def test_the_error_pages_need_neither_context_nor_database(page):
    for code in ("400", "403", "403_csrf", "404", "405", "413", "500"):
        Site(page, render_to_string(f"{code}.html"))
        assert page.get_by_role("heading", level=1).count() == 1
