"""A stage taken to its notice and back: 陈晓 certifies, 罗平 publishes, 何雅 and 罗平 take it back."""

from datetime import date
from typing import Any

from accounts.models import User
from accounts.proposals.paper import Paper, keep_paper
from contest.actions.entries import leave
from contest.models import Entry, Stage
from contest.models.entry import Status
from contest.workflow import perform
from demo.paper import blank_scan
from scoring.actions.disqualify import disqualify
from scoring.actions.tabulate import tabulate
from tests import cast
from tests.scoring.filling import confirm, fill, level, opened, sign, time

WHY = "材料数据不实"
PAPER = Paper("decision", date(2023, 11, 25), "茂乡振处〔2023〕1号", [("处理决定.png", blank_scan("decision"))])


def published(stage: Stage, people: dict[str, User]) -> Stage:
    """Three entrants on notice, 陈志远 first; a fourth, 李㛃, was absent."""
    chenxiao, linfang = people["chenxiao"], people["linfang"]
    stage = opened(stage, entrants=4, judges=3, by=chenxiao)
    absent = Entry.objects.get(stage=stage, order=4)
    leave(absent, Status.ABSENT, reason="因公出差", by=chenxiao, seconded_by=linfang, at=cast.NOW)
    fill(stage, level(90, 80, 70, judges=3), typist=chenxiao)
    time(stage, {1: 335}, typist=chenxiao)
    confirm(stage, checker=linfang)
    tabulate(stage, by=chenxiao, at=cast.later(3))
    return put_on_notice(stage, people, at=5)


def put_on_notice(stage: Stage, people: dict[str, User], *, at: int) -> Stage:
    """Sign, certify and publish what was counted."""
    sign(stage, by=people["chenxiao"])
    perform("certify", stage, by=people["chenxiao"], at=cast.later(at))
    perform("publish", stage, by=people["luoping"], at=cast.later(at + 1))
    return Stage.objects.whole().get(pk=stage.pk)


def two(people: dict[str, User]) -> dict[str, Any]:
    return {"by": people["heya"], "seconded_by": people["luoping"]}


def take_back(stage: Stage, people: dict[str, User], *, at: int, reason: str = "姓名有误") -> Stage:
    perform("withdraw_notice", stage, **two(people), at=cast.later(at), reason=reason)
    return Stage.objects.whole().get(pk=stage.pk)


def take_out_the_winner(stage: Stage, people: dict[str, User], *, at: int) -> Stage:
    """陈志远 is disqualified: notice and certification are taken back, a new revision is counted."""
    winner = Entry.objects.get(stage=stage, order=1)
    basis = keep_paper(PAPER, chain=stage.season.code, district_id=None, by=people["heya"], at=cast.later(at))
    disqualify(winner, reason=WHY, basis=basis, at=cast.later(at), **two(people))
    return Stage.objects.whole().get(pk=stage.pk)
