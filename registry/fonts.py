"""The Chinese fonts that paper is set in, and which characters they lack.

A name must come out of the printer as it stands in the roster. So the fonts are looked for in one order, their version
is pinned, and a character without a glyph is found when the roster comes in, not on the day of the ceremony.
"""

import hashlib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from fontTools.ttLib import TTFont

# The version of pylopdf-fonts-zh-cn that was looked at on paper (Noto Serif SC 2.003, Noto Sans SC 2.004).
PACKAGED = {
    "NotoSerifSC-Regular.otf": "e8f396decc1f0963a016a989c3d8852e863d1350996f573860a80767c83a1cd3",
    "NotoSansSC-Regular.otf": "faa6c9df652116dde789d351359f3d7e5d2285a2b2a1f04a2d7244df706d5ea9",
}
# Families with the glyphs of mainland China, best first.
SERIF = ("Noto Serif SC", "Source Han Serif SC", "Noto Serif CJK SC", "Source Han Serif CN")
SANS = ("Noto Sans SC", "Source Han Sans SC", "Noto Sans CJK SC", "Source Han Sans CN")
SYSTEM = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts", "/Library/Fonts")
KINDS = (".otf", ".ttf", ".ttc", ".otc")
REGULAR = 400

# Format characters (Cf) and variation selectors draw nothing themselves; this one typst refuses to print at all.
BYTE_ORDER_MARK = "\ufeff"


class NoFont(Exception):
    """No Chinese font to print with; str() says which setting to make."""


@dataclass(frozen=True, slots=True)
class Families:
    """The names of the two families that paper is set in; both are the same where there is no sans."""

    serif: str
    sans: str


@dataclass(frozen=True, slots=True)
class Face:
    """One font of a file; `number` is its place in a collection."""

    family: str
    path: Path
    number: int


@dataclass(frozen=True, slots=True)
class Fonts:
    """A folder with the two faces that are used of it."""

    folder: Path
    serif: Face
    sans: Face


def folder() -> Path:
    """The folder with paper's fonts: settings.FONT_DIR, else the font package, else the system's. Raises NoFont."""
    return _found().folder


def families() -> Families:
    """The names under which a template asks for the fonts of `folder()`. Raises NoFont."""
    found = _found()
    return Families(found.serif.family, found.sans.family)


def fingerprint() -> str:
    """SHA-256 over the font files in use: with other fonts the same paper has other bytes. Raises NoFont."""
    return _fingerprint(_found())


def unshowable(text: str) -> list[str]:
    """The characters of a text for which the serif font has no glyph, in their order, each once. Raises NoFont.

    Blanks, format characters and variation selectors need none: where a font does not know a variant, the character
    itself is drawn. A letter and its accents count as one where they have a sign of their own, and the other way round.
    """
    known = _coverage(_found().serif)
    signs = unicodedata.normalize("NFC", text)
    return list(dict.fromkeys(sign for sign in signs if not _is_shown(sign, known)))


def _is_shown(sign: str, known: frozenset[int]) -> bool:
    if ord(sign) in known or sign.isspace():
        return True
    if unicodedata.category(sign) == "Cf" or unicodedata.name(sign, "").startswith("VARIATION SELECTOR"):
        return sign != BYTE_ORDER_MARK
    parts = unicodedata.normalize("NFD", sign)
    return parts != sign and all(ord(part) in known for part in parts)


def _found() -> Fonts:
    return _search(str(settings.FONT_DIR))


@lru_cache(maxsize=4)
def _search(chosen: str) -> Fonts:
    if chosen:
        return _chosen(Path(chosen).expanduser())
    return _packaged() or _of_system()


def _chosen(path: Path) -> Fonts:
    fonts = _fonts_in(path, _files(path)) if path.is_dir() else None
    if fonts is None:
        raise NoFont(
            _("PORTAL_FONT_DIR 指定的文件夹 %(folder)s 里没有可用的字体。请放入 %(families)s 中任意一种的常规字重。")
            % {"folder": path, "families": "、".join(SERIF)}
        )
    return fonts


def _packaged() -> Fonts | None:
    try:
        import pylopdf_fonts_zh_cn as package
    except ImportError:
        return None
    home = Path(package.serif_path()).parent
    for name, sha256 in PACKAGED.items():
        if not (home / name).is_file() or _sha256(home / name) != sha256:
            raise NoFont(
                _(
                    "字体包 pylopdf-fonts-zh-cn 里的 %s 与核对过的版本不同，没有使用。"
                    "请按 requirements.txt 重新安装，或用 PORTAL_FONT_DIR 指定字体文件夹。"
                )
                % name
            )
    return _fonts_in(home, [home / name for name in PACKAGED])


def _of_system() -> Fonts:
    for root in (Path(place).expanduser() for place in SYSTEM):
        likely = [path for path in _files(root) if "SC" in path.name or "CJK" in path.name or "CN" in path.name]
        fonts = _fonts_in(root, likely)
        if fonts is not None:
            # The folder of the two files where they share one: the fewer fonts typst must read, the better.
            shared = fonts.serif.path.parent
            return Fonts(shared, fonts.serif, fonts.sans) if fonts.sans.path.parent == shared else fonts
    raise NoFont(
        _(
            "没有找到打印用的中文字体。请安装 pylopdf-fonts-zh-cn（pip install -r requirements.txt）"
            "或系统的 Noto CJK 字体，也可以用 PORTAL_FONT_DIR 指定放有字体的文件夹。"
        )
    )


def _files(root: Path) -> list[Path]:
    return sorted(path for path in root.rglob("*") if path.suffix.lower() in KINDS) if root.is_dir() else []


def _fonts_in(root: Path, files: Iterable[Path]) -> Fonts | None:
    faces: dict[str, Face] = {}
    for path in files:
        for face in _faces(path):
            faces.setdefault(face.family, face)
    serif = next((faces[family] for family in SERIF if family in faces), None)
    sans = next((faces[family] for family in SANS if family in faces), serif)
    return Fonts(root, serif, sans) if serif and sans else None


def _faces(path: Path) -> list[Face]:
    """The upright regular faces of a file. Variable fonts are left out: typst sets them in their thinnest weight."""
    from fontTools.ttLib import TTCollection, TTFont, TTLibError

    try:
        with path.open("rb") as file:
            many = path.suffix.lower() in {".ttc", ".otc"}
            fonts = TTCollection(file, lazy=True).fonts if many else [TTFont(file, lazy=True)]
            named = [(_family(font), number) for number, font in enumerate(fonts)]
    except (TTLibError, OSError, KeyError, AssertionError, ValueError):
        # Something else under the name of a font; it is simply not one of ours.
        return []
    return [Face(family, path, number) for family, number in named if family]


def _family(font: "TTFont") -> str:
    """The name of a regular font's family, or nothing for any other font."""
    is_regular = "fvar" not in font and font["OS/2"].usWeightClass == REGULAR
    return (font["name"].getDebugName(16) or font["name"].getDebugName(1) or "") if is_regular else ""


@lru_cache(maxsize=4)
def _coverage(face: Face) -> frozenset[int]:
    from fontTools.ttLib import TTFont

    with TTFont(face.path, lazy=True, fontNumber=face.number) as font:
        return frozenset(font["cmap"].getBestCmap())


@lru_cache(maxsize=4)
def _fingerprint(fonts: Fonts) -> str:
    paths = dict.fromkeys((fonts.serif.path, fonts.sans.path))
    return hashlib.sha256("".join(_sha256(path) for path in paths).encode()).hexdigest()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
