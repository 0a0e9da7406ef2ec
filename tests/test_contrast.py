"""The palette, measured: WCAG 2.2 wants 4.5 to 1 for text and 3 to 1 for the edges of controls and for graphics."""

import re
from pathlib import Path

import pytest

CSS = Path(__file__).resolve().parent.parent / "static" / "css"
TOKENS = dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6});", (CSS / "tokens.css").read_text()))

GROUNDS = ["paper", "surface", "sunk"]
TEXT = [
    *[(text, ground) for text in ("ink", "muted", "red", "red-dark", "ok", "warn", "info") for ground in GROUNDS],
    *[("ink", f"{tone}-tint") for tone in ("red", "ok", "warn", "info")],
    *[("muted", f"{tone}-tint") for tone in ("red", "warn")],
    *[(tone, f"{tone}-tint") for tone in ("red", "ok", "warn", "info", "gold")],
    *[("gold", ground) for ground in GROUNDS],
    *[("on-red", ground) for ground in ("red", "red-dark", "gold")],
    ("red-dark", "red-tint"),
    ("paper", "ink"),
]
EDGES = [
    *[("line-strong", ground) for ground in GROUNDS],
    *[("info", ground) for ground in GROUNDS],
    ("info", "line"),
    ("ok", "line"),
    ("red", "info-soft"),
]


def luminance(colour: str) -> float:
    def linear(channel: int) -> float:
        share = channel / 255
        return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(int(colour[at : at + 2], 16)) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(TOKENS[one]), luminance(TOKENS[other])), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_black_on_white_is_measured_as_twenty_one(monkeypatch):
    monkeypatch.setitem(TOKENS, "black", "#000000")
    monkeypatch.setitem(TOKENS, "white", "#ffffff")
    assert contrast("black", "white") == pytest.approx(21)


@pytest.mark.parametrize(("text", "ground"), TEXT)
def test_text_can_be_read_on_its_ground(text, ground):
    assert contrast(text, ground) >= 4.5


@pytest.mark.parametrize(("edge", "ground"), EDGES)
def test_an_edge_can_be_told_from_its_ground(edge, ground):
    assert contrast(edge, ground) >= 3


@pytest.mark.parametrize("name", ["base", "frame", "forms", "tables", "parts", "grid"])
def test_a_stylesheet_takes_its_colours_from_the_tokens(name):
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[^{}]*;)", (CSS / f"{name}.css").read_text()) == []


def test_the_error_pages_use_the_same_palette():
    assert set(re.findall(r"#[0-9a-f]{6}", (CSS / "plain.css").read_text())) <= set(TOKENS.values())
