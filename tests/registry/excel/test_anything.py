"""Whatever stands in the cells, the answer is a plan or a sentence, and no row disappears."""

import json
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from registry.excel import stored
from registry.excel.match import Existing
from registry.excel.plan import ACTIONS, plan
from registry.excel.synonyms import SYNONYMS
from registry.excel.table import NoTable, recognise
from registry.excel.workbook import SheetGrid, Workbook
from tests.registry.excel.office import DISTRICTS, HEADCOUNTS, HEADER, LEVELS, zhang

WORDS = (
    *(
        "",
        "张三",
        "张 三",
        "烧酒村",
        "山阁镇",
        "茂南",
        "电白区",
        "合计",
        "备注：",
        "示例",
        "小计",
        "2人",
        "一、茂南区",
        "/",
    ),
    *("省直", "2021年6月", "2021.6-2023.12", "13800000001", "4.4E+17", "110105194912310000", "￥", "\ue000", "男"),
)
HEADINGS = tuple(heading for synonyms in SYNONYMS.values() for heading in synonyms[:2])
CELLS = st.one_of(
    st.sampled_from(WORDS),
    st.sampled_from(HEADINGS),
    st.text(max_size=8),
    st.floats(allow_nan=False, allow_infinity=False),
    st.integers(-(10**20), 10**20),
    st.booleans(),
    st.dates(date(1900, 1, 1), date(2200, 1, 1)),
)


@st.composite
def grids(draw):
    """A sheet of any cells, half the time below a genuine header, with merged cells anywhere."""
    width = draw(st.integers(1, 9))
    row = st.lists(CELLS, min_size=width, max_size=width).map(tuple)
    rows = draw(st.lists(row, max_size=12))
    if draw(st.booleans()):
        rows.insert(draw(st.integers(0, len(rows))), HEADER[:width])
    corners = st.tuples(*[st.integers(0, max(len(rows) - 1, 0)), st.integers(0, width - 1)] * 2)
    merged = [
        (min(a, c), min(b, d), max(a, c), max(b, d)) for a, b, c, d in draw(st.lists(corners, max_size=3)) if rows
    ]
    return SheetGrid(draw(st.sampled_from(["名册", "茂南区"])), tuple(rows), tuple(merged))


@settings(max_examples=200)
@given(grids(), st.sampled_from([None, "maonan"]), st.dictionaries(st.integers(0, 9), st.just(""), max_size=2))
def test_any_sheet_gives_a_plan_or_says_that_there_is_no_table(grid, district, mapping):
    try:
        table = recognise(Workbook((grid,)), known_districts=tuple(DISTRICTS), mapping=mapping)
    except NoTable:
        return
    known = [zhang(), Existing(2, "dianbai", "", "尚塘村", "王五", "茂名市示例局")]
    planned = plan(table, known, districts=DISTRICTS, levels=LEVELS, district=district, headcounts=HEADCOUNTS)
    below = range(table.header_rows[1] + 1, len(grid.rows) + 1)
    numbers = sorted([row.number for row in planned.rows] + [number for number, _why in table.skipped])
    silent = [number for number in below if number not in numbers]
    assert numbers == [number for number in below if number not in silent]
    assert all(set(grid.rows[number - 1]) <= {""} for number in silent)
    assert sum(planned.counts.values()) == len(planned.rows)
    assert set(planned.counts) == set(ACTIONS)
    assert {(row.values is None, bool(row.problems)) for row in planned.rows} <= {(True, True), (False, False)}
    assert stored.plan_from_json(json.loads(json.dumps(stored.plan_to_json(planned)))) == planned
    assert stored.table_from_json(json.loads(json.dumps(stored.table_to_json(table)))) == table
