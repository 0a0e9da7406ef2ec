"""Whose turn it is with a district's list, and what they do next."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.permissions import Action, may, within_reach
from accounts.roles import Role
from contest.models import Season, Stage
from contest.models.correction import show_people
from contest.models.stage import Kind
from contest.workflow import Problem
from quota.actions.approval import ANNOUNCED
from quota.actions.shortlist import SIGNED, NoSeats, seats_of, why_outdated
from quota.models import Pick, QuotaRow, Shortlist, Substitution
from quota.reads.condition import is_running
from quota.reads.seats import in_line
from quota.wording import next_step, state_of, until_when, who_comes

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True, slots=True)
class Step:
    """A button: where it leads, and whether that is a page of its own (GET) or the act itself (POST)."""

    label: str
    url: str
    is_page: bool = False


@dataclass(frozen=True, slots=True)
class Turn:
    """The one framed thing on a list's page: what comes next, why, what is in the way, and who does it."""

    label: str
    note: str
    problems: list[Problem] = field(default_factory=list)
    step: Step | None = None
    other: Step | None = None
    # For the office helping out with a county's step: offered, not urged.
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A district in the season's overview. `state` is empty before there is a list."""

    stage: Stage
    seats: int
    filled: int
    picked: int
    reserves: int
    shortlist: Shortlist | None
    state: str
    label: str
    waiting_for: str
    substitutions: int
    may_decide: bool


def of(stage: Stage, shortlist: Shortlist | None, user: "User", *, at: datetime) -> Turn:
    """The next step of a list as this person meets it."""
    try:
        row = seats_of(stage)
    except NoSeats as missing:
        url = reverse("quota:quota", args=[stage.season.code])
        return Turn(_("还没有名额"), "", [Problem(str(missing), url)])
    if stage.state not in SIGNED:
        note = _("名单按签字确认的成绩拟定。“%(stage)s”现为“%(state)s”。") % {
            "stage": stage.title,
            "state": stage.get_state_display(),
        }
        return Turn(
            _("等成绩签字确认"), note, [Problem(_("签字确认成绩后再来拟定推荐名单。"), stage.get_absolute_url())]
        )
    if shortlist is None or shortlist.state in (Shortlist.State.RETURNED, Shortlist.State.REVOKED):
        outdated = shortlist is not None and shortlist.revision != stage.revision
        return _drawing_up(stage, row, user, again=shortlist is not None, outdated=outdated)
    if shortlist.state == Shortlist.State.DRAFT:
        return _sending(stage, shortlist, row, user)
    if shortlist.state == Shortlist.State.SUBMITTED:
        return _deciding(stage, shortlist, why_outdated(shortlist, stage, row), user)
    return _replacing(stage, shortlist, user, at)


def _drawing_up(stage: Stage, row: QuotaRow, user: "User", *, again: bool, outdated: bool) -> Turn:
    label = _("重新拟定推荐名单") if again else _("拟定推荐名单")
    note = _("系统按签字确认的成绩和 %(seats)d 个名额列出推荐、递补和未入围人员，每人都有理由；您核对后再报送。") % {
        "seats": row.seats
    }
    way_back = None
    if again and outdated:
        note = _("成绩已更正为第 %(revision)d 版：请按新的成绩重新拟定，核对后报送。") % {"revision": stage.revision}
    elif again:
        note = _("如成绩有误，请先走更正程序，更正后再来；否则直接重新拟定、报送。")
        way_back = Step(_("更正程序"), reverse("contest:way_back", args=[stage.pk]), is_page=True)
    if not may(user, Action.SUBMIT_SHORTLIST, stage):
        return Turn(label, _("这一步由县级组织者办理。"))
    step = Step(label, reverse("quota:draw_up", args=[stage.pk]))
    return Turn(label, note + _helping(user), step=step, other=way_back, quiet=_is_helping(user))


