"""What scoring registers elsewhere: its acts that take two people (DESIGN 9)."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.permissions import Action
from accounts.proposals.registry import Arguments, Seconded, Told, register
from contest import workflow
from contest.hooks import standing_of
from contest.models import Entry
from contest.models.entry import Status
from contest.models.stage import State
from scoring.actions.disqualify import WITH_RESULTS, CannotDisqualify, disqualify
from scoring.actions.hold import WrongState


def _in_the_way_of_disqualifying(entry: Entry, _arguments: Arguments, at: datetime) -> Iterator[str]:
    stage = entry.stage
    if stage.state not in WITH_RESULTS:
        yield _("还没有成绩：统分之前，在参赛者页面办理取消资格。")
    if entry.status != Status.ENTERED:
        yield _("%(name)s 已不在排名之内。") % {"name": entry.secretary.name}
    for move in workflow.back_from(State(stage.state)):
        if move.after in WITH_RESULTS:
            yield from (problem.text for problem in workflow.problems(stage, move, at))


def _what_disqualifying_changes(entry: Entry, _arguments: Arguments) -> Iterator[Told]:
    yield _("参赛状态"), str(entry.get_status_display()), str(Status.DISQUALIFIED.label)
    revision = entry.stage.revision
    yield _("成绩版次"), str(revision), str(revision + 1)
    if entry.stage.state != State.TABULATED:
        yield _("状态"), str(entry.stage.get_state_display()), str(State.TABULATED.label)


def _entry_standing(entry: Entry, _arguments: Arguments) -> list[Any]:
    return [entry.status, *standing_of(entry.stage)]


register(
    Seconded(
        name="disqualify",
        permission=Action.DISQUALIFY,
        model=Entry,
        act=disqualify,
        title=lambda entry, _arguments: (
            _("%(stage)s：取消%(name)s的资格") % {"stage": entry.stage.title, "name": entry.secretary.name}
        ),
        tell=_what_disqualifying_changes,
        rests_on=_entry_standing,
        chain=lambda entry: entry.stage.season.code,
        about=lambda entry: entry.stage,
        read=Entry.objects.whole,
        obstacles=_in_the_way_of_disqualifying,
        needs_basis=True,
        refusals=(CannotDisqualify, workflow.CannotMove, WrongState),
    )
)
