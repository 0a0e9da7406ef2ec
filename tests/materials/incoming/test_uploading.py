"""Uploads in rows and on the disk: versions, quotas, two writers, a full disk, leftovers."""

import os
import resource
import subprocess
import sys
import threading
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection

from accounts.models import LogLine
from materials import store
from materials.actions import uploading
from materials.incoming import arrivals, receiving, room
from materials.models import Material, Terms, Upload
from tests.cast import NOW, first_secretary, later
from tests.house import ROOT
from tests.materials.handing import arrived, started
from tests.races import at_once

MB = 1024 * 1024


def began(entry, by, length=10, at=NOW, kind="deck"):
    return uploading.begin(entry, kind=kind, name="汇报.pptx", length=length, by=by, at=at)


def feed(data: bytes):
    """A reader of these bytes, as a request is one."""
    left = memoryview(data)

    def read(size: int) -> bytes:
        nonlocal left
        piece, left = bytes(left[:size]), left[size:]
        return piece

    return read


def test_every_upload_is_the_next_version_of_its_kind(entry, zhiyuan):
    found = [arrived(entry, b"x", by=zhiyuan, kind=kind, at=NOW) for kind in ("deck", "video", "deck")]
    assert [(each.kind, each.version) for each in found] == [("deck", 1), ("video", 1), ("deck", 2)]


def test_what_is_whole_is_taken_once(entry, zhiyuan):
    material = arrived(entry, b"x", by=zhiyuan, at=NOW)
    assert uploading.complete(Upload.objects.get(), at=later(1)) == material
    assert Material.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("C:\\Users\\陈\\汇报.pptx", "汇报.pptx"),
        ("../../etc/passwd", "passwd"),
        ("a\r\nSet-Cookie: x\x00.pptx", "aSet-Cookie: x.pptx"),
        ("汇报\u202extpp.exe", "汇报xtpp.exe"),
        ("", "未命名"),
        ("长" * 300, "长" * 255),
    ],
)
def test_a_files_name_is_shown_without_what_is_not_seen(name, shown):
    assert uploading.shown_name(name) == shown


def test_one_entrant_cannot_fill_the_store(entries, zhiyuan, settings):
    settings.MATERIAL_QUOTA = 10 * MB
    started(began(entries[0], zhiyuan, 6 * MB), at=NOW)
    with pytest.raises(room.TooMuch, match="每人 10 MB"):
        began(entries[0], zhiyuan, 4 * MB + 1)
    began(entries[0], zhiyuan, 4 * MB)


def test_what_all_may_keep_is_limited_too(entry, zhiyuan, settings):
    settings.MATERIAL_STORE = 10 * MB
    arrived(entry, b"x" * MB, by=zhiyuan, at=NOW)
    with pytest.raises(room.NoRoom, match="材料库已满"):
        began(entry, zhiyuan, 9 * MB + 1)


def test_a_place_is_promised_only_as_long_as_the_reserve_stays(entry, zhiyuan, settings, monkeypatch):
    # Others fill and empty the machine's disk meanwhile.
    free = store.free()
    monkeypatch.setattr(store, "free", lambda: free)
    settings.MATERIAL_RESERVE = free - 8 * MB
    started(began(entry, zhiyuan, 4 * MB), at=NOW)
    with pytest.raises(room.NoRoom, match="存储空间不足"):
        began(entry, zhiyuan, 5 * MB)


def test_only_four_files_are_on_their_way_at_once(entry, zhiyuan):
    for _each in range(4):
        started(began(entry, zhiyuan), at=NOW)
    with pytest.raises(uploading.UploadRefused, match="没有传完"):
        began(entry, zhiyuan)


def test_a_beginning_that_is_told_twice_is_one_upload(entry, zhiyuan):
    told = {"kind": "deck", "name": "汇报.pptx", "length": 10, "key": "k-1", "by": zhiyuan}
    first, again = (uploading.begin(entry, **told, at=later(minute)) for minute in (0, 1))
    assert (again, Upload.objects.count(), LogLine.objects.filter(action="begin_upload").count()) == (first, 1, 1)


def test_a_key_belongs_to_one_entrant(entries, zhiyuan, heya):
    xiuying = first_secretary(entries[1], by=heya, username="xiuying")
    for entry, who in zip(entries, (zhiyuan, xiuying), strict=False):
        uploading.begin(entry, kind="deck", name="a.pptx", length=10, key="k-1", by=who, at=NOW)
    assert Upload.objects.count() == 2


