"""Who gets the files of a material: 陈志远 hands in; his county, the office and the hall see what was found good."""

from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from accounts.actions import open_account
from accounts.roles import Role
from materials import store
from materials.models import Claim, Evidence, Material, Pledge, Preview
from tests import cast
from tests.materials import handing


@pytest.fixture
def deck(entry, zhiyuan) -> Material:
    return handing.accepted(entry, b"deck bytes", by=zhiyuan, at=cast.NOW, poster="ab12")


@pytest.fixture
def video(entry, zhiyuan) -> Material:
    return handing.accepted(entry, b"0123456789", by=zhiyuan, kind="video", at=cast.NOW)


@pytest.fixture
def liukai(maonan, heya):
    """刘凯, the operator of 茂南区."""
    return open_account(
        username="liukai",
        name="刘凯",
        password=cast.PASSWORD,
        grants=[(Role.OPERATOR, maonan.district)],
        must_change_password=False,
        by=heya,
        at=cast.NOW,
    )


def at(name: str, *args: Any) -> str:
    return reverse(f"materials:{name}", args=args)


def sent(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def with_pages(deck: Material, pages: int) -> None:
    Preview.objects.create(material=deck, progress="done", source="pages", pages=pages)
    folder = store.folder_of(deck)
    folder.mkdir(parents=True)
    for number in range(1, pages + 1):
        (folder / f"page-{number:03}.jpg").write_bytes(b"jpeg %d" % number)


def proof(deck: Material) -> Evidence:
    pledge = Pledge.objects.create(
        entry=deck.entry, text="属实", deck=deck, signed_by=deck.uploaded_by, signed_at=cast.NOW
    )
    claim = Claim.objects.create(pledge=pledge, order=1, text="修路三公里")
    here = Evidence(
        claim=claim, original_name='验收"单.pdf.exe', content_type="application/pdf", size=5, sha256="0" * 64
    )
    here.file.save("0123.pdf", ContentFile(b"%PDF-"))
    return here


def test_a_deck_is_saved_under_the_name_its_owner_gave_it(client, deck):
    answer = client.get(at("download", deck.pk))
    assert sent(answer) == b"deck bytes"
    assert answer["Content-Disposition"] == "attachment; filename*=utf-8''%E6%B1%87%E6%8A%A5.pptx"
    assert answer["ETag"] == f'"{deck.sha256}"'


def test_a_video_plays_in_the_page_and_is_sought_in(client, video):
    answer = client.get(at("play", video.pk), headers={"Range": "bytes=3-5"})
    assert (answer.status_code, sent(answer), answer["Content-Type"]) == (206, b"345", "video/mp4")
    assert answer["Content-Disposition"].startswith("inline")
    assert answer["Cache-Control"] == "private, no-cache"


def test_a_deck_does_not_play(client, deck):
    assert client.get(at("play", deck.pk)).status_code == 404


def test_the_pages_of_a_deck_are_counted_from_one(client, deck):
    with_pages(deck, 2)
    (store.folder_of(deck) / "page-003.jpg").write_bytes(b"left over")
    answers = [client.get(at("page", deck.pk, number)) for number in (0, 1, 2, 3, 10**12)]
    assert [answer.status_code for answer in answers] == [404, 200, 200, 404, 404]
    assert sent(answers[2]) == b"jpeg 2"


def test_a_poster_is_a_picture(client, deck, video):
    store.room_for(deck.poster).write_bytes(b"poster")
    answer = client.get(at("poster", deck.pk))
    assert (sent(answer), answer["Content-Type"]) == (b"poster", "image/jpeg")
    assert client.get(at("poster", video.pk)).status_code == 404


def test_a_proof_is_saved_and_not_shown(client, deck):
    answer = client.get(at("evidence", proof(deck).pk))
    assert (sent(answer), answer["Content-Type"]) == (b"%PDF-", "application/pdf")
    assert answer["Content-Disposition"] == "attachment; filename*=utf-8''%E9%AA%8C%E6%94%B6%E5%8D%95.pdf.pdf"


def test_everybody_of_the_stage_gets_the_files_and_nobody_of_another(
    deck, video, people, liukai, entries, heya, signed_in
):
    with_pages(deck, 1)
    store.room_for(deck.poster).write_bytes(b"poster")
    other = cast.first_secretary(entries[1], by=heya, username="xiuying")
    urls = [at("download", deck.pk), at("poster", deck.pk), at("page", deck.pk, 1), at("play", video.pk)]
    urls.append(at("evidence", proof(deck).pk))
    may = {"chenxiao": 200, "heya": 200, "zhengzhi": 200, "liukai": 200, "huangqiang": 404, "xiuying": 404}
    whos = {**people, "liukai": liukai, "xiuying": other}
    for name, status in may.items():
        browser = signed_in(whos[name])
        assert [browser.get(url).status_code for url in urls] == [status] * 5, name


def test_what_is_not_inspected_yet_is_its_owners_alone(client, entry, zhiyuan, people, signed_in):
    raw = handing.arrived(entry, b"raw", by=zhiyuan, at=cast.NOW, name="a.PPTX")
    answer = client.get(at("download", raw.pk))
    assert (sent(answer), answer["Content-Type"]) == (b"raw", "application/octet-stream")
    assert answer["Content-Disposition"] == 'attachment; filename="a.PPTX"'
    assert signed_in(people["chenxiao"]).get(at("download", raw.pk)).status_code == 404


def test_a_version_that_was_thrown_away_and_a_file_that_is_lost_are_not_found(client, deck):
    store.path_of(deck.file).unlink()
    assert client.get(at("download", deck.pk)).status_code == 404
    Material.objects.filter(pk=deck.pk).update(file="", verdict="refused")
    assert client.get(at("download", deck.pk)).status_code == 404


def test_nothing_is_written_to_a_file(client, deck):
    assert client.post(at("download", deck.pk)).status_code == 405
