"""A .ppt of PowerPoint 97 to 2003, WPS or LibreOffice; and whatever else comes in an OLE file."""

import struct
from typing import Any

import olefile
from olefile.olefile import OleFileError

from materials.inspection.links import check_address
from materials.inspection.records import Broken, Kind, Record, places, record_at, walk
from materials.inspection.report import Case, Stop

DOCUMENT, USER = "powerpoint document", "current user"
# [MS-PPT] 2.3.2: what the current user's record says of an encrypted document.
ENCRYPTED_TOKEN = 0xF3D1C4DF
MOST_BYTES = 512 << 20
MACRO_STORAGES = {"vba", "_vba_project", "_vba_project_cur", "macros"}
OBJECT_STORAGES = {"objectpool", "\x01ole10native", "package"}
OTHERS = (("worddocument", "doc"), ("workbook", "xls"), ("book", "xls"))
# What a button does ([MS-PPT] 2.8.6): 1 runs a macro, 2 a program.
RUNS_MACRO, RUNS_PROGRAM = 1, 2
# A jump inside the deck: "256,1,title", "-1,-1,NEXT".
JUMP = frozenset("-0123456789,")
HIDDEN = 0x04
REFUSED: dict[int, tuple[str, dict[str, Any]]] = {
    Kind.OLE_EMBED: ("embedded_object", {}),
    Kind.OLE_LINK: ("external_link", {"what": "object"}),
    Kind.CONTROL: ("active_x", {}),
    Kind.VIDEO: ("external_link", {"what": "media"}),
    Kind.MIDI: ("external_link", {"what": "media"}),
    Kind.CD_SOUND: ("external_link", {"what": "media"}),
    Kind.SOUND_LINK: ("external_link", {"what": "media"}),
}


def look(case: Case) -> None:
    """Notes format and facts; raises Stop when there is no point in reading on."""
    try:
        ole = olefile.OleFileIO(str(case.path))
    except (OleFileError, struct.error, IndexError, ValueError):
        case.findings.refuse("truncated" if _is_cut(case) else "damaged")
        return
    with ole:
        _look(case, ole)


def _look(case: Case, ole: olefile.OleFileIO) -> None:
    names = {"/".join(path).lower() for path in ole.listdir(streams=True, storages=True)}
    if "encryptedpackage" in names:
        case.findings.refuse("encrypted")
        return
    if DOCUMENT not in names:
        case.not_wanted(next((word for stream, word in OTHERS if stream in names), "ole"))
        return
    case.format = "ppt"
    _check_storages(case, names)
    if not all(_is_whole(case, ole, entry) for entry in ole.direntries if entry is not None):
        case.findings.refuse("truncated")
        return
    try:
        _check_document(case, _stream(case, ole, DOCUMENT), _stream(case, ole, USER) if USER in names else b"")
    except (Broken, struct.error):
        case.findings.refuse("damaged")


def _is_cut(case: Case) -> bool:
    """Whether the header speaks of tables behind the end of the file."""
    with case.path.open("rb") as file:
        header = file.read(512)
    if len(header) < 512:
        return True
    tables, directory = struct.unpack_from("<II", header, 44)
    sectors = [directory, *struct.unpack_from(f"<{min(tables, 109)}I", header, 76)]
    return (max(sectors) + 2) * 512 > case.path.stat().st_size


def _check_storages(case: Case, names: set[str]) -> None:
    steps = {step for name in names for step in name.split("/")}
    if steps & MACRO_STORAGES:
        case.findings.refuse("macro")
    if steps & OBJECT_STORAGES or any(step.startswith("mbd") for step in steps):
        case.findings.refuse("embedded_object")


