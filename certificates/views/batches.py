"""A season's certificates, stage by stage: asked for, watched, tried again, given up, released."""

from collections.abc import Container
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.once import once
from accounts.permissions import Action, fetch, may, require, within_reach
from accounts.requests import SignedIn
from accounts.shown import FIELD, told_by
from certificates import printing, tasks
from certificates.actions import batch as actions
from certificates.facts import hosts_of
from certificates.forms.batches import AskForm, DiscardForm
from certificates.models import Batch, Certificate
from certificates.models.certificate import Status
from certificates.tally import Tally, tallies, tally_of
from contest import work
from contest.models import Award, Season, Stage
from contest.models.stage import State
from contest.models.work import Progress
from contest.reads.page_season import season_of
from contest.workflow import Problem
from quota.reads.undecided import to_decide

# The shape and tint of a chip (static/css/parts.css).
CHIPS = {Progress.WANTED: "wanted", Progress.TAKEN: "running", Progress.DONE: "done", Progress.PARKED: "failed"}
ENDED = {Status.REVOKED: "returned", Status.REPLACED: "replaced", Status.SUPERSEDED: "replaced"}

REFUSALS = (actions.SamePerson, actions.NotFinished, actions.Overtaken, actions.NotAsShown, actions.TooLate)


@dataclass(frozen=True, slots=True)
class Row:
    """One stage of the season: its certificates as far as they are, and what comes next."""

    stage: Stage
    awards: int
    batch: Batch | None
    tally: Tally
    chip: str
    standing: str
    next: str


def newest_season(request: SignedIn) -> HttpResponse:
    """Where the navigation leads: the certificates of the season one is in."""
    require(request.user, Action.SEE_CERTIFICATES)
    season = season_of(request)
    return redirect("certificates:batches", code=season.code) if season else redirect("contest:seasons")


def season(request: SignedIn, code: str) -> HttpResponse:
    require(request.user, Action.SEE_CERTIFICATES)
    here = fetch(request.user, Action.SEE_SEASON, Season.objects.all(), code=code)
    rows = _rows(within_reach(request.user, Action.SEE_CERTIFICATES, Stage.objects.whole().filter(season=here)))
    may_issue = may(request.user, Action.ISSUE_CERTIFICATES)
    context = {
        "season": here,
        "rows": rows,
        "stats": _stats(rows),
        "may_issue": may_issue,
        "may_see_letters": may(request.user, Action.SEE_LETTERS, here),
        "unsealed": _unsealed(here) if may_issue and not here.is_rehearsal else [],
        "asleep": any(row.tally.unfinished for row in rows) and not _is_alive(),
    }
    return render(request, "certificates/batches.html", context)


def stage(request: SignedIn, pk: int) -> HttpResponse:
    """The stage's batch, or what it takes to ask for one."""
    here = fetch(request.user, Action.SEE_CERTIFICATES, Stage.objects.whole(), pk=pk)
    return _show(request, here)


@once
def ask(request: SignedIn, pk: int) -> HttpResponse:
    """Confirm what was chosen, then ask for all of the stage's certificates."""
    here = fetch(request.user, Action.ISSUE_CERTIFICATES, Stage.objects.whole(), pk=pk)
    if request.method != "POST" and not request.GET:
        return redirect("certificates:stage", pk=pk)
    form = _form(here, request.POST if request.method == "POST" else request.GET, hidden=True)
    if not form.is_valid():
        return _show(request, here, form=_form(here, form.data), status=400)
    told = form.cleaned_data
    if request.method != "POST":
        return _confirm_asking(request, here, form)
    try:
        actions.ask(here, **told, by=request.user, at=timezone.now())
    except actions.NotReady as refused:
        return _show(request, here, refused=refused.problems, status=409)
    messages.success(request, _("已开始制作。可以离开此页，完成后在待办里提醒。"))
    return redirect("certificates:stage", pk=pk)


def preview(request: SignedIn, pk: int) -> HttpResponse:
    """One certificate as it would be, without a number."""
    here = fetch(request.user, Action.SEE_CERTIFICATES, Stage.objects.whole(), pk=pk)
    form = _form(here, request.GET)
    if request.GET and not form.is_valid():
        return _show(request, here, form=form, status=400)
    told = form.cleaned_data if request.GET else form.initial
    try:
        pdf = printing.preview(here, told["template"], told["dated"])
    except printing.CannotPrint as refused:
        return _show(request, here, refused=[Problem(str(refused))], status=409)
    return HttpResponse(
        pdf, content_type="application/pdf", headers={"Content-Disposition": 'inline; filename="preview.pdf"'}
    )


