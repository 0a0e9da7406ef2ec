"""Who takes part in a stage, and who leaves it."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import log
from accounts.models import LogLine
from accounts.permissions import Action, require, require_pair
from accounts.proposals.paper import resting_on
from accounts.words import written
from contest.actions.hall import in_hall
from contest.joining import Way, in_the_way
from contest.models import Entry, Stage
from contest.models.entry import Status
from contest.models.stage import State
from registry.models import Posting

if TYPE_CHECKING:
    from accounts.models import Basis, User

# Entrants may join until the stage is ready, and leave until the results are in.
JOINING = (State.PREPARING, State.COLLECTING, State.READY)
LEAVING = (*JOINING, State.SCORING)
LEFT = (Status.WITHDRAWN, Status.ABSENT, Status.DISQUALIFIED)
# The acts that decide whether an entrant is in the ranking, each with a line of its own about them.
DECIDING = ("leave", "reinstate", "disqualify", "reinstate_disqualified")


BY_DECISION = gettext_lazy("%(name)s是凭处理决定取消资格的，须由市级凭新的处理决定或会议纪要提请恢复。")


class EntryRefused(Exception):
    """The entry cannot be made or changed; the message says why and what to do."""


@transaction.atomic
def enter(stage: Stage, posting: Posting, *, talk: str = "", by: "User", at: datetime) -> Entry:
    """Enter one secretary for a preliminary. Raises EntryRefused when entered already, or too late."""
    return enter_all(stage, [posting], talk=talk, by=by, at=at)[0]


@transaction.atomic
def enter_all(stage: Stage, postings: Sequence[Posting], *, talk: str = "", by: "User", at: datetime) -> list[Entry]:
    """Enter secretaries for a preliminary, in the order given; all of them or none.

    `postings` come with their places read (`Posting.objects.with_places()`). Raises EntryRefused.
    """
    require(by, Action.ENTER_SECRETARY, stage)
    return admit(stage, postings, talk=talk, by=by, at=at)


def admit(stage: Stage, postings: Sequence[Posting], *, talk: str = "", by: "User", at: datetime) -> list[Entry]:
    """As `enter_all`, within an act whose own right was asked for: the approval of a list, of a substitution."""
    _open_for(stage, JOINING)
    strangers = [p for p in postings if not stage.is_final and p.village.town.district_id != stage.district_id]
    if strangers:
        raise EntryRefused(
            _("%(names)s 不在%(district)s任职，不能参加本赛段。")
            % {"names": _("、").join(p.secretary.name for p in strangers), "district": stage.district}
        )
    if others := [p for p in postings if p.rehearsal != stage.season.roster]:
        raise EntryRefused(
            _("%(names)s 不在本届的名册里，不能参加。") % {"names": _("、").join(p.secretary.name for p in others)}
        )
    known = set(Entry.objects.filter(stage=stage).values_list("secretary_id", flat=True))
    if twice := [p for p in postings if p.secretary_id in known]:
        raise EntryRefused(_("%(names)s 已在参赛名单中。") % {"names": _("、").join(p.secretary.name for p in twice)})
    _refuse(stage, Way.ENTER, [posting.secretary_id for posting in postings])
    return _write(stage, postings, talk=talk, by=by, at=at)


@transaction.atomic
def leave(
    entry: Entry,
    status: Status,
    *,
    reason: str,
    by: "User",
    at: datetime,
    seconded_by: "User | None" = None,
    basis: "Basis | None" = None,
) -> None:
    """Take an entrant out of the ranking: withdrawn, absent or disqualified, with a reason. They do not score zero.

    Once scoring opened it takes two, or in the hall a signed form. Raises EntryRefused, NeedsSecond, PermissionDenied.
    """
    require(by, Action.ENTER_SECRETARY, entry)
    if status not in LEFT:
        raise EntryRefused(_("请选择退出、缺席或取消资格。"))
    reason = written(reason)
    if not reason:
        raise EntryRefused(_("请写明原因。"))
    _by_enough(entry, by, seconded_by, basis, at)
    _refuse(entry.stage, Way.LEAVE, [entry.secretary_id])
    _change(entry, Status.ENTERED, status, reason)
    log.write(
        entry.stage.season.code,
        "leave",
        by=by,
        at=at,
        on=entry,
        reason=reason,
        seconded_by=seconded_by,
        stage=entry.stage_id,
        status=status,
        **resting_on(basis),
    )


@transaction.atomic
def reinstate(
    entry: Entry,
    *,
    reason: str,
    by: "User",
    at: datetime,
    seconded_by: "User | None" = None,
    basis: "Basis | None" = None,
) -> None:
    """Undo a leaving, while the stage is still before its results; once scoring opened it takes two, as leaving does.

    Who was disqualified on a recorded decision comes back as they were taken out: by two of the office, on a paper.
    Raises EntryRefused, NeedsSecond, PermissionDenied.
    """
    require(by, Action.ENTER_SECRETARY, entry)
    reason = written(reason)
    if not reason:
        raise EntryRefused(_("请写明原因。"))
    _by_enough(entry, by, seconded_by, basis, at)
    by_decision = out_by_decision(entry)
    if by_decision:
        require_pair(by, seconded_by, Action.DISQUALIFY, entry, at=at)
        if basis is None:
            raise EntryRefused(BY_DECISION % {"name": entry.secretary.name})
    if entry.status == Status.REPLACED:
        raise EntryRefused(_("已有人递补，不能恢复参赛。"))
    _refuse(entry.stage, Way.RETURN, [entry.secretary_id])
    _change(entry, Status(entry.status), Status.ENTERED, "")
    log.write(
        entry.stage.season.code,
        "reinstate_disqualified" if by_decision else "reinstate",
        by=by,
        at=at,
        on=entry,
        reason=reason,
        seconded_by=seconded_by,
        stage=entry.stage_id,
        **resting_on(basis),
    )


def last_decision(entry: Entry) -> tuple[int, str]:
    """The place in the log, and the act, of what decided last whether they are in the ranking; (0, "") before any."""
    lines = LogLine.objects.filter(chain=entry.stage.season.code, subject=log.subject(entry), action__in=DECIDING)
    return lines.order_by("-seq").values_list("seq", "action").first() or (0, "")


def out_by_decision(entry: Entry) -> bool:
    """Whether a recorded decision took them out of results that stood already."""
    return entry.status == Status.DISQUALIFIED and last_decision(entry)[1] == "disqualify"


@transaction.atomic
def name_talk(entry: Entry, talk: str, *, by: "User", at: datetime) -> None:
    require(by, Action.ENTER_SECRETARY, entry)
    _open_for(entry.stage, LEAVING)
    before = Entry.objects.filter(pk=entry.pk).values("talk").get()
    words = log.changed(before, {"talk": talk})
    entry.talk = talk
    entry.save(update_fields=["talk"])
    log.write(entry.stage.season.code, "name_talk", by=by, at=at, on=entry, words=words, stage=entry.stage_id)


def _refuse(stage: Stage, way: Way, people: Sequence[int]) -> None:
    """Refuse with what other apps know; `stage` is as it was read, its row is held."""
    if problems := in_the_way(Stage.objects.whole().get(pk=stage.pk), way, people):
        raise EntryRefused(" ".join(problem.text for problem in problems))


def _write(stage: Stage, postings: Sequence[Posting], *, talk: str, by: "User", at: datetime) -> list[Entry]:
    try:
        with transaction.atomic():
            entries = Entry.objects.bulk_create(
                Entry(
                    stage=stage,
                    secretary_id=posting.secretary_id,
                    posting=posting,
                    district_id=posting.village.town.district_id,
                    talk=talk,
                )
                for posting in postings
            )
    except IntegrityError:
        raise EntryRefused(_("有人同时修改了参赛名单，请刷新后再试。")) from None
    log.write(stage.season.code, "enter", by=by, at=at, on=stage, entries=[entry.pk for entry in entries])
    return entries


def _change(entry: Entry, before: Status, after: Status, reason: str) -> None:
    """Claim the change, so that two people changing the same entrant do not overwrite each other."""
    changed = Entry.objects.filter(pk=entry.pk, status=before).update(status=after, status_reason=reason)
    if not changed or before == after:
        raise EntryRefused(_("%(name)s 的参赛状态已经变化，请刷新后再操作。") % {"name": entry.secretary.name})
    entry.status, entry.status_reason = after, reason


def _by_enough(entry: Entry, by: "User", seconded_by: "User | None", basis: "Basis | None", at: datetime) -> None:
    """From scoring on somebody leaves the ranking or comes back by two people, or in the hall on a signed form."""
    here = _open_for(entry.stage, LEAVING)
    if here.state not in JOINING or seconded_by is not None:
        require_pair(by, seconded_by, Action.ENTER_SECRETARY, entry, in_hall=in_hall(here, basis), at=at)


def _open_for(stage: Stage, states: tuple[State, ...]) -> Stage:
    """Lock the stage's row, refuse when it has gone on meanwhile, and return it as it stands."""
    here = Stage.objects.whole().held().filter(pk=stage.pk, state__in=states).first()
    if here is None:
        raise EntryRefused(_("“%(stage)s”已进入后续阶段，参赛名单不能再改。") % {"stage": stage.title})
    return here
