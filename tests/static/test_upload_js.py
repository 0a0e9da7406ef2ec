"""The upload's script in a real browser, with a pretended tus server that fails in every way a real one may."""

import base64
import hashlib
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import FilePayload, Page, Route, expect

from materials.upload_words import upload_words
from tests.static.test_js import POLICY, STATIC

PLAIN, SECURE = "http://portal.test", "https://portal.test"
MB = 1024 * 1024
# What the script hangs on; the page itself is looked at in tests/materials/test_entry_page.py.
PANEL = """<!doctype html><meta charset="utf-8"><title>材料</title>
<script type="module" src="/static/js/upload.js"></script>
<div id="facts-video" tabindex="-1">没有</div>
<div data-unfinished-of="video"><button data-give-up="/desk/uploads/old/" hidden>放弃这次上传</button>
<span data-give-up-failed hidden>没有放弃成功</span></div>
<div data-upload data-kind="video" data-entry="7" data-endpoint="/desk/uploads/" data-largest="{largest}"
 data-status="/desk/materials/0/status/" data-token="{token}" data-unfinished='{unfinished}'>
<div data-part="choose" hidden><input type="file" aria-label="选择文件"></div>
<div data-part="advice" tabindex="-1" hidden><p data-part="adviceText"></p>
<button data-do="instead">重新选择</button><button data-do="anyway" hidden>仍然上传这个</button></div>
<div data-part="running" hidden><p data-part="name"></p><progress data-part="bar" max="100" value="0"></progress>
<p data-part="words"></p><p data-part="trouble" hidden></p><p data-part="signIn" hidden>重新登录</p>
<button data-do="pause">暂停</button><button data-do="resume" hidden>继续</button>
<button data-do="drop">放弃</button></div>
<p role="status" data-part="live"></p></div>
<script id="upload-words" type="application/json">{words}</script>"""


class Server:
    """A portal that takes one upload, and before each piece does what it was told to do wrong."""

    def __init__(self, page: Page, host: str = PLAIN, *, largest: int = 500 * MB, unfinished: Any = ()) -> None:
        self.page, self.host, self.largest, self.unfinished = page, host, largest, list(unfinished)
        self.data, self.length = b"", 0
        self.told: dict[str, str] = {}
        self.pieces: list[int] = []
        self.troubles: list[Callable[[Route], None]] = []
        self.removed: list[str] = []
        self.lost_beginnings = 0
        self.keys: list[str] = []
        # What stands between: (how it was asked for) -> what is done instead, or nothing.
        self.firewall: Callable[[str, bool], Callable[[Route], None] | None] = lambda _method, _by_post: None
        self.asked: list[str] = []
        self.signed_in, self.token = True, "token-1"
        page.route(f"{host}/**", self.answer)
        # Pauses are not waited for; only their length is.
        page.clock.install()
        page.add_init_script("window.htmx = { process() {} }")
        page.set_default_timeout(10_000)
        page.goto(host)

    def answer(self, route: Route) -> None:
        request = route.request
        path = request.url[len(self.host) :]
        if path.startswith("/static/"):
            route.fulfill(path=STATIC / path.partition("/static/")[2])
        elif path.startswith("/desk/uploads/"):
            self.upload(route, path)
        elif path.startswith("/desk/materials/"):
            route.fulfill(body='<div id="facts-video" tabindex="-1">已收到</div>', content_type="text/html")
        elif not self.signed_in:
            route.fulfill(status=302, headers={"Location": "/sign-in/"})
        else:
            words = json.dumps(upload_words())
            told = {"largest": self.largest, "token": self.token, "unfinished": json.dumps(self.unfinished)}
            body = PANEL.format(words=words, **told)
            headers = {"Content-Security-Policy": POLICY}
            route.fulfill(body=body, content_type="text/html; charset=utf-8", headers=headers)

    def upload(self, route: Route, path: str) -> None:
        request = route.request
        by_post = request.method == "POST" and "x-http-method-override" in request.headers
        method = request.headers["x-http-method-override"] if by_post else request.method
        self.asked.append(f"{method} by POST" if by_post else method)
        if stopped := self.firewall(method, by_post):
            stopped(route)
        elif not self.signed_in:
            route.fulfill(status=401, body="登录已过期。", content_type="text/plain; charset=utf-8")
        elif request.method in ("POST", "PATCH") and request.headers["x-csrftoken"] != self.token:
            route.fulfill(status=403, body="<h1>403</h1>", content_type="text/html")
        elif method == "DELETE":
            self.removed.append(path)
            route.fulfill(status=204)
        elif method == "POST":
            self.begin(route)
        elif method == "HEAD":
            route.fulfill(status=200, headers=self.heads())
        elif self.troubles:
            self.troubles.pop(0)(route)
        else:
            self.piece(route)

    def begin(self, route: Route) -> None:
        self.length = int(route.request.headers["upload-length"])
        pairs = (pair.split(" ") for pair in route.request.headers["upload-metadata"].split(","))
        self.told = {name: base64.b64decode(value).decode() for name, value in pairs}
        self.keys.append(self.told["key"])
        if self.lost_beginnings:
            self.lost_beginnings -= 1
            route.abort("connectionreset")
            return
        self.data = b""
        route.fulfill(status=201, headers={"Location": "/desk/uploads/new/", "Upload-Offset": "0"})

    def piece(self, route: Route) -> None:
        piece = route.request.post_data_buffer or b""
        assert int(route.request.headers["upload-offset"]) == len(self.data)
        checksum = base64.b64encode(hashlib.sha256(piece).digest()).decode()
        assert route.request.headers["upload-checksum"] == f"sha256 {checksum}"
        self.data += piece
        self.pieces.append(len(piece))
        route.fulfill(status=204, headers=self.heads())

    def heads(self) -> dict[str, str]:
        whole = {"Material": "5"} if len(self.data) == self.length else {}
        return {
            "Tus-Resumable": "1.0.0",
            "Upload-Offset": str(len(self.data)),
            "Upload-Length": str(self.length),
            **whole,
        }

    def choose(self, data: bytes, name: str = "村.mp4") -> None:
        file: FilePayload = {"name": name, "mimeType": "video/mp4", "buffer": data}
        self.page.get_by_label("选择文件").set_input_files(file)

    def part(self, name: str) -> Any:
        return self.page.locator(f"[data-part={name}]")

    def whole(self) -> None:
        """Wait until the server says the file has become a material, letting pauses go by."""
        done = self.page.get_by_text("已收到")
        for _turn in range(80):
            if done.is_visible():
                return
            self.page.clock.run_for(2000)
            self.page.wait_for_timeout(25)
        expect(done).to_be_visible()


