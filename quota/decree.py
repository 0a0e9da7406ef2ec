"""The notice as data: one file that says everything a season is opened with, read and checked."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from registry.excel import levels as excel

CODE = re.compile(r"[a-z][a-z0-9-]{0,31}")
LARGEST = 256 * 1024
KINDS = ("preliminary", "final")

# Every figure of a decree is a small whole number; the database keeps some of them in two bytes.
MOST = 30_000


class BadDecree(Exception):
    """The decree cannot be used; `problems` are sentences that say where and why."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__(" ".join(problems))


def load_decree(told: Path | str | Mapping[str, Any]) -> dict[str, Any]:
    """Read a decree from a file, or take it as a mapping, and return it checked and complete.

    The shape is that of fixtures/decree-2023.json; `notice_working_days`, `talk_limit_s`, `reserves`, `units` and
    `levels` may be left out: without levels of units the season has those of the one before it. Totals that disagree
    with the rows are no fault here: the table's self-check shows them.
    Raises BadDecree, OSError.
    """
    decree = dict(told) if isinstance(told, Mapping) else read_decree(Path(told).read_bytes())
    decree = {"notice_working_days": 5, "talk_limit_s": 300, "reserves": 2, "units": {}, "levels": [], **decree}
    if problems := list(_problems(decree)):
        raise BadDecree(problems)
    return _only_what_is_known(decree)


def read_decree(data: bytes) -> dict[str, Any]:
    """A decree's file as it came, not checked yet. Raises BadDecree when it is no such file at all."""
    if len(data) > LARGEST:
        raise BadDecree([_("文件过大，这不是公文数据文件。")])
    try:
        decree = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise BadDecree([_("文件不是有效的 JSON（UTF-8 编码），请使用本系统的公文数据文件。")]) from None
    if not isinstance(decree, dict):
        raise BadDecree([_("文件内容不是一份公文，请对照样例填写。")])
    return decree


def _only_what_is_known(decree: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **{field: decree[field] for field in _FIELDS},
        "levels": excel.written(excel.read(decree["levels"])) if decree["levels"] else [],
        "districts": [{key: row[key] for key in ("code", "name", "headcount", "seats")} for row in decree["districts"]],
        "tiers": {
            kind: [{"code": row["code"], "name": row["name"], "count": row["count"]} for row in decree["tiers"][kind]]
            for kind in KINDS
        },
    }


def _problems(decree: Mapping[str, Any]) -> Iterator[str]:
    for field, (label, fits, should) in _FIELDS.items():
        if field not in decree:
            yield _("缺少“%(field)s”（%(label)s）。") % {"field": field, "label": label()}
        elif not fits(decree[field]):
            yield _("“%(field)s”（%(label)s）%(should)s。") % {"field": field, "label": label(), "should": should()}
    yield from _of_districts(decree.get("districts"))
    yield from _of_units(decree["units"])
    yield from _of_levels(decree["levels"], decree["units"])
    for kind in KINDS:
        yield from _of_tiers(kind, decree.get("tiers"))


def _is_text(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value.strip()) <= 128


def _is_number(value: object) -> bool:
    return type(value) is int and 0 <= value <= MOST


def _is_date(value: object) -> bool:
    try:
        return isinstance(value, str) and bool(date.fromisoformat(value))
    except ValueError:
        return False


