"""The fonts of paper: found in one order, checked once, and asked what they cannot show."""

import hashlib
import shutil
from pathlib import Path

import pylopdf_fonts_zh_cn
import pytest

from certificates.paper import typeset
from registry import fonts
from registry.fonts import NoFont, unshowable

SERIF = Path(pylopdf_fonts_zh_cn.serif_path())


@pytest.fixture
def forgetful():
    """What was found is forgotten before and after."""
    fonts._search.cache_clear()
    yield
    fonts._search.cache_clear()


def test_the_font_package_is_used_where_nothing_is_set():
    assert fonts.folder() == SERIF.parent
    assert fonts.families() == fonts.Families("Noto Serif SC", "Noto Sans SC")


def test_the_version_of_the_fonts_is_pinned():
    assert {name: hashlib.sha256((SERIF.parent / name).read_bytes()).hexdigest() for name in fonts.PACKAGED} == (
        fonts.PACKAGED
    )


def test_another_version_of_the_package_is_not_printed_with(tmp_path, monkeypatch, forgetful):
    for path in SERIF.parent.glob("*.otf"):
        shutil.copy(path, tmp_path)
    with (tmp_path / "NotoSansSC-Regular.otf").open("ab") as file:
        file.write(b"\x00")
    monkeypatch.setattr(pylopdf_fonts_zh_cn, "_BASE", tmp_path)
    with pytest.raises(NoFont, match=r"NotoSansSC-Regular\.otf"):
        fonts.folder()


def test_a_folder_of_ones_own_goes_first(settings, tmp_path):
    shutil.copy(SERIF, tmp_path / "own.otf")
    settings.FONT_DIR = str(tmp_path)
    assert fonts.folder() == tmp_path
    assert fonts.families() == fonts.Families("Noto Serif SC", "Noto Serif SC")
    assert unshowable("王䶮") == []


def test_a_folder_without_a_font_is_told_with_its_setting(settings, tmp_path):
    (tmp_path / "broken.otf").write_bytes(b"not a font")
    settings.FONT_DIR = str(tmp_path)
    with pytest.raises(NoFont, match="PORTAL_FONT_DIR"):
        fonts.folder()


def test_the_systems_fonts_serve_where_the_package_is_missing(monkeypatch, forgetful, tmp_path):
    (tmp_path / "noto").mkdir()
    shutil.copy(SERIF, tmp_path / "noto")
    monkeypatch.setattr(fonts, "_packaged", lambda: None)
    monkeypatch.setattr(fonts, "SYSTEM", (str(tmp_path / "none"), str(tmp_path)))
    assert fonts.folder() == tmp_path / "noto"


def test_without_any_font_it_is_told_what_to_install(monkeypatch, forgetful, tmp_path):
    monkeypatch.setattr(fonts, "_packaged", lambda: None)
    monkeypatch.setattr(fonts, "SYSTEM", (str(tmp_path),))
    with pytest.raises(NoFont, match=r"pylopdf-fonts-zh-cn.*PORTAL_FONT_DIR"):
        fonts.folder()


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("王䶮㛃𬱖", []),
        ("", []),
        ("买买提·阿卜杜拉 ABC", []),
        ("王\U000323b0小\U000323b1\U000323b0", ["\U000323b0", "\U000323b1"]),
        ("王\ue000", ["\ue000"]),
        ("ᠠ", ["ᠠ"]),
        # An accent by itself and in its letter; a variant the font does not know is drawn as the character itself.
        ("e\u0301Ǖ", []),
        ("葛\U000e0100", []),
        ("张\u200b三\t李\u3000四", []),
        ("王\x00", ["\x00"]),
    ],
)
def test_the_characters_without_a_glyph_are_named_in_order_and_once(text, missing):
    assert unshowable(text) == missing
    if missing:
        with pytest.raises(typeset.CannotTypeset):
            printed(text)
    else:
        assert printed(text).startswith(b"%PDF-")


def test_a_byte_order_mark_is_named_because_the_typesetter_may_stumble_over_it():
    assert unshowable("\ufeff王") == ["\ufeff"]


def printed(text: str) -> bytes:
    """A page with the text, as proof that the typesetter is of the same opinion."""
    return typeset.typeset("certificate.typ", page(text))


def page(text: str) -> dict:
    from certificates.paper.certificate import _page
    from tests.certificates.paper.papers import SHORT, URL, facts

    return {"title": "页", "author": [], "dated": "2023-12-25", "pages": [_page(facts(unit=text), URL, SHORT)]}
