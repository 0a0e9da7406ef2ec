"""What a PDF does without being asked to: when it is opened, when a page is turned, when the pointer crosses a field.

Plain Python and pypdf: it also runs in the child that looks at strangers' files.
"""

from collections.abc import Iterator
from typing import Any

from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

# ISO 32000-1, 12.6.4: what only moves about in the file, or in what of it is seen.
HARMLESS = {"/GoTo", "/Trans", "/SetOCGState", "/Hide"}
TURNING = {"/NextPage", "/PrevPage", "/FirstPage", "/LastPage"}
# Actions one after the other, and references that lead to references; more is nobody's deck.
MOST = 1000
MOST_HOPS = 16


def starts(node: DictionaryObject) -> Iterator[str]:
    """The kinds of the actions that this dictionary starts by itself and that do more than turn pages.

    Its OpenAction, its additional actions (AA), and whatever follows on them (Next). "/?" stands for one whose kind
    cannot be told.
    """
    events = resolved(node, "/AA")
    ahead = [resolved(node, "/OpenAction")]
    ahead += [resolved(events, key) for key in events] if isinstance(events, DictionaryObject) else []
    for _turn in range(MOST):
        if not ahead:
            return
        action = ahead.pop()
        if isinstance(action, ArrayObject):
            # A destination, or several actions: the items of the one are no actions.
            ahead += [_reached(each) for each in list(action)[:MOST]]
        elif isinstance(action, DictionaryObject) and "/S" in action:
            if not _is_harmless(action):
                yield word(action, "/S") or "/?"
            ahead.append(resolved(action, "/Next"))
    yield "/?"


def word(node: DictionaryObject, key: str) -> str:
    """A name or text under this key, wherever it is written; empty where there is none."""
    value = resolved(node, key)
    return value if isinstance(value, str) else ""


def resolved(node: DictionaryObject, key: str) -> Any:
    """What stands under a key, or what a reference there leads to; None where it leads nowhere."""
    return _reached(node.raw_get(key)) if key in node else None


def _reached(value: Any) -> Any:
    for _hop in range(MOST_HOPS):
        if not isinstance(value, IndirectObject):
            return value
        try:
            value = value.get_object()
        except PyPdfError:
            return None
    return None


def _is_harmless(action: DictionaryObject) -> bool:
    kind = word(action, "/S")
    return kind in HARMLESS or (kind == "/Named" and word(action, "/N") in TURNING)
