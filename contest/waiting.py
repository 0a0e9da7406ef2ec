"""What the contest puts on the desk: each stage's next step, and how far all of them have come."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts.desk import Todo, overview, source
from accounts.models import User
from accounts.permissions import POLICY, Action, within_reach
from accounts.requests import SignedIn
from accounts.roles import Role
from contest import overview as stages_overview
from contest import workflow
from contest.actions.documents import seal_due
from contest.models import RosterImport, Stage, StageDocument
from contest.models.stage import State
from contest.reads.page_season import season_of
from contest.reads.way_back import PutRight, being_put_right
from contest.reads.working_days import through


@source
def next_steps(user: User) -> Iterator[Todo]:
    """The next step of every stage that is this person's to take: a county's own, or one only the office can take.

    The office may help out with a county's steps, but they do not wait for the office.
    """
    stages, at = list(within_reach(user, Action.SEE_STAGE, _going_on())), timezone.now()
    alone, put_right = Counter(stage.season_id for stage in stages), being_put_right(stages)
    for stage in stages:
        move = workflow.next_move(stage)
        right = put_right.get(stage.pk)
        if right and (todo := _on_the_way_back(user, stage, right, move)):
            yield todo
            continue
        if move is None or not _is_theirs(user, stage, move):
            continue
        standing = workflow.problems(stage, move, at) if alone[stage.season_id] == 1 else []
        waits = _not_yet(user, stage, move, at)
        yield Todo(
            text=_("%(stage)s：下一步，%(move)s") % {"stage": stage.title, "move": move.label},
            url=stage.get_absolute_url(),
            detail=waits or " ".join(filter(None, [_overdue(stage, at), standing[0].text if standing else ""])),
            urgent=stage.is_overdue(timezone.localdate(at)),
            waits=bool(waits),
            alike=_several(stage, move),
            place=str(stage.district or ""),
            season=stage.season_id,
        )


@source
def entrant_steps(user: User) -> Iterator[Todo]:
    """A first secretary is told where each of their stages stands."""
    if user.has_role(Role.SECRETARY) and user.secretary is not None:
        for entry in user.secretary.entries.select_related("stage__season", "stage__district"):
            yield Todo(
                text=_("%(stage)s：%(state)s") % {"stage": entry.stage.title, "state": entry.stage.get_state_display()},
                url=reverse("certificates:mine"),
                detail=_("出场顺序 %(order)s") % {"order": entry.order} if entry.order else entry.get_status_display(),
                waits=True,
                season=entry.stage.season_id,
            )


@source
def rosters_to_confirm(user: User) -> Iterator[Todo]:
    """What I uploaded and have neither confirmed nor given up."""
    mine = RosterImport.objects.filter(uploaded_by=user, state=RosterImport.State.PREVIEW)
    for upload in within_reach(user, Action.IMPORT_ROSTER, mine).only("original_name", "uploaded_at", "season"):
        yield Todo(
            text=_("名册待确认：%(file)s") % {"file": upload.original_name},
            url=reverse("contest:roster_preview", args=[upload.pk]),
            detail=_("%(at)s 上传，核对后确认或放弃。")
            % {"at": f"{timezone.localtime(upload.uploaded_at):%m-%d %H:%M}"},
            season=upload.season_id,
        )


@source
def seals_to_follow(user: User) -> Iterator[Todo]:
    """Results that were certified on signatures alone: the sealed sheet follows within two working days."""
    sealed = StageDocument.objects.in_force().filter(stage=OuterRef("pk"), use=StageDocument.Use.SEALED_RESULT)
    waits = _going_on().filter(state__in=[State.CERTIFIED, State.PUBLISHED]).exclude(Exists(sealed))
    today = timezone.localdate()
    for stage in within_reach(user, Action.CERTIFY, waits):
        due = seal_due(stage)
        if not _helps_out(user, stage, Action.CERTIFY) and due is not None:
            late = due < today
            detail = _("已逾期，最迟应在 %(day)s 补交。") if late else _("最迟 %(day)s。")
            yield Todo(
                text=_("%(stage)s：请补交盖章的成绩单") % {"stage": stage.title},
                url=reverse("contest:documents", args=[stage.pk]),
                detail=detail % {"day": f"{due:%Y-%m-%d}"},
                urgent=late,
                season=stage.season_id,
            )


@overview
def districts_at_a_glance(request: SignedIn) -> SafeString | str:
    """The progress of the page's season, as far as it is within reach."""
    here = Stage.objects.whole().filter(season=season_of(request))
    stages = list(within_reach(request.user, Action.SEE_STAGE, here))
    if not stages:
        return ""
    return render_to_string("contest/_desk_overview.html", stages_overview.of(stages), request)


