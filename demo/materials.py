"""Material of a rehearsal, handed in by the first secretaries who have an account, with the verbs that pages call."""

from collections.abc import Callable
from datetime import datetime

from accounts.models import User
from contest.models import Entry
from demo.film import deck, film
from materials import inspecting, store
from materials.actions import uploading
from materials.actions.pledging import Told, confirm, sign
from materials.models import Kind, Material

PAGES = [
    "一、建强组织：党员活动日雷打不动",
    "二、产业增收：三华李合作社由 12 户到 86 户",
    "三、人居环境：村道硬化 4.2 公里",
    "下一步：把电商培训办到村口",
]
Tick = Callable[[], datetime]


def hand_in(entry: Entry, kind: Kind, name: str, data: bytes, *, by: User, tick: Tick) -> Material:
    """One file, sent, whole and looked at."""
    upload = uploading.begin(entry, kind=kind, name=name, length=len(data), by=by, at=tick())
    store.room_for(upload.token).write_bytes(data)
    material = uploading.complete(upload, at=tick())
    inspecting.work_off()
    material.refresh_from_db()
    return material


def good_example(entry: Entry, by: User, *, organizer: User, tick: Tick) -> None:
    """PPT and video found good, the pledge signed and confirmed by the town."""
    hand_in(entry, Kind.DECK, "驻村汇报（演练）.pptx", deck(entry.talk or "驻村两年，话振兴", PAGES), by=by, tick=tick)
    hand_in(entry, Kind.VIDEO, "驻村纪实（演练）.mp4", film(), by=by, tick=tick)
    pledge = sign(entry, claims=[Told("三华李合作社由 12 户发展到 86 户")], by=by, at=tick())
    confirm(pledge, level="town", body="示例镇党委", person="示例人", by=organizer, at=tick())


def bad_example(entry: Entry, by: User, *, tick: Tick) -> None:
    """A page of the web saved under the name of a PPT: refused."""
    hand_in(entry, Kind.DECK, "汇报.pptx", b"<!DOCTYPE html><title>404</title>" * 40, by=by, tick=tick)
