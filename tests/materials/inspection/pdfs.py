"""Decks as PDF: genuine ones from typst, and hostile ones object by object."""

import functools
import io
from collections.abc import Callable

import typst
from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    TextStringObject,
)

from tests.materials.inspection.decks import plain
from tests.materials.inspection.samples import genuine, hostile
from tests.materials.inspection.zips import moved

Change = Callable[[PdfWriter], object]


@functools.cache
def typeset(pages: int = 2, text: str = "村集体收入逐年增加") -> bytes:
    """Wide pages with a link, set by typst."""
    page = f'= {text}\n#link("https://example.cn/")[example]'
    source = '#set page(width: 320mm, height: 180mm)\n#set text(font: ("Noto Sans CJK SC", "Libertinus Serif"))\n'
    return typst.compile((source + "\n#pagebreak()\n".join([page] * pages)).encode(), format="pdf")


def changed(change: Change) -> bytes:
    """The typeset deck with something put into it."""
    writer = PdfWriter(clone_from=io.BytesIO(typeset()))
    change(writer)
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def dictionary(**items: object) -> DictionaryObject:
    return DictionaryObject({NameObject("/" + key): value for key, value in items.items()})


def name(word: str) -> NameObject:
    return NameObject("/" + word)


def opening(action: DictionaryObject) -> bytes:
    """Something that happens as soon as the deck is opened."""
    return changed(lambda writer: writer.root_object.update({name("OpenAction"): action}))


def annotated(**items: object) -> bytes:
    """Something that lies on the first page."""

    def change(writer: PdfWriter) -> None:
        place = ArrayObject([NumberObject(each) for each in (0, 0, 90, 90)])
        note = dictionary(Type=name("Annot"), Rect=place, **items)
        writer.pages[0][name("Annots")] = ArrayObject([writer._add_object(note)])

    return changed(change)


def by_hand(*objects: bytes, root: int = 1) -> bytes:
    """A PDF of these objects, numbered from 1, with a table that is right."""
    data, places = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", []
    for number, each in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%b\nendobj\n" % (number, each)
    start = len(data)
    data += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    data += b"".join(b"%010d 00000 n \n" % place for place in places)
    return data + b"trailer\n<</Size %d/Root %d 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, root, start)


PAGES = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 320 180]>>"


@genuine("deck")
def deck_as_pdf() -> bytes:
    return typeset()


@genuine("deck")
def pdf_of_one_page() -> bytes:
    return typeset(1)


@genuine("deck")
def pdf_of_sixty_pages() -> bytes:
    return typeset(60)


@genuine("deck")
def pdf_written_anew() -> bytes:
    return changed(lambda writer: None)


@genuine("deck")
def pdf_with_small_objects_packed() -> bytes:
    writer = PdfWriter(clone_from=io.BytesIO(typeset()))
    writer.compress_identical_objects()
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


@genuine("deck")
def pdf_that_opens_at_a_page() -> bytes:
    return opening(dictionary(S=name("GoTo"), D=ArrayObject([NumberObject(0), name("Fit")])))


@genuine("deck")
def pdf_of_the_simplest_sort() -> bytes:
    return by_hand(b"<</Type/Catalog/Pages 2 0 R>>", PAGES, PAGE)


@genuine("deck")
def pdf_saved_a_second_time() -> bytes:
    """A second saving appends; the first end mark stays in the middle."""
    data = by_hand(b"<</Type/Catalog/Pages 2 0 R>>", PAGES, PAGE)
    before = data.rindex(b"startxref") + 10
    start = int(data[before : data.index(b"\n", before)])
    place = len(data)
    data += b"3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 640 360]>>\nendobj\n"
    table = len(data)
    data += b"xref\n3 1\n%010d 00000 n \n" % place
    return data + b"trailer\n<</Size 4/Root 1 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (start, table)


@hostile("deck", "pdf_script")
def pdf_that_runs_script_on_opening() -> bytes:
    return opening(dictionary(S=name("JavaScript"), JS=TextStringObject("app.alert(1)")))


@hostile("deck", "pdf_script")
def pdf_with_named_scripts() -> bytes:
    script = dictionary(S=name("JavaScript"), JS=TextStringObject("app.alert(1)"))
    named = dictionary(JavaScript=dictionary(Names=ArrayObject([TextStringObject("a"), script])))
    return changed(lambda writer: writer.root_object.update({name("Names"): named}))


@hostile("deck", "pdf_script")
def pdf_that_spells_script_in_numbers() -> bytes:
    return by_hand(
        b"<</Type/Catalog/Pages 2 0 R/OpenAction 4 0 R>>", PAGES, PAGE, b"<</S/J#61va#53cript/J#53(app.alert\\(1\\))>>"
    )