def fail(status: int, body: str = "", **headers: str) -> Callable[[Route], None]:
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda route: route.fulfill(status=status, body=body, headers=told, content_type="text/plain; charset=utf-8")


def cut(route: Route) -> None:
    route.abort("connectionreset")


@pytest.mark.parametrize("host", [PLAIN, SECURE])
def test_a_file_comes_whole_in_pieces_that_grow(page, host):
    server = Server(page, host)
    data = bytes(range(256)) * 12 * 1024
    # However busy the machine: on this clock no piece takes any time.
    page.clock.set_fixed_time(datetime(2023, 11, 1, tzinfo=UTC))
    server.choose(data)
    expect(page.get_by_text("已收到")).to_be_visible(timeout=30_000)
    assert server.data == data
    assert server.pieces == [256 * 1024, 512 * 1024, MB, 3 * MB - 7 * 256 * 1024]
    assert (server.told["entry"], server.told["kind"], server.told["filename"]) == ("7", "video", "村.mp4")
    assert re.fullmatch(r"[0-9a-f]{64}", server.told["fingerprint"])


@pytest.mark.parametrize(
    "trouble",
    [cut, fail(500), fail(502), fail(503, Retry_After="3"), fail(423), fail(409), fail(460), fail(507, "存储已满。")],
    ids=["cut", "500", "502", "503", "423", "409", "460", "507"],
)
def test_what_heals_with_time_is_waited_out(page, trouble):
    server = Server(page)
    server.troubles = [trouble, trouble]
    server.choose(b"x" * 300_000)
    server.whole()
    assert len(server.data) == 300_000


def test_a_piece_that_came_and_whose_answer_was_lost_is_not_sent_again(page):
    server = Server(page)

    def lose(route: Route) -> None:
        server.data += route.request.post_data_buffer or b""
        server.pieces.append(0)
        route.abort()

    server.troubles = [lose]
    server.choose(b"x" * 300_000)
    server.whole()
    assert (len(server.data), server.pieces) == (300_000, [0, 300_000 - 256 * 1024])


def test_a_beginning_whose_answer_was_lost_is_asked_for_with_the_same_key(page):
    server = Server(page)
    server.lost_beginnings = 5
    server.choose(b"x" * 1000)
    server.whole()
    first = server.keys[-1]
    assert (server.keys, bool(re.fullmatch(r"[0-9a-f]{32}", first))) == ([first] * 6, True)
    server.choose(b"y" * 1000)
    for _turn in range(100):
        if len(server.keys) > 6:
            break
        page.wait_for_timeout(50)
    assert [key == first for key in server.keys[5:]] == [True, False]


def says(status: int, content_type: str = "text/html") -> Callable[[Route], None]:
    return lambda route: route.fulfill(status=status, body="<h1>Blocked</h1>", content_type=content_type)


