"""Finished materials move into an S3 storage: a real one, spoken to over HTTP on this machine."""

import hashlib
import io
import logging
import socket
import zipfile
from contextlib import closing
from datetime import timedelta
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.cache import cache
from django.urls import reverse
from moto.server import ThreadedMotoServer

from config import s3
from materials import bucket, hall, hall_folder, shelf, store, tasks
from materials.incoming import arrivals
from materials.models import Kind, Material, Preview
from tests import cast
from tests.materials import handing

FILM = b"film " * 2_000_000
BUCKET = "maoming"


@pytest.fixture(scope="module")
def server():
    """The address of the storage."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    yield "http://{}:{}".format(*server.get_host_and_port())
    server.stop()


@pytest.fixture(autouse=True)
def _with_a_bucket(server, settings, monkeypatch):
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    cache.clear()
    points_at(settings, server)
    client().create_bucket(Bucket=BUCKET)
    yield
    points_at(settings, server)
    for name in kept():
        client().delete_object(Bucket=BUCKET, Key=key(name))
    client().delete_bucket(Bucket=BUCKET)
    # The connections of this thread stay open otherwise.
    client().close()


def points_at(settings: Any, address: str) -> None:
    given = {"BUCKET": BUCKET, "ENDPOINT": address, "KEY": "office", "SECRET": "made up for tests"}
    entries = s3.storages({f"PORTAL_S3_{name}": value for name, value in given.items()})
    settings.STORAGES = {**settings.STORAGES, **entries}


def client() -> Any:
    return bucket._client()


def key(name: str) -> str:
    return f"materials/{name[:2]}/{name}"


def kept() -> list[str]:
    told = client().list_objects_v2(Bucket=BUCKET)
    return [each["Key"].rpartition("/")[2] for each in told.get("Contents", [])]


def replace(material: Material, data: bytes) -> None:
    """Somebody writes into the storage behind the portal's back."""
    client().put_object(Bucket=BUCKET, Key=key(material.file), Body=data)


def fetched(url: str, **headers: str) -> tuple[int, Any, bytes]:
    """What a browser gets that follows the portal's answer."""
    parts = urlsplit(url)
    line = HTTPConnection(parts.netloc, timeout=10)
    with closing(line):
        line.request("GET", f"{parts.path}?{parts.query}", headers=headers)
        answer = line.getresponse()
        return answer.status, answer.headers, answer.read()


