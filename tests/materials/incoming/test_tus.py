"""The upload address, spoken to as a tus client does."""

import base64
import hashlib
import os
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from accounts.models import LogLine
from materials import store
from materials.actions import uploading
from materials.models import Material, Upload
from materials.views import tus as views
from tests.cast import NOW, first_secretary, later
from tests.materials.handing import TUS, collecting, create, metadata, send, there, upload_of

FILE = bytes(range(256)) * 40


@pytest.fixture(autouse=True)
def _saturday():
    with time_machine.travel(later(10), tick=False):
        yield


@pytest.fixture
def where(client, entry):
    return create(client, entry, len(FILE))["Location"]


def told_sha256(data: bytes) -> str:
    return "sha256 " + base64.b64encode(hashlib.sha256(data).digest()).decode()


def test_a_file_sent_in_three_pieces_is_the_same_file(client, entry, where):
    offsets = [send(client, where, FILE[at : at + 4000], at)["Upload-Offset"] for at in (0, 4000, 8000)]
    material = Material.objects.get()
    assert offsets == ["4000", "8000", str(len(FILE))]
    assert store.path_of(material.file).read_bytes() == FILE
    assert (material.entry, material.kind, material.version, material.name, material.size) == (
        entry,
        "deck",
        1,
        "汇报.pptx",
        len(FILE),
    )
    assert [line.action for line in LogLine.objects.filter(chain="2023")[:2]] == ["receive_material", "begin_upload"]


def test_the_last_piece_and_every_later_question_name_the_material(client, where):
    last = send(client, where, FILE, 0)
    pk = str(Material.objects.get().pk)
    assert (last.status_code, last["Material"], there(client, where)["Material"]) == (204, pk, pk)


def test_a_beginning_whose_answer_was_lost_five_times_is_one_upload(client, entry, settings):
    settings.MATERIAL_QUOTA = len(FILE)
    answers = [create(client, entry, len(FILE), key="k-1") for _each in range(6)]
    assert [answer.status_code for answer in answers] == [201] * 6
    assert (len({answer["Location"] for answer in answers}), Upload.objects.count()) == (1, 1)
    send(client, answers[0]["Location"], FILE[:1000], 0)
    assert create(client, entry, len(FILE), key="k-1")["Upload-Offset"] == "1000"
    send(client, answers[0]["Location"], FILE[1000:], 1000)
    whole = create(client, entry, len(FILE), key="k-1")
    assert (whole["Upload-Offset"], there(client, whole["Location"])["Material"]) == (
        str(len(FILE)),
        str(Material.objects.get().pk),
    )


@pytest.mark.parametrize("kind", ["deck", "video"])
def test_five_lost_answers_without_a_key_stop_nobody(client, entry, settings, kind):
    settings.MATERIAL_QUOTA = len(FILE)
    where = [create(client, entry, len(FILE), kind=kind)["Location"] for _each in range(6)][-1]
    assert send(client, where, FILE, 0).status_code == 204


def test_without_a_place_the_first_byte_is_refused_and_not_kept(client, entry, settings):
    settings.MATERIAL_QUOTA = len(FILE)
    first, second = (create(client, entry, len(FILE))["Location"] for _each in range(2))
    assert send(client, first, FILE[:10], 0).status_code == 204
    refused = send(client, second, FILE[:10], 0)
    assert (refused.status_code, "上限" in refused.content.decode()) == (413, True)
    assert there(client, second)["Upload-Offset"] == "0"


def test_a_damaged_first_piece_takes_no_place(client, entry):
    where = create(client, entry, len(FILE))["Location"]
    assert send(client, where, FILE, 0, Upload_Checksum=told_sha256(b"x")).status_code == 460
    assert upload_of(where).placed_at is None


def test_how_much_has_come_is_told_to_whoever_comes_back(client, where):
    send(client, where, FILE[:1000], 0)
    told = there(client, where)
    assert (told.status_code, told["Upload-Offset"], told["Upload-Length"], told["Cache-Control"]) == (
        200,
        "1000",
        str(len(FILE)),
        "no-store",
    )
    assert told["Upload-Expires"].endswith("GMT")