def progress(request: SignedIn, pk: int) -> HttpResponse:
    """The progress bar by itself, for the page that asks every two seconds; when all is done the page loads anew."""
    here = _batch(request, pk, Action.SEE_CERTIFICATES)
    if not request.htmx:
        return redirect("certificates:stage", pk=here.stage_id)
    tally = tally_of(here)
    response = render(request, "certificates/_progress.html", _progress(here, tally))
    if not tally.unfinished or not here.is_in_force:
        response["HX-Refresh"] = "true"
    return response


@require_POST
@once
def retry(request: SignedIn, pk: int) -> HttpResponse:
    here = _batch(request, pk, Action.ISSUE_CERTIFICATES)
    count = actions.retry(here, by=request.user, at=timezone.now())
    if count:
        messages.success(request, _("%(count)d 张搁置的证书已重新开始制作。") % {"count": count})
    else:
        messages.info(request, _("没有搁置的证书。"))
    return redirect("certificates:stage", pk=here.stage_id)


@once
def discard(request: SignedIn, pk: int) -> HttpResponse:
    here = _batch(request, pk, Action.ISSUE_CERTIFICATES)
    form = DiscardForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.discard(here, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now())
        except actions.TooLate as refused:
            return _show(request, here.stage, refused=[Problem(str(refused))], status=409)
        messages.success(request, _("这批证书已作废，可以重新制作。"))
        return redirect("certificates:stage", pk=here.stage_id)
    context = {
        "question": _("作废%(stage)s这批证书？") % {"stage": here.stage.title},
        "explanation": _("还没有发放的证书可以整批作废，改好后重新制作。"),
        "consequences": [_("已下载或打印的纸质件一并作废，请收回。"), _("编号退回，重新制作时从头编起。")],
        "form": form,
        "confirm_label": _("整批作废"),
        "danger": True,
        **_around(here.stage),
    }
    return render(request, "base_confirm.html", context, status=400 if form.is_bound else 200)


@once
def release(request: SignedIn, pk: int) -> HttpResponse:
    here = _batch(request, pk, Action.RELEASE_CERTIFICATES)
    if request.method == "POST":
        try:
            actions.release(here, shown=told_by(request), by=request.user, at=timezone.now())
        except REFUSALS as refused:
            return _show(request, here.stage, refused=[Problem(str(refused))], status=409)
        messages.success(request, _("证书已发放：第一书记可以下载，任何人可以扫码查验。"))
        return redirect("certificates:stage", pk=here.stage_id)
    if actions.overtaken(here):
        return _show(request, here.stage)
    context = {
        "question": _("发放%(stage)s的 %(count)d 张证书？")
        % {"stage": here.stage.title, "count": tally_of(here).total},
        "explanation": _("发放前请下载几张核对姓名、单位、奖次、印章和日期。"),
        "consequences": [
            *(each.text for each in (to_decide(here.stage.season_id) if here.stage.is_final else [])),
            _("第一书记登录后即可看到并下载自己的证书。"),
            _("扫描二维码或输入查验码，即可查验证书真伪。"),
            _("发放后不能整批作废；有错的只能逐张撤销或换发，并写明原因。"),
        ],
        "kept": {FIELD: actions.as_shown(here)},
        "confirm_label": _("发放"),
        **_around(here.stage),
    }
    return render(request, "base_confirm.html", context)


def _confirm_asking(request: SignedIn, stage: Stage, form: AskForm) -> HttpResponse:
    count = Award.objects.live().filter(entry__stage=stage).count()
    template = dict(form.fields["template"].choices)[form.cleaned_data["template"]]  # type: ignore[attr-defined]
    context = {
        "question": _("制作%(stage)s的 %(count)d 张证书？") % {"stage": stage.title, "count": count},
        "explanation": _("样式“%(template)s”，落款日期 %(day)s。")
        % {"template": template, "day": form.cleaned_data["dated"].isoformat()},
        "consequences": [
            _("每位参赛者一张，按奖次和名次编号，不跳号。"),
            _("后台逐张制作；完成后先核对，再发放。发放之前外人看不到，也可以整批作废重来。"),
        ],
        "form": form,
        "confirm_label": _("开始制作"),
        **_around(stage),
    }
    return render(request, "base_confirm.html", context)


