"""What the contest registers elsewhere: moves of a stage, leaving the ranking and coming back, by two (DESIGN 9)."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import verbs
from accounts.permissions import Action
from accounts.proposals.places import shown_at
from accounts.proposals.registry import Arguments, Further, Seconded, Told, register
from contest import workflow
from contest.actions import entries
from contest.actions.correction import IDENTITY, BadCorrection
from contest.actions.postings import (
    Details,
    PostingRefused,
    StaleDetails,
    chain_of,
    correct_person,
    details_of,
    in_words,
    rested_on,
)
from contest.actions.roster import (
    AlreadyDone,
    NotReady,
    PlanMoved,
    confirm_roster,
    corrected_units,
    look_again,
    planned_now,
    renaming,
)
from contest.actions.units import UnitRefused
from contest.forms.roster import PersonForm
from contest.joining import Way, in_the_way
from contest.models import Award, Entry, RosterImport, Season, Stage
from contest.models.entry import Status
from contest.models.stage import State
from registry.excel.fields import labels
from registry.excel.levels import called
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


def what_falls(stage: Stage) -> Iterator[Told]:
    """What rests on a stage's results, as a proposal to undo them tells it."""
    for resting in workflow.what_rests_on(stage, timezone.now()):
        yield _("受影响"), "", resting.text


def resting_on_results(stage: Stage) -> list[str]:
    """The same for a fingerprint: in one language, whoever looks."""
    with translation.override(settings.LANGUAGE_CODE):
        return [resting.text for resting in workflow.what_rests_on(stage, timezone.now())]


def to_way_back(stage: Stage) -> Further:
    """Where one goes on after a step back."""
    return _("%(stage)s的更正程序") % {"stage": stage.title}, reverse("contest:way_back", args=[stage.pk])


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

    falls = move.before in (State.CERTIFIED, State.CLOSED)

    def tell(stage: Stage, _arguments: Arguments) -> Iterator[Told]:
        yield _("状态"), str(stage.get_state_display()), str(State(move.after).label)
        if falls:
            yield from what_falls(stage)

    def rests_on(stage: Stage, _arguments: Arguments) -> list[Any]:
        return [*standing_of(stage), *(resting_on_results(stage) if falls else ())]

    return Seconded(
        name=move.name,
        permission=move.action,
        model=Stage,
        act=act,
        title=title,
        tell=tell,
        rests_on=rests_on,
        chain=season_code,
        read=Stage.objects.whole,
        obstacles=obstacles,
        needs_basis=move.needs_basis,
        further=to_way_back,
        refusals=(workflow.CannotMove,),
    )


for each in workflow.MOVES.values():
    if each.by_two:
        register(_move(each))


def _details(posting: Posting, arguments: Arguments) -> Details:
    """The details as they would be: what is not corrected stays as it is now."""
    return replace(details_of(posting), **{field: arguments[field] for field in _about(arguments)})


def _about(arguments: Arguments) -> list[str]:
    return [field for field in Details.__dataclass_fields__ if field in arguments]


def _correct_person(posting: Posting, **told: Any) -> Any:
    kept = {name: value for name, value in told.items() if name not in Details.__dataclass_fields__}
    return correct_person(posting, _details(posting, told), **{"seen": details_of(posting).fingerprint, **kept})


def _a_correction_rests_on(posting: Posting, arguments: Arguments) -> Any:
    """What it is about; everything, where it was proposed with all that was written, as it was once."""
    old = details_of(posting)
    return old.fingerprint if "seen" in arguments else rested_on(old, _about(arguments))


def _what_is_corrected(posting: Posting, arguments: Arguments) -> Iterator[Told]:
    old, new = (in_words(posting, details) for details in (details_of(posting), _details(posting, arguments)))
    for field, label in PersonForm.base_fields.items():
        was, now = old.get(field, ""), new.get(field, "")
        if was != now:
            yield str(label.label), was, now


