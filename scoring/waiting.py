"""What scoring puts on the desk, and how far each stage's sheets have come."""

from collections.abc import Iterable, Iterator

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.desk import Todo, source
from accounts.models import User
from accounts.permissions import Action, within_reach
from accounts.roles import Role
from contest.models import Stage
from contest.models.stage import State
from contest.progress import Progress, measure
from scoring.models import Ballot, Mark, Overtime, Sheet, Tabulation


@source
def ties_to_rule_on(user: User) -> Iterator[Todo]:
    """Ties that cut a prize: nothing goes on before the panel has decided. The office sees every district's."""
    stages = within_reach(user, Action.RULE_ON_TIE, Stage.objects.whole().filter(state=State.TABULATED))
    live = dict(Tabulation.objects.filter(stage__in=stages, live=True).values_list("stage", "needs_ruling"))
    for stage in stages:
        if groups := live.get(stage.pk):
            yield Todo(
                text=_("%(stage)s：有 %(count)d 组并列跨越奖次界线，须登记裁定")
                % {"stage": stage.title, "count": len(groups)},
                url=reverse("scoring:ruling", args=[stage.pk]),
                detail=_("由评审团裁定先后；登记前不能签字确认成绩。"),
                season=stage.season_id,
                urgent=True,
            )


@source
def sheets_to_type_and_confirm(user: User) -> Iterator[Todo]:
    """Paper not typed yet, and what was typed and waits for somebody else's eyes: sheets, times, votes.

    In the final all are the office's. Four queries, however many stages.
    """
    in_scoring = Stage.objects.whole().filter(state=State.SCORING)
    stages = [
        stage
        for stage in within_reach(user, Action.TYPE_MARKS, in_scoring)
        if stage.is_final or user.has_role(Role.ORGANIZER)
    ]
    times = _of_others(Overtime.objects.waiting().filter(entry__stage__in=stages), "entry__stage", user)
    votes = _of_others(Ballot.objects.waiting().filter(seat__stage__in=stages), "seat__stage", user)
    of_others = Exists(Mark.objects.filter(sheet=OuterRef("pk"), confirmed_by=None).exclude(typed_by=user))
    counts = (
        Sheet.objects.counting()
        .filter(stage__in=stages)
        .order_by()
        .values("stage")
        .annotate(
            returned=Count("pk", filter=Q(state=Sheet.State.OPEN, total_c__isnull=False)),
            open=Count("pk", filter=Q(state=Sheet.State.OPEN)),
            others=Count("pk", filter=Q(of_others, state=Sheet.State.TYPED)),
        )
    )
    by_stage = {row["stage"]: row for row in counts}
    for stage in stages:
        if row := by_stage.get(stage.pk):
            yield from _sheets(stage, row["open"], row["returned"], row["others"])
        yield from _times_and_votes(stage, times.get(stage.pk, 0), votes.get(stage.pk, 0))


def _of_others(rows: QuerySet, stage: str, user: User) -> dict[int, int]:
    """How many of these wait for `user`'s eyes, by stage: those that somebody else typed."""
    return dict(rows.exclude(typed_by=user).order_by(stage).values_list(stage).annotate(Count("pk")))


def _times_and_votes(stage: Stage, times: int, votes: int) -> Iterator[Todo]:
    if times:
        yield Todo(
            text=_("%(stage)s：%(count)d 个用时等您核对") % {"stage": stage.title, "count": times},
            url=reverse("scoring:times", args=[stage.pk]),
            detail=_("拿着计时员签字的计时记录逐行对照。"),
            season=stage.season_id,
        )
    if votes:
        yield Todo(
            text=_("%(stage)s：%(count)d 位评委的推荐票等您核对") % {"stage": stage.title, "count": votes},
            url=reverse("scoring:votes", args=[stage.pk]),
            detail=_("拿着纸质推荐票逐位对照。"),
            season=stage.season_id,
        )


def _sheets(stage: Stage, open_: int, returned: int, others: int) -> Iterator[Todo]:
    if others:
        yield Todo(
            text=_("%(stage)s：%(count)d 份评分表等您核对") % {"stage": stage.title, "count": others},
            url=reverse("scoring:confirm", args=[stage.pk]),
            detail=_("拿着纸质评分表逐行对照。"),
            season=stage.season_id,
        )
    if open_:
        yield Todo(
            text=_("%(stage)s：%(count)d 份评分表未录全") % {"stage": stage.title, "count": open_},
            url=reverse("scoring:grid", args=[stage.pk]),
            detail=_("其中 %(count)d 份核对后退回") % {"count": returned} if returned else "",
            season=stage.season_id,
        )


@measure
def sheets_confirmed(stages: Iterable[Stage]) -> dict[int, Progress]:
    """How many of the sheets that count are confirmed, where any were dealt. One query."""
    counted = (
        Sheet.objects.counting()
        .filter(stage__in=[stage.pk for stage in stages])
        .order_by("stage")
        .values_list("stage")
        .annotate(done=Count("pk", filter=Q(state=Sheet.State.CONFIRMED)), total=Count("pk"))
    )
    return {pk: Progress(_("评分表已核对"), done, total) for pk, done, total in counted}