def test_the_protocol_tells_what_it_speaks(client):
    told = client.options("/desk/uploads/")
    assert (told["Tus-Version"], told["Tus-Extension"], told["Tus-Checksum-Algorithm"], told["Tus-Max-Size"]) == (
        "1.0.0",
        "creation,checksum,termination,expiration",
        "sha256,sha1,md5",
        str(500 * 1024 * 1024),
    )


@pytest.mark.parametrize("offset", [0, 999, 1001])
def test_a_piece_at_a_wrong_place_is_refused_with_the_right_one(client, where, offset):
    send(client, where, FILE[:1000], 0)
    refused = send(client, where, b"x", offset)
    assert (refused.status_code, refused["Upload-Offset"], there(client, where)["Upload-Offset"]) == (
        409,
        "1000",
        "1000",
    )


def test_a_piece_sent_twice_is_taken_once(client, where):
    assert [send(client, where, FILE[:1000], 0).status_code for _each in range(2)] == [204, 409]
    assert there(client, where)["Upload-Offset"] == "1000"


@pytest.mark.parametrize("algorithm", ["sha256", "sha1", "md5"])
def test_a_piece_that_fits_its_checksum_is_kept(client, where, algorithm):
    digest = base64.b64encode(hashlib.new(algorithm, FILE).digest()).decode()
    assert send(client, where, FILE, 0, Upload_Checksum=f"{algorithm} {digest}").status_code == 204


def test_a_damaged_piece_is_refused_and_nothing_of_it_kept(client, where):
    send(client, where, FILE[:1000], 0)
    damaged = bytearray(FILE[1000:2000])
    damaged[500] ^= 1
    refused = send(client, where, bytes(damaged), 1000, Upload_Checksum=told_sha256(FILE[1000:2000]))
    assert (refused.status_code, there(client, where)["Upload-Offset"]) == (460, "1000")
    assert send(client, where, FILE[1000:], 1000, Upload_Checksum=told_sha256(FILE[1000:])).status_code == 204
    assert store.path_of(Material.objects.get().file).read_bytes() == FILE


@pytest.mark.parametrize("told", ["sha256", "sha256 %%%", "crc32 AAAA", "", "sha256  "])
def test_a_checksum_that_cannot_be_read_is_refused(client, where, told):
    assert send(client, where, FILE, 0, Upload_Checksum=told).status_code == 400
    assert there(client, where)["Upload-Offset"] == "0"


def test_more_than_was_announced_is_refused(client, where):
    assert send(client, where, FILE + b"x", 0).status_code == 413
    assert there(client, where)["Upload-Offset"] == "0"


def test_a_changed_length_is_refused(client, where):
    """The length is fixed when the upload begins; a shorter file is simply never whole."""
    send(client, where, FILE[:-1], 0)
    assert (Material.objects.count(), there(client, where)["Upload-Offset"]) == (0, str(len(FILE) - 1))


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 412),
        ({"Tus-Resumable": "0.2.2"}, 412),
        ({**TUS}, 400),
        ({**TUS, "Upload-Length": "-1"}, 400),
        ({**TUS, "Upload-Length": "1e3"}, 400),
        ({**TUS, "Upload-Length": "٣"}, 400),
        ({**TUS, "Upload-Length": "9" * 30}, 400),
        ({**TUS, "Upload-Length": "10", "Upload-Metadata": "entry %%"}, 400),
        ({**TUS, "Upload-Length": "10", "Upload-Metadata": "entry /w=="}, 400),
        ({**TUS, "Upload-Length": "10"}, 404),
        ({**TUS, "Upload-Length": "10", "Upload-Metadata": metadata(entry="x", kind="deck")}, 404),
        ({**TUS, "Upload-Length": "10", "Upload-Metadata": metadata(entry="9" * 40, kind="deck")}, 404),
    ],
)
def test_a_beginning_that_cannot_be_read_is_refused_with_a_sentence(client, entry, headers, status):
    refused = client.post("/desk/uploads/", headers=headers)
    assert (refused.status_code, refused["Tus-Resumable"], bool(refused.content)) == (status, "1.0.0", True)
    assert Upload.objects.count() == 0


