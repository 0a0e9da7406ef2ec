"""Somebody with a phone and a certificate: from the short code to the file, with and without our script."""

import pytest
from playwright.sync_api import Page

from accounts.models import User
from certificates import codes, store
from certificates.models import Certificate
from contest.models import Season, Stage
from tests.certificates.closed import released

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def certificate(people: dict[str, User], maonan: Stage, settings, tmp_path) -> Certificate:
    """陈志远's of 茂南区, in a rehearsal."""
    settings.MEDIA_ROOT = tmp_path
    Season.objects.update(is_rehearsal=True)
    return released(maonan, 1, organizer=people["chenxiao"], office=people["heya"])[0]


def hand_over(page: Page, data: bytes) -> None:
    page.get_by_label("证书文件").set_input_files({"name": "证书.pdf", "mimeType": "application/pdf", "buffer": data})


def test_the_short_code_leads_to_the_certificate_and_its_file_is_compared(page, live_server, certificate):
    page.goto(f"{live_server.url}/verify/")
    page.get_by_label("查验码").fill(codes.short_of(certificate.nonce).lower())
    page.get_by_label("证书上的姓名").fill("陈志远")
    page.get_by_role("button", name="查验").click()
    page.get_by_role("heading", name="证书有效").wait_for()
    assert page.get_by_text(certificate.serial).is_visible()
    # The page's own scripts have come; whatever goes out from now on would be the file.
    page.wait_for_load_state("networkidle")
    sent = []
    page.on("request", lambda request: sent.append(request.method))
    pdf = store.read(certificate)
    hand_over(page, pdf)
    page.get_by_text("与存档一致").wait_for()
    hand_over(page, pdf[:-1])
    page.get_by_text("与存档不一致").wait_for()
    assert sent == []


def test_without_the_script_the_portal_compares(browser, live_server, certificate):
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    page.goto(f"{live_server.url}/c/{codes.code_of(certificate.nonce)}")
    hand_over(page, store.read(certificate))
    page.get_by_role("button", name="核对").click()
    assert page.get_by_text("与存档一致").is_visible()
    hand_over(page, b"%PDF-1.7 made up")
    page.get_by_role("button", name="核对").click()
    assert page.get_by_text("与存档不一致").is_visible()
    context.close()
