"""Genuine .pptx files as WPS, PowerPoint and LibreOffice make them, and as people fill them."""

import functools
import io
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.presentation import Presentation as Deck
from pptx.slide import Slide
from pptx.util import Inches

from tests.materials.inspection import films
from tests.materials.inspection.samples import genuine
from tests.materials.inspection.zips import Parts, parts_of, streamed_zip_of, zip64_of, zip_of

RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
Fill = Callable[[Deck], None]


def deck(fill: Fill | None = None, *, slides: int = 2, wide: bool = True) -> bytes:
    """A deck of titled pages; `fill` puts more into it."""
    made = Presentation()
    if wide:
        made.slide_width, made.slide_height = Inches(40 / 3), Inches(7.5)
    for number in range(slides):
        page = made.slides.add_slide(made.slide_layouts[5])
        page.shapes.title.text = f"驻村第一书记讲话 第 {number + 1} 页"
    if fill:
        fill(made)
    target = io.BytesIO()
    made.save(target)
    return target.getvalue()


@functools.cache
def plain() -> bytes:
    return deck()


def with_type(parts: Parts, name: str, kind: str) -> Parts:
    """With the content type of one part declared."""
    types = parts["[Content_Types].xml"]
    line = f'<Override PartName="/{name}" ContentType="{kind}"/></Types>'.encode()
    return {**parts, "[Content_Types].xml": types.replace(b"</Types>", line)}


def with_default(parts: Parts, suffix: str, kind: str) -> Parts:
    types = parts["[Content_Types].xml"]
    line = f'<Default Extension="{suffix}" ContentType="{kind}"/></Types>'.encode()
    return {**parts, "[Content_Types].xml": types.replace(b"</Types>", line)}


def with_link(parts: Parts, source: str, kind: str, target: str, *, mode: str = "", id_: str = "rId901") -> Parts:
    """With one more relationship of a part; `kind` is the last word of its type."""
    folder, _slash, name = source.rpartition("/")
    rels = f"{folder}/_rels/{name}.rels".lstrip("/")
    empty = b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
    kind = kind if kind.startswith("http") else f"{RELATIONSHIPS}/{kind}"
    mode = f' TargetMode="{mode}"' if mode else ""
    line = f'<Relationship Id="{id_}" Type="{kind}" Target="{target}"{mode}/></Relationships>'.encode()
    return {**parts, rels: parts.get(rels, empty).replace(b"</Relationships>", line)}


def with_part(parts: Parts, name: str, content: bytes, *, source: str, link: str, kind: str = "") -> Parts:
    """With one more part that another refers to."""
    parts = with_link({**parts, name: content}, source, link, "/" + name, id_=f"rId9{len(parts)}")
    return with_type(parts, name, kind) if kind else parts


def picture(format: str = "PNG") -> io.BytesIO:
    target = io.BytesIO()
    Image.new("RGB", (64, 48), (180, 40, 30)).save(target, format)
    target.seek(0)
    return target


def add_chart(made: Deck) -> None:
    figures = CategoryChartData()
    figures.categories = ["2021", "2022", "2023"]
    figures.add_series("村集体收入（万元）", (3, 9, 26))
    box = (Inches(1), Inches(2), Inches(6), Inches(4))
    made.slides[0].shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, *box, figures)


@functools.cache
def charted() -> bytes:
    return deck(add_chart)


def add_link(page: Slide, address: str) -> None:
    words = page.shapes.add_textbox(Inches(1), Inches(6), Inches(4), Inches(1)).text_frame.paragraphs[0].add_run()
    words.text = "链接"
    words.hyperlink.address = address


