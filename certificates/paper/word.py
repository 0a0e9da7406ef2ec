"""Letter, circular and lists as Word files, for offices that finish them in WPS or Word.

Laid out as GB/T 9704-2012 wants official papers: A4, margins 37/35/28/26 mm, title size two (22 pt), body size three
(16 pt) in 仿宋 on lines of 28 pt. The fonts are named, not embedded; fontTable.xml says what to take where they are
missing. The same text gives the same bytes.
"""

import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from docx import Document
from docx.document import Document as DocumentObject
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.opc.oxml import serialize_part_xml
from docx.oxml.ns import qn
from docx.oxml.parser import parse_xml
from docx.shared import Mm, Pt, RGBColor
from docx.table import _Cell
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from certificates.archive import settled
from registry.excel.export import clean_text

BODY, TITLE, HEADING = "仿宋", "方正小标宋简体", "黑体"
# Where a family is missing, the next one is taken (w:altName).
INSTEAD = {
    BODY: "仿宋_GB2312,FangSong,STFangsong,Noto Serif CJK SC",
    TITLE: "方正小标宋_GBK,宋体,SimSun,Noto Serif CJK SC",
    HEADING: "SimHei,Noto Sans CJK SC",
}
SIZE_TWO, SIZE_THREE, SIZE_SMALL_FOUR, LINE = Pt(22), Pt(16), Pt(12), Pt(28)
RED = RGBColor(0xC8, 0x10, 0x2E)
# The whole of a package is dated alike: a file made again is the same file.
MADE = datetime(2023, 1, 1)
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
MIME = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def letter(text: Mapping[str, Any]) -> bytes:
    """A letter from its wording (`certificates.letters.wording`); the seals are put on the printed paper."""
    paper = _paper(text["title"])
    _line(paper, text["head"], font=TITLE, size=Pt(26), align=WD_ALIGN_PARAGRAPH.CENTER, colour=RED, rule=True)
    if text["rehearsal"]:
        _line(paper, "演练", font=HEADING, align=WD_ALIGN_PARAGRAPH.CENTER, colour=RED)
    _line(paper, text["serial"], align=WD_ALIGN_PARAGRAPH.RIGHT)
    _title(paper, text["title"])
    _line(paper, text["to"])
    for paragraph in text["paragraphs"]:
        _line(paper, paragraph, indent=True)
    _line(paper, "")
    for host in text["hosts"]:
        _line(paper, host["name"], align=WD_ALIGN_PARAGRAPH.RIGHT)
    _line(paper, text["dated_words"], align=WD_ALIGN_PARAGRAPH.RIGHT)
    return _saved(paper)


def circular(text: Mapping[str, Any]) -> bytes:
    """The circular from its wording (`certificates.circular.wording`), with a table for each stage."""
    paper = _paper(text["title"])
    mark = "演练草稿" if text["rehearsal"] else "草稿"
    _line(paper, f"{mark} · 未经签发", font=HEADING, size=SIZE_SMALL_FOUR, align=WD_ALIGN_PARAGRAPH.RIGHT, colour=RED)
    _title(paper, "\n".join(text["title_lines"]))
    _line(paper, text["to"])
    for paragraph in text["paragraphs"]:
        _line(paper, paragraph, indent=True)
    for part in text["parts"]:
        _line(paper, part["title"], font=HEADING, keep=True)
        _table(paper, text["headings"], part["rows"], widths=(18, 24, 58, 56))
    _line(paper, "")
    for host in text["hosts"]:
        _line(paper, host, align=WD_ALIGN_PARAGRAPH.RIGHT)
    return _saved(paper)


