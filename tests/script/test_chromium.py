"""Which Chromium drives the browser tests, and what its visitor looks like to a page."""

from pathlib import Path

import pytest
from playwright.sync_api import Page

from script import chromium


@pytest.fixture(autouse=True)
def _forget():
    chromium.find.cache_clear()
    yield
    chromium.find.cache_clear()


def stand_in(folder: Path, name: str, status: int) -> str:
    """A program of this name that says its version, or fails to."""
    path = folder / name
    path.write_text(f"#!/bin/sh\nexit {status}\n")
    path.chmod(0o755)
    return str(path)


def test_the_one_that_the_environment_names_is_taken_unasked(monkeypatch):
    monkeypatch.setenv("CHROMIUM", "/opt/office/browser")
    assert chromium.find() == chromium.Chromium("/opt/office/browser", {})


def test_a_name_on_the_path_that_does_not_start_is_passed_over(monkeypatch, tmp_path):
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    stand_in(tmp_path, "chromium", 1)
    chrome = stand_in(tmp_path, "google-chrome", 0)
    assert chromium.find() == chromium.Chromium(chrome, {})


def test_the_unpacked_headless_build_comes_last_with_its_libraries(monkeypatch, tmp_path):
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(chromium, "NPM_FOLDER", tmp_path)
    assert chromium.find() is None
    chromium.find.cache_clear()
    tmp_path.joinpath("npm").mkdir()
    monkeypatch.setattr(chromium, "NPM_FOLDER", tmp_path / "npm")
    program = stand_in(tmp_path / "npm", "chromium", 0)
    found = chromium.find()
    assert found
    assert (found.program, found.environ["LD_LIBRARY_PATH"]) == (program, str(tmp_path / "npm" / "lib"))


def test_a_machine_without_any_way_to_one_hears_why(monkeypatch, tmp_path, capsys):
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(chromium, "NPM_FOLDER", tmp_path)
    assert chromium.obtain() is None
    assert capsys.readouterr().err == "Chromium by apt: needs root and apt-get.\nChromium by npm: needs npm.\n"


def test_a_page_meets_a_visitor_in_maoming(page: Page):
    # The headless build brings no locale data for anything but English; the language it asks for is what counts.
    asked = page.evaluate("[navigator.language, Intl.DateTimeFormat().resolvedOptions().timeZone, innerWidth]")
    assert asked == ["zh-CN", "Asia/Shanghai", 1366]
