"""What a line is about, in words: 陈志远（茂南区）instead of contest.entry:12.

The log knows keys only; the apps that own the things say by which columns they are called, when Django loads them.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import Model


@dataclass(frozen=True, slots=True)
class Named:
    """What people call a thing, and the district it lies in ("" for none)."""

    name: str
    district: str = ""


Saying = Callable[..., Named]
_called: dict[str, tuple[Sequence[str], Saying]] = {}
# As many keys in one query as every database takes.
AT_ONCE = 500


def called(label: str, *columns: str, say: Saying = Named) -> None:
    """Register by which columns things of a model are called: name, then district; or what `say` makes of them."""
    _called[label] = (columns, say)


def names(subjects: Iterable[str]) -> dict[str, Named]:
    """By subject as the log writes it, its name: one query a model. What is gone is called by its kind and key."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for subject in subjects:
        label, _colon, key = subject.partition(":")
        if key.isdecimal() and len(key) < 19:
            wanted[label].add(int(key))
    found: dict[str, Named] = {}
    for label, keys in wanted.items():
        model = _model(label)
        known = _read(label, model, keys) if model is not None and label in _called else {}
        kind = str(model._meta.verbose_name) if model is not None else label
        found |= {f"{label}:{key}": known.get(key) or Named(f"{kind} {key}") for key in keys}
    return found


def _model(label: str) -> type[Model] | None:
    try:
        return apps.get_model(label)
    except (LookupError, ValueError):
        return None


def _read(label: str, model: type[Model], keys: set[int]) -> Mapping[int, Named]:
    columns, say = _called[label]
    found: dict[int, Named] = {}
    ordered = sorted(keys)
    for start in range(0, len(ordered), AT_ONCE):
        rows: Any = model._default_manager.filter(pk__in=ordered[start : start + AT_ONCE])
        for key, *values in rows.order_by().values_list("pk", *columns):
            found[key] = say(*("" if value is None else value for value in values))
    return found