def listing(title: str, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    """A titled table."""
    paper = _paper(title)
    _title(paper, title)
    _table(paper, headings, rows, widths=(156 // len(headings),) * len(headings))
    return _saved(paper)


def _paper(title: str) -> DocumentObject:
    paper = Document()
    section = paper.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    normal = paper.styles["Normal"]
    normal.font.size = SIZE_THREE
    _name(normal.element.get_or_add_rPr(), BODY)
    about = paper.core_properties
    about.title, about.author, about.language = _legal(title)[:255], "", "zh-CN"
    about.created = about.modified = MADE
    _fonts(paper)
    return paper


def _fonts(paper: DocumentObject) -> None:
    """Say in fontTable.xml which families may stand in for ours."""
    part = next(each for each in paper.part.package.iter_parts() if str(each.partname) == "/word/fontTable.xml")
    table = parse_xml(part.blob)
    for name, others in INSTEAD.items():
        table.append(parse_xml(f'<w:font xmlns:w="{W}" w:name="{name}"><w:altName w:val="{others}"/></w:font>'))
    part._blob = serialize_part_xml(table)


def _title(paper: DocumentObject, text: str) -> None:
    line = _line(paper, text, font=TITLE, size=SIZE_TWO, align=WD_ALIGN_PARAGRAPH.CENTER)
    line.paragraph_format.space_before = line.paragraph_format.space_after = LINE
    line.paragraph_format.line_spacing = Pt(34)


def _line(
    paper: DocumentObject,
    text: str,
    *,
    font: str = BODY,
    size: Pt = SIZE_THREE,
    align: WD_ALIGN_PARAGRAPH = WD_ALIGN_PARAGRAPH.JUSTIFY,
    colour: RGBColor | None = None,
    indent: bool = False,
    keep: bool = False,
    rule: bool = False,
) -> Paragraph:
    """One paragraph; `indent` by two characters, `keep` with the next, `rule` draws the red line under it."""
    line = paper.add_paragraph()
    _space(line, LINE if size <= SIZE_TWO else Pt(40))
    line.alignment = align
    line.paragraph_format.keep_with_next = keep
    if indent:
        # In characters, so that it stays two of them when somebody changes the size.
        line.paragraph_format.first_line_indent = Pt(32)
        line._p.get_or_add_pPr().find(qn("w:ind")).set(qn("w:firstLineChars"), "200")
    if rule:
        border = '<w:bottom w:val="thickThinSmallGap" w:sz="24" w:space="4" w:color="C8102E"/>'
        below = parse_xml(f'<w:pBdr xmlns:w="{W}">{border}</w:pBdr>')
        line._p.get_or_add_pPr().insert_element_before(below, "w:shd", "w:spacing", "w:ind", "w:jc")
    _say(line, text, font, size, colour)
    return line


def _table(
    paper: DocumentObject, headings: Sequence[str], rows: Sequence[Sequence[str]], *, widths: Sequence[int]
) -> None:
    table = paper.add_table(rows=0, cols=len(headings))
    table.style = "Table Grid"
    table.autofit = False
    for record in (headings, *rows):
        cells = table.add_row().cells
        for cell, text, width in zip(cells, record, widths, strict=True):
            cell.width = Mm(width)
            _fill(cell, text, HEADING if record is headings else BODY)
    # The headings again at the top of every page.
    head = table.rows[0]._tr.get_or_add_trPr()
    head.append(parse_xml(f'<w:tblHeader xmlns:w="{W}"/>'))


def _fill(cell: _Cell, text: str, font: str) -> None:
    line = cell.paragraphs[0]
    _space(line, Pt(18))
    _say(line, text, font, SIZE_SMALL_FOUR, None)


def _space(line: Paragraph, spacing: Pt) -> None:
    layout = line.paragraph_format
    layout.space_before = layout.space_after = Pt(0)
    layout.line_spacing_rule, layout.line_spacing = WD_LINE_SPACING.EXACTLY, spacing


def _say(line: Paragraph, text: str, font: str, size: Pt, colour: RGBColor | None) -> None:
    run: Run = line.add_run(_legal(text))
    run.font.size = size
    if colour is not None:
        run.font.color.rgb = colour
    _name(run._r.get_or_add_rPr(), font)


def _name(properties: Any, font: str) -> None:
    """Set Chinese and Latin letters in one family; the hint has quotation marks drawn as Chinese ones."""
    fonts = properties.get_or_add_rFonts()
    for which in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{which}"), font)
    fonts.set(qn("w:hint"), "eastAsia")


def _legal(text: str) -> str:
    """The text without what XML cannot carry."""
    return clean_text(text).translate({0xFFFE: None, 0xFFFF: None})


def _saved(paper: DocumentObject) -> bytes:
    buffer = io.BytesIO()
    paper.save(buffer)
    return settled(buffer.getvalue())
