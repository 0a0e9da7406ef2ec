"""数据真实可考: signed over certain versions, proven claim by claim, confirmed by others; and what is returned."""

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage

from accounts.models import LogLine
from contest.models.stage import State
from materials import standing
from materials.actions.pledging import ConfirmRefused, PledgeRefused, Told, confirm, sign
from materials.actions.returning import ReturnRefused, return_material
from materials.models import Confirmation, Evidence, Material, Pledge
from materials.right import terms_of
from tests.cast import NOW, later, put
from tests.materials.handing import accepted, arrived
from tests.scans import PDF


@pytest.fixture
def deck(entry, zhiyuan):
    return accepted(entry, by=zhiyuan, at=NOW)


@pytest.fixture
def pledge(entry, zhiyuan, deck):
    return sign(entry, claims=[Told("村集体收入 30 万元", [("账本.pdf", PDF)])], by=zhiyuan, at=later(1))


def now_of(entry):
    return standing.of_one(entry, terms_of(entry.stage))


def confirmed(pledge, by, **other):
    told = {"level": "town", "body": "白石镇党委", "person": "示例人", "by": by, "at": later(2), **other}
    return confirm(pledge, **told)


def test_a_pledge_is_signed_over_what_counts_now(entry, pledge, deck):
    evidence = Evidence.objects.get()
    assert (pledge.deck, pledge.video, evidence.original_name, evidence.content_type) == (
        deck,
        None,
        "账本.pdf",
        "application/pdf",
    )
    assert "真实、可查、可考" in pledge.text
    with default_storage.open(evidence.file.name) as kept:
        assert kept.read() == PDF
    assert "账本" not in evidence.file.name
    assert (now_of(entry).pledge, now_of(entry).is_outdated) == (pledge, False)


def test_a_newer_version_wants_a_new_pledge(entry, zhiyuan, people, pledge):
    accepted(entry, by=zhiyuan, at=later(3))
    assert now_of(entry).is_outdated
    with pytest.raises(ConfirmRefused, match="已经更新"):
        confirmed(pledge, people["chenxiao"])
    again = sign(entry, claims=[], by=zhiyuan, at=later(4))
    assert confirmed(again, people["chenxiao"]).pledge == again


def test_town_or_county_stands_by_it_once(entry, people, pledge):
    confirmed(pledge, people["chenxiao"])
    with pytest.raises(ConfirmRefused, match="已经有人确认"):
        confirmed(pledge, people["linfang"])
    assert now_of(entry).confirmation.body == "白石镇党委"
    line = LogLine.objects.filter(chain="2023").first()
    assert (line.action, "白石镇" in line.payload) == ("confirm_pledge", False)


@pytest.mark.parametrize("wrong", [{"level": "village"}, {"body": " "}, {"person": ""}])
def test_a_confirmation_says_who_answers_for_it(people, pledge, wrong):
    with pytest.raises(ConfirmRefused):
        confirmed(pledge, people["chenxiao"], **wrong)
    assert Confirmation.objects.count() == 0


def test_neighbours_supervisor_and_the_entrant_confirm_nothing(people, pledge, zhiyuan):
    for other in (people["huangqiang"], people["zhengzhi"], zhiyuan):
        with pytest.raises(PermissionDenied):
            confirmed(pledge, other)


def test_nobody_signs_without_an_accepted_ppt(entry, zhiyuan):
    arrived(entry, b"x", by=zhiyuan, at=NOW)
    with pytest.raises(PledgeRefused, match="PPT"):
        sign(entry, claims=[], by=zhiyuan, at=later(1))


@pytest.mark.parametrize(
    ("claims", "sentence"),
    [
        ([Told("", [("a.pdf", PDF)])], "证明什么"),
        ([Told("x" * 256)], "255"),
        ([Told("收入")] * 11, "最多填写 10 条"),
        ([Told("收入", [("a.pdf", PDF)] * 4)], "最多附 3 个"),
        ([Told("收入", [("a.exe", b"MZ")])], "a.exe：只接受"),
        ([Told("收入", [("a.pdf", b"")])], "空的"),
    ],
)
def test_a_pledge_that_cannot_be_is_refused_and_keeps_no_file(entry, zhiyuan, deck, settings, claims, sentence):
    with pytest.raises(PledgeRefused, match=sentence):
        sign(entry, claims=claims, by=zhiyuan, at=later(1))
    assert Pledge.objects.count() == 0
    assert not list(settings.MEDIA_ROOT.glob("evidence/**/*.*"))


def test_evidence_of_a_pledge_too_late_is_thrown_away(entry, zhiyuan, deck, settings):
    put(entry.stage, State.SCORING)
    with pytest.raises(PledgeRefused, match="不在提交材料的时间内"):
        sign(entry, claims=[Told("收入", [("a.pdf", PDF)])], by=zhiyuan, at=later(1))
    assert not list(settings.MEDIA_ROOT.glob("evidence/**/*.*"))


def test_what_is_returned_counts_no_more_and_the_version_before_it_does(entry, zhiyuan, people):
    first = accepted(entry, by=zhiyuan, at=NOW)
    second = accepted(entry, by=zhiyuan, at=later(1))
    assert [each.version for each in Material.objects.counting()] == [2]
    return_material(second, reason="第 3 页数字看不清", by=people["chenxiao"], at=later(2))
    assert list(Material.objects.counting()) == [first]
    with pytest.raises(ReturnRefused):
        return_material(second, reason="再退一次", by=people["chenxiao"], at=later(3))


def test_a_return_has_a_reason_and_comes_before_the_scores(entry, zhiyuan, people, deck):
    with pytest.raises(ReturnRefused, match="原因"):
        return_material(deck, reason=" ", by=people["chenxiao"], at=NOW)
    with pytest.raises(PermissionDenied):
        return_material(deck, reason="看不清", by=people["huangqiang"], at=NOW)
    put(entry.stage, State.SCORING)
    with pytest.raises(ReturnRefused, match="已经开始"):
        return_material(deck, reason="看不清", by=people["chenxiao"], at=NOW)