@pytest.mark.parametrize(
    ("length", "kind", "status"),
    [(0, "deck", 400), (100 * 1024 * 1024 + 1, "deck", 413), (500 * 1024 * 1024 + 1, "video", 413), (5, "song", 400)],
)
def test_a_file_that_may_not_come_is_refused_before_a_byte_is_sent(client, entry, length, kind, status):
    assert create(client, entry, length, kind=kind).status_code == status


def test_somebody_elses_upload_is_not_found(client, where, entries, people, signed_in, heya):
    xiuying = signed_in(first_secretary(entries[1], by=heya, username="xiuying"))
    for stranger in (xiuying, *map(signed_in, (people["chenxiao"], people["zhengzhi"], heya))):
        assert there(stranger, where).status_code == 404
        assert send(stranger, where, FILE, 0).status_code == 404
        assert stranger.delete(where, headers=TUS).status_code == 404
        assert create(stranger, entries[0], 10).status_code == 404
    assert there(client, where)["Upload-Offset"] == "0"


def test_whoever_is_no_longer_signed_in_is_told_so_and_goes_on_after_signing_in(client, where, zhiyuan):
    send(client, where, FILE[:1000], 0)
    client.logout()
    refused = send(client, where, FILE[1000:], 1000)
    assert (refused.status_code, "重新登录" in refused.content.decode()) == (401, True)
    client.force_login(zhiyuan, backend="django.contrib.auth.backends.ModelBackend")
    assert there(client, where)["Upload-Offset"] == "1000"
    assert send(client, where, FILE[1000:], 1000).status_code == 204
    assert store.path_of(Material.objects.get().file).read_bytes() == FILE


def test_a_piece_from_another_site_is_refused(zhiyuan, where):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(zhiyuan, backend="django.contrib.auth.backends.ModelBackend")
    assert send(browser, where, FILE, 0).status_code == 403
    assert browser.delete(where, headers=TUS).status_code == 403


def test_a_piece_that_says_nothing_of_its_length_is_refused(client, where):
    told = {**TUS, "Upload-Offset": "0", "Content-Length": ""}
    refused = client.patch(where, b"x", content_type="application/offset+octet-stream", headers=told)
    assert refused.status_code == 411


def test_a_piece_of_another_type_is_refused(client, where):
    refused = client.patch(where, FILE, content_type="text/plain", headers={**TUS, "Upload-Offset": "0"})
    assert refused.status_code == 415


def post(client, where, method, data=b"", **headers):
    """What is asked for through a network that lets only GET and POST through."""
    told = {**TUS, "X-HTTP-Method-Override": method, **{key.replace("_", "-"): text for key, text in headers.items()}}
    return client.post(where, data, content_type="application/offset+octet-stream", headers=told)


def test_where_only_post_comes_through_all_of_it_is_done_by_post(
    client, entry, where, django_capture_on_commit_callbacks
):
    digest = told_sha256(FILE[:4000])
    assert post(client, where, "PATCH", FILE[:4000], Upload_Offset="0", Upload_Checksum=digest).status_code == 204
    told = post(client, where, "HEAD")
    assert (told.status_code, told["Upload-Offset"], told["Upload-Length"]) == (200, "4000", str(len(FILE)))
    assert post(client, where, "patch", FILE[4000:], Upload_Offset="4000").status_code == 204
    assert store.path_of(Material.objects.get().file).read_bytes() == FILE
    second = create(client, entry, 10)["Location"]
    assert (post(client, second, "OPTIONS").status_code, post(client, second, "DELETE").status_code) == (204, 204)
    assert upload_of(second).state == "given_up"


@pytest.mark.parametrize("method", ["", "POST", "GET", "PUT", "DROP", "PATCH, DELETE"])
def test_a_post_that_names_nothing_of_the_protocol_is_refused(client, where, method):
    refused = post(client, where, method, FILE, Upload_Offset="0")
    assert (refused.status_code, refused["Tus-Resumable"], there(client, where)["Upload-Offset"]) == (405, "1.0.0", "0")


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
def test_only_a_post_may_name_something_else(client, where, method):
    """A GET is not asked for the form's token: it must not write, whatever it says."""
    told = {**TUS, "X-HTTP-Method-Override": method, "Upload-Offset": "0"}
    assert client.get(where, headers=told).status_code == 405
    assert client.head(where, headers=told)["Upload-Offset"] == "0"
    assert upload_of(where).state == "open"


