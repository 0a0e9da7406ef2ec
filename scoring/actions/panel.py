"""The panel: who sits on it, and who leaves it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import log
from accounts.permissions import Action, require, require_pair
from accounts.proposals.paper import resting_on
from accounts.words import written
from contest.actions.hall import in_hall
from contest.models import Stage
from contest.models.stage import State
from scoring.actions.hold import BEFORE_SCORING, hold
from scoring.actions.rules import smallest_panel
from scoring.actions.scoring import deal
from scoring.models import FewerJudges, Mark, Seat

if TYPE_CHECKING:
    from accounts.models import Basis, User

# A judge may still take or leave a seat while the others score.
SEATING = (*BEFORE_SCORING, State.SCORING)

# "1." "2、" "（3）" before a name in a pasted list.
NUMBERING = re.compile(r"^[（(]?\d{1,3}[)）.．、,，]?\s*")
# A two-letter name spread out to the width of three: 张 三.
SPREAD_NAME = re.compile(r"^(\w)\s+(\w)(?=\s|$)")
BETWEEN = re.compile(r"[\s,，;；、:：]+")

# What a seat says of its judge.
SAID = "judge", "duty", "is_chief"
# As long as the columns of Seat.
LONGEST_NAME = 64
LONGEST_DUTY = 128

TOO_LATE_TO_JOIN = gettext_lazy("已经录入分数，不能再增设评委席：评委须从第一位参赛者起评分，中途不能加入。")

NO_OTHER_JUDGE = gettext_lazy("评分已经开始，不能更换席上的评委；请办理离席，再另设新席。")


class SeatRefused(Exception):
    """The seat cannot be given or left so; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Judge:
    """Somebody invited to the panel (notice V): name, unit and post."""

    name: str
    duty: str = ""
    is_chief: bool = False


def judges_from(text: str) -> list[Judge]:
    """One judge a line, as offices list them: name, then unit and post, with or without a number in front."""
    judges = []
    for line in text.splitlines():
        told = SPREAD_NAME.sub(r"\1\2", NUMBERING.sub("", line.strip()))
        if told:
            name, *duty = BETWEEN.split(told, maxsplit=1)
            judges.append(Judge(name, "".join(duty)))
    return judges


@transaction.atomic
def seat_judges(
    stage: Stage,
    judges: Sequence[Judge],
    *,
    by: "User",
    at: datetime,
    reason: str = "",
    seconded_by: "User | None" = None,
    basis: "Basis | None" = None,
) -> list[Seat]:
    """Notice V(1), V(2): seat judges on the stage's panel, in the order given; all of them or none.

    Seats are numbered on from the highest ever given. While scoring runs it takes two, and a new seat's sheets are
    dealt at once; once there is a mark nobody joins: a judge sits from the first entrant or not at all (DESIGN 9).
    Raises SeatRefused, WrongState, NeedsSecond, PermissionDenied.
    """
    require(by, Action.RUN_STAGE, stage)
    here = hold(stage, *SEATING)
    if not may_take_seats(here):
        raise SeatRefused(TOO_LATE_TO_JOIN)
    if here.state == State.SCORING or seconded_by is not None:
        require_pair(by, seconded_by, Action.RUN_STAGE, stage, at=at)
    for judge in judges:
        _check(judge)
    if any(judge.is_chief for judge in judges):
        _only_chief(stage, [judge for judge in judges if judge.is_chief])
    last = Seat.objects.filter(stage=stage).aggregate(last=Max("number"))["last"] or 0
    seats = Seat.objects.bulk_create(
        Seat(stage=stage, number=number, judge=judge.name, duty=judge.duty, is_chief=judge.is_chief)
        for number, judge in enumerate(judges, start=last + 1)
    )
    dealt = deal(here) if here.state == State.SCORING else 0
    log.write(
        stage.season.code,
        "seat_judges",
        by=by,
        at=at,
        on=stage,
        reason=reason,
        seconded_by=seconded_by,
        seats=[seat.pk for seat in seats],
        sheets=dealt,
        **resting_on(basis),
    )
    return seats


def may_take_seats(stage: Stage) -> bool:
    """Whether judges can still join the panel: until the first mark stands on a sheet."""
    return stage.state in BEFORE_SCORING or (
        stage.state == State.SCORING and not Mark.objects.filter(sheet__stage=stage).exists()
    )


