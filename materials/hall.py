"""What the hall gets: the files that count, in running order, with a playlist, checksums and what is missing.

The files go on to other machines as they are: in a zip that is made while it is sent, or in a folder. Whatever differs
from what was inspected is named, and never goes along in silence.
"""

import hashlib
from collections.abc import Container, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from django.core.cache import cache
from django.utils import translation
from django.utils.translation import gettext as _
from zipstream import ZipStream

from contest.models import Entry, Stage
from materials import bucket, shelf, standing, store
from materials.models import Kind, Material
from materials.right import terms_by_stage
from materials.standing import Standing
from materials.store import Seen
from registry.filenames import safe

SUMS = "SHA256SUMS.txt"


class Altered(Exception):
    """A file is gone, or is no longer what was inspected; the message names it."""


@dataclass(frozen=True, slots=True)
class Item:
    """One file of the package: `name` as it is called there, `trouble` what is wrong with it where it is kept."""

    name: str
    material: Material
    trouble: str

    @property
    def path(self) -> Path:
        """Where it lies unless it was put away."""
        return store.path_of(self.material.file)


@dataclass(frozen=True, slots=True)
class Place:
    """One entrant: `number` as it is written before the file names, empty without a lot."""

    entry: Entry
    number: str
    standing: Standing
    items: tuple[Item, ...]

    @property
    def missing(self) -> list[str]:
        return list(_missing(self.standing))

    @property
    def who(self) -> str:
        """For lists outside the portal."""
        talk = " ".join(self.entry.talk.split())
        known = [self.number or _("未抽签"), self.entry.district.name, self.entry.secretary.name]
        return " ".join(known) + (f"《{talk}》" if talk else "")

    @property
    def deck(self) -> Item | None:
        return next((each for each in self.items if each.material.kind == Kind.DECK), None)

    @property
    def video(self) -> Item | None:
        return next((each for each in self.items if each.material.kind == Kind.VIDEO), None)


@dataclass(frozen=True, slots=True)
class Hall:
    stage: Stage
    places: tuple[Place, ...]

    @property
    def items(self) -> list[Item]:
        return [item for place in self.places for item in place.items]

    @property
    def troubled(self) -> list[Item]:
        return [item for item in self.items if item.trouble]

    @property
    def lacking(self) -> list[Place]:
        return [place for place in self.places if place.missing]

    @property
    def size(self) -> int:
        """In bytes."""
        return sum(item.material.size for item in self.items)

    @property
    def title(self) -> str:
        """The package's name; like the names in it in Chinese, whatever language the pages are read in."""
        with translation.override("zh-hans"):
            return safe(self.stage.season.marked(_("%(stage)s现场材料") % {"stage": self.stage.title}))


def hall_of(stage: Stage) -> Hall:
    """Everybody who competes, in running order; those without a lot come last. A fixed number of queries."""
    entries = list(Entry.objects.filter(stage=stage).competing().with_people().in_order())
    known = standing.of(entries, terms_by_stage([stage.pk]))
    # A standing leaves out what was measured.
    whole = Material.objects.in_bulk([each.pk for here in known.values() for each in _counting(here)])
    counting = [[whole[each.pk] for each in _counting(known[entry.pk])] for entry in entries]
    troubles = _troubles(list(whole.values()))
    width = max([2, *(len(str(entry.order)) for entry in entries if entry.order)])
    taken: set[str] = set()
    places = []
    for entry, materials in zip(entries, counting, strict=True):
        number = f"{entry.order:0{width}}" if entry.order else ""
        items = [Item(_name(entry, number, each, taken), each, troubles[each.pk]) for each in materials]
        places.append(Place(entry, number, known[entry.pk], tuple(items)))
    return Hall(stage, tuple(places))


def papers(hall: Hall) -> dict[str, bytes]:
    """What goes with the files: a playlist, what is missing, and a file that `sha256sum -c` takes."""
    with translation.override("zh-hans"):
        written = {_("播放列表") + ".m3u8": _playlist(hall), _("缺少的材料") + ".txt": _lacking(hall)}
        return {**written, SUMS: _sums(hall, written)}


