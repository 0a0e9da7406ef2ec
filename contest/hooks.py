"""What the contest registers elsewhere: the moves of a stage that take two people (DESIGN 9)."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.proposals.registry import Arguments, Seconded, Told, register
from contest import workflow
from contest.models import Award, Stage
from contest.models.stage import State

if TYPE_CHECKING:
    from accounts.models import Basis, User


@workflow.rests
def awards_in_force(stage: Stage, _at: datetime) -> Iterator[workflow.Problem]:
    """How many awards state these results."""
    count = Award.objects.live().filter(entry__stage=stage).count()
    if count:
        yield workflow.Problem(_("现行的 %(count)d 项获奖将失效，以更正后的一版为准。") % {"count": count})


def season_code(stage: Stage) -> str:
    return stage.season.code


def standing_of(stage: Stage) -> list[Any]:
    """What a proposal about a stage rests on: its state, its revision, and when it last moved."""
    moved_at = stage.moved_at.isoformat() if stage.moved_at else ""
    return [stage.state, stage.revision, moved_at]


def _move(move: workflow.Move) -> Seconded:
    def act(
        stage: Stage, *, by: "User", at: datetime, seconded_by: "User", reason: str, basis: "Basis | None" = None
    ) -> None:
        workflow.perform(move.name, stage, by=by, at=at, reason=reason, seconded_by=seconded_by, basis=basis)

    def obstacles(stage: Stage, _arguments: Arguments, at: datetime) -> Iterator[str]:
        if stage.state != move.before:
            yield _("“%(stage)s”的状态已经变化，请刷新页面后再操作。") % {"stage": stage.title}
        else:
            yield from (problem.text for problem in workflow.problems(stage, move, at))

    def title(stage: Stage, _arguments: Arguments) -> str:
        return _("%(stage)s：%(move)s") % {"stage": stage.title, "move": move.label}

    def tell(stage: Stage, _arguments: Arguments) -> Iterator[Told]:
        yield _("状态"), str(stage.get_state_display()), str(State(move.after).label)
        if move.before in (State.CERTIFIED, State.CLOSED):
            for resting in workflow.what_rests_on(stage, timezone.now()):
                yield _("受影响"), resting.text, ""

    return Seconded(
        name=move.name,
        permission=move.action,
        model=Stage,
        act=act,
        title=title,
        tell=tell,
        rests_on=lambda stage, _arguments: standing_of(stage),
        chain=season_code,
        read=Stage.objects.whole,
        obstacles=obstacles,
        needs_basis=move.needs_basis,
        refusals=(workflow.CannotMove,),
    )


for each in workflow.MOVES.values():
    if each.by_two:
        register(_move(each))
