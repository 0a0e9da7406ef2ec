"""What stands in a row besides its values and makes it doubtful whether it is to be read: each is asked about.

Somebody who has left is often only struck through, hidden, or told of in a remark.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from registry.excel import cells
from registry.excel.workbook import Cell, SheetGrid

# Words that say of somebody that they are not there, or not any more.
_LEFT = re.compile(
    r"(?:已|已经|现已|业已|被|刚|拟|即将)(?:离任|离岗|离村|离开|调离|调走|调出|调任|调回|调整|轮换|轮岗|更换|换人|替换|退休|免职|卸任|撤回|召回|返岗|结束|期满|撤换)"
    r"|离任|离职|离岗|离世|调离|调走|免职|免去|卸任|退休|辞职|辞去|撤回原单位|返回原单位|回原单位|召回|去世|病故|逝世|死亡|牺牲"
    r"|不再担任|不再任|停职|撤职|开除|留置|被查|期满返回|任期已?满|未到岗|未到任|没有到岗|不参加|不参赛|弃赛|退赛|删除|作废|此人不|勿导入|不导入"
)
# Of these fields' cells the words are names, not news.
_NO_NEWS = frozenset({"serial", "district", "town", "village", "place", "name", "unit", "level", "post", "phone"})


@dataclass(frozen=True, slots=True)
class Doubt:
    """A code (hidden, struck, left, unvalued, failed), the field it is about ('' for the row), and what is written."""

    code: str
    field: str = ""
    text: str = ""


def of_row(
    grid: SheetGrid, row: int, index: Mapping[str, int], unread: Iterable[int], values: Mapping[str, Cell]
) -> tuple[Doubt, ...]:
    """What is doubtful about a row; `index` is where the fields stand, `unread` are columns that nobody reads."""
    found = [Doubt("hidden")] if row in grid.hidden_rows else []
    struck = [field for field, column in index.items() if field != "serial" and (row, column) in grid.struck]
    if struck:
        field = "name" if "name" in struck else struck[0]
        found.append(Doubt("struck", field, cells.text(grid.rows[row][index[field]])))
    for code, places in (("unvalued", grid.unvalued), ("failed", grid.errors)):
        found += [
            Doubt(code, field) for field, column in index.items() if field != "serial" and (row, column) in places
        ]
    told = [(field, values[field]) for field in values if field not in _NO_NEWS and field != "id_number"]
    told += [("", grid.rows[row][column]) for column in unread]
    for field, cell in told:
        if isinstance(cell, str) and _LEFT.search(cell):
            found.append(Doubt("left", field or "remark", cells.readable(cell)[:60]))
            break
    return tuple(found)


def blocks(grid: SheetGrid, index: Mapping[str, int], fields: Iterable[str]) -> frozenset[int]:
    """The rows in which one of these fields is empty only because its formula has no value or has failed."""
    columns = {index[field] for field in fields if field in index}
    return frozenset(row for row, column in grid.unvalued | grid.errors if column in columns)
