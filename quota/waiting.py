"""What the shortlists put on the desk, and how far they have come."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import attrgetter

from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.desk import Todo, source
from accounts.models import User
from accounts.permissions import Action, may, within_reach
from accounts.roles import Role
from contest import progress
from contest.models import Stage
from contest.models.correction import show_people
from contest.models.stage import Kind
from quota.actions.approval import ANNOUNCED
from quota.actions.shortlist import SIGNED
from quota.models import Pick, QuotaRow, Shortlist, Substitution
from quota.models.shortlist import FINAL_OPEN
from quota.reads.undecided import undecided


@source
def decisions(user: User) -> Iterator[Todo]:
    """Lists and substitutions that somebody sent in and this person may decide on."""
    if not may(user, Action.APPROVE_SHORTLIST):
        return
    submitted = Q(state=Shortlist.State.SUBMITTED) & ~Q(submitted_by=user)
    revoked = Q(state=Shortlist.State.REVOKED, revision=F("stage__revision"))
    found = Shortlist.objects.live().whole().filter(submitted | revoked, stage__state__in=ANNOUNCED)
    for shortlist in within_reach(user, Action.APPROVE_SHORTLIST, found):
        if shortlist.state == Shortlist.State.REVOKED:
            yield _revoked(shortlist)
            continue
        yield Todo(
            text=_("%(district)s的推荐名单等您审定") % {"district": shortlist.stage.district},
            url=reverse("quota:shortlist", args=[shortlist.stage_id]),
            detail=_("%(who)s 报送，名额 %(seats)d 个") % {"who": shortlist.submitted_by, "seats": shortlist.seats},
            urgent=True,
            alike=_("%(count)d 个地区的推荐名单等您审定"),
            place=str(shortlist.stage.district),
            season=shortlist.stage.season_id,
        )
    proposed = Substitution.objects.whole().filter(state=Substitution.State.PROPOSED).exclude(proposed_by=user)
    substitutions = list(within_reach(user, Action.APPROVE_SHORTLIST, proposed))
    show_people(substitution.leaving for substitution in substitutions)
    for substitution in substitutions:
        yield Todo(
            text=_("%(district)s的递补等您审定") % {"district": substitution.shortlist.stage.district},
            url=reverse("quota:shortlist", args=[substitution.shortlist.stage_id]),
            detail=_("%(name)s 退出") % {"name": substitution.leaving.who.name},
            urgent=True,
            season=substitution.shortlist.stage.season_id,
        )


def _revoked(shortlist: Shortlist) -> Todo:
    """The results that a revoked list rests on are still published: they are put right, or the county sends it anew."""
    return Todo(
        text=_("%(stage)s：推荐名单审定已撤销，成绩要更正的，接着走更正程序") % {"stage": shortlist.stage.title},
        url=reverse("contest:way_back", args=[shortlist.stage_id]),
        detail=shortlist.revoke_reason,
        urgent=True,
        season=shortlist.stage.season_id,
    )


@source
def people_of_the_final(user: User) -> Iterator[Todo]:
    """Who lost the preliminary and still stands in a final that has begun: somebody decides, on a recorded decision."""
    if not may(user, Action.DISQUALIFY):
        return
    finals = Stage.objects.filter(kind=Kind.FINAL, season__archived_at=None).exclude(state__in=FINAL_OPEN)
    seasons = within_reach(user, Action.DISQUALIFY, finals).values_list("season", flat=True)
    found = sorted(undecided(seasons), key=attrgetter("stage_id"))
    for final, entries in groupby(found, key=attrgetter("stage")):
        names = _("、").join(entry.secretary.name for entry in entries)
        yield Todo(
            text=_("%(names)s 已被取消初赛资格，仍在决赛排名中：是否同时取消决赛资格，请凭处理决定办理")
            % {"names": names},
            url=reverse("contest:entries", args=[final.pk]),
            detail=_("打开本人的参赛页面办理；决定之前，不宜发放决赛的证书和反馈函。"),
            urgent=True,
            season=final.season_id,
        )


@source
def lists_to_send(user: User) -> Iterator[Todo]:
    """A district's lists: not drawn up, not sent, or sent back. The office may help, but they do not wait for it."""
    if not user.has_role(Role.ORGANIZER):
        return
    signed = Stage.objects.whole().filter(kind=Kind.PRELIMINARY, state__in=SIGNED, season__quota_table__isnull=False)
    stages = list(within_reach(user, Action.SUBMIT_SHORTLIST, signed))
    lists = {each.stage_id: each for each in Shortlist.objects.live().filter(stage__in=stages)}
    for stage in stages:
        shortlist = lists.get(stage.pk)
        url = reverse("quota:shortlist", args=[stage.pk])
        if shortlist is None:
            text = _("%(stage)s已签字确认，请拟定推荐名单") % {"stage": stage.title}
            yield Todo(text=text, url=url, season=stage.season_id)
        elif shortlist.state == Shortlist.State.DRAFT:
            text = _("%(stage)s的推荐名单已拟定，请核对并报送") % {"stage": stage.title}
            yield Todo(text=text, url=url, season=stage.season_id)
        elif shortlist.state == Shortlist.State.RETURNED:
            yield Todo(
                text=_("%(stage)s的推荐名单被退回，请更正后重新报送") % {"stage": stage.title},
                url=url,
                detail=shortlist.return_reason,
                urgent=True,
                season=stage.season_id,
            )
        elif shortlist.state == Shortlist.State.REVOKED:
            told = {"stage": stage.title, "revision": stage.revision}
            if shortlist.revision == stage.revision:
                text = _("%(stage)s的推荐名单审定已撤销：成绩要更正的，先等更正；否则重新拟定并报送") % told
            else:
                text = _("%(stage)s的成绩已更正，请按第 %(revision)d 版重新拟定推荐名单并报送") % told
            yield Todo(
                text=text,
                url=url,
                detail=shortlist.revoke_reason,
                urgent=True,
                season=stage.season_id,
            )


@progress.measure
def finalists_approved(stages: Iterable[Stage]) -> dict[int, progress.Progress]:
    """Seats of the final filled by an approved list, of the seats the decree gives the district."""
    wanted = [stage for stage in stages if not stage.is_final]
    seats = {
        (season, district): count
        for season, district, count in QuotaRow.objects.filter(
            table__season__in={stage.season_id for stage in wanted}
        ).values_list("table__season", "district", "seats")
    }
    filled = dict(
        Shortlist.objects.live()
        .filter(stage__in=wanted, state=Shortlist.State.APPROVED)
        .order_by("stage")
        .values_list("stage")
        .annotate(count=Count("picks", filter=Q(picks__outcome=Pick.Outcome.FINALIST)))
    )
    return {
        stage.pk: progress.Progress(
            _("决赛名额"), filled.get(stage.pk, 0), seats[stage.season_id, stage.district_id or 0]
        )
        for stage in wanted
        if (stage.season_id, stage.district_id or 0) in seats
    }
