"""陈志远 uploads from a phone in a village: the network goes, the page is closed, the file arrives whole."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.utils import timezone
from playwright.sync_api import Browser, Page, Route, expect

from accounts.models import User
from contest.models import Entry
from materials import store, tasks
from materials.actions import uploading
from materials.models import Material, Upload
from tests import cast
from tests.materials import handing
from tests.materials.inspection import pdfs

pytestmark = [pytest.mark.django_db(transaction=True)]
# The machine may be busy with the rest of the suite.
expect.set_options(timeout=15_000)
PHONE = {"width": 390, "height": 844}
PIECES = "**/desk/uploads/*/"


@pytest.fixture
def entry(maonan, people, settings, tmp_path) -> Entry:
    settings.MEDIA_ROOT = tmp_path / "media"
    return handing.collecting(maonan, by=people["chenxiao"])[0]


@pytest.fixture
def phone(browser: Browser, live_server, entry, heya, signed_in) -> Iterator[Callable[[], Page]]:
    """Open 陈志远's page on a phone, each time as if the browser had been closed in between."""
    session = signed_in(cast.first_secretary(entry, by=heya)).cookies[django_settings.SESSION_COOKIE_NAME].value
    opened: list[Any] = []

    def open_page() -> Page:
        told = {"viewport": PHONE, "locale": "zh-CN", "has_touch": True, "is_mobile": True}
        context = browser.new_context(**told)  # type: ignore[arg-type]
        name = django_settings.SESSION_COOKIE_NAME
        context.add_cookies([{"name": name, "value": session, "url": live_server.url}])
        opened.append(context)
        page = context.new_page()
        page.goto(f"{live_server.url}/desk/entries/{entry.pk}/materials/")
        return page

    yield open_page
    for context in opened:
        context.close()


@pytest.fixture
def pdf(tmp_path: Path) -> Path:
    path = tmp_path / "汇报.pdf"
    path.write_bytes(pdfs.pdf_of_one_page())
    return path


def choose(page: Page, kind: str, path: Path) -> None:
    page.locator(f"#file-{kind}").set_input_files(path)


def stuck(path: Path, megabytes: int) -> Path:
    path.write_bytes(bytes(range(256)) * 4096 * megabytes)
    return path


def test_a_deck_goes_up_and_the_verdict_and_the_next_step_appear_by_themselves(phone, pdf, entry):
    page = phone()
    expect(page.get_by_role("heading", name="上传 PPT 课件")).to_be_visible()
    choose(page, "deck", pdf)
    expect(page.locator("#facts-deck")).to_contain_text("第 1 版已收到，正在检查。")
    expect(page.locator("#facts-deck")).to_be_focused()
    tasks.sweep()
    expect(page.locator("#facts-deck")).to_contain_text("第 1 版通过检查，已提交。")
    expect(page.get_by_role("heading", name="签署真实性承诺")).to_be_visible()
    expect(page.locator("#materials-live")).to_have_text("PPT 课件：第 1 版通过检查，已提交。")
    assert page.locator("main .button:not(.quiet, .danger):visible").all_inner_texts() == ["去签署"]
    expect(page.locator("#deck label.button")).to_have_text("上传新版 PPT")
    page.get_by_role("link", name="去签署").click()
    page.get_by_label("我已阅读并作出以上承诺").check()
    page.get_by_role("button", name="签署承诺").click()
    expect(page.get_by_role("heading", name="您要做的都做完了")).to_be_visible()
    assert Material.objects.get().verdict == "accepted"


def test_without_network_it_waits_and_goes_on_by_itself(phone, tmp_path, entry):
    page = phone()
    seen: list[int] = []

    def cut_at_the_third(route: Route) -> None:
        seen.append(1)
        if len(seen) == 3:
            page.context.set_offline(True)
        route.continue_()

    page.route(PIECES, cut_at_the_third)
    path = stuck(tmp_path / "村.mp4", 3)
    choose(page, "video", path)
    card = page.locator("#video")
    expect(card).to_contain_text("网络已断开，恢复后自动继续")
    assert Material.objects.count() == 0
    page.context.set_offline(False)
    expect(page.locator("#facts-video")).to_contain_text("第 1 版已收到")
    assert store.path_of(Material.objects.get().file).read_bytes() == path.read_bytes()


def test_closed_in_the_middle_the_same_file_goes_on_where_it_stopped(phone, tmp_path, entry):
    first = phone()
    seen: list[int] = []

    def stop_after_the_second(route: Route) -> None:
        seen.append(1)
        if len(seen) > 2:
            route.abort()
        else:
            route.continue_()

    first.route(PIECES, stop_after_the_second)
    path = stuck(tmp_path / "村.mp4", 3)
    choose(first, "video", path)
    expect(first.locator("#video")).to_contain_text("后重试")
    first.context.close()
    sent = store.size_of(Upload.objects.get().token)
    assert 0 < sent < path.stat().st_size
    second = phone()
    expect(second.locator("#video")).to_contain_text(f"已上传 {sent * 100 // path.stat().st_size}%")
    choose(second, "video", path)
    expect(second.locator("#facts-video")).to_contain_text("第 1 版已收到")
    assert Upload.objects.count() == 1
    assert store.path_of(Material.objects.get().file).read_bytes() == path.read_bytes()


def test_what_was_begun_can_be_given_up(phone, entry):
    zhiyuan = User.objects.get(username="zhiyuan")
    upload = uploading.begin(entry, kind="video", name="村.mp4", length=100, by=zhiyuan, at=timezone.now())
    handing.started(upload, at=timezone.now())
    page = phone()
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="放弃这次上传").click()
    expect(page.get_by_text("选择同一个文件“村.mp4”")).to_be_hidden()
    upload.refresh_from_db()
    assert upload.state == Upload.State.GIVEN_UP
