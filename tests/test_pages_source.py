"""What the security policy and the offices' browsers do not allow, kept out of every template, style and script."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
STYLES = sorted((ROOT / "static" / "css").glob("*.css"))
SCRIPTS = sorted((ROOT / "static" / "js").rglob("*.js"))

# Chromium 80 is the floor: 360 and 奇安信 browsers on office machines are built on it.
TOO_NEW_IN_CSS = [
    r":has\(", r":is\(", r":where\(", r"@container", r"@layer", r"\binset\s*:", r"\baspect-ratio\s*:",
    r"(?<![-\w])gap\s*:", r"\bcolor-mix\(", r"\bdvh\b", r"\bsvh\b", r"(?m)^\s*&",
]  # fmt: skip
TOO_NEW_IN_JS = [
    r"\.at\(",
    r"\.replaceAll\(",
    r"\bstructuredClone\(",
    r"\.findLast\(",
    r"\?\?=",
    r"\|\|=",
    r"(?m)^await ",
]


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_a_template_has_nothing_inline(path):
    source = path.read_text()
    assert re.findall(r"\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|<script(?![^>]*\bsrc=)|<style\b|javascript:", source) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_a_template_asks_no_other_host(path):
    assert re.findall(r"(?:src|href)=[\"'](?:https?:)?//", path.read_text()) == []


@pytest.mark.parametrize("path", STYLES, ids=name)
def test_a_stylesheet_can_be_read_by_the_oldest_browser(path):
    source = path.read_text()
    assert [feature for feature in TOO_NEW_IN_CSS if re.search(feature, source)] == []


@pytest.mark.parametrize("path", SCRIPTS, ids=name)
def test_a_script_can_be_read_by_the_oldest_browser(path):
    source = path.read_text()
    assert [feature for feature in TOO_NEW_IN_JS if re.search(feature, source)] == []


def test_there_is_something_to_look_at():
    assert min(len(TEMPLATES), len(STYLES), len(SCRIPTS)) > 3
