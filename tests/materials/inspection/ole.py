"""OLE files ([MS-CFB] version 3) of large streams only, so that there is no small-stream table to write."""

import struct

SECTOR = 512
FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
# Streams below this would have to lie in the table of small ones.
CUTOFF = 4096
Streams = dict[str, bytes]


def ole_of(streams: Streams) -> bytes:
    """`streams` by path; an empty one whose path ends in a slash is a storage."""
    content = b""
    table: list[int] = []
    starts = {}
    for path, data in streams.items():
        data = data.ljust(CUTOFF, b"\0") if not path.endswith("/") else b""
        starts[path] = (len(content) // SECTOR if data else END, len(data))
        count = -(-len(data) // SECTOR)
        table += [len(table) + each + 1 for each in range(count - 1)] + [END] * bool(count)
        content += data.ljust(count * SECTOR, b"\0")
    directory = _directory(starts)
    first = len(table)
    count = len(directory) // SECTOR
    table += [first + each + 1 for each in range(count - 1)] + [END]
    fats = 1
    while fats * 128 < len(table) + fats:
        fats += 1
    table += [FAT] * fats
    table += [FREE] * (fats * 128 - len(table))
    header = struct.pack(
        "<8s16xHHHHH6xIIIIIIIIII", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6,
        0, fats, first, 0, CUTOFF, END, 0, END, 0, first + count,
    )  # fmt: skip
    places = [first + count + each for each in range(1, fats)]
    header += struct.pack("<108I", *places, *[FREE] * (108 - len(places)))
    return header.ljust(SECTOR, b"\xff") + content + directory + struct.pack(f"<{len(table)}I", *table)


def _directory(starts: dict[str, tuple[int, int]]) -> bytes:
    """Entries in a chain to the right below each storage."""
    paths: list[str] = []
    for path in starts:
        steps = path.strip("/").split("/")
        paths += ["/".join(steps[:depth]) for depth in range(1, len(steps) + 1)]
    paths = list(dict.fromkeys(paths))
    children: dict[str, list[int]] = {}
    for number, path in enumerate(paths, 1):
        children.setdefault(path.rpartition("/")[0], []).append(number)
    entries = [_entry("Root Entry", 5, (END, 0), FREE, children.get("", [FREE])[0])]
    for number, path in enumerate(paths, 1):
        beside = children[path.rpartition("/")[0]]
        following = beside[beside.index(number) + 1 :]
        kind = 2 if path in starts else 1
        below = children.get(path, [FREE])[0]
        place = starts.get(path, (0, 0))
        entries.append(_entry(path.rpartition("/")[2], kind, place, following[0] if following else FREE, below))
    while len(entries) % 4:
        entries.append(_entry("", 0, (0, 0), FREE, FREE))
    return b"".join(entries)


def _entry(name: str, kind: int, place: tuple[int, int], right: int, below: int) -> bytes:
    encoded = (name + "\0").encode("utf-16-le") if name else b""
    head = encoded.ljust(64, b"\0") + struct.pack("<HBBIII", len(encoded), kind, 1, FREE, right, below)
    return head + bytes(36) + struct.pack("<IQ", *place)
