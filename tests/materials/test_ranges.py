"""A file in whole and in part (RFC 9110, 14), with a name that no browser can be tricked by."""

from pathlib import Path
from typing import Any

import pytest
from django.test import RequestFactory

from materials import ranges
from registry.filenames import safe

DATA = bytes(range(256)) * 4


@pytest.fixture
def film(tmp_path: Path) -> Path:
    path = tmp_path / "film"
    path.write_bytes(DATA)
    return path


def answer(path: Path, method: str = "get", *, inline: bool = True, filename: str = "片.mp4", **headers: str) -> Any:
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    request = getattr(RequestFactory(), method)("/", headers=told)
    return ranges.partial(request, path, content_type="video/mp4", filename=filename, inline=inline, etag="abc")


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content)


@pytest.mark.parametrize(
    ("asked", "first", "after"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=10-19", 10, 20),
        ("bytes=1000-", 1000, 1024),
        ("bytes=-24", 1000, 1024),
        ("bytes=-5000", 0, 1024),
        ("bytes=1000-99999", 1000, 1024),
        ("bytes= 3-4 ", 3, 5),
    ],
)
def test_a_part_is_answered_as_asked(film, asked, first, after):
    here = answer(film, Range=asked)
    assert (here.status_code, here["Content-Range"]) == (206, f"bytes {first}-{after - 1}/1024")
    assert (here["Content-Length"], body(here)) == (str(after - first), DATA[first:after])


@pytest.mark.parametrize(
    "asked",
    ["", "bytes=0-1,5-6", "bytes=9-3", "bytes=-", "bytes=a-b", "seiten=0-1", "bytes=٣-٤", "bytes=" + "9" * 5000 + "-"],
)
def test_what_is_not_one_plain_range_gets_the_whole_file(film, asked):
    here = answer(film, Range=asked)
    assert (here.status_code, here["Content-Length"], body(here)) == (200, "1024", DATA)


@pytest.mark.parametrize("asked", ["bytes=1024-", "bytes=5000-6000", "bytes=-0"])
def test_a_part_outside_the_file_is_refused_with_its_size(film, asked):
    here = answer(film, Range=asked)
    assert (here.status_code, here["Content-Range"], here.content) == (416, "bytes */1024", b"")


def test_an_empty_file_has_no_parts(tmp_path):
    empty = tmp_path / "empty"
    empty.touch()
    assert [answer(empty, Range="bytes=0-").status_code, body(answer(empty))] == [416, b""]


def test_a_player_that_asks_for_the_rest_gets_a_piece_of_it_and_a_download_gets_it_all(film, monkeypatch):
    monkeypatch.setattr(ranges, "AT_ONCE", 100)
    assert body(answer(film, Range="bytes=10-")) == DATA[10:110]
    assert body(answer(film, Range="bytes=10-", inline=False)) == DATA[10:]


def test_a_download_goes_on_only_where_the_file_is_still_the_same(film):
    known = ('"abc"', '"other"', "Sat, 25 Nov 2023 01:00:00 GMT")
    assert [body(answer(film, Range="bytes=1-2", If_Range=each)) for each in known] == [DATA[1:3], DATA, DATA]


def test_what_the_browser_has_is_not_sent_again(film):
    here = answer(film, If_None_Match='"abc"', Range="bytes=0-1")
    assert (here.status_code, here.content, here["ETag"]) == (304, b"", '"abc"')
    assert answer(film, If_Match='"other"').status_code == 412


def test_a_head_tells_the_size_and_sends_nothing(film):
    here = answer(film, "head", Range="bytes=0-9")
    assert (here.status_code, here["Content-Length"], here["Accept-Ranges"], here.content) == (
        200,
        "1024",
        "bytes",
        b"",
    )


@pytest.mark.django_db
def test_the_file_is_closed_when_the_reader_goes_away(film, monkeypatch):
    monkeypatch.setattr(ranges, "PIECE", 100)
    here = answer(film)
    pieces = iter(here)
    assert next(pieces) == DATA[:100]
    here.close()
    with pytest.raises(ValueError, match="closed file"):
        next(pieces)


def test_nothing_of_it_runs_in_the_portals_name(film):
    here = answer(film, inline=False)
    assert {name: here[name] for name in ("Content-Security-Policy", "X-Content-Type-Options", "Cache-Control")} == {
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-cache",
    }


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("汇报.pptx", "attachment; filename*=utf-8''%E6%B1%87%E6%8A%A5.pptx"),
        ('a"b\r\nSet-Cookie: x=1.mp4', 'attachment; filename="abSet-Cookie x=1.mp4"'),
        ("../../etc/passwd", 'attachment; filename="etcpasswd"'),
        ("CON", 'attachment; filename="_CON"'),
        ("报告\u202efdp.exe", "attachment; filename*=utf-8''%E6%8A%A5%E5%91%8Afdp.exe"),
        ("\ud800", 'attachment; filename="_"'),
        ("a" * 300, f'attachment; filename="{"a" * 60}"'),
        ("", 'attachment; filename="_"'),
    ],
)
def test_a_hostile_name_becomes_a_harmless_one(film, name, kept):
    here = answer(film, inline=False, filename=safe(name))
    assert here["Content-Disposition"] == kept
