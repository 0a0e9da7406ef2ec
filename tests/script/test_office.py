"""Which LibreOffice draws the pages of a PPT, and what a machine without one hears."""

from pathlib import Path

from script import apt, office


def stand_in(folder: Path, name: str) -> str:
    path = folder / name
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return str(path)


def test_both_programs_are_needed(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    soffice = stand_in(tmp_path, "soffice")
    assert office.find() is None
    bwrap = stand_in(tmp_path, "bwrap")
    assert office.find() == office.obtain() == office.Office(soffice, bwrap)


def test_a_machine_without_any_way_to_them_hears_why(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert office.obtain() is None
    assert capsys.readouterr().err == "LibreOffice and bubblewrap by apt: needs root and apt-get.\n"


def test_an_apt_that_fails_is_quoted(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin")
    monkeypatch.setattr(apt.os, "geteuid", lambda: 0)
    monkeypatch.setattr(office, "find", lambda: None)
    (tmp_path / "apt-get").write_text("#!/bin/sh\necho no network >&2\nexit 100\n")
    (tmp_path / "apt-get").chmod(0o755)
    assert office.obtain() is None
    assert capsys.readouterr().err.splitlines()[1:] == [
        "LibreOffice and bubblewrap by apt: apt-get update failed: no network"
    ]
