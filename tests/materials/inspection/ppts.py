"""Binary .ppt files, record by record, and other OLE files."""

import struct
from collections.abc import Sequence

from tests.materials.inspection.ole import Streams, ole_of
from tests.materials.inspection.samples import genuine, hostile

PLAIN_TOKEN, ENCRYPTED_TOKEN = 0xE391C05F, 0xF3D1C4DF


def atom(kind: int, content: bytes, instance: int = 0) -> bytes:
    return struct.pack("<HHI", instance << 4, kind, len(content)) + content


def holder(kind: int, *inner: bytes, instance: int = 0) -> bytes:
    content = b"".join(inner)
    return struct.pack("<HHI", instance << 4 | 0xF, kind, len(content)) + content


def words(text: str, instance: int) -> bytes:
    return atom(0x0FBA, text.encode("utf-16-le"), instance)


def slide(*inner: bytes, hidden: bool = False) -> bytes:
    shown = struct.pack("<IIBBH4x", 0, 0, 0, 0, 0x04 if hidden else 0)
    return holder(0x03EE, atom(0x03F9, shown), *inner)


def hyperlink(target: str) -> bytes:
    return holder(0x0409, holder(0x0FD7, atom(0x0FD3, struct.pack("<I", 1)), words("链接", 0), words(target, 1)))


def button(action: int) -> bytes:
    return holder(0x0FF2, atom(0x0FF3, struct.pack("<IIBBBB4x", 0, 0, action, 0, 0, 0)))


def macros(has: int) -> bytes:
    return holder(0x07D0, holder(0x03FF, atom(0x0400, struct.pack("<III", has, has, 2)), instance=1))


def document(slides: Sequence[bytes], *extra: bytes, before: bytes = b"", last_edit: int = 0) -> tuple[bytes, int]:
    """The document's stream, and where its newest edit stands; `before` are earlier savings."""
    listed = [atom(0x03F3, struct.pack("<IIIII", 2 + number, 0, 0, 256 + number, 0)) for number in range(len(slides))]
    stream = before
    places = [len(stream)]
    stream += holder(0x03E8, atom(0x03E9, bytes(40)), *extra, holder(0x0FF0, *listed), atom(0x03EA, b""))
    for each in slides:
        places.append(len(stream))
        stream += each
    directory = len(stream)
    stream += atom(0x1772, struct.pack("<I", len(places) << 20 | 1) + struct.pack(f"<{len(places)}I", *places))
    newest = len(stream)
    stream += atom(0x0FF5, struct.pack("<IIIIIII", 256, 3 << 24, last_edit, directory, 1, len(places) + 1, 0))
    return stream, newest


def user(newest: int, token: int = PLAIN_TOKEN) -> bytes:
    return atom(0x0FF6, struct.pack("<IIIHHBBH", 0x14, token, newest, 4, 0x03F4, 3, 0, 0) + b"wang")


def streams(*extra: bytes, slides: Sequence[bytes] = (slide(), slide()), token: int = PLAIN_TOKEN) -> Streams:
    stream, newest = document(slides, *extra)
    return {"PowerPoint Document": stream, "Current User": user(newest, token)}


@genuine("deck")
def binary_deck() -> bytes:
    return ole_of(streams(macros(0), hyperlink("http://www.maoming.gov.cn/"), hyperlink("256,1,第一页")))


@genuine("deck")
def binary_deck_with_a_hidden_page() -> bytes:
    return ole_of(streams(slides=(slide(), slide(hidden=True), slide(button(3)))))


@genuine("deck")
def binary_deck_saved_twice() -> bytes:
    """A fast save appends the new document behind the old one."""
    first, edit = document((slide(),))
    stream, newest = document((slide(), slide()), before=first, last_edit=edit)
    return ole_of({"PowerPoint Document": stream, "Current User": user(newest)})


@hostile("deck", "macro")
def binary_deck_with_macros() -> bytes:
    return ole_of(streams(macros(1), slides=(slide(),)))


@hostile("deck", "macro")
def binary_deck_with_a_storage_of_macros() -> bytes:
    return ole_of({**streams(), "_VBA_PROJECT_CUR/VBA/dir": b"x"})


@hostile("deck", "macro")
def binary_deck_whose_button_runs_a_macro() -> bytes:
    return ole_of(streams(slides=(slide(button(1)),)))