@hostile("deck", "pdf_script")
def pdf_whose_page_runs_script() -> bytes:
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 320 180]/AA<</O<</S/JavaScript/JS(x)>>>>>>"
    return by_hand(b"<</Type/Catalog/Pages 2 0 R>>", PAGES, page)


@hostile("deck", "pdf_script")
def pdf_with_script_that_nothing_refers_to() -> bytes:
    return by_hand(b"<</Type/Catalog/Pages 2 0 R>>", PAGES, PAGE, b"<</S/JavaScript/JS(x)>>")


@hostile("deck", "pdf_script")
def pdf_with_script_in_a_packed_object() -> bytes:
    inner = b"4 0 <</S/JavaScript/JS(x)>>"
    packed = b"<</Type/ObjStm/N 1/First 4/Length %d>>stream\n%b\nendstream" % (len(inner), inner)
    data, places = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", []
    for number, each in ((1, b"<</Type/Catalog/Pages 2 0 R/OpenAction 4 0 R>>"), (2, PAGES), (3, PAGE), (5, packed)):
        places.append(len(data))
        data += b"%d 0 obj\n%b\nendobj\n" % (number, each)
    start = len(data)
    rows = [(0, 0, 255), *((1, place, 0) for place in places[:3]), (2, 5, 0), (1, places[3], 0), (1, start, 0)]
    table = b"".join(bytes([kind]) + place.to_bytes(4, "big") + bytes([last]) for kind, place, last in rows)
    head = b"<</Type/XRef/Size 7/W[1 4 1]/Root 1 0 R/Length %d>>" % len(table)
    data += b"6 0 obj\n%b\nstream\n%b\nendstream\nendobj\n" % (head, table)
    return data + b"startxref\n%d\n%%%%EOF\n" % start


@hostile("deck", "run_program")
def pdf_that_launches_a_program() -> bytes:
    return opening(dictionary(S=name("Launch"), F=TextStringObject("calc.exe")))


@hostile("deck", "pdf_attachment")
def pdf_with_an_attachment() -> bytes:
    return changed(lambda writer: writer.add_attachment("setup.exe", b"MZ"))


@hostile("deck", "pdf_attachment")
def pdf_with_a_file_on_a_page() -> bytes:
    return annotated(Subtype=name("FileAttachment"), FS=dictionary(F=TextStringObject("a.docx")))


@hostile("deck", "pdf_attachment")
def pdf_that_is_a_folder() -> bytes:
    return changed(lambda writer: writer.root_object.update({name("Collection"): dictionary(View=name("D"))}))


@hostile("deck", "pdf_remote")
def pdf_that_goes_to_another_file() -> bytes:
    return opening(dictionary(S=name("GoToR"), F=TextStringObject(r"\\10.0.0.9\share\a.pdf"), D=ArrayObject()))


@hostile("deck", "pdf_remote")
def pdf_that_goes_into_an_attachment() -> bytes:
    return opening(dictionary(S=name("GoToE"), D=ArrayObject()))


@hostile("deck", "pdf_remote")
def pdf_that_sends_itself_away() -> bytes:
    return opening(dictionary(S=name("SubmitForm"), F=TextStringObject("http://127.0.0.1:9/")))


@hostile("deck", "pdf_remote")
def pdf_that_keeps_its_content_elsewhere() -> bytes:
    content = b"<</Length 0/F(/etc/passwd)>>stream\n\nendstream"
    return by_hand(b"<</Type/Catalog/Pages 2 0 R>>", PAGES, PAGE[:-2] + b"/Contents 4 0 R>>", content)


@hostile("deck", "pdf_form")
def pdf_that_is_a_dynamic_form() -> bytes:
    form = dictionary(XFA=DecodedStreamObject(), Fields=ArrayObject())
    return changed(lambda writer: writer.root_object.update({name("AcroForm"): form}))


@hostile("deck", "pdf_media")
def pdf_with_rich_media() -> bytes:
    return annotated(Subtype=name("RichMedia"), RichMediaContent=dictionary())


@hostile("deck", "pdf_media")
def pdf_with_a_film() -> bytes:
    return annotated(Subtype=name("Screen"), A=dictionary(S=name("Rendition")))


@hostile("deck", "file_link")
def pdf_with_a_link_to_a_drive() -> bytes:
    action = dictionary(S=name("URI"), URI=TextStringObject("file:///C:/a.docx"))
    return annotated(Subtype=name("Link"), A=action)


def address(where: str = "http://example.com/beacon", **more: object) -> DictionaryObject:
    return dictionary(S=name("URI"), URI=TextStringObject(where), **more)


@hostile("deck", "pdf_opening")
def pdf_that_opens_an_address_on_opening() -> bytes:
    return opening(address())


@hostile("deck", "pdf_opening")
def pdf_that_opens_an_address_by_a_reference() -> bytes:
    action = b"<</S 5 0 R/URI(https://example.com/)>>"
    return by_hand(b"<</Type/Catalog/Pages 2 0 R/OpenAction 4 0 R>>", PAGES, PAGE, action, b"/URI")


