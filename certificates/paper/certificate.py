"""The certificate of honour on paper (notice VI(1))."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import segno

from certificates.paper.hosts import seal_file, seal_files
from certificates.paper.typeset import typeset
from registry.places import joined
from scoring.actions.certify import TOOK_PART

DIGITS = "〇一二三四五六七八九"
# By the default ruleset this tier is for everyone else who competed well: an honour, but not a prize.
MERIT = "merit"
# Light modules around a QR code, without which readers do not find it.
QUIET = 4

Facts = Mapping[str, Any]


def render(facts: Facts, *, url: str, short: str, seals: Mapping[str, bytes]) -> bytes:
    """The PDF of one certificate. `url` goes into the QR, `short` is the code to type, `seals` are PNG by SHA-256.

    The same facts, address, code and seals give the same bytes. Raises CannotTypeset, NoFont.
    """
    return _set(f"荣誉证书 {facts['serial']} {facts['name']}", [(facts, url, short)], seals)


def render_many(certificates: Sequence[tuple[Facts, str, str]], seals: Mapping[str, bytes]) -> bytes:
    """One PDF for the print shop: (facts, url, short) of each certificate, a page each, in the order given.

    Raises CannotTypeset, NoFont, and ValueError where there is none.
    """
    if not certificates:
        raise ValueError("no certificates to print")
    return _set(f"荣誉证书（{len(certificates)} 份）", certificates, seals)


def _set(title: str, certificates: Sequence[tuple[Facts, str, str]], seals: Mapping[str, bytes]) -> bytes:
    files = seal_files((facts for facts, _url, _short in certificates), seals)
    return typeset("certificate.typ", data_of(title, certificates), files)


def data_of(title: str, certificates: Sequence[tuple[Facts, str, str]]) -> dict[str, Any]:
    """What the template is told of (facts, url, short) of each certificate."""
    first = certificates[0][0]
    return {
        "title": title,
        "author": [host["name"] for host in first["hosts"]],
        "dated": first["dated"],
        "pages": [_page(facts, url, short) for facts, url, short in certificates],
    }


def _page(facts: Facts, url: str, short: str) -> dict[str, Any]:
    """What one page shows, worded; the template only places it."""
    took_part = facts["tier_code"] == TOOK_PART[0]
    return {
        "template": facts["template"],
        "prize": not took_part and facts["tier_code"] != MERIT,
        "rehearsal": facts["rehearsal"],
        "theme": facts["theme"],
        "name": _breakable(facts["name"]),
        "person": _breakable(_person(facts)),
        "text": _breakable(_text(facts, took_part)),
        "award": "" if took_part else facts["tier"],
        "closing": "特发此证，以资纪念。" if took_part else "特发此证，以资鼓励。",
        "hosts": [{"name": _breakable(host["name"]), "seal": seal_file(host["seal"])} for host in facts["hosts"]],
        "day": in_chinese(date.fromisoformat(facts["dated"])),
        "serial": facts["serial"],
        "short": short,
        "url": url,
        "look-up": _breakable(f"{facts['base']}/verify/", 56),
        "qr": _qr(url),
    }


def _person(facts: Facts) -> str:
    place = joined(facts["district"], facts["town"], facts["village"])
    parts = (f"{facts['unit']}选派" if facts["unit"] else "", f"{place}驻村第一书记" if place else "")
    return "　".join(part for part in parts if part)


def _text(facts: Facts, took_part: bool) -> str:
    event = f"{facts['season']}{facts['stage']}"
    if took_part:
        return f"积极参加{event}，登台讲述驻村帮扶的做法与成效，圆满完成全部环节。"
    return f"在{event}中表现突出，{'荣获' if facts['tier'].endswith('奖') else '获评'}"


def _breakable(text: str, most: int = 24) -> str:
    """The text with breaks allowed (U+200B) in words of Latin letters that are longer than a line could be."""
    return re.sub(f"[!-~]{{{most},}}", lambda word: "\u200b".join(word[0]), text)


def _qr(url: str) -> str:
    """A QR code as SVG, with the quiet zone that readers need: one stroke for each run of dark modules."""
    # Any mask can be read; trying all eight for the prettiest takes as long as setting the page.
    rows = segno.make_qr(url, error="m", mask=3, boost_error=False).matrix
    strokes = "".join(
        f"M{run.start() + QUIET} {y}.5h{run.end() - run.start()}"
        for y, row in enumerate(rows, start=QUIET)
        for run in re.finditer(b"\1+", row)
    )
    side = len(rows) + 2 * QUIET
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}"><path stroke="#000" d="{strokes}"/></svg>'
    )


def in_chinese(day: date) -> str:
    """A day as certificates write it: 二〇二三年十二月二十五日."""
    year = "".join(DIGITS[int(digit)] for digit in f"{day:%Y}")
    return f"{year}年{_below_hundred(day.month)}月{_below_hundred(day.day)}日"


def _below_hundred(number: int) -> str:
    tens, ones = divmod(number, 10)
    return ("" if tens < 2 else DIGITS[tens]) + ("十" if tens else "") + (DIGITS[ones] if ones or not tens else "")