def _on_the_way_back(user: User, stage: Stage, right: PutRight, forward: workflow.Move | None) -> Todo | None:
    """What comes next where results are being put right: the next step back, scoring, or the way forward again.

    Whoever makes the move forward is told that it may have to wait while it still goes back.
    """
    way_back = reverse("contest:way_back", args=[stage.pk])
    told = {"stage": stage.title, "done": right.done, "reason": right.since.reason}
    if right.further is not None and _is_theirs(user, stage, right.further):
        text = _("%(stage)s正在更正：接着%(move)s") % {**told, "move": right.further.label}
        detail = _("已%(done)s；不用再退的，在赛段总览办下一步。") % told
        return Todo(text, way_back, detail, urgent=True, season=stage.season_id)
    if forward is None or not _is_theirs(user, stage, forward):
        return None
    told["move"] = str(forward.label)
    if stage.state == State.SCORING:
        text = _("%(stage)s正在更正：更正分数，另一人核对后重新统分") % told
        return Todo(text, way_back, urgent=True, season=stage.season_id)
    if right.further is not None:
        text = _("%(stage)s正在更正：更正完了再%(move)s") % told
        detail = _("已%(done)s；成绩有误的，等县区继续退回并更正。") % told
        return Todo(text, stage.get_absolute_url(), detail, season=stage.season_id)
    text = _("%(stage)s正在更正：接下来%(move)s") % told
    detail = _("已%(done)s，原因：%(reason)s") % told
    return Todo(text, stage.get_absolute_url(), detail, urgent=True, season=stage.season_id)


def _not_yet(user: User, stage: Stage, move: workflow.Move, at: datetime) -> str:
    """Why this person cannot make the move now, whatever they do: its time has not come, or it takes another."""
    if move.name == "close" and stage.notice_until is not None and at < stage.notice_until:
        return _("公示至 %(day)s，期满后办理。") % {"day": through(stage.notice_until)}
    if move.name == "publish" and stage.certified_by_id == user.pk:
        return _("成绩由您签字确认，须由另一位市级工作人员公示。")
    return ""


def _several(stage: Stage, move: workflow.Move) -> str:
    """The step of a district in one line with the same step of others; their number is left open."""
    if stage.is_final:
        return ""
    return _("%(count)s 个地区：下一步，%(move)s") % {"count": "%(count)d", "move": move.label}


def _overdue(stage: Stage, at: datetime) -> str:
    """The day that is over, where the stage was to be held by then and was not."""
    if stage.due_on is None or not stage.is_overdue(timezone.localdate(at)):
        return ""
    return _("须在%(due)s前举办，已过期。") % {"due": date_format(stage.due_on)}


def _going_on() -> QuerySet[Stage]:
    """The stages of every season that was not put away."""
    return Stage.objects.whole().filter(season__archived_at=None)


def _is_theirs(user: User, stage: Stage, move: workflow.Move) -> bool:
    return move in workflow.open_to(stage, user) and not _helps_out(user, stage, move.action)


def _helps_out(user: User, stage: Stage, action: Action) -> bool:
    """Whether this is a county's work, which the office may do as well but need not be reminded of."""
    return user.has_role(Role.OFFICE) and not stage.is_final and Role.ORGANIZER in POLICY[action]