register(
    Seconded(
        name="correct_person",
        permission=Action.IMPORT_ROSTER,
        model=Posting,
        act=_correct_person,
        title=lambda posting, _arguments: _("更正%(name)s的姓名、单位或村镇") % {"name": posting.secretary.name},
        tell=_what_is_corrected,
        rests_on=_a_correction_rests_on,
        reaches=lambda posting, _arguments: Posting.objects.with_places().filter(secretary=posting.secretary_id),
        chain=chain_of,
        read=Posting.objects.with_places,
        refusals=(StaleDetails, PostingRefused, UnitRefused, BadCorrection),
    )
)


def _what_is_imported(upload: RosterImport, _arguments: Arguments) -> Iterator[Told]:
    found = look_again(upload, on=timezone.localdate())
    for unit, level in corrected_units(upload, found.plan):
        what = _("%(unit)s：单位层级") % {"unit": unit.name}
        yield what, called(unit.level, found.levels), called(level, found.levels)
    for row in renaming(found.plan):
        for field in IDENTITY:
            if field in row.changes:
                old, new = row.changes[field]
                yield _("第 %(row)d 行：%(what)s") % {"row": row.number, "what": labels()[field]}, str(old), str(new)


def _import_title(upload: RosterImport, _arguments: Arguments) -> str:
    return _("导入名册%(file)s，其中有姓名、单位或村镇的更正") % {"file": upload.original_name}


def _what_an_import_rests_on(upload: RosterImport, _arguments: Arguments) -> list[Any]:
    """The file, what was said about it, and what it would write: taken here, whatever the proposer's page sent."""
    try:
        planned = planned_now(upload, on=timezone.localdate())
    except (Unreadable, NoTable, BadMapping):
        planned = ""
    return [upload.state, upload.sha256, upload.mapping, upload.sheet, planned]


def _where_they_serve(upload: RosterImport, _arguments: Arguments) -> Iterable[Posting]:
    """Every posting of those whom the file renames."""
    rows = renaming(look_again(upload, on=timezone.localdate()).plan)
    people = Posting.objects.filter(pk__in=[row.ref for row in rows]).values("secretary")
    return Posting.objects.with_places().filter(secretary__in=people)


register(
    Seconded(
        name="import_roster",
        permission=Action.IMPORT_ROSTER,
        model=RosterImport,
        act=confirm_roster,
        title=_import_title,
        tell=_what_is_imported,
        reaches=_where_they_serve,
        rests_on=_what_an_import_rests_on,
        chain=lambda upload: upload.season.code,
        about=lambda upload: upload.season,
        read=lambda: RosterImport.objects.select_related("season", "district"),
        refusals=(NotReady, AlreadyDone, PlanMoved, UnitRefused, BadCorrection, Unreadable, NoTable, BadMapping),
    )
)


def _entry_chain(entry: Entry) -> str:
    return entry.stage.season.code


def _entry_title(entry: Entry, arguments: Arguments) -> str:
    told = {"stage": entry.stage.title, "name": entry.secretary.name, "what": Status(arguments["status"]).label}
    return _("%(stage)s：%(name)s%(what)s") % told


def _back_title(entry: Entry, _arguments: Arguments) -> str:
    return _("%(stage)s：%(name)s恢复参赛") % {"stage": entry.stage.title, "name": entry.secretary.name}


def _status(entry: Entry, after: Status) -> Iterable[Told]:
    what = _("%(name)s的参赛状态") % {"name": entry.secretary.name}
    return [(what, str(entry.get_status_display()), str(after.label))]


def _too_late(entry: Entry, way: Way) -> Iterator[str]:
    if entry.stage.state not in entries.LEAVING:
        yield _("“%(stage)s”已进入后续阶段，参赛名单不能再改。") % {"stage": entry.stage.title}
    yield from (problem.text for problem in in_the_way(entry.stage, way, [entry.secretary_id]))


def _cannot_leave(entry: Entry, arguments: Arguments, _at: datetime) -> Iterator[str]:
    yield from _too_late(entry, Way.LEAVE)
    if arguments["status"] not in entries.LEFT:
        yield _("请选择退出、缺席或取消资格。")
    if entry.status != Status.ENTERED:
        yield _("%(name)s 的参赛状态已经变化，请刷新后再操作。") % {"name": entry.secretary.name}