def nobody_answers() -> str:
    """An address where nothing listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}"


@pytest.fixture
def film(entry, zhiyuan) -> Material:
    return handing.accepted(entry, FILM, by=zhiyuan, kind=Kind.VIDEO, at=cast.NOW, name="汇报.mp4")


@pytest.fixture
def deck(entry, zhiyuan) -> Material:
    return handing.accepted(entry, b"deck bytes", by=zhiyuan, at=cast.NOW)


@pytest.fixture
def away(film) -> Material:
    assert shelf.put_away_due(cast.NOW) == 1
    return film


@pytest.fixture
def chenxiao(people, signed_in):
    return signed_in(people["chenxiao"])


def get(browser: Any, name: str, pk: int, **headers: str) -> Any:
    return browser.get(reverse(f"materials:{name}", args=[pk]), headers=headers)


def test_a_finished_video_moves_in_pieces_and_leaves_the_disk(film):
    tasks.put_away()
    film.refresh_from_db()
    assert film.put_away_at is not None
    assert (kept(), store.path_of(film.file).exists()) == ([film.file], False)
    assert b"".join(shelf.pieces(film)) == FILM
    told = client().head_object(Bucket=BUCKET, Key=key(film.file))
    # Two pieces: the ETag of what was sent in pieces ends with their number.
    assert (told["ETag"][-3:], told["Metadata"]) == ('-2"', {"sha256": film.sha256})
    assert shelf.put_away_due(cast.NOW) == 0


def test_a_deck_waits_until_its_pages_are_drawn(deck):
    preview = Preview.objects.create(material=deck)
    assert (shelf.put_away_due(cast.NOW), kept()) == (0, [])
    Preview.objects.filter(pk=preview.pk).update(progress="done")
    assert (shelf.put_away_due(cast.NOW), kept()) == (1, [deck.file])


def test_what_is_not_inspected_and_what_was_refused_stays(entry, zhiyuan):
    handing.arrived(entry, b"raw", by=zhiyuan, kind=Kind.VIDEO, at=cast.NOW)
    refused = handing.accepted(entry, b"bad", by=zhiyuan, kind=Kind.VIDEO, at=cast.NOW)
    Material.objects.filter(pk=refused.pk).update(verdict="refused")
    assert (shelf.put_away_due(cast.NOW), kept()) == (0, [])


def test_a_browser_is_sent_to_the_file_under_its_owners_name(client, away):
    answer = get(client, "download", away.pk)
    assert (answer.status_code, answer["Cache-Control"]) == (302, "private, no-store")
    status, headers, data = fetched(answer["Location"])
    assert (status, hashlib.sha256(data).hexdigest(), headers["Content-Type"]) == (200, away.sha256, "video/mp4")
    assert headers["Content-Disposition"] == "attachment; filename*=utf-8''%E6%B1%87%E6%8A%A5.mp4"


def test_a_video_plays_from_there_and_is_sought_in(client, away):
    url = get(client, "play", away.pk)["Location"]
    status, headers, data = fetched(url, Range="bytes=5-8")
    assert (status, data, headers["Content-Range"]) == (206, b"film", f"bytes 5-8/{len(FILM)}")
    assert headers["Content-Disposition"].startswith("inline")


def test_the_address_is_for_this_file_and_for_a_short_time(client, away):
    query = urlsplit(get(client, "download", away.pk)["Location"]).query
    assert "X-Amz-Expires=600&" in query
    assert "X-Amz-Signature=" in query
    assert "X-Amz-Expires=3600&" in urlsplit(get(client, "play", away.pk)["Location"]).query


def test_the_neighbour_is_sent_nowhere(away, people, signed_in):
    browser = signed_in(people["huangqiang"])
    assert [get(browser, name, away.pk).status_code for name in ("download", "play")] == [404, 404]


def test_the_zip_is_whole_from_disk_and_storage(away, deck, maonan, chenxiao):
    answer = get(chenxiao, "hall_zip", maonan.pk)
    data = b"".join(answer.streaming_content)
    assert len(data) == int(answer["Content-Length"])
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert package.testzip() is None
        assert sorted(package.read(info) for info in package.infolist()[:2]) == [b"deck bytes", FILM]


def test_a_file_that_is_put_away_while_the_zip_is_made_goes_along(film, maonan, chenxiao):
    answer = get(chenxiao, "hall_zip", maonan.pk)
    shelf.put_away_due(cast.NOW)
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as package:
        assert package.read(package.infolist()[0]) == FILM


def test_the_folder_of_the_hall_is_filled_from_there_also_where_links_are_asked_for(away, maonan, tmp_path):
    package = hall.hall_of(maonan)
    made = hall_folder.fill(tmp_path / "usb", package, link=True)
    assert (made.written, made.failed) == (1, [])
    assert (tmp_path / "usb" / package.items[0].name).read_bytes() == FILM


def test_a_file_altered_in_the_storage_breaks_the_zip_off_and_is_named_until_it_is_put_right(away, maonan, chenxiao):
    replace(away, b"!" * away.size)
    with pytest.raises(hall.Altered):
        b"".join(get(chenxiao, "hall_zip", maonan.pk).streaming_content)
    assert "文件内容与检查时不同" in get(chenxiao, "hall", maonan.pk).content.decode()
    assert get(chenxiao, "hall_zip", maonan.pk).status_code == 409
    # Put back on the disk from the backup it counts at once, and goes into the storage again.
    store.room_for(away.file).write_bytes(FILM)
    assert "文件内容与检查时不同" not in get(chenxiao, "hall", maonan.pk).content.decode()
    shelf.put_away_due(cast.NOW)
    assert (b"".join(shelf.pieces(away)), store.path_of(away.file).exists()) == (FILM, False)


def test_a_file_that_is_gone_or_shorter_is_named(away, maonan, chenxiao):
    replace(away, b"?")
    assert "文件大小与检查时不同" in get(chenxiao, "hall", maonan.pk).content.decode()
    client().delete_object(Bucket=BUCKET, Key=key(away.file))
    assert "服务器上找不到这个文件" in get(chenxiao, "hall", maonan.pk).content.decode()
    with pytest.raises(store.Missing):
        next(shelf.pieces(away))


def test_what_was_altered_on_the_disk_is_not_put_away(film, caplog):
    store.path_of(film.file).write_bytes(b"!" * film.size)
    assert [shelf.put_away_due(cast.NOW), shelf.put_away_due(cast.NOW), kept()] == [0, 0, []]
    assert [line.message for line in caplog.records] == [f"material {film.pk} is not what was inspected"]


def test_a_storage_that_is_down_costs_nothing_and_is_told_once(film, settings, server, caplog):
    points_at(settings, nobody_answers())
    assert [shelf.put_away_due(cast.NOW), shelf.put_away_due(cast.NOW)] == [0, 0]
    film.refresh_from_db()
    assert (film.put_away_at, store.path_of(film.file).read_bytes() == FILM) == (None, True)
    [line] = [line.message for line in caplog.records if line.name == "materials.shelf"]
    assert line.startswith("the storage of materials does not answer, files stay on the disk until it does: ")
    points_at(settings, server)
    assert shelf.put_away_due(cast.NOW) == 1


def test_a_bucket_that_is_not_there_is_told_and_nothing_is_lost(film, caplog):
    client().delete_bucket(Bucket=BUCKET)
    assert shelf.put_away_due(cast.NOW) == 0
    assert ("NoSuchBucket" in caplog.text, store.size_of(film.file)) == (True, len(FILM))
    client().create_bucket(Bucket=BUCKET)


def test_the_hall_says_when_the_storage_is_down(away, maonan, chenxiao, settings):
    points_at(settings, nobody_answers())
    assert "文件存储服务没有回应" in get(chenxiao, "hall", maonan.pk).content.decode()
    assert get(chenxiao, "hall_zip", maonan.pk).status_code == 409


def test_whoever_is_killed_between_the_storage_and_the_row_leaves_it_to_the_next(film):
    bucket.put(film.file, store.path_of(film.file), film.sha256)
    sent = client().head_object(Bucket=BUCKET, Key=key(film.file))["LastModified"]
    assert shelf.put_away_due(cast.NOW) == 1
    film.refresh_from_db()
    assert (film.put_away_at, store.path_of(film.file).exists()) == (cast.NOW, False)
    assert client().head_object(Bucket=BUCKET, Key=key(film.file))["LastModified"] == sent


def test_whoever_is_killed_between_the_row_and_the_disk_leaves_it_to_the_next(away):
    store.room_for(away.file).write_bytes(FILM)
    assert shelf.put_away_due(cast.later(1)) == 0
    away.refresh_from_db()
    assert (away.put_away_at, store.path_of(away.file).exists()) == (cast.NOW, False)


def test_two_rounds_do_not_send_the_same_file(film):
    with shelf._alone() as note:
        assert note is not None
        assert (shelf.put_away_due(cast.NOW), kept()) == (0, [])


def test_the_tidying_leaves_alone_what_was_put_away(away):
    arrivals.forget_orphans(cast.NOW + timedelta(days=400))
    assert kept() == [away.file]


def test_without_a_bucket_nothing_moves_and_what_was_put_away_is_not_found(client, away, entry, zhiyuan, settings):
    newer = handing.accepted(entry, b"newer", by=zhiyuan, kind=Kind.VIDEO, at=cast.NOW)
    settings.STORAGES = {name: settings.STORAGES[name] for name in ("default", "staticfiles")}
    assert (shelf.put_away_due(cast.NOW), store.size_of(newer.file)) == (0, 5)
    assert [get(client, "download", pk).status_code for pk in (away.pk, newer.pk)] == [404, 200]
