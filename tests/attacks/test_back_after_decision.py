"""A first prize taken away by the city on a recorded decision comes back as it went: by two of the office, on a paper.

The verb of it is reinstate_disqualified; 陈晓 and 林芳 organize 茂南区, 何雅 and 罗平 are of the office.
"""

from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts import log
from accounts.models import Basis, BasisPage, LogLine, Proposal
from accounts.permissions import NeedsSecond
from contest.actions.entries import EntryRefused, reinstate
from contest.models import Entry
from tests import cast, hall
from tests.attacks.test_one_person import move, said, second, winner
from tests.scoring.filling import board, counted, entries_at, level, opened

DECIDED = "凭处理决定取消资格的，须由市级凭新的处理决定或会议纪要提请恢复。"


def paper(**told):
    return hall.photographed(way="propose") | {"paper_kind": "decision", **told}


@pytest.fixture
def clients(people, signed_in):
    return {name: signed_in(people[name]) for name in ("chenxiao", "linfang", "heya", "luoping")}


@pytest.fixture
def disqualified(maonan, people, clients, settings, tmp_path):
    """陈志远 was first; the city disqualified him, and two of the county reopened the scoring since."""
    settings.MEDIA_ROOT = tmp_path
    stage = opened(maonan, entrants=3, judges=3, by=people["chenxiao"])
    counted(stage, level(90, 80, 70, judges=3), typist=people["chenxiao"], checker=people["linfang"])
    url = reverse("scoring:disqualify", args=[entries_at(stage, 1)[0]])
    assert clients["heya"].post(url, {"reason": "材料造假", **paper()}).status_code == 302
    assert second(clients["luoping"], Proposal.objects.get()).status_code == 302
    assert move(clients["chenxiao"], stage, "reopen_scoring", reason="再看看").status_code == 302
    assert second(clients["linfang"], Proposal.objects.latest("pk")).status_code == 302
    return stage


def first(stage) -> Entry:
    return Entry.objects.whole().get(stage=stage, order=1)


def test_no_form_signed_in_the_hall_and_no_two_of_the_county_rank_him_again(disqualified, clients):
    url = winner(disqualified)
    assert DECIDED in clients["chenxiao"].get(url).content.decode()
    for form in (hall.photographed(), hall.photographed(way="propose"), paper()):
        answer = clients["chenxiao"].post(url, {"step": "return", "reason": "恢复", **form})
        assert said(answer, DECIDED) == (400, True)
    assert first(disqualified).status == "disqualified"
    assert move(clients["chenxiao"], disqualified, "tabulate", asked="1").status_code == 302
    assert 1 not in [place for place, *_rest in board(disqualified)]


def test_the_office_proposes_it_on_a_paper_and_another_of_the_office_seconds(disqualified, clients, people):
    url = winner(disqualified)
    told = {"step": "return", "reason": "复查后撤销原决定"}
    assert clients["heya"].post(url, {**told, "way": "propose"}).status_code == 400
    assert clients["heya"].post(url, told | hall.photographed()).status_code == 400
    assert clients["heya"].post(url, told | paper()).status_code == 302
    made = Proposal.objects.get(verb="reinstate_disqualified")
    assert second(clients["heya"], made).status_code == 409
    assert second(clients["linfang"], made).status_code == 403
    assert first(disqualified).status == "disqualified"
    assert second(clients["luoping"], made).status_code == 302
    line = LogLine.objects.get(action="reinstate_disqualified")
    assert (first(disqualified).status, line.actor, line.second) == ("entered", people["heya"], people["luoping"])
    assert log.verify("2023")[2] == []
    page = BasisPage.objects.order_by("pk").first()
    Path(page.file.path).write_bytes(b"another paper")
    assert [str(fault) for fault in log.verify("2023")[2]] == ["依据的扫描件文件不见了或与日志不符"]
    BasisPage.objects.filter(sha256=page.sha256).update(sha256="0" * 64)
    assert "依据的扫描件不见了或与日志不符" in [str(fault) for fault in log.verify("2023")[2]]


def test_nor_does_the_action_itself_let_fewer_or_others_do_it(disqualified, people):
    entry, told = first(disqualified), {"reason": "恢复", "at": cast.later(30)}
    form = Basis(kind="hall_form", dated=cast.NOW.date(), chain="2023", kept_by=people["chenxiao"], kept_at=cast.NOW)
    form.save()
    with pytest.raises(NeedsSecond):
        reinstate(entry, by=people["heya"], basis=form, **told)
    with pytest.raises(PermissionDenied):
        reinstate(entry, by=people["chenxiao"], seconded_by=people["linfang"], basis=form, **told)
    with pytest.raises(EntryRefused, match="凭处理决定取消资格"):
        reinstate(entry, by=people["heya"], seconded_by=people["luoping"], **told)
    assert first(disqualified).status == "disqualified"


def test_whom_the_county_itself_disqualified_in_the_hall_two_of_the_county_bring_back(maonan, people, clients):
    stage = opened(maonan, entrants=3, judges=3, by=people["chenxiao"])
    told = {"step": "leave", "status": "disqualified", "reason": "冒名顶替", "way": "propose"}
    assert clients["chenxiao"].post(winner(stage), told).status_code == 302
    assert second(clients["linfang"], Proposal.objects.get()).status_code == 302
    back = {"step": "return", "reason": "查明是本人", "way": "propose"}
    assert clients["chenxiao"].post(winner(stage), back).status_code == 302
    assert second(clients["linfang"], Proposal.objects.get(verb="reinstate")).status_code == 302
    assert first(stage).status == "entered"