def _cannot_return(entry: Entry, arguments: Arguments, _at: datetime) -> Iterator[str]:
    yield from _too_late(entry, Way.RETURN)
    if entry.status == Status.REPLACED:
        yield _("已有人递补，不能恢复参赛。")
    elif entry.status != arguments["status"]:
        yield _("%(name)s 的参赛状态已经变化，请刷新后再操作。") % {"name": entry.secretary.name}


def _cannot_return_here(entry: Entry, arguments: Arguments, at: datetime) -> Iterator[str]:
    yield from _cannot_return(entry, arguments, at)
    if entries.out_by_decision(entry):
        yield entries.BY_DECISION % {"name": entry.secretary.name}


def _reinstate(entry: Entry, *, status: str, **told: Any) -> None:
    entries.reinstate(entry, **told)


def _leave_again(entry: Entry, *, status: str, reason: str, **told: Any) -> None:
    entries.leave(entry, Status(status), reason=reason, **told)


def _last_decided(entry: Entry, _arguments: Arguments) -> list[Any]:
    """The status, and the line of the act that decided it: the same status decided again is another decision."""
    return [entry.status, entries.last_decision(entry)[0]]


def _about_an_entry(name: str, permission: Action = Action.ENTER_SECRETARY, **told: Any) -> Seconded:
    """A verb about one entrant. `status` in its arguments is the one in which they are out of the ranking."""
    return Seconded(
        name=name,
        permission=permission,
        model=Entry,
        rests_on=lambda entry, _arguments: [entry.stage.state, entry.status],
        chain=_entry_chain,
        about=lambda entry: entry.stage,
        read=Entry.objects.whole,
        refusals=(entries.EntryRefused,),
        **told,
    )


HALL: dict[str, Any] = {"at_once": lambda entry: entry.stage.state == State.SCORING, "effect": _last_decided}


register(
    _about_an_entry(
        "leave",
        act=entries.leave,
        undo=_reinstate,
        title=_entry_title,
        tell=lambda entry, arguments: _status(entry, Status(arguments["status"])),
        obstacles=_cannot_leave,
        **HALL,
    )
)
register(
    _about_an_entry(
        "reinstate",
        act=_reinstate,
        undo=_leave_again,
        title=_back_title,
        tell=lambda entry, _arguments: _status(entry, Status.ENTERED),
        obstacles=_cannot_return_here,
        **HALL,
    )
)
register(
    _about_an_entry(
        "reinstate_disqualified",
        permission=Action.DISQUALIFY,
        act=_reinstate,
        title=_back_title,
        tell=lambda entry, _arguments: _status(entry, Status.ENTERED),
        obstacles=_cannot_return,
        needs_basis=True,
    )
)


@shown_at("contest.stage", Action.SEE_STAGE)
def stage_page(stage: Stage) -> str:
    return stage.get_absolute_url()


@shown_at("contest.season", Action.SEE_SEASON)
def season_page(season: Season) -> str:
    return reverse("contest:season", args=[season.code])


@shown_at("contest.entry", Action.SEE_STAGE)
def entrants_page(entry: Entry) -> str:
    return reverse("contest:entries", args=[entry.stage_id])


@shown_at("registry.posting", Action.IMPORT_ROSTER)
def posting_page(posting: Posting) -> str:
    return reverse("contest:posting", args=[posting.pk])


@shown_at("contest.rosterimport", Action.IMPORT_ROSTER)
def roster_page(upload: RosterImport) -> str:
    return reverse("contest:roster_preview", args=[upload.pk])


verbs.WORDS.update(
    {
        "reinstate_disqualified": gettext_lazy("凭处理决定恢复参赛"),
        "correct_season": gettext_lazy("更正届次"),
        "set_calendar": gettext_lazy("填写放假调休安排"),
        "set_levels": gettext_lazy("更正单位层级"),
        "archive_season": gettext_lazy("归档届次"),
        "reopen_archive": gettext_lazy("取消归档"),
        "removed": gettext_lazy("移除届次"),
    }
)
