"""What the contest registers elsewhere: the moves of a stage that take two people (DESIGN 9)."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.permissions import Action
from accounts.proposals.registry import Arguments, Seconded, Told, register
from contest import workflow
from contest.actions.correction import BadCorrection
from contest.actions.postings import IDENTITY, Details, StaleDetails, chain_of, correct_person, details_of
from contest.actions.roster import AlreadyDone, NotReady, PlanMoved, confirm_roster, look_again, renaming
from contest.forms.roster import PersonForm
from contest.models import Award, RosterImport, Stage
from contest.models.stage import State
from registry.excel.fields import labels
from registry.excel.table import BadMapping, NoTable
from registry.excel.workbook import Unreadable
from registry.models import Posting

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


def _details(arguments: Arguments) -> Details:
    return Details(**{field: arguments[field] for field in Details.__dataclass_fields__})


def _correct_person(posting: Posting, **told: Any) -> Any:
    new = _details(told)
    kept = {name: value for name, value in told.items() if name not in Details.__dataclass_fields__}
    return correct_person(posting, new, **kept)


def _what_is_corrected(posting: Posting, arguments: Arguments) -> Iterator[Told]:
    old, new = details_of(posting), _details(arguments)
    for field, label in PersonForm.base_fields.items():
        was, now = getattr(old, field, ""), getattr(new, field, "")
        if was != now:
            yield str(label.label), was, now


register(
    Seconded(
        name="correct_person",
        permission=Action.IMPORT_ROSTER,
        model=Posting,
        act=_correct_person,
        title=lambda posting, _arguments: _("更正%(name)s的姓名、单位") % {"name": posting.secretary.name},
        tell=_what_is_corrected,
        rests_on=lambda posting, _arguments: details_of(posting).fingerprint,
        chain=chain_of,
        read=Posting.objects.with_places,
        refusals=(StaleDetails, BadCorrection),
    )
)


def _what_is_imported(upload: RosterImport, _arguments: Arguments) -> Iterator[Told]:
    for row in renaming(look_again(upload, on=timezone.localdate()).plan):
        for field in IDENTITY:
            if field in row.changes:
                old, new = row.changes[field]
                yield _("第 %(row)d 行：%(what)s") % {"row": row.number, "what": labels()[field]}, str(old), str(new)


register(
    Seconded(
        name="import_roster",
        permission=Action.IMPORT_ROSTER,
        model=RosterImport,
        act=confirm_roster,
        title=lambda upload, _arguments: _("导入名册%(file)s，其中有姓名、单位的更正") % {"file": upload.original_name},
        tell=_what_is_imported,
        rests_on=lambda upload, _arguments: [upload.state, upload.sha256, upload.mapping, upload.sheet],
        chain=lambda upload: upload.season.code,
        about=lambda upload: upload.season,
        read=lambda: RosterImport.objects.select_related("season", "district"),
        refusals=(NotReady, AlreadyDone, PlanMoved, BadCorrection, Unreadable, NoTable, BadMapping),
    )
)
