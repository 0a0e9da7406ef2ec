"""A PPT and a video of a rehearsal: small, whole, and plainly made up."""

import io
import zipfile
from xml.sax.saxutils import escape

from PIL import Image

A = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
P = 'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPE = "application/vnd.openxmlformats-officedocument.presentationml"
THEME = "application/vnd.openxmlformats-officedocument.theme+xml"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
# In English Metric Units: a page of 16 to 9.
WIDTH, HEIGHT = 12_192_000, 6_858_000
RED, PAPER = "A61B1B", "FBF8F1"
GROUP = (
    '<p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr><a:xfrm>'
    '<a:off x="0" y="0"/><a:ext cx="0" cy="0"/><a:chOff x="0" y="0"/><a:chExt cx="0" cy="0"/></a:xfrm></p:grpSpPr>'
)
MAP = (
    'bg1="lt1" tx1="dk1" bg2="lt2" tx2="dk2" accent1="accent1" accent2="accent2" accent3="accent3" accent4="accent4"'
    ' accent5="accent5" accent6="accent6" hlink="hlink" folHlink="folHlink"'
)


def deck(title: str, pages: list[str]) -> bytes:
    """A .pptx: a title and so many pages of one sentence."""
    shown = [title, *pages]
    slides = range(1, len(shown) + 1)
    parts = {
        "[Content_Types].xml": _types(slides),
        "_rels/.rels": _links([(f"{OFFICE}/officeDocument", "ppt/presentation.xml")]),
        "ppt/presentation.xml": _presentation(slides),
        "ppt/_rels/presentation.xml.rels": _links(
            [(f"{OFFICE}/slideMaster", "slideMasters/slideMaster1.xml")]
            + [(f"{OFFICE}/slide", f"slides/slide{number}.xml") for number in slides]
        ),
        "ppt/theme/theme1.xml": _theme(),
        "ppt/slideMasters/slideMaster1.xml": (
            f"{HEAD}<p:sldMaster {A} {R} {P}><p:cSld><p:spTree>{GROUP}</p:spTree></p:cSld><p:clrMap {MAP}/>"
            '<p:sldLayoutIdLst><p:sldLayoutId id="2147483649" r:id="rId1"/></p:sldLayoutIdLst></p:sldMaster>'
        ),
        "ppt/slideMasters/_rels/slideMaster1.xml.rels": _links(
            [(f"{OFFICE}/slideLayout", "../slideLayouts/slideLayout1.xml"), (f"{OFFICE}/theme", "../theme/theme1.xml")]
        ),
        "ppt/slideLayouts/slideLayout1.xml": (
            f'{HEAD}<p:sldLayout {A} {R} {P} type="blank"><p:cSld><p:spTree>{GROUP}</p:spTree></p:cSld>'
            "<p:clrMapOvr><a:masterClrMapping/></p:clrMapOvr></p:sldLayout>"
        ),
        "ppt/slideLayouts/_rels/slideLayout1.xml.rels": _links(
            [(f"{OFFICE}/slideMaster", "../slideMasters/slideMaster1.xml")]
        ),
    }
    for number, text in zip(slides, shown, strict=True):
        parts[f"ppt/slides/slide{number}.xml"] = _slide(text, is_title=number == 1)
        parts[f"ppt/slides/_rels/slide{number}.xml.rels"] = _links(
            [(f"{OFFICE}/slideLayout", "../slideLayouts/slideLayout1.xml")]
        )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(zipfile.ZipInfo(name), text)
    return file.getvalue()


def film(seconds: int = 6) -> bytes:
    """An .mp4 for the hall: H.264, with a tone of silence, of a colour that slowly turns."""
    # A quarter of a second to load; the server reads this package's constants at every start.
    import av

    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as container:
        picture = container.add_stream("libx264", rate=10)
        picture.width, picture.height, picture.pix_fmt = 1280, 720, "yuv420p"
        picture.options = {"preset": "ultrafast", "crf": "30"}
        sound = container.add_stream("aac", rate=16_000, layout="mono")
        for number in range(seconds * 10):
            shade = Image.new("RGB", (1280, 720), (120 + number % 100, 30, 40))
            container.mux(picture.encode(av.VideoFrame.from_image(shade)))
        for number in range(seconds * 10):
            silence = av.AudioFrame(format="fltp", layout="mono", samples=1600)
            silence.planes[0].update(bytes(silence.planes[0].buffer_size))
            silence.sample_rate, silence.pts = 16_000, number * 1600
            container.mux(sound.encode(silence))
        container.mux(picture.encode())
        container.mux(sound.encode())
    return file.getvalue()