def seat_judge(
    stage: Stage,
    *,
    judge: str,
    duty: str = "",
    is_chief: bool = False,
    by: "User",
    at: datetime,
    seconded_by: "User | None" = None,
) -> Seat:
    """Seat one judge. Raises what seat_judges raises."""
    return seat_judges(stage, [Judge(judge, duty, is_chief)], by=by, at=at, seconded_by=seconded_by)[0]


@transaction.atomic
def change_judge(
    seat: Seat,
    told: Judge,
    *,
    by: "User",
    at: datetime,
    reason: str = "",
    seconded_by: "User | None" = None,
    basis: "Basis | None" = None,
) -> None:
    """Correct a seat's judge, unit, or flag. Once scoring runs the judge's name stays: another judge takes a new seat.

    From then on it takes two: the chief rules on ties, and the sheet names everybody's unit. Raises SeatRefused,
    WrongState, NeedsSecond, PermissionDenied.
    """
    require(by, Action.RUN_STAGE, seat)
    here = _hold_with(seat, *SEATING)
    if here.state == State.SCORING or seconded_by is not None:
        require_pair(by, seconded_by, Action.RUN_STAGE, seat, at=at)
    _check(told)
    if here.state == State.SCORING and told.name != seat.judge:
        raise SeatRefused(NO_OTHER_JUDGE)
    if told.is_chief:
        _only_chief(seat.stage, [told])
    changed = Seat.objects.sitting().filter(pk=seat.pk)
    if not changed.update(judge=told.name, duty=told.duty, is_chief=told.is_chief):
        raise SeatRefused(_("这个席位已经离席或移除，请刷新页面。"))
    before = {"judge": seat.judge, "duty": seat.duty, "is_chief": _yes(seat.is_chief)}
    words = log.changed(before, {"judge": told.name, "duty": told.duty, "is_chief": _yes(told.is_chief)})
    seat.judge, seat.duty, seat.is_chief = told.name, told.duty, told.is_chief
    log.write(
        seat.stage.season.code,
        "change_judge",
        by=by,
        seconded_by=seconded_by,
        at=at,
        on=seat,
        reason=reason,
        words=words,
        stage=seat.stage_id,
        chief=told.is_chief,
        **resting_on(basis),
    )


@transaction.atomic
def vacate(
    seat: Seat,
    *,
    reason: str,
    by: "User",
    at: datetime,
    seconded_by: "User | None" = None,
    basis: "Basis | None" = None,
) -> None:
    """Let a judge leave the panel while scoring runs: their sheets stay on record and count for nobody (DESIGN 9).

    It takes two, or in the hall a signed form. Raises SeatRefused, WrongState, NeedsSecond, PermissionDenied.
    """
    require(by, Action.RUN_STAGE, seat)
    here = hold(seat.stage, State.SCORING)
    require_pair(by, seconded_by, Action.RUN_STAGE, seat, in_hall=in_hall(here, basis), at=at)
    reason = written(reason)
    if not reason:
        raise SeatRefused(_("请写明离席原因。"))
    leaving = Seat.objects.sitting().filter(pk=seat.pk)
    if not leaving.update(vacated_at=at, vacated_reason=reason):
        raise SeatRefused(_("这位评委已经离席，请刷新页面。"))
    seat.vacated_at, seat.vacated_reason = at, reason
    log.write(
        seat.stage.season.code,
        "vacate",
        by=by,
        at=at,
        on=seat,
        reason=reason,
        seconded_by=seconded_by,
        stage=seat.stage_id,
        **resting_on(basis),
    )


@transaction.atomic
def unvacate(
    seat: Seat,
    *,
    reason: str,
    by: "User",
    at: datetime,
    seconded_by: "User | None" = None,
    basis: "Basis | None" = None,
) -> None:
    """Give a judge back a seat vacated by mistake, or whose vacating nobody seconded: their sheets count again.

    Another chief named meanwhile stays chief. Raises SeatRefused, WrongState, NeedsSecond, PermissionDenied.
    """
    require(by, Action.RUN_STAGE, seat)
    here = _hold_with(seat, State.SCORING)
    require_pair(by, seconded_by, Action.RUN_STAGE, seat, in_hall=in_hall(here, basis), at=at)
    chief = seat.is_chief and not Seat.objects.sitting().filter(stage=here, is_chief=True).exists()
    left = Seat.objects.filter(pk=seat.pk, vacated_at__isnull=False)
    if not left.update(vacated_at=None, vacated_reason="", is_chief=chief):
        raise SeatRefused(_("这位评委仍在席，请刷新页面。"))
    seat.vacated_at, seat.vacated_reason, seat.is_chief = None, "", chief
    log.write(
        here.season.code,
        "unvacate",
        by=by,
        at=at,
        on=seat,
        reason=reason,
        seconded_by=seconded_by,
        stage=here.pk,
        sheets=deal(here),
        **resting_on(basis),
    )


