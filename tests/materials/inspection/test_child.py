"""The inspection as a process of its own, and what it does when its parsers break."""

import hashlib
import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from materials.inspection import markup, video
from materials.inspection.verdict import inspect
from tests.house import ROOT
from tests.materials.inspection.corpus import sample

MB = 1024 * 1024
GENUINE = (
    "saved_by_wps",
    "with_a_film_that_plays_everywhere",
    "binary_deck_saved_twice",
    "deck_as_pdf",
    "h264_and_aac_as_phones_make_it",
    "fragmented_as_browsers_record_it",
)


def child(*args: str, memory: int = 2048 * MB) -> subprocess.CompletedProcess[str]:
    """With nothing of Django in its surroundings, and with a limit on its memory."""
    return subprocess.run(
        [sys.executable, "-m", "materials.inspection", *args],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        timeout=120,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (memory, memory)),
        check=False,
    )


@pytest.mark.parametrize("name", ["saved_by_powerpoint", "with_all_of_it_at_once", "quicktime_of_an_iphone"])
def test_the_child_prints_one_report_and_ends_well(name, tmp_path):
    each = sample(name)
    path = each.write(tmp_path)
    finished = child("--kind", each.kind, "--poster", str(tmp_path / "poster.jpg"), str(path))
    report = json.loads(finished.stdout)
    assert finished.returncode == 0
    assert report["verdict"] == each.verdict
    assert report["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert report["poster"] == (tmp_path / "poster.jpg").exists()


def test_the_child_warns_beyond_the_length_it_is_given(tmp_path):
    path = sample("h264_and_aac_as_phones_make_it").write(tmp_path)
    findings = json.loads(child("--kind", "video", "--most-seconds", "1", str(path)).stdout)["findings"]
    assert [finding["code"] for finding in findings] == ["too_long"]


def test_a_file_that_is_not_there_is_the_portals_trouble_not_the_secretarys(tmp_path):
    assert child("--kind", "deck", str(tmp_path / "gone")).returncode != 0


def test_too_little_memory_ends_the_child_without_a_verdict(tmp_path):
    path = sample("deck_as_pdf").write(tmp_path)
    finished = child("--kind", "deck", str(path), memory=24 * MB)
    assert finished.returncode != 0
    assert finished.stdout == ""


def test_the_child_needs_neither_django_nor_the_network():
    for room in ("__main__", "pptx", "ppt", "pdf", "video"):
        check = f"import sys, materials.inspection.{room}; print('django' in sys.modules)"
        told = subprocess.run([sys.executable, "-c", check], cwd=ROOT, capture_output=True, text=True, check=True)
        assert told.stdout == "False\n"


def test_the_front_door_imports_nothing_heavy():
    check = "import sys, materials.inspection.__main__; print({'av', 'PIL', 'pypdf', 'olefile'} & set(sys.modules))"
    told = subprocess.run([sys.executable, "-c", check], cwd=ROOT, capture_output=True, text=True, check=True)
    assert told.stdout == "set()\n"


@pytest.mark.parametrize(
    "trouble",
    [
        RuntimeError("x"),
        RecursionError(),
        OSError("made up by a library"),
        OSError(22, "Invalid argument"),
        KeyError(1),
    ],
)
def test_a_parser_that_breaks_refuses_the_file(trouble, tmp_path, monkeypatch, caplog):
    monkeypatch.setattr(video, "_survey", _raising(trouble))
    report = inspect(sample("h264_and_aac_as_phones_make_it").write(tmp_path), "video")
    assert [finding["code"] for finding in report.findings] == ["unreadable"]
    assert (report.verdict, report.sha256 != "") == ("refused", True)
    assert "broke" in caplog.text


@pytest.mark.parametrize("trouble", [OSError(5, "Input/output error"), MemoryError(), ImportError()])
def test_a_disk_or_a_memory_that_fails_refuses_nobody(trouble, tmp_path, monkeypatch):
    monkeypatch.setattr(video, "_survey", _raising(trouble))
    with pytest.raises(type(trouble)):
        inspect(sample("h264_and_aac_as_phones_make_it").write(tmp_path), "video")


def _raising(trouble: BaseException):
    def raises(*args: object) -> None:
        raise trouble

    return raises


def test_markup_of_endless_elements_is_given_up(monkeypatch):
    monkeypatch.setattr(markup, "MOST_ELEMENTS", 10)
    with pytest.raises(markup.TooMuch):
        markup.scan([b"<a>" + b"<b/>" * 20 + b"</a>"], lambda name, attrs: None)


@pytest.mark.parametrize("name", GENUINE)
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_file_that_is_cut_or_has_a_byte_changed_gets_a_verdict(name, tmp_path: Path, data):
    each = sample(name)
    whole = bytearray(each.make())
    if data.draw(st.booleans(), "cut"):
        whole = whole[: data.draw(st.integers(0, len(whole) - 1))]
    else:
        for _change in range(data.draw(st.integers(1, 8))):
            whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path / "spoiled"
    path.write_bytes(whole)
    report = inspect(path, each.kind, poster=tmp_path / "poster.jpg")
    assert report.verdict in ("accepted", "refused")
    assert report.sha256 == hashlib.sha256(whole).hexdigest()
    # A parser that breaks is survived, but none is known to: whoever finds one names the trouble.
    assert "unreadable" not in [finding["code"] for finding in report.findings]
