"""The season that is tampered with: a rehearsal in which something of every kind was decided."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bench.tampering.attacker import CODE

if TYPE_CHECKING:
    from accounts.models import User
    from accounts.proposals.paper import Paper
    from contest.models import Stage
    from demo.build import Rehearsal

# So many lines at the end tell of nothing that another commits to.
QUIET_TAIL = 5


def season(size: str, chain: str = CODE) -> None:
    """A rehearsal that was played to its end, with what a demo leaves out."""
    import random
    from datetime import timedelta

    from django.db import transaction
    from django.utils import timezone

    from accounts import log
    from demo.build import DAYS_AGO, STEPS, Rehearsal

    with transaction.atomic():
        at = timezone.now() - timedelta(days=DAYS_AGO)
        here = Rehearsal(code=chain, at=at, dice=random.Random(2023), size=size)  # noqa: RUF100, S311
        for name, step in STEPS.items():
            if name == "issued":
                break
            step(here)
            if also := ALSO.get(name):
                also(here)
        for number in range(QUIET_TAIL):
            log.write(chain, "try_out", by=here.office[0], at=here.tick(), number=number, reason="试一试")


def someone_withdraws(here: Rehearsal) -> None:
    from contest.actions.entries import leave
    from contest.models import Entry
    from contest.models.entry import Status

    stage = _preliminaries(here)[0]
    last = Entry.objects.whole().filter(stage=stage).order_by("-order")[0]
    leave(last, Status.WITHDRAWN, reason="因病退出（演练）", by=here.pair(stage)[0], at=here.tick())


def judges_leave_and_a_sheet_is_corrected(here: Rehearsal) -> None:
    """One panel falls below its least, which is decided on minutes; the emergency account confirms a correction."""
    from accounts.proposals.actions import propose, second
    from scoring.actions.panel import vacate
    from scoring.actions.rules import smallest_panel
    from scoring.models import Seat

    stage = _preliminaries(here)[1]
    typist, checker = here.pair(stage)
    seats = list(Seat.objects.select_related("stage__season").filter(stage=stage).order_by("number"))
    least = smallest_panel(stage) - 1
    for seat in seats[least:]:
        vacate(seat, reason="临时有公务（演练）", by=typist, seconded_by=checker, at=here.tick())
    told: dict[str, Any] = {"reason": "评委临时离席（演练）", "paper": _minutes()}
    second(
        propose("allow_fewer", stage, {"least": least}, **told, by=typist, at=here.tick()), by=checker, at=here.tick()
    )
    _correct_a_sheet(here, stage)


def a_certificate_is_revoked(here: Rehearsal) -> None:
    """The final's certificates, one of them revoked by two on minutes."""
    from django.utils import timezone

    from accounts.proposals.actions import propose, second
    from certificates.actions.batch import ask, release
    from certificates.making import work_off
    from certificates.models import Certificate
    from certificates.models.certificate import Template

    one, other = here.office
    [final] = here.stages(_kinds().FINAL)
    batch = ask(final, template=Template.PLAIN, dated=timezone.localdate(here.at), by=one, at=here.tick())
    work_off()
    release(batch, by=other, at=here.tick())
    certificate = Certificate.objects.whole().filter(batch=batch).order_by("pk")[0]
    told: dict[str, Any] = {"reason": "查实材料不实（演练）", "paper": _minutes()}
    second(propose("revoke_certificate", certificate, {}, **told, by=one, at=here.tick()), by=other, at=here.tick())


ALSO = {
    "ready": someone_withdraws,
    "scoring": judges_leave_and_a_sheet_is_corrected,
    "closed": a_certificate_is_revoked,
}


def _correct_a_sheet(here: Rehearsal, stage: Stage) -> None:
    from accounts.emergency.actions import review
    from accounts.models import EmergencyAct, EmergencyReview
    from scoring.actions.confirmation import Seen, confirm_sheets
    from scoring.actions.corrections import correct_sheet
    from scoring.models import Sheet

    sheet = Sheet.objects.select_related("stage__season").filter(stage=stage, live=True, seat__vacated_at=None)[0]
    mark = sheet.marks.select_related("criterion").order_by("pk")[0]
    marks = {mark.criterion.code: mark.value_c - mark.criterion.step_c}
    new = correct_sheet(sheet, marks, "誊抄有误（演练）", by=here.pair(stage)[0], at=here.tick())
    emergency = _unsealed(here)
    confirm_sheets(stage, [Seen(new.pk, new.edit)], by=emergency, at=here.tick())
    acts = list(EmergencyAct.objects.filter(line__actor=emergency))
    for reviewer in here.office:
        review(acts, EmergencyReview.Verdict.NO_OBJECTION, "已核对（演练）", by=reviewer, at=here.tick())


def _unsealed(here: Rehearsal) -> User:
    """The rehearsal's emergency account, which the supervisor opened."""
    from accounts.actions import open_account
    from accounts.emergency.actions import break_seal
    from accounts.roles import Role
    from demo.build import PASSWORD

    one, other = here.office
    told: dict[str, Any] = {
        "username": "yingji",
        "name": "应急账号（演练）",
        "password": PASSWORD,
        "rehearsal": here.code,
    }
    account = open_account(
        **told, grants=[(Role.EMERGENCY, None)], by=one, seconded_by=other, at=here.tick(), reason="备用（演练）"
    )
    break_seal(account, reason="核对人不在（演练）", by=here.people["jiandu"], at=here.tick())
    return account


def _minutes() -> Paper:
    from datetime import date

    from accounts.models import Basis
    from accounts.proposals.paper import Paper
    from demo.paper import blank_scan

    return Paper(Basis.Kind.MINUTES, date(2023, 11, 27), "演纪〔2023〕1号", [("纪要.png", blank_scan("minutes"))])


def _preliminaries(here: Rehearsal) -> list[Stage]:
    return here.stages(_kinds().PRELIMINARY)


def _kinds() -> Any:
    from contest.models.stage import Kind

    return Kind