def test_what_a_post_names_wants_the_forms_token_and_the_same_person(zhiyuan, where, entries, heya, signed_in):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(zhiyuan, backend="django.contrib.auth.backends.ModelBackend")
    stranger = signed_in(first_secretary(entries[1], by=heya, username="xiuying"))
    for method in ("PATCH", "DELETE"):
        assert post(browser, where, method, FILE, Upload_Offset="0").status_code == 403
        assert post(stranger, where, method, FILE, Upload_Offset="0").status_code == 404


def test_giving_up_throws_away_what_had_come(client, where, django_capture_on_commit_callbacks):
    send(client, where, FILE[:1000], 0)
    with django_capture_on_commit_callbacks(execute=True):
        assert client.delete(where, headers=TUS).status_code == 204
    assert store.size_of(upload_of(where).token) == 0
    assert [there(client, where).status_code, client.delete(where, headers=TUS).status_code] == [410, 410]
    assert send(client, where, FILE, 0).status_code == 410


def test_an_upload_whose_last_byte_nobody_noticed_is_whole_at_the_next_question(client, where):
    """The server was killed between the byte and the row."""
    path = store.room_for(upload_of(where).token)
    path.write_bytes(FILE)
    os.utime(path, (later(9).timestamp(), later(9).timestamp()))
    told = there(client, where)
    material = Material.objects.get()
    assert (told["Upload-Offset"], told["Material"]) == (str(len(FILE)), str(material.pk))
    assert material.completed_at == later(9)


def test_when_many_send_at_once_the_next_one_is_asked_to_wait(client, where, settings):
    taken = 0
    while views._places.acquire(blocking=False):
        taken += 1
    try:
        refused = send(client, where, FILE, 0)
    finally:
        views._places.release(taken)
    assert (taken, refused.status_code, refused["Retry-After"]) == (settings.UPLOADS_AT_ONCE, 503, "3")
    assert send(client, where, FILE, 0).status_code == 204


def test_what_was_begun_in_time_may_arrive_within_the_grace_and_not_at_its_end(client, entry, maonan):
    from materials.models import Terms

    Terms.objects.create(stage=maonan, closes_at=later(60), grace_minutes=30)
    tick = timedelta(microseconds=1)
    statuses = []
    for moment in (later(60) - tick, later(60), later(60) + tick):
        with time_machine.travel(moment, tick=False):
            statuses.append(create(client, entry, len(FILE)).status_code)
    assert statuses == [201, 400, 400]
    here = Upload.objects.get()
    assert (here.begun_at, here.ends_at) == (later(60) - tick, later(90))
    for offset, (moment, status) in enumerate(((later(90) - tick, 204), (later(90), 410), (later(90) + tick, 410))):
        with time_machine.travel(moment, tick=False):
            assert send(client, f"/desk/uploads/{here.token}/", b"x", offset).status_code == status


@pytest.mark.parametrize(("microseconds", "whole"), [(-1, True), (0, False), (1, False)])
def test_the_last_byte_counts_when_it_was_written(entry, zhiyuan, microseconds, whole):
    here = uploading.begin(entry, kind="deck", name="a.pptx", length=3, by=zhiyuan, at=NOW)
    store.room_for(here.token).write_bytes(b"abc")
    try:
        uploading.complete(here, at=here.ends_at + timedelta(microseconds=microseconds))
    except uploading.TooLate:
        assert not whole
    assert Material.objects.count() == int(whole)


def test_the_neighbours_stage_is_no_way_in(client, dianbai, people):
    other = collecting(dianbai, by=people["huangqiang"])[0]
    assert create(client, other, 10).status_code == 404


def test_opened_in_a_browser_the_address_says_where_to_go(client, where):
    assert [client.get(where, headers=TUS).status_code, client.get("/desk/uploads/", headers=TUS).status_code] == [
        405
    ] * 2