def _sending(stage: Stage, shortlist: Shortlist, row: QuotaRow, user: "User") -> Turn:
    mine = may(user, Action.SUBMIT_SHORTLIST, stage)
    if why := why_outdated(shortlist, stage, row):
        step = Step(_("重新拟定推荐名单"), reverse("quota:draw_up", args=[stage.pk])) if mine else None
        return Turn(_("名单已过时"), why + _("请重新拟定。"), step=step)
    label = _("报送市级审定")
    unruled = show_people(shortlist.picks.filter(outcome=Pick.Outcome.NEEDS_RULING))
    if unruled:
        text = _("%(names)s 并列在最后一个名额上：请撤回签字确认，由评审团裁定并登记，重新统分、签字确认后再拟定名单。")
        names = _("、").join(pick.who.name for pick in unruled)
        return Turn(label, "", [Problem(text % {"names": names}, stage.get_absolute_url())])
    if not mine:
        return Turn(label, _("这一步由县级组织者办理。"))
    note = _("请逐人核对下面的名单。报送后由市级工作人员审定或退回；市级办理以前，县区可以收回。")
    step = Step(label, reverse("quota:submit", args=[shortlist.pk]))
    return Turn(label, note + _helping(user), step=step, quiet=_is_helping(user))


def _deciding(stage: Stage, shortlist: Shortlist, why: str, user: "User") -> Turn:
    label = _("等市级审定")
    if not may(user, Action.APPROVE_SHORTLIST, shortlist):
        note = _("名单已报送。市级审定或退回后，结果会出现在待办和本页。")
        if not may(user, Action.SUBMIT_SHORTLIST, shortlist):
            return Turn(label, note)
        return Turn(label, note + _("此前可以收回更正。"), other=_back(shortlist))
    if shortlist.submitted_by_id == user.pk:
        note = _("这份名单是您报送的，须由另一位市级工作人员审定或退回。")
        return Turn(label, note, other=_back(shortlist))
    send_back = Step(_("退回县区"), reverse("quota:return", args=[shortlist.pk]), is_page=True)
    if why:
        return Turn(_("名单已过时"), why + _("请退回县区重新拟定。"), step=send_back)
    if stage.state not in ANNOUNCED:
        text = _("“%(stage)s”的成绩公示后才能审定名单。") % {"stage": stage.title}
        return Turn(label, "", [Problem(text, stage.get_absolute_url())], other=send_back)
    approve = Step(_("审定名单"), reverse("quota:approve", args=[shortlist.pk]), is_page=True)
    note = _("%(who)s 报送。请对照成绩核对下面的名单；审定后，推荐的人进入决赛参赛名单。")
    return Turn(_("审定或退回名单"), note % {"who": shortlist.submitted_by}, step=approve, other=send_back)


def _back(shortlist: Shortlist) -> Step:
    return Step(_("收回名单"), reverse("quota:take_back", args=[shortlist.pk]), is_page=True)


def _replacing(stage: Stage, shortlist: Shortlist, user: "User", at: datetime) -> Turn:
    """An approved list asks for something only while somebody is about to leave."""
    waiting = Substitution.objects.whole().filter(shortlist=shortlist, state=Substitution.State.PROPOSED)
    pending = waiting.order_by("proposed_at").first()
    if pending is None:
        note = _("%(who)s 已审定，推荐的人已进入决赛参赛名单。有人不能参加决赛时，在下面办理退出和递补。")
        if shortlist.final_has_begun:
            note = _("%(who)s 已审定，推荐的人已进入决赛。决赛评分已经开始，人员变动只能凭处理决定办理。")
        note %= {"who": shortlist.decided_by}
        if is_running(shortlist, stage, at):
            waits = _("%(until)s；此前为有条件审定，期满没有成立的异议即自行生效。") % {"until": until_when(stage)}
            return Turn(_("名单已有条件审定"), waits + note, other=_revoking(shortlist, user))
        return Turn(_("名单已审定"), note, other=_revoking(shortlist, user))
    told = {
        "leaving": pending.leaving.who.name,
        "coming": who_comes(in_line(shortlist)),
        "reason": pending.reason,
        "who": pending.proposed_by,
    }
    note = _("%(who)s 提出：%(leaving)s 退出，现在轮到 %(coming)s 递补。原因：%(reason)s") % told
    if not may(user, Action.APPROVE_SHORTLIST, shortlist):
        return Turn(_("等市级审定递补"), note)
    if pending.proposed_by_id == user.pk:
        return Turn(_("等市级审定递补"), note + _("。这是您提出的，须由另一位市级工作人员决定。"))
    approve = Step(_("审定递补"), reverse("quota:approve_substitution", args=[pending.pk]), is_page=True)
    refuse = Step(_("不予审定"), reverse("quota:refuse_substitution", args=[pending.pk]), is_page=True)
    return Turn(_("审定或不予审定递补"), note, step=approve, other=refuse)