@pytest.mark.parametrize("other", [{"length": 11}, {"kind": "video"}, {"key": "不行"}, {"key": "x" * 65}])
def test_a_key_of_another_file_or_none_of_ours_is_refused(entry, zhiyuan, other):
    told = {"kind": "deck", "name": "汇报.pptx", "length": 10, "key": "k-1", "by": zhiyuan, "at": NOW}
    uploading.begin(entry, **told)
    with pytest.raises(uploading.UploadRefused, match="编号"):
        uploading.begin(entry, **{**told, **other})
    assert Upload.objects.count() == 1


def test_a_beginning_asked_again_after_the_deadline_is_the_one_made_in_time(entry, zhiyuan):
    Terms.objects.create(stage=entry.stage, closes_at=later(60))
    told = {"kind": "deck", "name": "汇报.pptx", "length": 10, "key": "k-1", "by": zhiyuan}
    first = uploading.begin(entry, **told, at=later(59))
    assert uploading.begin(entry, **told, at=later(61)) == first


def test_a_beginning_that_was_given_up_is_not_begun_again_by_its_key(entry, zhiyuan):
    told = {"kind": "deck", "name": "汇报.pptx", "length": 10, "key": "k-1", "by": zhiyuan, "at": NOW}
    uploading.give_up(uploading.begin(entry, **told), by=zhiyuan, at=later(1))
    with pytest.raises(uploading.TooLate):
        uploading.begin(entry, **told)


def test_beginnings_that_nothing_came_of_take_no_room(entry, zhiyuan, settings):
    """A client that knows no keys, and whose answers were lost twelve times."""
    settings.MATERIAL_QUOTA = settings.MATERIAL_STORE = 10 * MB
    uploads = [began(entry, zhiyuan, 10 * MB, at=later(minute)) for minute in range(12)]
    states = [Upload.objects.get(pk=each.pk).state for each in uploads]
    assert states == ["expired"] * (12 - room.UNSTARTED) + ["open"] * room.UNSTARTED
    uploading.place(uploads[-1], at=later(13))


def test_a_place_is_asked_for_when_the_first_byte_comes(entry, zhiyuan, settings):
    settings.MATERIAL_QUOTA = 10 * MB
    first, second = (began(entry, zhiyuan, 6 * MB) for _each in range(2))
    uploading.place(first, at=NOW)
    with pytest.raises(room.TooMuch):
        uploading.place(second, at=NOW)
    uploading.place(first, at=later(1))
    assert [each.placed_at for each in Upload.objects.order_by("pk")] == [NOW, None]


@pytest.mark.race
def test_two_first_bytes_at_once_get_one_place_between_them(entries, zhiyuan, settings, transactional_db):
    settings.MATERIAL_QUOTA = 10 * MB
    uploads = [began(entries[0], zhiyuan, 6 * MB) for _each in range(2)]
    connection.close()
    results = at_once(*(partial(uploading.place, each, at=NOW) for each in uploads))
    assert sorted(str(result) for result in results)[1:] == ["done"]
    assert Upload.objects.exclude(placed_at=None).count() == 1


@pytest.mark.race
def test_one_beginning_sent_twice_at_once_is_one_upload(entries, zhiyuan, transactional_db):
    connection.close()
    told = {"kind": "deck", "name": "汇报.pptx", "length": 10, "key": "k-1", "by": zhiyuan, "at": NOW}
    assert at_once(*[partial(uploading.begin, entries[0], **told)] * 3) == ["done"] * 3
    assert Upload.objects.count() == 1


def test_a_connection_that_is_cut_keeps_what_had_come(entry, zhiyuan):
    token = began(entry, zhiyuan, 2 * MB).token

    sent = iter([b"a" * 1000, b"b" * 500])

    def cut(size: int) -> bytes:
        try:
            return next(sent)
        except StopIteration:
            raise ConnectionResetError from None

    assert receiving.receive(token, offset=0, length=2 * MB, read=cut) == store.size_of(token) == 1500


def test_a_sender_too_slow_must_come_again(entry, zhiyuan, monkeypatch):
    token = began(entry, zhiyuan, 2 * MB).token
    monkeypatch.setattr(receiving, "LONGEST", 0.0)
    assert receiving.receive(token, offset=0, length=MB, read=feed(b"x" * MB)) == 0