@hostile("deck", "pdf_opening")
def pdf_whose_first_page_opens_an_address() -> bytes:
    return by_hand(
        b"<</Type/Catalog/Pages 2 0 R>>", PAGES, PAGE[:-2] + b"/AA<</O<</S/URI/URI(https://example.com/)>>>>>>"
    )


@hostile("deck", "pdf_opening")
def pdf_that_goes_to_a_page_and_then_to_an_address() -> bytes:
    there = ArrayObject([NumberObject(0), name("Fit")])
    return opening(dictionary(S=name("GoTo"), D=there, Next=ArrayObject([dictionary(S=name("GoTo")), address()])))


@hostile("deck", "pdf_opening")
def pdf_with_an_address_under_the_pointer() -> bytes:
    return annotated(Subtype=name("Link"), AA=dictionary(E=address()))


@hostile("deck", "pdf_opening")
def pdf_that_opens_an_address_when_it_is_closed() -> bytes:
    return changed(lambda writer: writer.root_object.update({name("AA"): dictionary(WC=address())}))


@hostile("deck", "pdf_opening")
def pdf_that_prints_itself_on_opening() -> bytes:
    return opening(dictionary(S=name("Named"), N=name("Print")))


@hostile("deck", "pdf_opening")
def pdf_whose_actions_go_round() -> bytes:
    action = b"<</S/GoTo/D[3 0 R/Fit]/Next 4 0 R>>"
    return by_hand(b"<</Type/Catalog/Pages 2 0 R/OpenAction 4 0 R>>", PAGES, PAGE, action)


@hostile("deck", "file_link", "pdf_opening")
def pdf_that_opens_a_file_on_opening() -> bytes:
    return opening(address("file:///C:/a.docx"))


@hostile("deck", "run_program")
def pdf_that_launches_when_a_page_is_turned() -> bytes:
    return annotated(Subtype=name("Link"), AA=dictionary(PO=dictionary(S=name("Launch"))))


@hostile("deck", "pdf_remote")
def pdf_that_sends_itself_away_by_a_reference() -> bytes:
    """The kind of the action is written elsewhere."""
    action = b"<</S 5 0 R/F(http://127.0.0.1:9/)>>"
    return by_hand(b"<</Type/Catalog/Pages 2 0 R>>", PAGES, PAGE[:-2] + b"/AA<</O 4 0 R>>>>", action, b"/SubmitForm")


@genuine("deck")
def pdf_that_opens_at_a_page_and_turns_on() -> bytes:
    return opening(dictionary(S=name("Named"), N=name("NextPage"), Next=dictionary(S=name("GoTo"), D=ArrayObject())))


@genuine("deck")
def pdf_with_a_link_to_click() -> bytes:
    return annotated(Subtype=name("Link"), A=address("https://example.com/"))


@hostile("deck", "encrypted")
def pdf_with_a_password() -> bytes:
    return changed(lambda writer: writer.encrypt("secret", algorithm="RC4-128"))


@hostile("deck", "encrypted")
def pdf_that_may_not_be_copied() -> bytes:
    return changed(lambda writer: writer.encrypt("", owner_password="owner", algorithm="RC4-128"))


@hostile("deck", "truncated")
def pdf_cut_in_the_middle() -> bytes:
    return typeset()[: len(typeset()) // 2]


@hostile("deck", "disguised")
def pdf_with_noise_before_it() -> bytes:
    return b"\x01\x02\x03" * 100 + typeset()


@hostile("deck", "disguised")
def pdf_with_a_deck_behind_it() -> bytes:
    return typeset() + moved(plain(), len(typeset()))


@hostile("deck", "disguised")
def pdf_with_noise_behind_it() -> bytes:
    return typeset() + b"\x01\x02\x03" * 1000


@hostile("deck", "no_slides")
def pdf_without_a_page() -> bytes:
    return by_hand(b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[]/Count 0>>")


@hostile("deck", "damaged")
def pdf_whose_pages_go_round() -> bytes:
    return by_hand(b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[2 0 R]/Count 1>>")


@hostile("deck", "damaged")
def pdf_of_which_only_the_ends_are_right() -> bytes:
    return b"%PDF-1.7\n" + bytes(500) + b"\n%%EOF\n"


@hostile("deck", "damaged")
def pdf_with_brackets_a_hundred_thousand_deep() -> bytes:
    return by_hand(b"<</Type/Catalog/Pages 2 0 R/A 4 0 R>>", PAGES, PAGE, b"[" * 100_000 + b"]" * 100_000)


@hostile("deck", "not_a_deck:page")
def page_with_a_pdf_behind_it() -> bytes:
    return b"<html><body>hello</body></html>\n" + typeset()
