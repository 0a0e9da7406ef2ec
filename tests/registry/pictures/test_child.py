"""Whatever a stranger's file does to its reader, it does it in a child."""

import os
import signal
import threading
import time
from io import BytesIO

import pytest
from django.utils import translation
from PIL import Image

from certificates.paper import seals
from contest import photo
from registry import scans
from registry.pictures import child, workshop
from registry.pictures.child import opened
from tests.scans import PDF, PNG

TOO_MUCH = "占用的内存或时间过多"


class Refused(Exception):
    """What the works below refuse with."""


def who(_data: bytes, word: str) -> bytes:
    return f"{os.getpid()} {word} {'DATABASE_URL' in os.environ or 'PORTAL_SECRET_KEY' in os.environ}".encode()


def double(data: bytes, _word: str) -> bytes:
    return data * 2


def refuse(_data: bytes, word: str) -> bytes:
    raise Refused(word)


def eat(_data: bytes, _word: str) -> bytes:
    return b"x" * (4 << 30)


def die(_data: bytes, _word: str) -> bytes:
    os.kill(os.getpid(), signal.SIGSEGV)
    return b""


def stumble(_data: bytes, _word: str) -> bytes:
    raise ZeroDivisionError


def write(_data: bytes, _word: str) -> bytes:
    with open(f"/tmp/{os.getpid()}", "wb") as file:  # noqa: S108 - it must not be possible
        file.write(b"x")
    return b""


def test_each_file_has_a_process_of_its_own_that_knows_no_secrets():
    told = [opened(who, b"", "word", refusal=Refused).decode().split() for _again in range(3)]
    assert len({pid for pid, *_rest in told} | {str(os.getpid())}) == 4
    assert [rest for _pid, *rest in told] == [["word", "False"]] * 3


@pytest.mark.parametrize("size", [0, 1, 70_000, 20_000_000])
def test_a_file_of_any_size_goes_there_and_back(size):
    data = os.urandom(size)
    assert opened(double, data, refusal=Refused) == data * 2


def test_a_refusal_comes_back_with_its_sentence():
    with pytest.raises(Refused, match=r"^太小$"):
        opened(refuse, b"", "太小", refusal=Refused)


@pytest.mark.parametrize("work", [eat, die, stumble, write])
def test_whatever_a_file_does_to_its_reader_the_portal_says_a_sentence_and_goes_on(work):
    with pytest.raises(Refused, match=TOO_MUCH):
        opened(work, b"", refusal=Refused)
    assert opened(double, b"a", refusal=Refused) == b"aa"


def sleep(_data: bytes, _word: str) -> bytes:
    time.sleep(3)
    return b""


def test_a_reader_that_comes_to_no_end_is_left(monkeypatch):
    monkeypatch.setattr(child, "PATIENCE_S", 0.3)
    with pytest.raises(Refused, match=TOO_MUCH):
        opened(sleep, b"", refusal=Refused)


def test_when_the_workshop_is_killed_another_is_started():
    opened(who, b"", refusal=Refused)
    process = child._WORKSHOP._process
    process.kill()
    process.wait()
    assert opened(double, b"a", refusal=Refused) == b"aa"


def test_many_at_once_get_each_their_own_answer():
    answers = {}

    def ask(number: int) -> None:
        answers[number] = opened(double, bytes([number]) * 1000, refusal=Refused)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {number: bytes([number]) * 2000 for number in range(12)}


@pytest.mark.parametrize(
    ("module", "open_it"),
    [
        (scans, lambda: scans.kind_of(PNG)),
        (scans, lambda: scans.kind_of(PDF)),
        (photo, lambda: photo.prepared(PNG)),
        (seals, lambda: seals.prepare(PNG)),
    ],
)
def test_scans_photos_and_seals_are_all_opened_there(monkeypatch, module, open_it):
    asked = []
    monkeypatch.setattr(module, "opened", lambda work, data, *_rest, **_told: asked.append(work) or b"image/png .png")
    open_it()
    assert [work.__module__ for work in asked] == [module.__name__]


def large(side: int, kind: str = "PNG") -> bytes:
    """A small file of many pixels."""
    data = BytesIO()
    Image.new("L", (side, side), 255).save(data, kind)
    return data.getvalue()


@pytest.mark.parametrize(
    ("open_it", "side", "refusal"),
    [
        (scans.kind_of, 7800, scans.ScanRefused),
        (photo.prepared, 5100, photo.PhotoRefused),
        (seals.prepare, 5100, seals.SealRefused),
    ],
)
def test_the_pixels_are_counted_before_they_are_unpacked(open_it, side, refusal):
    data = large(side)
    assert len(data) < 300_000
    with pytest.raises(refusal, match="像素太多"):
        open_it(data)


def test_sentences_come_in_the_language_of_whoever_asks():
    with translation.override("en"), pytest.raises(photo.PhotoRefused) as refused:
        photo.prepared(large(5100))
    assert str(refused.value).isascii() or "×" in str(refused.value)


def test_the_limits_leave_room_for_the_largest_scan_that_is_accepted():
    assert workshop.MEMORY > 4 * scans.MOST_PIXELS
