"""What stands on the clipboard is read as Excel wrote it, or not at all."""

import pytest

from tests.static.test_js import Site

READ = """([text, html]) => import("/static/js/grid/block.js").then(({ toRows }) => toRows(text, html))"""


def table(rows: int) -> str:
    """What Excel puts beside the text: a page with one table of so many rows."""
    return f"<html><body><table><col width=72>{'<tr><td>1</td></tr>' * rows}</table></body></html>"


@pytest.fixture
def read(page):
    Site(page, "")
    return lambda text, html="": page.evaluate(READ, [text, html])


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("36", [["36"]]),
        ("36\r\n", [["36"]]),
        ("36\t17.5\r\n34\t16\r\n", [["36", "17.5"], ["34", "16"]]),
        ("36\n\n34\n", [["36"], [""], ["34"]]),
        ("\t\n", [["", ""]]),
        # Alt+Enter behind a mark, before it, and between two.
        ('36\n"35\n"\n34\n', [["36"], ["35"], ["34"]]),
        ('"\n36"\n35\n', [["36"], ["35"]]),
        ('"3\n6"\n35\n', [["3 6"], ["35"]]),
        ('36\t"17\r\n\r\n"\t18\r\n35\t16\t17\r\n', [["36", "17", "18"], ["35", "16", "17"]]),
        ('"a\tb"\t36\n', [["a b", "36"]]),
        ('"他说""好""\n再来"\n36\n', [['他说"好" 再来'], ["36"]]),
        # Quotes that Excel leaves as they are, as in a time of 5'12".
        ("5'12\"\n6'03\"\n", [["5'12\""], ["6'03\""]]),
        ('"36\n35\n34\n', [['"36'], ["35"], ["34"]]),
        ('"36" 分\n35\n', [['"36" 分'], ["35"]]),
    ],
)
def test_a_block_is_read_cell_by_cell(read, text, rows):
    assert read(text) == rows


@pytest.mark.parametrize("text", ["36\t17\n35\n", "36\n35\t17\n34\n", '"36\n35"\t17\n34\n'])
def test_rows_of_different_length_are_no_block(read, text):
    assert read(text) is None


def test_the_table_beside_the_text_tells_whether_a_quote_holds_cells_together(read):
    apart = '"36\n35"\n34\n'
    assert read(apart, table(2)) == [["36 35"], ["34"]]
    assert read(apart, table(3)) == [['"36'], ['35"'], ["34"]]
    assert read(apart, table(4)) is None
    assert read("36\n35\n", table(1)) is None
