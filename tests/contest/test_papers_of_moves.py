"""Results are certified and published on a paper where there is one; the stage's page shows it beside who and when."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import Basis, LogLine
from accounts.proposals.paper import digest_of
from contest import workflow
from contest.models.stage import State
from demo.paper import blank_scan
from tests import cast
from tests.scoring.filling import counted, level, opened, sign


@pytest.fixture
def signed(maonan, people, settings, tmp_path):
    """茂南区, tabulated, its sheet signed."""
    settings.MEDIA_ROOT = tmp_path
    stage = opened(maonan, entrants=2, judges=3, by=people["chenxiao"])
    counted(stage, level(95, 90, judges=3), typist=people["chenxiao"], checker=people["linfang"])
    sign(stage, by=people["chenxiao"])
    return stage


def minutes(word: str = "会议纪要"):
    scan = SimpleUploadedFile(f"{word}.png", blank_scan(word))
    return {"paper_kind": "minutes", "paper_number": "纪〔2023〕4号", "paper_dated": "2023-11-24", "paper_pages": scan}


def press(client, stage, name, **told):
    return client.post(reverse("contest:move", args=[stage.pk, name]), told)


def page(client, stage):
    return client.get(stage.get_absolute_url()).content.decode()


def test_on_minutes_it_is_certified_and_published_and_the_page_shows_both(signed, people, signed_in):
    chenxiao, luoping = signed_in(people["chenxiao"]), signed_in(people["luoping"])
    offered = chenxiao.get(reverse("contest:move", args=[signed.pk, "certify"])).content.decode()
    assert ("附依据（批示、授权、会签、会议纪要等），可不附" in offered, '<details class="fold">' in offered) == (
        True,
        True,
    )
    unfolded = chenxiao.get(reverse("contest:move", args=[signed.pk, "certify"]), {"basis": "1"}).content.decode()
    assert '<details class="fold" open>' in unfolded
    assert press(chenxiao, signed, "certify", **minutes()).status_code == 302
    assert press(luoping, signed, "publish", **minutes("批示")).status_code == 302
    signed.refresh_from_db()
    assert signed.certified_basis is not None
    assert signed.published_basis is not None
    told = page(chenxiao, signed)
    shown = ("会议纪要.png", "批示.png", "会议纪要 纪〔2023〕4号", "陈晓（", "罗平（")
    assert [text for text in shown if text not in told] == []
    lines = LogLine.objects.filter(action__in=("certify", "publish")).order_by("seq")
    written = [json.loads(line.payload)["facts"]["basis"] for line in lines]
    assert written == [digest_of(signed.certified_basis), digest_of(signed.published_basis)]


def test_without_one_the_button_alone_is_enough(signed, people, signed_in):
    chenxiao = signed_in(people["chenxiao"])
    assert "附上依据再办" in page(chenxiao, signed)
    assert press(chenxiao, signed, "certify").status_code == 302
    signed.refresh_from_db()
    assert (signed.state, signed.certified_basis, Basis.objects.count()) == (State.CERTIFIED, None, 0)


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({"paper_kind": "minutes"}, "请附上依据的扫描件或照片。"),
        ({"paper_pages": SimpleUploadedFile("x.png", b"\x89PNG\r\n\x1a\n<html>")}, "请选择所附依据的种类。"),
    ],
)
def test_half_a_paper_is_asked_for_again_and_nothing_is_certified(signed, people, signed_in, told, sentence):
    answer = press(signed_in(people["chenxiao"]), signed, "certify", **told)
    assert (answer.status_code, sentence in answer.content.decode()) == (400, True)
    signed.refresh_from_db()
    assert signed.state == State.TABULATED


def test_a_scan_that_is_none_keeps_nothing(signed, people, signed_in):
    told = minutes() | {"paper_pages": SimpleUploadedFile("x.png", b"\x89PNG\r\n\x1a\n<html>")}
    assert press(signed_in(people["chenxiao"]), signed, "certify", **told).status_code == 400
    signed.refresh_from_db()
    assert (signed.state, Basis.objects.count()) == (State.TABULATED, 0)


def test_a_refused_move_keeps_no_paper(signed, people, signed_in):
    assert press(signed_in(people["heya"]), signed, "certify").status_code == 302
    refused = press(signed_in(people["heya"]), signed, "publish", **minutes())
    assert (refused.status_code, Basis.objects.count()) == (409, 0)


def test_taken_back_the_paper_is_no_longer_the_stages(signed, people, signed_in):
    press(signed_in(people["chenxiao"]), signed, "certify", **minutes())
    pair = {"by": people["chenxiao"], "seconded_by": people["linfang"]}
    workflow.perform("withdraw_certification", signed, reason="录错一格", **pair, at=cast.later(50))
    signed.refresh_from_db()
    assert (signed.certified_basis, Basis.objects.count()) == (None, 1)


def test_whoever_sees_no_marks_sees_no_paper(signed, people, signed_in):
    press(signed_in(people["chenxiao"]), signed, "certify", **minutes())
    assert "会议纪要.png" in page(signed_in(people["zhengzhi"]), signed)
    basis = signed_in(people["wumin"]).get(reverse("basis_page", args=[Basis.objects.get().pages.get().pk]))
    assert basis.status_code == 404