@transaction.atomic
def allow_fewer(
    stage: Stage,
    least: int,
    *,
    reason: str,
    basis: "Basis | None",
    by: "User",
    at: datetime,
    seconded_by: "User | None" = None,
) -> FewerJudges:
    """Count with the judges who are left, fewer than the rules ask for, on a recorded decision (minutes or the like).

    It takes two, and the result sheet says so. Raises SeatRefused, WrongState, NeedsSecond, PermissionDenied.
    """
    require_pair(by, seconded_by, Action.RUN_STAGE, stage)
    here = hold(stage, State.SCORING)
    if against := against_fewer(here, least):
        raise SeatRefused(against[0])
    if basis is None or not written(reason):
        raise SeatRefused(_("以较少的评委统分，须写明原因，并附会议纪要或处理决定。"))
    people: dict[str, Any] = {"by": by, "seconded_by": seconded_by, "at": at, "reason": written(reason)[:255]}
    made = FewerJudges.objects.create(stage=here, least=least, basis=basis, **people)
    facts = {"decision": made.pk, "least": least, **resting_on(basis)}
    log.write(here.season.code, "allow_fewer", on=here, **people, **facts)
    return made


def against_fewer(stage: Stage, least: int) -> list[str]:
    """Why no decision for counting with so many judges is recorded now."""
    sitting = Seat.objects.sitting().filter(stage=stage).count()
    if sitting != least or least < 1:
        return [_("在席的评委现有 %(count)d 位，请刷新页面后再操作。") % {"count": sitting}]
    if sitting >= smallest_panel(stage):
        return [_("在席的评委已经够数，可以统分。")]
    return []


@transaction.atomic
def remove_seat(seat: Seat, *, by: "User", at: datetime) -> None:
    """Take a seat away before scoring opens, when nothing rests on it yet. Raises SeatRefused, WrongState."""
    require(by, Action.RUN_STAGE, seat)
    hold(seat.stage, *BEFORE_SCORING)
    code, pk, stage = seat.stage.season.code, seat.pk, seat.stage
    if not Seat.objects.filter(pk=pk).delete()[0]:
        raise SeatRefused(_("这个席位已经移除，请刷新页面。"))
    log.write(code, "remove_seat", by=by, at=at, on=stage, seat=pk)


def short_without(seat: Seat) -> tuple[int, int] | None:
    """How many judges sit once this one has left, and how many the rules ask for; None while those are enough."""
    left, least = (
        Seat.objects.sitting().filter(stage=seat.stage_id).exclude(pk=seat.pk).count(),
        smallest_panel(seat.stage),
    )
    return (left, least) if left < least else None


def _hold_with(seat: Seat, *states: State) -> Stage:
    """Hold the stage, and read anew what its seat says: a colleague may have changed it since the page was opened."""
    here = hold(seat.stage, *states)
    now = Seat.objects.filter(pk=seat.pk).values(*SAID).first()
    if now is None:
        raise SeatRefused(_("这个席位已经移除，请刷新页面。"))
    for field, value in now.items():
        setattr(seat, field, value)
    return here


def _yes(is_so: bool) -> str:
    return _("是") if is_so else _("否")


def _check(judge: Judge) -> None:
    if not written(judge.name):
        raise SeatRefused(_("请填写评委姓名。"))
    if len(judge.name) > LONGEST_NAME or len(judge.duty) > LONGEST_DUTY:
        raise SeatRefused(
            _("“%(name)s…”太长：姓名至多 %(n)d 字，单位职务至多 %(d)d 字。请检查每行是否只有一位评委。")
            % {"name": judge.name[:12], "n": LONGEST_NAME, "d": LONGEST_DUTY}
        )


def _only_chief(stage: Stage, chiefs: Sequence[Judge]) -> None:
    """A panel has one chief: whoever is named last in time."""
    if len(chiefs) > 1:
        raise SeatRefused(_("评审团负责人只能有一位。"))
    Seat.objects.sitting().filter(stage=stage, is_chief=True).update(is_chief=False)
