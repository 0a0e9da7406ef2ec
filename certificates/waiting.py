"""What the certificates put on the desk: steps for the office, papers for the first secretaries, and the figures."""

from collections import Counter
from collections.abc import Iterator

from django.db.models import Count, Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts.desk import Todo, overview, source
from accounts.models import User
from accounts.permissions import Action, may, within_reach
from accounts.requests import SignedIn
from certificates.certificate_list import OUTDATED, outdated
from certificates.models import Batch, Certificate, Letter
from certificates.models.certificate import Status
from certificates.tally import Tally, newest, tallies
from contest.models import Season, Stage
from contest.models.stage import Kind, State
from contest.models.work import Progress
from contest.reads.page_season import season_of


@source
def stages_without_certificates(user: User) -> Iterator[Todo]:
    """Closed stages for which nobody has asked yet."""
    if not may(user, Action.ISSUE_CERTIFICATES):
        return
    closed = Stage.objects.whole().filter(state=State.CLOSED, season__archived_at=None)
    unasked = closed.exclude(pk__in=Batch.objects.live().values("stage"))
    for stage in within_reach(user, Action.ISSUE_CERTIFICATES, unasked):
        yield Todo(
            text=_("%(stage)s已生效，请制作证书") % {"stage": stage.title},
            url=reverse("certificates:stage", args=[stage.pk]),
            alike=_("%(count)d 个地区的初赛已生效，请制作证书") if stage.district else "",
            place=stage.district.name if stage.district else "",
            season=stage.season_id,
        )


@source
def batches_to_look_at(user: User) -> Iterator[Todo]:
    """Certificates that could not be made, first; and batches that wait to be released. Two queries."""
    if not may(user, Action.RELEASE_CERTIFICATES):
        return
    parked = newest().filter(progress=Progress.PARKED).values("batch")
    open_ones = Batch.objects.live().whole().filter(Q(released_at=None) | Q(pk__in=parked))
    batches = list(within_reach(user, Action.RELEASE_CERTIFICATES, open_ones))
    counted = tallies(batches) if batches else {}
    for batch in batches:
        tally = counted[batch.pk]
        if todo := _step(batch, tally, user):
            yield todo


def _step(batch: Batch, tally: Tally, user: User) -> Todo | None:
    """What this person can do next for a batch: whoever asked for it does not release it."""
    url = reverse("certificates:stage", args=[batch.stage_id])
    told = {"stage": batch.stage.title, "count": tally.parked or tally.done}
    if tally.parked:
        detail = _("查看原因，处理后重试。")
        text = _("%(stage)s：%(count)d 张证书没有制成，已搁置") % told
        return Todo(text, url, detail, urgent=True, season=batch.stage.season_id)
    if tally.unfinished or batch.asked_by_id == user.pk:
        return None
    text = _("%(stage)s：%(count)d 张证书已制成，等您核对发放") % told
    return Todo(text, url, season=batch.stage.season_id)


@source
def papers_to_replace(user: User) -> Iterator[Todo]:
    """Released certificates that state a name or unit which was put right since, by season. Three queries."""
    if not may(user, Action.ISSUE_CERTIFICATES) or not (keys := outdated(user, Action.ISSUE_CERTIFICATES)):
        return
    seasons = (
        Certificate.objects.filter(pk__in=keys)
        .order_by()
        .values_list("batch__stage__season", "batch__stage__season__code")
    )
    for (season, code), count in Counter(seasons).items():
        yield Todo(
            text=_("%(count)d 张已发放的证书与更正后的记录不同，请换发") % {"count": count},
            url=f"{reverse('certificates:certificates')}?standing={OUTDATED}&season={code}",
            season=season,
        )


@source
def papers_to_fetch(user: User) -> Iterator[Todo]:
    """A first secretary's released certificates. One query."""
    if not may(user, Action.SEE_OWN_RESULT):
        return
    released = Certificate.objects.released().filter(status=Status.VALID).order_by("-batch__released_at", "-pk")
    mine = within_reach(user, Action.SEE_OWN_RESULT, released)
    for facts, season in mine.values_list("facts", "batch__stage__season"):
        yield Todo(
            text=_("您的证书可以下载了：%(stage)s%(tier)s") % {"stage": facts["stage"], "tier": facts["tier"]},
            url=reverse("certificates:mine"),
            detail=facts["serial"],
            season=season,
        )


@source
def letters_to_send(user: User) -> Iterator[Todo]:
    """Letters to dispatching units that wait to be written or sent, once a season's final is closed."""
    if not may(user, Action.SEND_LETTERS):
        return
    closed = Stage.objects.filter(kind=Kind.FINAL, state=State.CLOSED, season__archived_at=None)
    for season in Season.objects.filter(stages__in=closed):
        sent = list(Letter.objects.filter(season=season, live=True).values_list("sent_on", flat=True))
        url = reverse("certificates:letters", args=[season.code])
        if not sent:
            yield Todo(_("决赛已生效，请拟制给选派单位的反馈函"), url, season=season.pk)
        elif waiting := sent.count(None):
            text = _("%(count)d 封反馈函还没有登记寄送") % {"count": waiting}
            yield Todo(text, f"{url}?state=unsent", season=season.pk)


@overview
def certificates_at_a_glance(request: SignedIn) -> SafeString | str:
    """How many certificates within reach are released, made and parked; nothing before the first is asked for."""
    if not may(request.user, Action.SEE_CERTIFICATES):
        return ""
    season = season_of(request)
    here = newest().filter(batch__stage__season=season)
    released = Q(progress=Progress.DONE, batch__released_at__isnull=False)
    found = within_reach(request.user, Action.SEE_CERTIFICATES, here).aggregate(
        total=Count("pk"),
        released=Count("pk", filter=released),
        made=Count("pk", filter=Q(progress=Progress.DONE) & ~released),
        unfinished=Count("pk", filter=Q(progress__in=(Progress.WANTED, Progress.TAKEN))),
        parked=Count("pk", filter=Q(progress=Progress.PARKED)),
    )
    if not found["total"]:
        return ""
    stats = [
        {"label": _("已发放"), "value": found["released"]},
        {"label": _("制成待发放"), "value": found["made"]},
        {"label": _("制作中"), "value": found["unfinished"]},
        {"label": _("已搁置"), "value": found["parked"]},
    ]
    return render_to_string("certificates/_desk_overview.html", {"season": season, "stats": stats}, request)