def _is_whole(case: Case, ole: olefile.OleFileIO, entry: Any) -> bool:
    """Whether every sector of a stream lies in the file; told by the table of sectors, without reading them."""
    if entry.entry_type != olefile.STGTY_STREAM or entry.size < ole.minisectorcutoff:
        return True
    sector, left = entry.isectStart, entry.size
    size = case.path.stat().st_size
    while left > 0:
        if not 0 <= sector < len(ole.fat) or (sector + 1) * ole.sectorsize + min(left, ole.sectorsize) > size:
            return False
        sector, left = ole.fat[sector], left - ole.sectorsize
    return True


def _stream(case: Case, ole: olefile.OleFileIO, name: str) -> bytes:
    if ole.get_size(name) > MOST_BYTES:
        case.findings.refuse("zip_bomb")
        raise Stop
    data: bytes = ole.openstream(name).read()
    return data


def _check_document(case: Case, data: bytes, user: bytes) -> None:
    current = record_at(user, 0, len(user))
    if current.kind != Kind.CURRENT_USER:
        raise Broken
    token, newest = struct.unpack_from("<II", user, current.start + 4)
    if token == ENCRYPTED_TOKEN:
        case.findings.refuse("encrypted")
        return
    _check_records(case, data)
    _count_slides(case, data, newest)


def _check_records(case: Case, data: bytes) -> None:
    """Everything that was ever saved into it, also what a later saving no longer shows."""
    has_storage = False
    for record in walk(data):
        if record.kind in REFUSED:
            code, args = REFUSED[record.kind]
            case.findings.refuse(code, **args)
        elif record.kind == Kind.CRYPT_SESSION:
            case.findings.refuse("encrypted")
        elif record.kind == Kind.VBA_INFO_ATOM and any(data[record.start : record.start + 8]):
            case.findings.refuse("macro")
        elif record.kind == Kind.INTERACTION:
            _check_button(case, data, record)
        elif record.kind == Kind.TEXT and record.holders[-1:] == (Kind.HYPERLINK,) and record.instance == 1:
            _check_hyperlink(case, data, record)
        has_storage = has_storage or record.kind == Kind.OLE_STORAGE
    if has_storage and not case.findings.refused:
        case.findings.refuse("embedded_object")


def _check_button(case: Case, data: bytes, record: Record) -> None:
    """InteractiveInfoAtom: the ninth byte says what the button does."""
    action = data[record.start + 8] if record.end - record.start > 8 else 0
    if action == RUNS_MACRO:
        case.findings.refuse("macro")
    elif action == RUNS_PROGRAM:
        case.findings.refuse("run_program")


def _check_hyperlink(case: Case, data: bytes, record: Record) -> None:
    target = data[record.start : record.end].decode("utf-16-le", "replace").strip("\0 ")
    first, _comma, rest = target.partition(",")
    is_jump = bool(first) and set(first) <= JUMP and set(rest.partition(",")[0]) <= JUMP and bool(rest)
    if not is_jump:
        check_address(case.findings, target)


def _count_slides(case: Case, data: bytes, newest: int) -> None:
    where, number = places(data, newest)
    document = record_at(data, where.get(number, -1), len(data))
    if document.kind != Kind.DOCUMENT:
        raise Broken
    slides = [
        struct.unpack_from("<I", data, record.start)[0]
        for slide_list in walk(data, document.start, document.end)
        if slide_list.kind == Kind.SLIDE_LIST and slide_list.instance == 0
        for record in walk(data, slide_list.start, slide_list.end)
        if record.kind == Kind.SLIDE_PERSIST
    ]
    case.facts.update(slides=len(slides), hidden=sum(_is_hidden(data, where.get(slide, -1)) for slide in slides))
    if not slides:
        case.findings.refuse("no_slides")


def _is_hidden(data: bytes, at: int) -> bool:
    slide = record_at(data, at, len(data))
    if slide.kind != Kind.SLIDE:
        raise Broken
    for record in walk(data, slide.start, slide.end):
        if record.kind == Kind.SHOW_INFO:
            return bool(data[record.start + 10] & HIDDEN)
    return False
