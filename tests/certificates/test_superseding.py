"""茂南区's winner is disqualified after the certificates went out: new ones take the place of all of them."""

import re
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation

from accounts.log import verify
from accounts.models import Proposal
from accounts.proposals import actions as proposals
from accounts.proposals.paper import Paper
from certificates import codes, store
from certificates.actions.batch import ask, release
from certificates.making import make_due
from certificates.models import Certificate
from contest.models import Award, Stage
from contest.models.stage import State
from contest.templatetags.portal import day
from contest.workflow import perform
from demo.paper import blank_scan
from tests import cast
from tests.certificates.closed import DATED
from tests.scoring.filling import counted, level, opened, sign

WHY = "材料数据不实，经研究取消资格"


def certified_and_closed(stage, people):
    """Signed by 陈晓, published by 何雅, closed when the notice is over."""
    sign(stage, by=people["chenxiao"])
    perform("certify", stage, by=people["chenxiao"], at=cast.later(30))
    perform("publish", stage, by=people["heya"], at=cast.later(31))
    return Stage.objects.whole().get(pk=cast.written_down(cast.put(stage, State.CLOSED)).pk)


def issued(stage, people):
    batch = ask(stage, template="red", dated=DATED, by=people["heya"], at=cast.later(40))
    while make_due(cast.later(41)):
        pass
    release(batch, by=people["luoping"], at=cast.later(42))
    return batch


COMING = "代替它的证书还没有发放；发放后，本页会显示新证书的编号。"
RIGHTING = "成绩还在更正；更正后仍获奖的，另行换发，届时本页会显示新证书的编号。"
NONE = "没有新的证书代替它。"


def told_of(answer: str) -> tuple[str, str]:
    """The heading of a certificate's public page, and what it promises."""
    heading = re.search(r"<h1[^>]*>\s*(.*?)\s*</h1>", answer, re.DOTALL)
    assert heading is not None
    return heading[1], "".join(each for each in (COMING, RIGHTING, NONE) if each in answer)


@pytest.fixture
def closed(maonan, people, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    stage = opened(maonan, entrants=3, judges=3, by=people["chenxiao"])
    counted(stage, level(90, 80, 70, judges=3), typist=people["chenxiao"], checker=people["linfang"])
    return certified_and_closed(Stage.objects.whole().get(pk=stage.pk), people)


def standing():
    return [(each.name, each.number, each.status) for each in Certificate.objects.order_by("pk")]


def test_they_are_superseded_with_their_awards_and_new_ones_follow(closed, people, signed_in, client):
    issued(closed, people)
    winner = closed.entries.get(order=1)
    told = {"reason": WHY, "paper_kind": "decision", "paper_dated": date(2023, 12, 28).isoformat()}
    url = reverse("scoring:disqualify", args=[winner.pk])
    page = signed_in(people["heya"])
    assert page.post(url, told).status_code == 400
    paper = SimpleUploadedFile("处理决定.png", blank_scan("decision"), "image/png")
    assert page.post(url, {**told, "paper_pages": paper}).status_code == 302
    assert {status for _name, _number, status in standing()} == {"valid"}
    assert signed_in(people["luoping"]).post(reverse("second", args=[Proposal.objects.get().pk])).status_code == 302

    assert [status for _name, _number, status in standing()] == ["superseded"] * 3
    old = Certificate.objects.order_by("pk")[1]
    answer = client.get(reverse("verify:certificate", args=[codes.code_of(old.nonce)])).content.decode()
    assert (told_of(answer), WHY in answer) == (("证书已作废", RIGHTING), False)

    batches = reverse("certificates:stage", args=[closed.pk])
    told = page.get(batches).content.decode()
    assert ("已作废的批次（1）" in told, "成绩更正，于" in told, "已制成" in told) == (True, True, False)
    listed = f"{reverse('certificates:certificates')}?season=2023&stage={closed.pk}&standing=superseded"
    assert (listed.replace("&", "&amp;") in told, old.serial in page.get(listed).content.decode()) == (True, True)

    again = certified_and_closed(Stage.objects.whole().get(pk=closed.pk), people)
    first, second, _third = Certificate.objects.order_by("pk")
    pages = [client.get(reverse("verify:certificate", args=[codes.code_of(each.nonce)])) for each in (first, second)]
    # 陈志远 was disqualified: nobody promises him another; 梁秀英 has moved up.
    assert [told_of(each.content.decode()) for each in pages] == [("证书已作废", NONE), ("证书已作废", COMING)]
    issued(again, people)
    # The series of first prizes and that of second prizes count on from what went out before.
    assert standing()[3:] == [("梁秀英", 2, "valid"), ("王䶮", 3, "valid")]
    live = Award.objects.live().order_by("rank")
    assert [(award.person["name"], award.tier) for award in live] == [("梁秀英", "first"), ("王䶮", "second")]
    answer = client.get(reverse("verify:certificate", args=[codes.code_of(old.nonce)])).content.decode()
    new = Certificate.objects.select_related("batch").order_by("pk")[3]
    assert told_of(answer) == ("证书已作废换发", "")
    assert f"代替它的证书编号是 {new.serial}，{day(new.batch.released_at)}发放" in answer
    assert "代替它的这张证书后来也不再有效。" not in answer
    assert verify("2023")[2] == []
    store.path_of(old).write_bytes(b"another paper")
    assert [str(fault) for fault in verify("2023")[2]] == [f"证书 {old.pk} 的文件不见了或与日志不符"]
    Certificate.objects.filter(pk=old.pk).update(sha256="0" * 64, number=77)
    told = {"有证书的内容、编号或效力与日志不符", f"证书 {old.pk} 的记录不见了或与日志不符"}
    assert {str(fault) for fault in verify("2023")[2]} == told


@pytest.mark.parametrize("verb", ["reopen_closed", "disqualify"])
def test_what_was_proposed_before_the_release_is_not_seconded_after_it(verb, closed, people):
    obj = closed if verb == "reopen_closed" else closed.entries.get(order=1)
    paper = Paper("decision", date(2023, 12, 28), "", [("处理决定.png", blank_scan("decision"))])
    told = {"reason": WHY, "paper": paper, "by": people["heya"]}
    before = proposals.propose(verb, obj, {}, **told, at=cast.later(35))
    assert "已发放的 3 张证书将作废，更正后换发。" not in [new for _what, _old, new in before.changes]
    issued(closed, people)
    with pytest.raises(proposals.Changed):
        proposals.second(before, by=people["luoping"], at=cast.later(43))
    proposals.withdraw(before, by=people["heya"], at=cast.later(44))
    after = proposals.propose(verb, obj, {}, **told, at=cast.later(45))
    assert "已发放的 3 张证书将作废，更正后换发。" in [new for _what, _old, new in after.changes]
    with translation.override("en"):
        proposals.second(after, by=people["luoping"], at=cast.later(46))
    assert after.state == "seconded"