def _types(slides: range) -> str:
    parts = [
        ("/ppt/presentation.xml", "presentation.main+xml"),
        ("/ppt/slideMasters/slideMaster1.xml", "slideMaster+xml"),
        ("/ppt/slideLayouts/slideLayout1.xml", "slideLayout+xml"),
        *((f"/ppt/slides/slide{number}.xml", "slide+xml") for number in slides),
    ]
    listed = "".join(f'<Override PartName="{name}" ContentType="{TYPE}.{kind}"/>' for name, kind in parts)
    theme = f'<Override PartName="/ppt/theme/theme1.xml" ContentType="{THEME}"/>'
    return (
        f'{HEAD}<Types xmlns="{PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f"{listed}{theme}</Types>"
    )


def _links(targets: list[tuple[str, str]]) -> str:
    listed = "".join(
        f'<Relationship Id="rId{number}" Type="{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, start=1)
    )
    return f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">{listed}</Relationships>'


def _presentation(slides: range) -> str:
    listed = "".join(f'<p:sldId id="{255 + number}" r:id="rId{number + 1}"/>' for number in slides)
    return (
        f'{HEAD}<p:presentation {A} {R} {P}><p:sldMasterIdLst><p:sldMasterId id="2147483648" r:id="rId1"/>'
        f'</p:sldMasterIdLst><p:sldIdLst>{listed}</p:sldIdLst><p:sldSz cx="{WIDTH}" cy="{HEIGHT}"/>'
        '<p:notesSz cx="6858000" cy="9144000"/></p:presentation>'
    )


def _slide(text: str, *, is_title: bool) -> str:
    ground, ink, size = (RED, "FFFFFF", 5400) if is_title else (PAPER, "222222", 3600)
    box = (
        '<p:sp><p:nvSpPr><p:cNvPr id="2" name="正文"/><p:cNvSpPr txBox="1"/><p:nvPr/></p:nvSpPr><p:spPr><a:xfrm>'
        f'<a:off x="900000" y="2200000"/><a:ext cx="{WIDTH - 1_800_000}" cy="2400000"/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr><p:txBody><a:bodyPr wrap="square" anchor="ctr"/>'
        f'<a:lstStyle/><a:p><a:pPr algn="ctr"/><a:r><a:rPr lang="zh-CN" sz="{size}"><a:solidFill>'
        f'<a:srgbClr val="{ink}"/></a:solidFill></a:rPr><a:t>{escape(text)}</a:t></a:r></a:p></p:txBody></p:sp>'
    )
    return (
        f'{HEAD}<p:sld {A} {R} {P}><p:cSld><p:bg><p:bgPr><a:solidFill><a:srgbClr val="{ground}"/></a:solidFill>'
        f"<a:effectLst/></p:bgPr></p:bg><p:spTree>{GROUP}{box}</p:spTree></p:cSld>"
        "<p:clrMapOvr><a:masterClrMapping/></p:clrMapOvr></p:sld>"
    )


def _theme() -> str:
    named = {
        "dk1": "222222",
        "lt1": "FFFFFF",
        "dk2": "444444",
        "lt2": PAPER,
        "accent1": RED,
        "accent2": "B8862B",
        "accent3": "2F6B3A",
        "accent4": "2B5C8A",
        "accent5": "7A4B8A",
        "accent6": "666666",
        "hlink": "2B5C8A",
        "folHlink": "7A4B8A",
    }
    colours = "".join(f'<a:{name}><a:srgbClr val="{value}"/></a:{name}>' for name, value in named.items())
    face = '<a:latin typeface="Arial"/><a:ea typeface="Microsoft YaHei"/><a:cs typeface="Arial"/>'
    fill = '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>'
    line = f'<a:ln w="9525">{fill}</a:ln>'
    effect = "<a:effectStyle><a:effectLst/></a:effectStyle>"
    return (
        f'{HEAD}<a:theme {A} name="演练"><a:themeElements><a:clrScheme name="演练">{colours}</a:clrScheme>'
        f'<a:fontScheme name="演练"><a:majorFont>{face}</a:majorFont><a:minorFont>{face}</a:minorFont></a:fontScheme>'
        f'<a:fmtScheme name="演练"><a:fillStyleLst>{fill * 3}</a:fillStyleLst><a:lnStyleLst>{line * 3}</a:lnStyleLst>'
        f"<a:effectStyleLst>{effect * 3}</a:effectStyleLst><a:bgFillStyleLst>{fill * 3}</a:bgFillStyleLst>"
        "</a:fmtScheme></a:themeElements></a:theme>"
    )