@hostile("deck", "run_program")
def binary_deck_whose_button_runs_a_program() -> bytes:
    return ole_of(streams(slides=(slide(button(2)),)))


@hostile("deck", "embedded_object")
def binary_deck_with_an_object() -> bytes:
    return ole_of(streams(holder(0x0409, holder(0x0FCC, atom(0x0FCD, bytes(8))))))


@hostile("deck", "embedded_object")
def binary_deck_with_a_stray_storage() -> bytes:
    stream, newest = document((slide(),), before=atom(0x1011, b"\x78\x9c" + bytes(30), 1))
    return ole_of({"PowerPoint Document": stream, "Current User": user(newest)})


@hostile("deck", "embedded_object")
def binary_deck_with_a_package() -> bytes:
    return ole_of({**streams(), "MBD00012345/\x01Ole10Native": b"setup.exe"})


@hostile("deck", "active_x")
def binary_deck_with_a_control() -> bytes:
    return ole_of(streams(holder(0x0409, holder(0x0FEE, atom(0x0FFB, bytes(4))))))


@hostile("deck", "external_link")
def binary_deck_with_a_linked_object() -> bytes:
    return ole_of(streams(holder(0x0409, holder(0x0FCE, atom(0x0FD1, bytes(12))))))


@hostile("deck", "external_link")
def binary_deck_with_a_film() -> bytes:
    """A film is always another file there."""
    film = holder(0x1006, holder(0x1005, atom(0x1004, bytes(8)), words(r"D:\驻村.avi", 0)))
    return ole_of(streams(holder(0x0409, film)))


@hostile("deck", "file_link")
def binary_deck_with_a_link_to_a_drive() -> bytes:
    return ole_of(streams(hyperlink(r"C:\材料\总结.doc")))


@hostile("deck", "file_link")
def binary_deck_with_a_link_to_a_share() -> bytes:
    return ole_of(streams(hyperlink(r"\\10.0.0.9\share\a.doc")))


@hostile("deck", "run_program")
def binary_deck_with_a_link_to_a_program() -> bytes:
    return ole_of(streams(hyperlink(r"C:\Windows\System32\calc.exe")))


@hostile("deck", "encrypted")
def binary_deck_with_a_password() -> bytes:
    return ole_of(streams(token=ENCRYPTED_TOKEN))


@hostile("deck", "no_slides")
def binary_deck_without_a_page() -> bytes:
    return ole_of(streams(slides=()))


@hostile("deck", "damaged")
def binary_deck_whose_list_leads_nowhere() -> bytes:
    stream, newest = document((slide(),))
    return ole_of({"PowerPoint Document": stream, "Current User": user(newest + 4)})


@hostile("deck", "damaged")
def binary_deck_whose_record_is_longer_than_the_file() -> bytes:
    stream, newest = document((slide(),))
    return ole_of(
        {"PowerPoint Document": stream + struct.pack("<HHI", 0xF, 0x03E8, 1 << 30), "Current User": user(newest)}
    )


@hostile("deck", "truncated")
def binary_deck_cut_in_the_middle() -> bytes:
    """The table of sectors stands first in some files, so a cut one can still be opened."""
    data = ole_of({**streams(), "Pictures": bytes(20_000)})
    entry = data.index("Pictures".encode("utf-16-le")) + 120
    return data[:entry] + struct.pack("<I", 5_000_000) + data[entry + 4 :]


@hostile("deck", "truncated")
def binary_deck_of_a_few_bytes() -> bytes:
    return ole_of(streams())[:700]


@hostile("deck", "encrypted")
def deck_with_a_password_to_open() -> bytes:
    """What PowerPoint and WPS make of a .pptx with a password."""
    return ole_of({"EncryptionInfo": b"\4\0\4\0", "EncryptedPackage": bytes(5000), "\x06DataSpaces/Version": b"x"})


@hostile("deck", "not_a_deck:doc")
def old_word_document() -> bytes:
    return ole_of({"WordDocument": b"x", "1Table": b"x"})


@hostile("deck", "not_a_deck:xls")
def old_excel_workbook() -> bytes:
    return ole_of({"Workbook": b"x"})


@hostile("deck", "not_a_deck:ole")
def installer() -> bytes:
    return ole_of({"Binary.setup": b"MZ"})


@hostile("video", "not_a_video:ole")
def binary_deck_in_the_place_of_a_film() -> bytes:
    return ole_of(streams())