def add_film(made: Deck, data: bytes, suffix: str, mime: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"驻村日记{suffix}"
        path.write_bytes(data)
        box = (Inches(1), Inches(2), Inches(4), Inches(3))
        made.slides[0].shapes.add_movie(str(path), *box, poster_frame_image=picture(), mime_type=mime)


@genuine("deck")
def plain_wide_deck() -> bytes:
    return plain()


@genuine("deck")
def plain_old_shape() -> bytes:
    return deck(wide=False)


@genuine("deck")
def with_a_chart_and_its_workbook() -> bytes:
    return charted()


@genuine("deck")
def with_three_charts() -> bytes:
    def fill(made: Deck) -> None:
        for _each in range(3):
            add_chart(made)

    return deck(fill)


@genuine("deck")
def with_tables_and_pictures() -> bytes:
    def fill(made: Deck) -> None:
        table = made.slides[0].shapes.add_table(3, 4, Inches(1), Inches(2), Inches(6), Inches(2)).table
        table.cell(0, 0).text = "项目"
        for format in ("PNG", "JPEG", "GIF", "BMP", "TIFF"):
            made.slides[1].shapes.add_picture(picture(format), Inches(1), Inches(2))

    return deck(fill)


@genuine("deck")
def with_speakers_notes() -> bytes:
    def fill(made: Deck) -> None:
        made.slides[0].notes_slide.notes_text_frame.text = "这里停顿三秒"

    return deck(fill)


@genuine("deck")
def with_links_to_pages_and_mailboxes() -> bytes:
    def fill(made: Deck) -> None:
        add_link(made.slides[0], "http://www.maoming.gov.cn/")
        add_link(made.slides[0], "https://example.cn/a?b=1#c")
        add_link(made.slides[1], "mailto:cun@example.cn")

    return deck(fill)


@genuine("deck")
def with_jumps_between_pages() -> bytes:
    def fill(made: Deck) -> None:
        made.slides[0].shapes.title.click_action.target_slide = made.slides[1]

    return deck(fill)


@genuine("deck")
def with_hidden_pages() -> bytes:
    def fill(made: Deck) -> None:
        made.slides[1]._element.set("show", "0")

    return deck(fill, slides=3)


@genuine("deck")
def with_a_hundred_pages() -> bytes:
    return deck(slides=100)


@genuine("deck")
def with_one_page() -> bytes:
    return deck(slides=1)


@genuine("deck")
def with_a_film_that_plays_everywhere() -> bytes:
    return deck(lambda made: add_film(made, films.film(), ".mp4", "video/mp4"))


@genuine("deck")
def with_a_film_stored_uncompressed_and_index_first() -> bytes:
    data = deck(lambda made: add_film(made, films.film(flags="faststart"), ".mp4", "video/mp4"))
    return zip_of(parts_of(data), stored=".mp4")


@genuine("deck", "deck_media")
def with_a_film_of_an_old_camera() -> bytes:
    old = films.film(container="avi", codec="mpeg4", sound=None)
    return deck(lambda made: add_film(made, old, ".avi", "video/avi"))


@genuine("deck", "deck_media")
def with_a_film_in_hevc() -> bytes:
    return deck(lambda made: add_film(made, films.film(codec="libx265"), ".mp4", "video/mp4"))


@genuine("deck")
def with_a_film_of_an_iphone() -> bytes:
    return deck(lambda made: add_film(made, films.film_of_an_iphone_with_its_notes(), ".mov", "video/quicktime"))


@genuine("deck")
def with_a_film_behind_a_still() -> bytes:
    return deck(lambda made: add_film(made, films.film_behind_a_still(), ".mov", "video/quicktime"))


@genuine("deck")
def with_a_film_with_a_time_code() -> bytes:
    return deck(lambda made: add_film(made, films.film_with_a_time_code(), ".mov", "video/quicktime"))


@genuine("deck", "deck_media")
def with_a_film_of_which_only_the_notes_are_known() -> bytes:
    silent = films.several(("mpeg4", (160, 90), 20), sounds=1)
    return deck(lambda made: add_film(made, silent, ".mov", "video/quicktime"))


@genuine("deck")
def with_a_piece_of_music() -> bytes:
    music = films.film(container="wav", codec=None, sound="pcm_s16le")
    return zip_of(
        with_part(parts_of(plain()), "ppt/media/audio1.wav", music, source="ppt/slides/slide1.xml", link="audio")
    )


@genuine("deck")
def with_a_picture_that_went_missing() -> bytes:
    """What PowerPoint writes where a linked picture could not be found any more."""
    return zip_of(with_link(parts_of(plain()), "ppt/slides/slide1.xml", "image", "NULL", mode="External"))


@genuine("deck")
def saved_by_wps() -> bytes:
    """With the parts that WPS adds: its build number, tags, custom data."""
    properties = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Properties '
        'xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" '
        'xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">'
        '<property fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="2" name="KSOProductBuildVer">'
        "<vt:lpwstr>2052-12.1.0.15990</vt:lpwstr></property></Properties>"
    )
    app = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Properties '
        'xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
        "<TotalTime>0</TotalTime><Application>WPS 演示</Application><AppVersion>12.0000</AppVersion></Properties>"
    )
    tag = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><p:tagLst '
        'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main">'
        '<p:tag name="KSO_WM_UNIT_TYPE" val="a"/></p:tagLst>'
    )
    parts = {**parts_of(charted()), "docProps/app.xml": app.encode()}
    parts = with_part(
        parts,
        "docProps/custom.xml",
        properties.encode(),
        source="",
        link="custom-properties",
        kind="application/vnd.openxmlformats-officedocument.custom-properties+xml",
    )
    parts = with_part(
        parts,
        "ppt/tags/tag1.xml",
        tag.encode(),
        source="ppt/slides/slide1.xml",
        link="tags",
        kind="application/vnd.openxmlformats-officedocument.presentationml.tags+xml",
    )
    return zip_of(_with_custom_data(parts))


