"""Words that an act wrote into a table as well: they say there what its line says, as long as nobody erased them.

The line commits to its words by a salted hash, and the salt lies with them: once they are erased nothing tells what the
table must say, and that is lawful. An altered word beside words that still stand is found.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from django.db.models import Model

from accounts.log.checking import Fault, Line, checks
from accounts.words import written

# As many keys in one query as every database takes.
AT_ONCE = 500


def keeps(
    model: type[Model],
    column: str,
    *verbs: str,
    says: str,
    row: Callable[[Line], int] = lambda line: line.pk,
    word: Callable[[Line], Any] = lambda line: line.reason,
) -> None:
    """Register a column that holds what lines of these verbs say; of each row the newest line counts.

    `row` is the key that a line is about, 0 for none; `word` what it says: None where it was erased or says nothing of
    this column. `says` is marked by gettext_noop where it is written, with a place for `row`. A row that says nothing
    (taken back, or erased) is passed over. One query for 500 rows, none where no line speaks.
    """

    @checks(*verbs)
    def compare(_chain: str, lines: Sequence[Line]) -> Iterator[Fault]:
        told = {row(line): (line.seq, word(line)) for line in lines}
        standing = {pk: said for pk, said in told.items() if pk and said[1] is not None}
        for pk, now in _read(model, column, sorted(standing)):
            seq, said = standing[pk]
            if now and now not in _as_kept(model, column, said):
                yield Fault(seq, says, {"row": pk})

    compare.__name__ = f"{model._meta.label_lower}.{column}"


def said_last(name: str) -> Callable[[Line], Any]:
    """For `word`: the new one of a pair of words, where the line has it."""

    def word(line: Line) -> Any:
        pair = (line.words or {}).get(name)
        return pair[1] if pair else None

    return word


def _read(model: type[Model], column: str, keys: Sequence[int]) -> Iterable[tuple[int, Any]]:
    rows: Any = model._base_manager.order_by()
    for start in range(0, len(keys), AT_ONCE):
        yield from rows.filter(pk__in=keys[start : start + AT_ONCE]).values_list("pk", column)


def _as_kept(model: type[Model], column: str, said: Any) -> tuple[Any, ...]:
    """How a column may hold this: a reason is kept as it came or without what nobody sees of it, as far as it fits."""
    longest = getattr(model._meta.get_field(column), "max_length", None)
    return (said[:longest], written(said)[:longest]) if isinstance(said, str) else (said,)
