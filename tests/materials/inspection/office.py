"""Decks as LibreOffice writes them. Where it is not there, these are skipped aloud."""

import functools
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from tests.materials.inspection.decks import add_chart, deck, plain
from tests.materials.inspection.samples import genuine, hostile


@functools.cache
def saved_as(suffix: str, *, chart: bool = False) -> bytes:
    program = shutil.which("soffice")
    if program is None:
        pytest.skip("no LibreOffice on this machine: its own .pptx, .ppt and .pdf are not tried")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "deck.pptx").write_bytes(deck(add_chart) if chart else plain())
        subprocess.run(
            [
                *(program, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", suffix),
                *("--outdir", str(folder / "out"), str(folder / "deck.pptx")),
            ],
            check=True,
            capture_output=True,
            timeout=120,
        )
        return (folder / "out" / f"deck.{suffix}").read_bytes()


@genuine("deck")
def libreoffice_pptx() -> bytes:
    return saved_as("pptx")


@genuine("deck")
def libreoffice_pptx_with_a_chart() -> bytes:
    return saved_as("pptx", chart=True)


@genuine("deck")
def libreoffice_ppt() -> bytes:
    return saved_as("ppt")


@hostile("deck", "embedded_object")
def libreoffice_ppt_with_a_chart() -> bytes:
    """A chart in the old format is an object of another program."""
    return saved_as("ppt", chart=True)


@genuine("deck")
def libreoffice_pdf() -> bytes:
    return saved_as("pdf")


@hostile("deck", "not_a_deck:odp")
def libreoffice_odp() -> bytes:
    return saved_as("odp")


@hostile("deck", "truncated")
def libreoffice_ppt_cut_in_the_middle() -> bytes:
    data = saved_as("ppt")
    return data[: len(data) // 2]
