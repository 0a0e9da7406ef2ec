"""Names of people. Every letter is kept as it was typed; what cannot be a name, or cannot be shown, is said."""

import re
import unicodedata
from collections.abc import Sequence

from django.utils.translation import gettext as _

from registry.spelling.naming import DOTS

# Longer ones in Chinese characters, without a dot, may be two people.
LONGEST_USUAL = 4
_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]+")
_LETTERS = frozenset({"Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Nl"})
_LOST = re.compile(r"[?？□�*＊]")
_SEPARATORS = re.compile(r"[、,，;；/\\|]")


def complaint(name: str) -> tuple[str, str] | None:
    """Why this cannot be imported as a name, as code and sentence; None when it can."""
    private = unshowable(name)
    if private:
        return "private_character", _(
            "姓名里有自造字（%(code)s），别的电脑和证书上显示不出来。请改用国家标准里的字；"
            "多数生僻字（如䶮、㛃、𬱖）已经可以用输入法直接打出。"
        ) % {"code": _("、").join(f"U+{ord(character):04X}" for character in private)}
    if _SEPARATORS.search(name):
        return "several_names", _("一格里像是有几个姓名。请一人一行。")
    if _LOST.search(name):
        return "lost_character", _("姓名里有“?”“□”或“*”，原来的字在存文件时已经丢失或被遮盖。请补上。")
    odd = "" if name.isalpha() else "".join(character for character in name if not _is_letter(character))
    if odd:
        return "not_a_name", _("姓名里有“%(odd)s”。请只写姓名，其他说明写到备注。") % {"odd": odd}
    return None


def several(parts: Sequence[str]) -> tuple[str, str]:
    """Why a cell with these parts cannot be imported as one name, as code and sentence."""
    sentence = _("一格里像是有几个姓名：%(parts)s。请一人一行；确是一个人的，请去掉姓名里的空格和换行，或在中间写“·”。")
    return "several_names", sentence % {"parts": quoted(parts)}


def quoted(parts: Sequence[str]) -> str:
    """The parts of a cell for a sentence, the first ones of many."""
    return _("、").join(f"“{part}”" for part in parts[:6])


def advice(name: str) -> tuple[str, str] | None:
    """What is worth a second look although it is imported as typed, as code and sentence; None when nothing is."""
    if not unicodedata.is_normalized("NFC", name):
        return "not_nfc", _("姓名里有兼容字形，电脑会把它当成另一个字。已按原样保留，请核对是否要改用通行的字形。")
    if len(name) == 1:
        return "short_name", _("姓名只有一个字，请核对。")
    if len(name) > LONGEST_USUAL and _HAN.fullmatch(name):
        return "long_name", _("姓名有 %(count)d 个字，请核对是不是两个人写在了一起。") % {"count": len(name)}
    return None


def unshowable(name: str, font_cmap: frozenset[int] | None = None) -> tuple[str, ...]:
    """The characters that cannot be shown: private ones (造字) always, and those a font lacks where one is given."""
    return tuple(
        character
        for character in name
        if unicodedata.category(character) == "Co"
        or (font_cmap is not None and ord(character) not in font_cmap and not _is_variation(character))
    )


def _is_letter(character: str) -> bool:
    # Planes 2 and 3 hold nothing but Chinese characters; newer ones are unknown to the Unicode tables of older Pythons.
    if 0x20000 <= ord(character) <= 0x3FFFF or _is_variation(character):
        return True
    return unicodedata.category(character) in _LETTERS or character in DOTS + " -'’"


def _is_variation(character: str) -> bool:
    return 0xFE00 <= ord(character) <= 0xFE0F or 0xE0100 <= ord(character) <= 0xE01EF