def _revoking(shortlist: Shortlist, user: "User") -> Step | None:
    if not may(user, Action.REVOKE_APPROVAL, shortlist):
        return None
    return Step(_("提请撤销审定"), reverse("quota:revoke", args=[shortlist.pk]), is_page=True)


def _is_helping(user: "User") -> bool:
    return not user.has_role(Role.ORGANIZER)


def _helping(user: "User") -> str:
    if not _is_helping(user):
        return ""
    return _("这一步本由县级组织者办理；您若代为报送，须由另一位市级工作人员审定。")


def overview(user: "User", season: Season, *, at: datetime) -> list[Row]:
    """Every district's list within reach; a constant number of queries."""
    preliminaries = Stage.objects.whole().filter(season=season, kind=Kind.PRELIMINARY).order_by("district__order")
    stages = list(within_reach(user, Action.SEE_SHORTLIST, preliminaries))
    seats = dict(QuotaRow.objects.filter(table__season=season).values_list("district_id", "seats"))
    lists = Shortlist.objects.live().with_begun().filter(stage__in=stages)
    lists = lists.select_related("submitted_by", "stage__district")
    counted = lists.annotate(
        picked=Count("picks", filter=Q(picks__outcome=Pick.Outcome.FINALIST)),
        reserved=Count("picks", filter=Q(picks__outcome=Pick.Outcome.RESERVE)),
    )
    by_stage = {each.stage_id: each for each in counted}
    proposed = Substitution.objects.filter(
        shortlist__stage__in=stages, shortlist__live=True, state=Substitution.State.PROPOSED
    )
    substitutions = dict(
        proposed.order_by("shortlist__stage").values_list("shortlist__stage").annotate(count=Count("pk"))
    )
    return [
        _row(
            stage,
            by_stage.get(stage.pk),
            seats.get(stage.district_id or 0, 0),
            substitutions.get(stage.pk, 0),
            user,
            at,
        )
        for stage in stages
    ]


def _row(stage: Stage, shortlist: Shortlist | None, seats: int, substitutions: int, user: "User", at: datetime) -> Row:
    state = shortlist.state if shortlist else ""
    picked = getattr(shortlist, "picked", 0)
    decides = may(user, Action.APPROVE_SHORTLIST, stage)
    waiting_for = next_step(state) if shortlist or stage.state in SIGNED else _("等成绩签字确认")
    if state == Shortlist.State.APPROVED and substitutions:
        waiting_for = _("等市级审定递补")
    elif state == Shortlist.State.SUBMITTED and stage.state not in ANNOUNCED:
        waiting_for = _("等成绩公示")
    elif shortlist and is_running(shortlist, stage, at):
        waiting_for = _("等公示期满")
    return Row(
        stage=stage,
        seats=seats,
        filled=picked if state == Shortlist.State.APPROVED else 0,
        picked=picked,
        reserves=getattr(shortlist, "reserved", 0),
        shortlist=shortlist,
        state=state,
        label=state_of(shortlist, stage, at) if shortlist else "",
        waiting_for=waiting_for,
        substitutions=substitutions,
        may_decide=decides
        and stage.state in ANNOUNCED
        and shortlist is not None
        and state == Shortlist.State.SUBMITTED
        and shortlist.submitted_by_id != user.pk,
    )