def _show(
    request: SignedIn,
    stage: Stage,
    *,
    form: AskForm | None = None,
    refused: list[Problem] | None = None,
    status: int = 200,
) -> HttpResponse:
    batches = list(Batch.objects.whole().filter(stage=stage))
    live = next((each for each in batches if each.is_in_force), None)
    context: dict[str, Any] = {
        "stage": stage,
        "batch": live,
        "earlier": [each for each in batches if not each.is_in_force],
        "may_issue": may(request.user, Action.ISSUE_CERTIFICATES, stage),
        "may_release": live is not None
        and live.asked_by_id != request.user.pk
        and may(request.user, Action.RELEASE_CERTIFICATES, stage),
        "refused": refused or [],
        "undecided": to_decide(stage.season_id) if stage.is_final else [],
    }
    if live is not None:
        overtaken = actions.overtaken(live)
        context |= _progress(live, tally_of(live)) | {"overtaken": overtaken, "certificates": _lines(live, overtaken)}
        return render(request, "certificates/batch.html", context, status=status)
    context |= {"form": form or _form(stage), "problems": actions.hindrances(stage)}
    context["awards"] = Award.objects.live().filter(entry__stage=stage).count()
    return render(request, "certificates/ask.html", context, status=status)


def _progress(batch: Batch, tally: Tally) -> dict[str, Any]:
    return {"batch": batch, "tally": tally, "asleep": bool(tally.unfinished) and not _is_alive()}


def _lines(batch: Batch, overtaken: Container[int]) -> list[tuple[Certificate, str, str]]:
    """Every certificate of the batch in the order of print, with its chip: shape and word."""
    needed = "name", "facts", "progress", "failure", "attempts", "status", "version", "reason", "size"
    found = Certificate.objects.filter(batch=batch).in_order().only(*needed)
    return [(each, *(("returned", _("有更正")) if each.pk in overtaken else _chip(each))) for each in found]


def _chip(each: Certificate) -> tuple[str, str]:
    if each.status in ENDED:
        return ENDED[Status(each.status)], each.get_status_display()
    return CHIPS[Progress(each.progress)], each.get_progress_display()


def _rows(stages: Any) -> list[Row]:
    stages = list(stages)
    batches = {each.stage_id: each for each in Batch.objects.live().filter(stage__in=stages)}
    counted = tallies(batches.values())
    awarded = Award.objects.live().filter(entry__stage__in=stages).order_by().values_list("entry__stage")
    awards = dict(awarded.annotate(count=Count("pk")))
    rows = []
    for stage in stages:
        batch = batches.get(stage.pk)
        tally = counted[batch.pk] if batch else Tally()
        rows.append(Row(stage, awards.get(stage.pk, 0), batch, tally, *_next(stage, batch, tally)))
    return rows


def _next(stage: Stage, batch: Batch | None, tally: Tally) -> tuple[str, str, str]:
    """The chip's shape and word, and the next step as a sentence."""
    if batch is None:
        if stage.state == State.CLOSED:
            return "open", _("可以制作"), _("选择样式和落款日期，预览后制作。")
        return "preparing", _("未到时候"), _("生效后制作证书。")
    if tally.unfinished:
        return "running", _("制作中"), _("等后台制作完成。")
    if tally.parked:
        return "failed", _("有搁置"), _("查看原因，处理后重试。")
    if batch.released_at:
        return "closed", _("已发放"), _("下载后打印、装帧。")
    return "done", _("待发放"), _("下载核对，无误后发放。")


def _stats(rows: list[Row]) -> list[dict[str, Any]]:
    released = sum(row.tally.done for row in rows if row.batch and row.batch.released_at)
    made = sum(row.tally.done for row in rows) - released
    return [
        {"label": _("应发"), "value": sum(row.awards for row in rows)},
        {"label": _("已发放"), "value": released},
        {"label": _("制成待发放"), "value": made},
        {"label": _("制作中"), "value": sum(row.tally.unfinished for row in rows)},
        {"label": _("已搁置"), "value": sum(row.tally.parked for row in rows)},
    ]


def _unsealed(season: Season) -> list[str]:
    return [host["name"] for host in hosts_of(season) if not host["seal"]]


def _is_alive() -> bool:
    return work.is_alive(tasks.NAME, timezone.now())


def _form(stage: Stage, data: Any = None, *, hidden: bool = False) -> AskForm:
    return AskForm(data or None, stage=stage, today=_today(), hidden=hidden)


def _today() -> date:
    return timezone.localdate()


def _around(stage: Stage) -> dict[str, Any]:
    """Where a question about the stage's certificates comes from and leads back to."""
    here = reverse("certificates:stage", args=[stage.pk])
    return {
        "cancel_url": here,
        "crumbs": [(stage.get_absolute_url(), stage.title), (here, _("证书"))],
    }


def _batch(request: SignedIn, pk: int, action: Action) -> Batch:
    return fetch(request.user, action, Batch.objects.whole(), pk=pk)
