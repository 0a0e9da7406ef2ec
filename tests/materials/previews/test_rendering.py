"""The pages of an accepted PPT as pictures, drawn by a real LibreOffice that reaches nobody and reads nothing else."""

import io
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
import pytest
from PIL import Image

from materials import sandbox, store
from materials.models import Material, Preview
from materials.previews import office, rendering
from tests import cast
from tests.materials import baited, handing

drawn = pytest.mark.skipif(
    not (office.program() and sandbox.can_shut_in()),
    reason="no LibreOffice with a working bubblewrap: script/test installs them as root",
)
MAGENTA = (255, 0, 255)


@pytest.fixture
def preview(entry, zhiyuan):
    def of(data: bytes, **fields: Any) -> Preview:
        """The wanted preview of an accepted deck with these bytes."""
        material = handing.accepted(entry, data, by=zhiyuan, at=cast.NOW, **fields)
        return Preview.objects.get_or_create(material=material)[0]

    return of


def rendered(preview: Preview) -> Preview:
    assert rendering.render_due(cast.NOW) == 1
    preview.refresh_from_db()
    return preview


def told(preview: Preview) -> tuple[str, str, int, str]:
    return preview.progress, preview.source, preview.pages, preview.why


def lying_about(material: Material) -> list[str]:
    """Everything in the folder of previews."""
    return sorted(path.relative_to(store.folder_of(material).parent).as_posix() for path in _all(material))


def _all(material: Material) -> list[Path]:
    return [path for path in store.folder_of(material).parent.rglob("*") if path.is_file()]


def pdf_of(pages: int) -> bytes:
    document = pdfium.PdfDocument.new()
    for _number in range(pages):
        document.new_page(200, 100)
    into = io.BytesIO()
    document.save(into)
    return into.getvalue()


@drawn
def test_every_page_of_a_deck_becomes_a_picture(preview):
    here = rendered(preview(baited.plain(3)))
    assert told(here) == ("done", "pages", 3, "")
    assert lying_about(here.material) == [f"{here.material.pk}/page-00{number}.jpg" for number in (1, 2, 3)]
    with Image.open(store.folder_of(here.material) / "page-002.jpg") as picture:
        assert (picture.format, picture.size) == ("JPEG", (1280, 960))
        # The Chinese on it is drawn, not left out.
        assert picture.convert("L").getextrema()[0] < 60


def test_the_pages_of_a_pdf_need_no_libreoffice(preview, monkeypatch):
    monkeypatch.setattr(office, "program", lambda: None)
    assert told(rendered(preview(pdf_of(2), format="pdf"))) == ("done", "pages", 2, "")


def test_of_a_very_long_deck_the_first_pages_are_drawn(preview, monkeypatch):
    monkeypatch.setattr(rendering, "MOST_PAGES", 3)
    here = rendered(preview(pdf_of(5), format="pdf"))
    assert (told(here), len(_all(here.material))) == (("done", "pages", 3, "too_many"), 3)


@pytest.mark.parametrize(("poster", "source"), [("ab12", "thumbnail"), ("", "none")])
def test_without_libreoffice_the_decks_own_thumbnail_stands_in(preview, monkeypatch, poster, source):
    monkeypatch.setattr(office, "program", lambda: None)
    assert told(rendered(preview(b"deck", poster=poster))) == ("done", source, 0, "no_office")


def test_libreoffice_does_not_run_where_it_cannot_be_shut_in(preview, monkeypatch, tmp_path):
    soffice = tmp_path / "soffice"
    soffice.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    soffice.chmod(0o755)
    monkeypatch.setattr(office, "program", lambda: soffice)
    monkeypatch.setattr(sandbox, "can_shut_in", lambda: False)
    assert told(rendered(preview(b"deck", poster="ab12"))) == ("done", "thumbnail", 0, "cannot_shut_in")
    assert not (tmp_path / "ran").exists()


@drawn
def test_a_deck_that_libreoffice_does_not_understand_is_told(preview):
    assert told(rendered(preview(b"no deck at all"))) == ("done", "none", 0, "failed")


def test_a_pdf_that_cannot_be_opened_is_told(preview):
    assert told(rendered(preview(b"%PDF-1.7 and nothing more", format="pdf"))) == ("done", "none", 0, "failed")


@drawn
def test_a_conversion_that_takes_too_long_is_ended(preview, monkeypatch):
    monkeypatch.setattr(rendering, "OFFICE_SECONDS", 0.3)
    here = rendered(preview(baited.plain()))
    assert (told(here), lying_about(here.material)) == (("done", "none", 0, "too_long"), [])


