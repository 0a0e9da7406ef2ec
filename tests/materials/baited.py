"""PPT files made by hand that want to fetch something: from the network, from the disk of whoever opens them."""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

from pptx import Presentation
from pptx.util import Inches

LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PICTURE = """<p:pic><p:nvPicPr><p:cNvPr id="{id}" name="{id}"/><p:cNvPicPr/><p:nvPr/></p:nvPicPr><p:blipFill>
<a:blip r:link="r{id}"/><a:stretch><a:fillRect/></a:stretch></p:blipFill><p:spPr><a:xfrm><a:off x="{x}" y="0"/>
<a:ext cx="900000" cy="900000"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr></p:pic>"""
OBJECT = """<p:graphicFrame><p:nvGraphicFramePr><p:cNvPr id="{id}" name="{id}"/><p:cNvGraphicFramePr/><p:nvPr/>
</p:nvGraphicFramePr><p:xfrm><a:off x="{x}" y="2000000"/><a:ext cx="900000" cy="900000"/></p:xfrm><a:graphic>
<a:graphicData uri="http://schemas.openxmlformats.org/presentationml/2006/ole"><p:oleObj name="o" r:id="r{id}"
 imgW="900000" imgH="900000" progId="Word.Document.12"><p:link updateAutomatic="1"/></p:oleObj></a:graphicData>
</a:graphic></p:graphicFrame>"""
FILM = """<p:pic><p:nvPicPr><p:cNvPr id="{id}" name="{id}"/><p:cNvPicPr/><p:nvPr><a:videoFile r:link="r{id}"/></p:nvPr>
</p:nvPicPr><p:blipFill><a:stretch><a:fillRect/></a:stretch></p:blipFill><p:spPr><a:xfrm><a:off x="{x}" y="4000000"/>
<a:ext cx="900000" cy="900000"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr></p:pic>"""
SHAPES = {"image": PICTURE, "oleObject": OBJECT, "video": FILM}
LINK = '<Relationship Id="r{id}" Type="{type}" Target="{target}" TargetMode="External"/>'


def plain(pages: int = 2) -> bytes:
    """A genuine deck."""
    deck = Presentation()
    for number in range(1, pages + 1):
        slide = deck.slides.add_slide(deck.slide_layouts[6])
        slide.shapes.add_textbox(Inches(1), Inches(4), Inches(8), Inches(1)).text_frame.text = f"白石村 第{number}页"
    into = io.BytesIO()
    deck.save(into)
    return into.getvalue()


def baited(links: list[tuple[str, str]]) -> bytes:
    """A deck whose first page links to each (kind, target); its layout is to come from elsewhere too."""
    shapes, relations = "", ""
    for number, (kind, target) in enumerate(links):
        told = {"id": 100 + number, "x": number * 1_000_000, "type": f"{LINKS}/{kind}", "target": target}
        shapes += SHAPES.get(kind, "").format(**told)
        relations += LINK.format(**told)
    return changed(
        plain(),
        {
            "ppt/slides/slide1.xml": ("</p:spTree>", shapes),
            "ppt/slides/_rels/slide1.xml.rels": ("</Relationships>", relations),
        },
    )


def changed(deck: bytes, additions: Mapping[str, tuple[str, str]]) -> bytes:
    """The deck with text put before a mark of some of its parts."""
    into = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(deck)) as old, zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name in additions:
                mark, text = additions[name]
                content = content.replace(mark.encode(), (text + mark).encode())
            new.writestr(name, content)
    return into.getvalue()


def everywhere(port: int, canaries: Path) -> bytes:
    """A deck that tries every way: a listener at `port` of this machine, and files in the folder `canaries`."""
    here = f"http://127.0.0.1:{port}"
    return baited(
        [
            ("image", f"{here}/picture.png"),
            ("image", f"webdav://127.0.0.1:{port}/picture.png"),
            ("image", f"\\\\127.0.0.1@{port}\\share\\picture.png"),
            ("image", f"file://127.0.0.1@{port}/share/picture.png"),
            ("image", (canaries / "canary.png").as_uri()),
            ("image", "file:///proc/self/environ"),
            ("image", "file:///etc/passwd"),
            ("oleObject", f"{here}/object.docx"),
            ("oleObject", (canaries / "canary.txt").as_uri()),
            ("video", f"{here}/film.mp4"),
            ("slideLayout", f"{here}/layout.xml"),
            ("attachedTemplate", f"{here}/template.potx"),
        ]
    )
