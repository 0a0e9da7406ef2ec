"""What one person typed and another confirmed, as the log tells it: times and votes are alike in that."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.log import Line

# The columns of a row that a Paired answers to, in its order.
COLUMNS = ("edit", "typed_by", "typed_at", "confirmed_by", "confirmed_at")


@dataclass(slots=True)
class Paired:
    """What was typed (`said`), by whom, and who compared it with the paper."""

    seq: int
    said: Any
    edit: int
    typed_by: int | None
    typed_at: datetime
    confirmed_by: int | None = None
    confirmed_at: datetime | None = None

    def confirmed(self, line: Line, edit: int) -> None:
        self.seq, self.edit, self.confirmed_by, self.confirmed_at = line.seq, edit, line.user, line.at

    def columns(self) -> tuple[Any, ...]:
        return tuple(getattr(self, name) for name in COLUMNS)


def typed(line: Line, said: Any, edit: int) -> Paired:
    """Typed anew: it waits for a second person, whoever confirmed what was there."""
    return Paired(line.seq, said, edit, line.user, line.at)