@pytest.mark.race
@pytest.mark.any_database
def test_two_tabs_that_send_one_file_at_once_make_that_file(entry, zhiyuan):
    data = os.urandom(3 * MB)
    token = began(entry, zhiyuan, len(data)).token

    def tab() -> None:
        while (offset := store.size_of(token)) < len(data):
            piece = data[offset : offset + 300_000]
            try:
                receiving.receive(token, offset=offset, length=len(piece), read=feed(piece))
            except receiving.Moved:
                continue

    assert at_once(tab, tab, tab) == ["done"] * 3
    assert store.path_of(token).read_bytes() == data


@pytest.mark.race
@pytest.mark.any_database
def test_without_the_lock_two_tabs_write_more_than_the_file(entry, zhiyuan, monkeypatch):
    """The negative control: both append where they saw the end, without looking again."""
    token = began(entry, zhiyuan, 200).token
    store.room_for(token).touch()
    together = threading.Barrier(2)

    def append(file: int, offset: int, data: bytes) -> None:
        together.wait(timeout=30)
        with store.path_of(token).open("ab") as end:
            end.write(data)

    monkeypatch.setattr(receiving, "_append", append)
    sent = [lambda: receiving.receive(token, offset=0, length=100, read=feed(b"x" * 100))] * 2
    assert at_once(*sent) == ["done"] * 2
    assert store.size_of(token) == 200


FULL = """
import resource, signal, sys
import django
django.setup()
from materials import store
from materials.incoming import receiving
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, resource.RLIM_INFINITY))
parts = iter([b"x" * 262_144, b"x" * 262_144])
try:
    receiving.receive("ab" * 16, offset=0, length=524_288, read=lambda size: next(parts))
except receiving.Full:
    print("full at", store.size_of("ab" * 16))
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
there = store.size_of("ab" * 16)
rest = iter([b"x" * (524_288 - there)])
print("whole at", receiving.receive("ab" * 16, offset=there, length=524_288 - there, read=lambda size: next(rest)))
"""


def test_a_full_disk_is_told_and_what_it_took_is_kept(tmp_path):
    """The disk is full where the kernel says so: at a limit of this process's own."""
    environ = {**os.environ, "PORTAL_VAR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "config.settings"}
    done = subprocess.run(
        [sys.executable, "-c", FULL], env=environ, cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.split("\n")[:2] == ["full at 300000", "whole at 524288"]
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY


def test_an_upload_whose_time_is_over_leaves_nothing(entry, zhiyuan):
    upload = began(entry, zhiyuan)
    store.room_for(upload.token).write_bytes(b"12345")
    assert uploading.expire(upload.ends_at - timedelta(microseconds=1)) == 0
    assert uploading.expire(upload.ends_at) == 1
    assert (Upload.objects.get().state, store.size_of(upload.token)) == ("expired", 0)


def test_the_sweep_completes_what_nobody_noticed(entry, zhiyuan):
    upload = began(entry, zhiyuan, 5)
    path = store.room_for(upload.token)
    path.write_bytes(b"12345")
    os.utime(path, (later(1).timestamp(), later(1).timestamp()))
    began(entry, zhiyuan, 5)
    assert arrivals.complete_all() == 1
    assert Material.objects.get().completed_at == later(1)


def test_files_of_nobody_are_thrown_away_after_a_day(entry, zhiyuan):
    material = arrived(entry, b"x", by=zhiyuan, at=NOW)
    upload = began(entry, zhiyuan)
    for name in (upload.token, "00" * 16, "11" * 16):
        store.room_for(name).write_bytes(b"12345")
    for name in (material.file, upload.token, "00" * 16):
        os.utime(store.path_of(name), (NOW.timestamp(), NOW.timestamp()))
    assert arrivals.forget_orphans(NOW + arrivals.STALE) == 0
    assert arrivals.forget_orphans(NOW + arrivals.STALE + timedelta(microseconds=1)) == 1
    assert {path.name for path in store.names()} == {material.file, upload.token, "11" * 16}


@pytest.mark.race
def test_two_who_notice_the_last_byte_make_one_version(entries, zhiyuan, transactional_db):
    upload = began(entries[0], zhiyuan, 5)
    store.room_for(upload.token).write_bytes(b"12345")
    connection.close()

    def notice() -> None:
        here = Upload.objects.select_related("entry__stage__season", "by", "late").get(pk=upload.pk)
        uploading.complete(here, at=later(1))

    assert at_once(notice, notice, notice) == ["done"] * 3
    assert Material.objects.count() == 1
