"""Setting paper: in several threads, with other fonts, without a room for each certificate."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from certificates.paper import typeset
from certificates.paper.certificate import render
from registry import fonts
from tests.certificates.paper.papers import SHORT, URL, facts

NAMES = [f"王{chr(0x4E00 + number)}" for number in range(24)]


def printed(name: str) -> bytes:
    return render(facts(name=name), url=URL, short=SHORT, seals={})


def test_two_threads_print_what_one_prints():
    alone = [printed(name) for name in NAMES]
    with ThreadPoolExecutor(2) as both:
        together = list(both.map(printed, NAMES))
    assert together == alone


def test_a_hundred_certificates_are_printed_in_one_room():
    printed("王䶮")
    before = list(typeset._rooms.kept.items())
    for number in range(3):
        printed(f"王{number}")
    assert list(typeset._rooms.kept.items()) == before


def test_only_a_few_sets_of_seals_are_kept():
    for number in range(typeset.ROOMS + 3):
        typeset.typeset("certificate.typ", {"dated": "2023-12-25", **empty()}, {"a.png": bytes([number])})
    assert len(typeset._rooms.kept) == typeset.ROOMS


def empty() -> dict:
    return {"title": "空", "author": [], "pages": []}


def test_the_edition_tells_with_which_fonts_a_page_was_set(settings):
    packaged = typeset.edition()
    assert typeset.edition() == packaged
    settings.FONT_DIR = "/usr/share/fonts"
    try:
        fonts.folder()
    except fonts.NoFont:
        pytest.skip("no system fonts on this machine")
    assert typeset.edition() != packaged


def test_a_template_that_fails_says_so_in_a_sentence():
    with pytest.raises(typeset.CannotTypeset, match=r"^排版没有成功："):
        typeset.typeset("certificate.typ", {"dated": "2023-12-25"})


def test_every_process_and_every_restart_uses_the_same_room():
    contents = {"a.png": b"seal", "b.typ": b"= page"}
    first = typeset._folder(contents)
    assert typeset._folder(dict(reversed(contents.items()))) == first
    assert typeset._folder({**contents, "a.png": b"other"}) != first
    assert {path.name: path.read_bytes() for path in first.iterdir()} == contents
    assert list(first.parent.glob("tmp*")) == []
