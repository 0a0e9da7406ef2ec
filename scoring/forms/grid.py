"""What the grid's script sends: a form with one field `payload`, JSON.

Marks: {"user": 3, "sheets": [{"id": 12, "edit": 4, "marks": {"slides": "8.5", "poise": ""}}]}
Times: {"user": 3, "times": [{"entry": 7, "edit": 0, "time": "5:12"}]}

`user` is who the page was drawn for: marks typed by one person are never saved as another's. An empty text clears.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from scoring import typed
from scoring.actions.overtime import RefusedTime, TimeChange
from scoring.actions.sheets import Change, Refused

# The largest final could have sixty entrants before fifteen judges.
MOST_ROWS = 1000
LARGEST_ID = 2**63 - 1


class BadPayload(Exception):
    """The payload is not what the grid sends; the message says what to do."""


class OtherPerson(Exception):
    """Somebody else has signed in since the page was drawn."""


@dataclass(slots=True)
class TypedMarks:
    """What can be read as marks, and what cannot."""

    changes: list[Change] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)


@dataclass(slots=True)
class TypedTimes:
    changes: list[TimeChange] = field(default_factory=list)
    refused: list[RefusedTime] = field(default_factory=list)


def marks_from(post: Mapping[str, Any], user_id: int) -> TypedMarks:
    """The changes in a payload of marks. Raises BadPayload, OtherPerson."""
    told = TypedMarks()
    for row in _rows(post, user_id, "sheets"):
        sheet_id, edit, texts = _number(row, "id"), _number(row, "edit"), row.get("marks")
        if not isinstance(texts, dict) or not texts or not all(isinstance(text, str) for text in texts.values()):
            raise _bad()
        marks: dict[str, int | None] = {}
        for code, text in texts.items():
            try:
                marks[code] = typed.points(text)
            except typed.NotPoints as refused:
                told.refused.append(Refused(sheet_id, code, str(refused)))
        if marks:
            told.changes.append(Change(sheet_id, edit, marks))
    return told


def times_from(post: Mapping[str, Any], user_id: int) -> TypedTimes:
    """The changes in a payload of times. Raises BadPayload, OtherPerson."""
    told = TypedTimes()
    for row in _rows(post, user_id, "times"):
        entry_id, edit, text = _number(row, "entry"), _number(row, "edit"), row.get("time")
        if not isinstance(text, str):
            raise _bad()
        try:
            told.changes.append(TimeChange(entry_id, edit, typed.seconds(text)))
        except typed.NotTime as refused:
            told.refused.append(RefusedTime(entry_id, str(refused)))
    return told


def _rows(post: Mapping[str, Any], user_id: int, name: str) -> list[dict[str, Any]]:
    try:
        payload = json.loads(post.get("payload", ""))
    except (ValueError, RecursionError):
        raise _bad() from None
    rows = payload.get(name) if isinstance(payload, dict) else None
    if not isinstance(rows, list) or not 0 < len(rows) <= MOST_ROWS or not all(isinstance(row, dict) for row in rows):
        raise _bad()
    if payload.get("user") != user_id:
        raise OtherPerson(_("您已换了账号登录，本页的内容没有保存。请用原来的账号重新登录。"))
    return rows


def _number(row: Mapping[str, Any], name: str) -> int:
    value = row.get(name)
    if type(value) is not int or not 0 <= value <= LARGEST_ID:
        raise _bad()
    return value


def _bad() -> BadPayload:
    return BadPayload(_("没有看懂提交的内容，请刷新页面后重试。"))