def zipped(hall: Hall) -> ZipStream:
    """The package as a zip that is made while it is read; its length is known before. Raises Altered.

    A file that turns out to be altered breaks the zip off (Altered while reading): a broken download is seen.
    """
    if hall.troubled:
        raise Altered("、".join(f"{item.name}（{item.trouble}）" for item in hall.troubled))
    stream = ZipStream(sized=True)
    for item in hall.items:
        stream.add(pieces(item), f"{hall.title}/{item.name}", size=item.material.size)
    for name, content in papers(hall).items():
        stream.add(content, f"{hall.title}/{name}")
    return stream


def pieces(item: Item) -> Iterator[bytes]:
    """The bytes of a file, the last of them only when all are what was inspected. Raises Altered."""
    digest, length = hashlib.sha256(), 0
    held = b""
    try:
        with closing(shelf.pieces(item.material)) as coming:
            for piece in coming:
                digest.update(piece)
                length += len(piece)
                if held:
                    yield held
                held = piece
    except store.Missing:
        raise Altered(f"{item.name}: gone") from None
    except bucket.Silent as reason:
        raise Altered(f"{item.name}: the storage does not answer, {reason}") from None
    if (digest.hexdigest(), length) != (item.material.sha256, item.material.size):
        shelf.remember_altered(item.material)
        raise Altered(f"{item.name}: not what was inspected")
    yield held


def _counting(here: Standing) -> list[Material]:
    return [each.counting for each in here.kinds if each.counting is not None]


def _name(entry: Entry, number: str, material: Material, taken: set[str]) -> str:
    """Of its own, also where systems do not tell large letters from small ones."""
    with translation.override("zh-hans"):
        what = _("课件") if material.kind == Kind.DECK else _("视频")
        stem = safe("_".join([number or _("未抽签"), entry.district.name, entry.secretary.name, what]))
    name, again = f"{stem}.{material.format}", 1
    while name.casefold() in taken:
        again += 1
        name = f"{stem}_{again}.{material.format}"
    taken.add(name.casefold())
    return name


def _troubles(materials: list[Material]) -> dict[int, str]:
    """What a look at the files tells; whether their bytes are right is seen when they are read."""
    unseen = _("服务器上找不到这个文件")
    try:
        seen = shelf.seen(materials)
    except bucket.Silent:
        seen, unseen = shelf.seen_here(materials), _("文件存储服务没有回应，请稍后刷新页面")
    altered = cache.get_many([shelf.altered_key(each, seen.get(each.file)) for each in materials])
    return {each.pk: _trouble(each, seen.get(each.file), altered, unseen) for each in materials}


def _trouble(material: Material, seen: Seen | None, altered: Container[str], unseen: str) -> str:
    if seen is None:
        return unseen
    if seen.size != material.size:
        return _("文件大小与检查时不同")
    return _("文件内容与检查时不同") if shelf.altered_key(material, seen) in altered else ""


def _missing(here: Standing) -> Iterator[str]:
    for each in here.kinds:
        if each.is_missing:
            yield _("%(kind)s：%(state)s") % {"kind": each.kind.label, "state": each.state.label}
    if here.pledge is None:
        yield _("未签承诺")
    elif here.is_outdated:
        yield _("承诺签在旧版本上")


def _playlist(hall: Hall) -> bytes:
    lines = ["#EXTM3U"]
    for place in hall.places:
        if item := place.video:
            # Whole seconds, and never fewer than it lasts.
            seconds = -(-int(item.material.facts.get("milliseconds", 0)) // 1000)
            lines += [f"#EXTINF:{seconds},{place.who}", item.name]
    return _text(lines)


def _lacking(hall: Hall) -> bytes:
    """For the oldest Notepad: a byte order mark, and lines that end as it wants them."""
    lines = [f"{place.who}：{'、'.join(place.missing)}" for place in hall.lacking]
    head = hall.stage.season.marked(f"{hall.stage.season.title} {hall.stage.title}")
    return "\ufeff".encode() + _text([head, *(lines or [_("材料齐全。")])]).replace(b"\n", b"\r\n")


def _sums(hall: Hall, written: dict[str, bytes]) -> bytes:
    lines = [_("# 核对：在本文件夹中运行 sha256sum -c %(sums)s") % {"sums": SUMS}]
    for place in hall.places:
        for item in place.items:
            version = _("第 %(version)d 版") % {"version": item.material.version}
            lines += [f"# {place.who} {version}", f"{item.material.sha256}  {item.name}"]
    lines += [f"{hashlib.sha256(content).hexdigest()}  {name}" for name, content in written.items()]
    return _text(lines)


def _text(lines: list[str]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()
