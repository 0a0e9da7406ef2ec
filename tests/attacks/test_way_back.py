"""The whole way back, over HTTP: an objection is upheld when 茂南区's finalist is in the final, and another goes.

Each step that goes back is proposed by one and seconded by another; nothing of revision 1 is lost.
"""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.log import verify
from accounts.models import Proposal
from contest.models import Award, Entry, Stage
from contest.models.stage import State
from contest.workflow import MOVES, problems
from quota.actions.shortlist import draw_up, submit
from quota.models import Shortlist
from scoring.actions.corrections import correct_sheet
from scoring.models import Sheet, Tabulation
from scoring.reads.kept import recount
from tests import cast
from tests.quota.lists import table
from tests.scoring.filling import confirm, counted, level, marks_of, opened, sign

WHY = "纸质评分表与录入不符，异议成立"


@pytest.fixture
def sent(maonan, season, people, settings, tmp_path):
    """茂南区 published, its one finalist 陈志远 in the final, which is ready."""
    settings.MEDIA_ROOT = tmp_path
    table(season, by=people["heya"], seats={"maonan": (4, 1), "dianbai": (39, 3), "binhai": (3, 1)})
    stage = opened(maonan, entrants=4, judges=3, by=people["chenxiao"])
    counted(stage, level(90, 80, 70, 60, judges=3), typist=people["chenxiao"], checker=people["linfang"])
    sign(stage, by=people["chenxiao"])
    return stage


class Desk:
    """Two browsers side by side: one proposes, the other seconds."""

    def __init__(self, people, signed_in):
        self.clients = {name: signed_in(people[name]) for name in ("heya", "luoping", "chenxiao", "linfang")}

    def press(self, who, name, *args, **told):
        answer = self.clients[who].post(reverse(name, args=args), told)
        assert answer.status_code == 302, (name, answer.content.decode()[-4000:])

    def pair(self, one, other, name, *args, **told):
        """Proposed by `one`, without effect yet, then seconded by `other`."""
        self.press(one, name, *args, **told)
        waiting = Proposal.objects.get(state=Proposal.State.OPEN)
        assert self.clients[one].post(reverse("second", args=[waiting.pk])).status_code == 409
        self.press(other, "second", waiting.pk)


def in_the_final(season):
    entries = Entry.objects.filter(stage__season=season, stage__kind="final").order_by("pk")
    return [(entry.secretary.name, entry.status) for entry in entries.select_related("secretary")]


def held_up_by(season):
    """What keeps the final's scoring shut on 茂南区's account: opened now, the district would lose its seat."""
    final = Stage.objects.whole().get(season=season, kind="final")
    return [each.text for each in problems(final, MOVES["open_scoring"], timezone.now()) if "茂南区" in each.text]


def raise_the_second(stage, people):
    """Every judge's paper gave 梁秀英 ten points more than was typed."""
    sheets = Sheet.objects.live().filter(stage=stage, entry__order=2).select_related("stage__season")
    for sheet in sheets:
        correct_sheet(sheet, marks_of(9500), "与纸质评分表核对", by=people["chenxiao"], at=cast.later(20))
    confirm(stage, checker=people["linfang"])


def test_an_upheld_objection_sends_another_to_the_final_and_revision_1_still_recounts(sent, season, people, signed_in):
    desk, stage = Desk(people, signed_in), sent
    desk.press("chenxiao", "contest:move", stage.pk, "certify")
    desk.press("heya", "contest:move", stage.pk, "publish")
    here = Stage.objects.whole().get(pk=stage.pk)
    first = draw_up(here, by=people["chenxiao"], at=cast.later(10))
    submit(first, by=people["chenxiao"], at=cast.later(11))
    desk.press("luoping", "quota:approve", first.pk)
    cast.put(Stage.objects.get(season=season, kind="final"), State.READY)
    assert in_the_final(season) == [("陈志远", "entered")]

    page = desk.clients["heya"].get(reverse("contest:way_back", args=[stage.pk])).content.decode()
    assert reverse("quota:shortlist", args=[stage.pk]) in page
    desk.pair("heya", "luoping", "quota:revoke", first.pk, reason=WHY)
    assert in_the_final(season) == [("陈志远", "unseated")]
    assert held_up_by(season) == ["茂南区的推荐名单还没有审定。"]
    desk.pair("heya", "luoping", "contest:move", stage.pk, "withdraw_notice", reason=WHY)
    desk.pair("chenxiao", "linfang", "contest:move", stage.pk, "withdraw_certification", reason=WHY)
    assert held_up_by(season) == ["茂南区初赛的成绩正在更正，还没有重新审定推荐名单。"]
    desk.pair("chenxiao", "linfang", "contest:move", stage.pk, "reopen_scoring", reason=WHY)
    assert held_up_by(season) == ["茂南区初赛的成绩正在更正，还没有重新审定推荐名单。"]
    raise_the_second(stage, people)
    desk.press("chenxiao", "contest:move", stage.pk, "tabulate")
    here = Stage.objects.whole().get(pk=stage.pk)
    sign(here, by=people["chenxiao"])
    desk.press("chenxiao", "contest:move", stage.pk, "certify")
    desk.press("heya", "contest:move", stage.pk, "publish")
    desk.press("chenxiao", "quota:draw_up", stage.pk)
    second = Shortlist.objects.live().get(stage=stage)
    desk.press("chenxiao", "quota:submit", second.pk)
    desk.press("luoping", "quota:approve", second.pk)

    assert all("有条件审定" in each for each in held_up_by(season))
    assert in_the_final(season) == [("陈志远", "unseated"), ("梁秀英", "entered")]
    assert (second.revision, Stage.objects.get(pk=stage.pk).revision) == (2, 2)
    winners = Award.objects.filter(entry__stage=stage, tier="first").order_by("pk")
    assert [(award.person["name"], award.live) for award in winners] == [("陈志远", False), ("梁秀英", True)]
    for revision in Tabulation.objects.filter(stage=stage).order_by("revision"):
        assert recount(revision.inputs) == revision.outcome
    assert verify("2023")[2] == []