def stops(*methods: str, by: Callable[[Route], None]) -> Callable[[str, bool], Callable[[Route], None] | None]:
    """A firewall that knows GET and POST only."""
    return lambda method, by_post: by if method in methods and not by_post else None


@pytest.mark.parametrize(
    "by",
    [says(403), says(403, "text/plain"), says(405), says(501), says(406), says(404), says(200), says(451), cut],
    ids=["403", "403 text", "405", "501", "406", "404 page", "200 page", "451", "cut"],
)
def test_where_only_get_and_post_come_through_the_file_goes_by_post(page, by):
    server = Server(page)
    server.firewall = stops("PATCH", "DELETE", by=by)
    server.choose(b"x" * 600_000)
    server.whole()
    assert server.data == b"x" * 600_000
    assert "PATCH by POST" in server.asked
    assert "网络拦截" not in (server.part("trouble").text_content() or "")


def test_where_even_the_question_how_much_is_there_is_stopped_it_goes_by_post(page):
    known = {"url": "/desk/uploads/old/", "fingerprint": "f" * 64, "length": 5, "name": "旧.mp4"}
    server = Server(page, unfinished=[known])
    server.firewall = stops("PATCH", "DELETE", "HEAD", by=says(403))
    server.troubles = [cut]
    server.choose(b"x" * 1000)
    page.get_by_role("button", name="仍然上传这个").click()
    server.whole()
    assert (server.data, server.removed) == (b"x" * 1000, ["/desk/uploads/old/"])
    assert {"DELETE by POST", "HEAD by POST", "PATCH by POST"} <= set(server.asked)


@pytest.mark.parametrize("by", [says(403), says(405), says(501), says(200), cut])
def test_where_nothing_helps_the_network_is_named_and_another_one_goes_on(page, by):
    server = Server(page)
    server.firewall = lambda method, _by_post: by if method == "PATCH" else None
    server.choose(b"x" * 1000)
    trouble = server.part("trouble")
    for _turn in range(40):
        if "网络拦截了文件上传" in (trouble.text_content() or ""):
            break
        page.clock.run_for(2000)
        page.wait_for_timeout(25)
    expect(trouble).to_contain_text("当前网络拦截了文件上传")
    assert "账号" not in page.locator("[data-part=running]").inner_text()
    assert {"PATCH", "PATCH by POST"} <= set(server.asked)
    server.firewall = lambda _method, _by_post: None
    server.whole()
    assert server.data == b"x" * 1000


def test_a_beginning_that_is_stopped_names_the_network_too(page):
    server = Server(page)
    server.firewall = lambda method, _by_post: says(403) if method == "POST" else None
    server.choose(b"x" * 1000)
    expect(server.part("trouble")).to_contain_text("当前网络拦截了文件上传")


def test_while_the_whole_network_is_gone_no_firewall_is_blamed(page):
    server = Server(page)
    server.choose(b"x" * 300_000)
    server.whole()
    server.data = b""
    page.route(f"{server.host}/**", cut)
    server.choose(b"y" * 300_000)
    for _turn in range(30):
        page.clock.run_for(2000)
        page.wait_for_timeout(10)
    expect(server.part("trouble")).to_contain_text("网络中断")


def test_after_a_failure_the_pieces_are_smaller(page):
    server = Server(page)
    server.troubles = [cut]
    server.choose(b"x" * 300_000)
    server.whole()
    assert server.pieces == [128 * 1024, 300_000 - 128 * 1024]


@pytest.mark.parametrize(
    ("trouble", "sentence"),
    [
        (fail(413, "内容比开始上传时说的要长。"), "内容比开始上传时说的要长。"),
        (fail(410), "这次上传已经结束"),
        (fail(404), "这次上传已不存在"),
        (fail(400, "请求写法不对。"), "请求写法不对。"),
    ],
    ids=["413", "410", "404", "400"],
)
def test_what_does_not_heal_stops_with_a_sentence_and_another_file_may_be_chosen(page, trouble, sentence):
    server = Server(page)
    server.troubles = [trouble]
    server.choose(b"x" * 300_000)
    expect(server.part("trouble")).to_contain_text(sentence)
    expect(page.get_by_role("button", name="暂停")).to_be_hidden()
    assert server.data == b""
    server.choose(b"y" * 1000)
    server.whole()
    assert server.data == b"y" * 1000


def test_a_stale_token_is_renewed_from_the_page(page):
    server = Server(page)
    server.token = "token-2"
    server.choose(b"x" * 1000)
    server.whole()
    assert server.data == b"x" * 1000