@genuine("deck")
def saved_by_powerpoint() -> bytes:
    """With revision data, comments, custom data, a drawing in SVG beside its picture, an embedded font."""
    microsoft = "http://schemas.microsoft.com/office"
    author = b'<p:cmAuthorLst xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"/>'
    revision = b'<p1510:revInfo xmlns:p1510="http://schemas.microsoft.com/office/powerpoint/2015/10/main"/>'
    drawing = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z" fill="#900"/></svg>'
    main = "ppt/presentation.xml"
    ms = "application/vnd.ms-powerpoint"
    parts = parts_of(charted())
    parts = with_part(
        parts, "ppt/revisionInfo.xml", revision, source=main, link=f"{microsoft}/2015/10/relationships/revisionInfo",
        kind=f"{ms}.revisioninfo+xml",
    )  # fmt: skip
    parts = with_part(
        parts, "ppt/commentAuthors.xml", author, source=main, link="commentAuthors",
        kind="application/vnd.openxmlformats-officedocument.presentationml.commentAuthors+xml",
    )  # fmt: skip
    parts = with_part(parts, "ppt/media/image9.svg", drawing, source="ppt/slides/slide1.xml", link="image")
    parts = with_part(parts, "ppt/fonts/font1.fntdata", bytes(range(256)) * 9, source=main, link="font")
    parts = with_default(with_default(parts, "svg", "image/svg+xml"), "fntdata", "application/x-fontdata")
    return zip_of(_with_custom_data(parts))


def _with_custom_data(parts: Parts) -> Parts:
    item = b'<b:Sources xmlns:b="http://schemas.openxmlformats.org/officeDocument/2006/bibliography"/>'
    return with_part(parts, "customXml/item1.xml", item, source="ppt/presentation.xml", link="customXml")


@genuine("deck", "web_addin")
def with_an_addin_from_a_shop() -> bytes:
    pane = b'<wetp:taskpanes xmlns:wetp="http://schemas.microsoft.com/office/webextensions/taskpanes/2010/11"/>'
    link = "http://schemas.microsoft.com/office/2011/relationships/webextensiontaskpanes"
    return zip_of(with_part(parts_of(plain()), "ppt/webextensions/taskpanes.xml", pane, source="", link=link))


@genuine("deck")
def with_everything_stored() -> bytes:
    return zip_of(parts_of(plain()), method=zipfile.ZIP_STORED)


@genuine("deck")
def written_to_a_stream() -> bytes:
    return streamed_zip_of(parts_of(plain()))


@genuine("deck")
def written_with_long_fields() -> bytes:
    return zip64_of(parts_of(plain()))


@genuine("deck")
def with_folders_and_another_order() -> bytes:
    parts = parts_of(plain())
    folders = {"ppt/": b"", "ppt/slides/": b"", "docProps/": b""}
    return zip_of({**folders, **dict(sorted(parts.items(), reverse=True))})


@genuine("deck")
def in_the_strict_dialect() -> bytes:
    """ISO 29500 strict: the same package with other namespaces."""
    transitional, strict = RELATIONSHIPS.encode(), b"http://purl.oclc.org/ooxml/officeDocument/relationships"
    main = b"http://schemas.openxmlformats.org/presentationml/2006/main"
    return zip_of(
        {
            name: content.replace(transitional, strict).replace(main, b"http://purl.oclc.org/ooxml/presentationml/main")
            for name, content in parts_of(charted()).items()
        }
    )


@genuine("deck")
def in_utf_16() -> bytes:
    """Legal, if rare: a part in another encoding."""
    parts = parts_of(plain())
    text = parts["ppt/slides/slide1.xml"].decode().replace("UTF-8", "UTF-16").replace("utf-8", "utf-16")
    return zip_of({**parts, "ppt/slides/slide1.xml": text.encode("utf-16")})


@genuine("deck")
def with_names_in_chinese() -> bytes:
    parts = parts_of(plain())
    parts = with_part(parts, "ppt/media/图片1.png", picture().getvalue(), source="ppt/slides/slide1.xml", link="image")
    return zip_of(parts)


@genuine("deck")
def with_a_large_empty_picture() -> bytes:
    """A white scan compresses a thousand times and is no bomb."""
    target = io.BytesIO()
    Image.new("L", (3000, 2000), 255).save(target, "BMP")
    parts = parts_of(plain())
    return zip_of(
        with_part(parts, "ppt/media/image9.bmp", target.getvalue(), source="ppt/slides/slide1.xml", link="image")
    )
