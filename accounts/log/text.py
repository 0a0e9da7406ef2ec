"""What is hashed, letter by letter. A recount package repeats these few functions in plain Python."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django.db.models import Model


def canonical(data: Any) -> str:
    """One text for one meaning: sorted keys, no blanks. Raises TypeError for floats and what JSON has no word for."""
    _refuse_floats(data)
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def digest(payload: str) -> str:
    """What stands for a payload where the payload itself is nobody's business (DESIGN 5)."""
    return hashlib.sha256(payload.encode()).hexdigest()


def link(previous: str, digest: str) -> str:
    """The hash of a line, from the hash of the line before and the digest of its own payload."""
    return hashlib.sha256(f"{previous}\n{digest}".encode()).hexdigest()


def commit_to(text: str, salt: str) -> str:
    return hashlib.sha256(f"{salt}\n{text}".encode()).hexdigest()


def subject(obj: Model | None) -> str:
    return f"{obj._meta.label_lower}:{obj.pk}" if obj is not None else ""


def actor(who: Model | None) -> str:
    """An actor as payloads write it: `user:3`, `seat:17`, `system` for what the portal does by itself."""
    return f"{who._meta.model_name}:{who.pk}" if who is not None else "system"


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[str]]:
    """Old and new of what differs, as `write` takes it for `words`; what is not there is written as nothing."""
    pairs = {name: [_said(before.get(name)), _said(value)] for name, value in after.items()}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def _said(value: Any) -> str:
    return "" if value is None else str(value)


def _refuse_floats(data: Any) -> None:
    if isinstance(data, float):
        raise TypeError("the log takes no floats")
    if isinstance(data, dict):
        for value in data.values():
            _refuse_floats(value)
    elif isinstance(data, list | tuple):
        for value in data:
            _refuse_floats(value)