def test_somebody_signed_out_is_told_so_and_goes_on_after_signing_in(page):
    server = Server(page)
    server.signed_in = False
    server.choose(b"x" * 1000)
    expect(server.part("trouble")).to_contain_text("登录已过期")
    expect(server.part("signIn")).to_be_visible()
    server.signed_in, server.token = True, "token-2"
    page.clock.run_for(6000)
    server.whole()
    assert server.data == b"x" * 1000


def test_pause_stops_the_sending_and_resume_goes_on_where_it_was(page):
    server = Server(page)

    def pause(route: Route) -> None:
        server.piece(route)
        page.evaluate("setTimeout(() => document.querySelector('[data-do=pause]').click())")

    server.troubles = [pause]
    server.choose(b"x" * 2_000_000)
    page.clock.run_for(100)
    expect(server.part("words")).to_contain_text("已暂停")
    sent = list(server.pieces)
    page.clock.run_for(60_000)
    assert (server.pieces, page.get_by_role("button", name="继续").evaluate("b => b === document.activeElement")) == (
        sent,
        True,
    )
    page.get_by_role("button", name="继续").click()
    server.whole()
    assert len(server.data) == 2_000_000


def test_the_same_file_chosen_again_goes_on_where_it_stopped(page, tmp_path):
    server = Server(page)
    data = bytes(range(250)) * 4000
    file = tmp_path / "村.mp4"
    file.write_bytes(data)
    page.get_by_label("选择文件").set_input_files(file)
    server.whole()
    fingerprint = server.told["fingerprint"]
    known = {"url": "/desk/uploads/old/", "fingerprint": fingerprint, "length": len(data), "name": "村.mp4"}
    server.unfinished, server.data, server.pieces, server.told = [known], data[:600_000], [], {}
    page.goto(server.host)
    page.get_by_label("选择文件").set_input_files(file)
    server.whole()
    assert (server.data, server.told) == (data, {})


def test_another_file_asks_before_the_unfinished_one_is_given_up(page):
    known = {"url": "/desk/uploads/old/", "fingerprint": "f" * 64, "length": 5, "name": "旧.mp4"}
    server = Server(page, unfinished=[known])
    server.choose(b"x" * 1000)
    expect(server.part("adviceText")).to_contain_text("这不是上次没传完的“旧.mp4”")
    assert (server.removed, server.told) == ([], {})
    page.get_by_role("button", name="仍然上传这个").click()
    server.whole()
    assert (server.removed, server.data) == (["/desk/uploads/old/"], b"x" * 1000)


def test_giving_up_asks_first_and_tells_the_server(page):
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.accept()))
    server = Server(page)
    server.troubles = [fail(503)] * 50
    server.choose(b"x" * 1000)
    page.get_by_role("button", name="放弃", exact=True).click()
    expect(server.part("choose")).to_be_visible()
    page.wait_for_timeout(100)
    assert (asked, server.removed) == (["放弃这次上传？已传的部分会删除。"], ["/desk/uploads/new/"])


@pytest.mark.parametrize(
    ("name", "size", "sentence", "may_go_on"),
    [
        ("空.mp4", 0, "这个文件是空的", False),
        ("大.mp4", 2001, "超过 2 KB 的上限", False),
        ("村.wmv", 10, "导出为 MP4（H.264）", True),
        ("村.RMVB", 10, "导出为 MP4（H.264）", True),
        ("汇报.pptx", 10, "请在“PPT 课件”一栏上传", True),
        ("村.zip", 10, "先解压", True),
    ],
)
def test_before_a_byte_is_sent_the_page_says_what_is_wrong_with_a_file(page, name, size, sentence, may_go_on):
    server = Server(page, largest=2000)
    server.choose(b"x" * size, name)
    expect(server.part("adviceText")).to_contain_text(sentence)
    assert page.get_by_role("button", name="仍然上传这个").is_visible() is may_go_on
    assert server.told == {}


def test_while_a_file_is_on_its_way_leaving_asks_first(page):
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    server = Server(page)
    server.troubles = [fail(503)] * 50
    server.choose(b"x" * 1000)
    expect(server.part("trouble")).to_be_visible()
    page.reload()
    assert asked == ["beforeunload"]


def test_the_listener_is_told_seldom(page):
    """However many pieces: what is read aloud changes at most every five seconds."""
    server = Server(page)
    page.evaluate("""() => {
      window.said = [];
      const watch = new MutationObserver(([change]) => window.said.push(change.target.textContent));
      watch.observe(document.querySelector("[data-part=live]"), { childList: true });
    }""")
    server.choose(b"x" * 3_000_000)
    server.whole()
    said = page.evaluate("window.said")
    assert said[0] == "正在准备上传……"
    assert said[-1] == "上传完成，正在检查文件。"
    assert len(said) <= 5