def test_a_link_where_the_pdf_should_be_is_not_followed(preview, monkeypatch, tmp_path):
    """Whoever took LibreOffice over could leave one to a file of ours."""
    (tmp_path / "secret.pdf").write_bytes(pdf_of(1))

    def taken_over(command: list[str], *, room: Path, reads: list[Path], **limits: Any) -> sandbox.Finished:
        (room / f"{reads[-1].stem}.pdf").symlink_to(tmp_path / "secret.pdf")
        return sandbox.Finished(0, b"", b"")

    monkeypatch.setattr(office, "program", lambda: Path("/opt/office/program/soffice"))
    monkeypatch.setattr(sandbox, "run", taken_over)
    assert told(rendered(preview(b"deck"))) == ("done", "none", 0, "failed")


def test_a_full_disk_lets_the_preview_rest_and_be_tried_again(preview, monkeypatch):
    def full(*args: Any) -> None:
        raise OSError(28, "No space left on device")

    here = preview(pdf_of(1), format="pdf")
    with monkeypatch.context() as broken:
        broken.setattr(rendering, "_put", full)
        assert told(rendered(here)) == ("wanted", "", 0, "")
        assert ("No space left" in here.failure, lying_about(here.material)) == (True, [])
    rendering.work_off()
    here.refresh_from_db()
    assert told(here) == ("done", "pages", 1, "")


def test_what_a_killed_attempt_left_is_cleared_and_the_finished_pages_are_replaced(preview):
    here = preview(pdf_of(1), format="pdf")
    for left in (store.folder_of(here.material), store.folder_of(here.material).parent / f".{here.material.pk}-dead"):
        left.mkdir(parents=True)
        (left / "page-009.jpg").touch()
    rendered(here)
    assert lying_about(here.material) == [f"{here.material.pk}/page-001.jpg"]


class Listener(BaseHTTPRequestHandler):
    heard: list[str]

    def answer(self) -> None:
        self.heard.append(self.path)
        self.send_error(404)

    do_GET = do_HEAD = do_OPTIONS = do_PROPFIND = answer

    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextmanager
def listening() -> Iterator[tuple[int, list[str]]]:
    """A server on this machine, and the paths that were asked of it."""
    heard: list[str] = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Here", (Listener,), {"heard": heard}))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_port, heard
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def canaries(tmp_path):
    folder = tmp_path / "canaries"
    folder.mkdir()
    Image.new("RGB", (64, 64), MAGENTA).save(folder / "canary.png")
    (folder / "canary.txt").write_text("CANARY")
    return folder


def naked(deck: Path, room: Path) -> Path:
    """The same conversion without walls and precautions."""
    room.mkdir()
    words = office.command(office.program(), deck, "pptx", room)  # type: ignore[arg-type]
    (room / "profile/user/registrymodifications.xcu").unlink()
    subprocess.run(words, check=True, capture_output=True, timeout=120)
    return room / f"{deck.stem}.pdf"


def is_caught(pdf: Path) -> bool:
    """Whether the canary's colour is on the first page."""
    document = pdfium.PdfDocument(pdf)
    colours = document[0].render(scale=1).to_pil().convert("RGB").getcolors(1 << 24)
    document.close()
    return any(all(abs(a - b) < 16 for a, b in zip(colour, MAGENTA, strict=True)) for _count, colour in colours)


@drawn
def test_a_deck_that_reaches_out_reaches_nothing_and_without_the_walls_it_would(tmp_path, canaries):
    walled = tmp_path / "walled"
    walled.mkdir()
    with listening() as (port, heard):
        (tmp_path / "deck").write_bytes(baited.everywhere(port, canaries))
        pdf = rendering.as_pdf(tmp_path / "deck", "pptx", walled)
        assert (heard, is_caught(pdf), b"CANARY" in pdf.read_bytes()) == ([], False, False)
        pdf = naked(tmp_path / "deck", tmp_path / "naked")
        assert ("/picture.png" in heard, "/object.docx" in heard, is_caught(pdf)) == (True, True, True)


@drawn
def test_the_walls_alone_hold_without_the_precautions(tmp_path, canaries, monkeypatch):
    with listening() as (port, heard):
        (tmp_path / "deck").write_bytes(baited.everywhere(port, canaries))
        monkeypatch.setattr(office, "PRECAUTIONS", ())
        (tmp_path / "room").mkdir()
        pdf = rendering.as_pdf(tmp_path / "deck", "pptx", tmp_path / "room")
        assert (heard, is_caught(pdf)) == ([], False)
