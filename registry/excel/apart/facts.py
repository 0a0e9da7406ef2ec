"""What a sheet shows besides its cells' values, and what a reader of values alone would not say."""

from dataclasses import dataclass, field
from typing import Any

Place = tuple[int, int]


@dataclass(slots=True)
class Facts:
    """Of one sheet, 0-based: rows and columns that are hidden; cells struck through, without a value though they have a
    formula, and cells whose formula failed."""

    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    struck: set[Place] = field(default_factory=set)
    unvalued: set[Place] = field(default_factory=set)
    errors: set[Place] = field(default_factory=set)

    def as_json(self) -> dict[str, Any]:
        rows, columns = sorted(self.hidden_rows), sorted(self.hidden_columns)
        cells = {name: sorted(getattr(self, name)) for name in ("struck", "unvalued", "errors")}
        return {"hidden_rows": rows, "hidden_columns": columns, **cells}


@dataclass(slots=True)
class Checked:
    """A file made readable for the library, and the facts of its sheets by name; `texts` are cells to compare."""

    data: bytes
    from_1904: bool = False
    sheets: dict[str, Facts] = field(default_factory=dict)
    texts: dict[str, dict[Place, str]] = field(default_factory=dict)