def _is_list_of_texts(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(_is_text(each) for each in value)


def _is_list(value: object) -> bool:
    return isinstance(value, list) and bool(value)


def _is_any_list(value: object) -> bool:
    return isinstance(value, list)


def _is_mapping(value: object) -> bool:
    return isinstance(value, dict)


# Field: what it is called, whether a value fits, and what it should be. The words wait for the reader's language.
Words = Callable[[], str]
_FIELDS: dict[str, tuple[Words, Callable[[object], bool], Words]] = {
    "title": (lambda: _("活动名称"), _is_text, lambda: _("应是一行文字")),
    "theme": (lambda: _("主题"), _is_text, lambda: _("应是一行文字")),
    "notice_number": (lambda: _("文号"), _is_text, lambda: _("应是一行文字")),
    "notice_date": (lambda: _("印发日期"), _is_date, lambda: _("应写成 2023-11-17 这样的日期")),
    "hosts": (lambda: _("主办单位"), _is_list_of_texts, lambda: _("应列出至少一个单位")),
    "source": (lambda: _("名额表依据"), _is_text, lambda: _("应是一行文字")),
    "preliminary_due": (lambda: _("初赛截止日期"), _is_date, lambda: _("应写成 2023-11-30 这样的日期")),
    "final_due": (lambda: _("决赛截止日期"), _is_date, lambda: _("应写成 2023-12-20 这样的日期")),
    "notice_working_days": (lambda: _("公示期"), _is_number, lambda: _("应是工作日天数")),
    "talk_limit_s": (lambda: _("演讲时限"), _is_number, lambda: _("应是秒数")),
    "reserves": (lambda: _("递补人数"), _is_number, lambda: _("应是人数")),
    "districts": (lambda: _("地区"), _is_list, lambda: _("应列出至少一个地区")),
    "stated_headcount": (lambda: _("全市人数"), _is_number, lambda: _("应是人数")),
    "stated_seats": (lambda: _("全市名额"), _is_number, lambda: _("应是名额数")),
    "units": (lambda: _("选派单位人数"), _is_mapping, lambda: _("应按单位层级列出人数")),
    "levels": (lambda: _("单位层级"), _is_any_list, lambda: _("应列出各层级")),
    "tiers": (lambda: _("奖次"), _is_mapping, lambda: _("应分初赛和决赛列出")),
}


def _of_districts(districts: object) -> Iterator[str]:
    if not isinstance(districts, list):
        return
    codes: set[str] = set()
    names: set[str] = set()
    for number, row in enumerate(districts, start=1):
        if not isinstance(row, dict) or not _is_text(row.get("name")) or len(row["name"]) > 32:
            yield _("第 %(number)d 个地区没有名称（name）。") % {"number": number}
            continue
        name, code, headcount, seats = row["name"], row.get("code"), row.get("headcount"), row.get("seats")
        if not isinstance(code, str) or not CODE.fullmatch(code):
            yield _("%(name)s的代码（code）应以小写字母开头，只用小写字母、数字和短横。") % {"name": name}
        elif code in codes:
            yield _("代码 %(code)s 用了两次。") % {"code": code}
        else:
            codes.add(code)
        if name in names:
            yield _("%(name)s出现两次。") % {"name": name}
        names.add(name)
        if not _is_number(headcount) or not _is_number(seats):
            yield _("%(name)s的人数（headcount）和名额（seats）应是不小于 0 的整数。") % {"name": name}
        elif seats > headcount:  # type: ignore[operator]
            yield _("%(name)s的名额 %(seats)d 个多于人数 %(headcount)d 人。") % {
                "name": name,
                "seats": seats,
                "headcount": headcount,
            }


def _of_units(units: object) -> Iterator[str]:
    if isinstance(units, dict):
        for level, count in units.items():
            if not excel.CODE.fullmatch(level) or not _is_number(count):
                yield _("选派单位人数中的“%(level)s”不是层级代码，或人数不是整数。") % {"level": level}


def _of_levels(levels: object, units: object) -> Iterator[str]:
    """The levels themselves; and that a headcount is stated of none but these."""
    if not isinstance(levels, list) or not levels:
        return
    try:
        known = excel.names_of(excel.read(levels))
    except excel.BadLevels as bad:
        yield from bad.problems
    else:
        yield from unknown_levels(units if isinstance(units, dict) else {}, known)


def unknown_levels(units: Mapping[str, Any], known: Mapping[str, str]) -> Iterator[str]:
    """Of which levels a headcount is stated although the season, whose names of levels are `known`, has none such."""
    choices = _("、").join(f"{name}（{code}）" for code, name in known.items())
    for level in units:
        if level not in known:
            sentence = _("选派单位人数中的“%(level)s”不是本届的层级。本届的层级：%(choices)s。")
            yield sentence % {"level": level, "choices": choices}


def _of_tiers(kind: str, tiers: object) -> Iterator[str]:
    rows = tiers.get(kind) if isinstance(tiers, dict) else None
    what = _("初赛") if kind == "preliminary" else _("决赛")
    if not isinstance(rows, list) or not rows:
        yield _("没有%(what)s的奖次（tiers.%(kind)s）。") % {"what": what, "kind": kind}
        return
    if not all(_is_tier(row) for row in rows):
        yield _("%(what)s的奖次须写明代码、名称和名额（名额为空表示其余全部）。") % {"what": what}


def _is_tier(row: object) -> bool:
    if not isinstance(row, dict) or "count" not in row:
        return False
    code, name, count = row.get("code"), row.get("name"), row["count"]
    return (
        isinstance(code, str)
        and len(code) <= 16
        and bool(CODE.fullmatch(code))
        and _is_text(name)
        and len(str(name)) <= 32
        and (count is None or _is_number(count))
    )
