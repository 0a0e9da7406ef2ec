"""A certificate's file compared in the browser: on a page over HTTPS, and on one over plain HTTP in a closed hall."""

import hashlib
import random
from base64 import b64encode

import pytest

from tests.static.test_js import POLICY, STATIC

BYTES = b"%PDF-1.7 a certificate"
# RFC 6234, and the lengths at which the padding takes another block.
VECTORS = {
    b"": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    b"abc": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq": (
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
}
SECURE, PLAIN = "https://portal.test", "http://portal.test"
PAGE = """<!doctype html><meta charset="utf-8">
<link rel="stylesheet" href="/static/css/base.css"><script type="module" src="/static/js/compare.js"></script>
<div data-compare-result><p data-compare-same hidden>与存档一致</p><p data-compare-other hidden>与存档不一致</p>
<p data-compare-refused hidden>读不了</p><dl data-compare-hashes hidden><dd data-compare-theirs></dd></dl></div>
<form method="post" enctype="multipart/form-data" data-compare data-sha256="{sha256}" data-largest="1000">
<input type="file" name="file"><p data-compare-local hidden>不会上传</p><button type="submit">核对</button></form>
"""
DROP = """([name, text]) => {
  const carried = new DataTransfer();
  carried.items.add(new File([text], name));
  const form = document.querySelector("form");
  for (const type of ["dragover", "drop"]) {
    form.dispatchEvent(new DragEvent(type, { dataTransfer: carried, bubbles: true, cancelable: true }));
  }
}"""


class Visit:
    """The page at one address, with our scripts; what is sent back is written down."""

    def __init__(self, page, host):
        self.page, self.posts, self.sha256 = page, [], hashlib.sha256(BYTES).hexdigest()
        page.route(f"{host}/**", self.answer)
        page.goto(host)

    def answer(self, route):
        if "/static/" in route.request.url:
            route.fulfill(path=STATIC / route.request.url.partition("/static/")[2])
        elif route.request.method == "POST":
            self.posts.append(route.request.post_data_buffer)
            route.fulfill(status=204)
        else:
            headers = {"Content-Security-Policy": POLICY}
            body = PAGE.format(sha256=self.sha256)
            route.fulfill(body=body, content_type="text/html; charset=utf-8", headers=headers)

    def choose(self, data: bytes) -> str:
        self.page.locator("input").set_input_files({"name": "证书.pdf", "mimeType": "application/pdf", "buffer": data})
        return self.verdict()

    def verdict(self) -> str:
        said = self.page.locator("[data-compare-result] > p:visible")
        said.wait_for()
        return said.inner_text()


@pytest.fixture(params=[SECURE, PLAIN])
def visit(page, request):
    return Visit(page, request.param)


def test_the_two_addresses_differ_in_what_the_browser_lends(page):
    """The control: otherwise one of the two ways would not be tried here."""
    found = []
    for host in (SECURE, PLAIN):
        Visit(page, host)
        found.append(page.evaluate("Boolean(window.crypto && crypto.subtle)"))
    assert found == [True, False]


def test_the_issued_file_matches(visit):
    assert visit.choose(BYTES) == "与存档一致"
    assert visit.page.locator("[data-compare-theirs]").inner_text() == visit.sha256


def test_a_file_with_one_bit_changed_does_not(visit):
    altered = BYTES[:-1] + bytes([BYTES[-1] ^ 1])
    assert visit.choose(altered) == "与存档不一致"
    assert visit.page.locator("[data-compare-theirs]").inner_text() == hashlib.sha256(altered).hexdigest()


@pytest.mark.parametrize("data", [b"", b"x" * 1001])
def test_a_file_that_cannot_be_one_is_not_compared(visit, data):
    assert visit.choose(data) == "读不了"
    assert visit.page.locator("dl").is_visible() is False


def test_one_file_after_another_shows_the_last(visit):
    assert visit.choose(b"x") == "与存档不一致"
    visit.choose(BYTES)
    visit.page.get_by_text("与存档一致").wait_for()
    assert visit.page.get_by_text("与存档不一致").is_visible() is False


def test_a_dropped_file_is_compared_where_it_falls(visit):
    visit.page.evaluate(DROP, ["证书.pdf", BYTES.decode()])
    assert visit.verdict() == "与存档一致"


def test_nothing_is_sent_and_the_page_says_so(visit):
    visit.choose(BYTES)
    visit.page.get_by_role("button", name="核对").click()
    visit.page.wait_for_timeout(100)
    assert (visit.posts, visit.page.get_by_text("不会上传").is_visible()) == ([], True)


def test_without_the_script_the_file_is_sent(browser):
    context = browser.new_context(java_script_enabled=False)
    visit = Visit(context.new_page(), PLAIN)
    visit.page.locator("input").set_input_files({"name": "a.pdf", "mimeType": "application/pdf", "buffer": BYTES})
    visit.page.get_by_role("button", name="核对").click()
    visit.page.wait_for_timeout(100)
    assert [BYTES in post for post in visit.posts] == [True]
    assert visit.page.get_by_text("不会上传").is_visible() is False
    context.close()


def test_our_own_sha256_is_the_one_everybody_has(page):
    dice = random.Random(20231125)
    lengths = [1, 55, 56, 57, 63, 64, 65, 119, 120, 128, 1000, 70_001]
    told = VECTORS | {each: hashlib.sha256(each).hexdigest() for each in map(dice.randbytes, lengths)}
    Visit(page, PLAIN)
    ours = page.evaluate(
        """async (texts) => {
          const { sha256 } = await import("/static/js/sha256.js");
          return texts.map((text) => sha256(Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0))));
        }""",
        [b64encode(each).decode() for each in told],
    )
    assert ours == list(told.values())
