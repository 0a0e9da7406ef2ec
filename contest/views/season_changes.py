"""A season corrected, its calendar filled in, put away, deleted, or removed where it was a rehearsal."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth import logout
from django.core.exceptions import BadRequest, ValidationError
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.fields import ShownForm
from accounts.once import once
from accounts.permissions import Action, NeedsSecond, fetch
from accounts.proposals.views import propose_from, proposed
from accounts.requests import SignedIn
from accounts.shown import FIELD, ChangedSince, refuse_changed
from contest.actions import removal
from contest.actions import season_changes as actions
from contest.actions.season import BadDates
from contest.forms import seasons as shape
from contest.forms.levels import LevelsForm
from contest.models import Season
from contest.reads.levels import levels_of
from contest.reads.working_days import calendar_of
from contest.season_hooks import calendar_as_arguments, details_as_arguments
from contest.settled import is_bound
from registry.excel.levels import written

REFUSED = (actions.SeasonRefused, BadDates, NeedsSecond, ValidationError, removal.NotRemoved)


@once
def edit(request: SignedIn, code: str) -> HttpResponse:
    here = _season(request, code)

    def opened(sent: QueryDict | None = None) -> shape.SeasonForm:
        now = shape.shown(actions.details_of(here)) | {FIELD: actions.details_as_shown(here)}
        return shape.SeasonForm(sent, initial=now)

    form = opened(request.POST or None)
    what = _Correction(
        _("更正届次"), actions.correct_season, lambda: form.details, details_as_arguments, actions.details_as_shown
    )
    return _answer(request, here, form, what, opened)


@once
def calendar(request: SignedIn, code: str) -> HttpResponse:
    here = _season(request, code)

    def opened(sent: QueryDict | None = None) -> shape.CalendarForm:
        now = shape.written(calendar_of(here)) | {FIELD: actions.calendar_as_shown(here)}
        return shape.CalendarForm(sent, initial=now)

    form = opened(request.POST or None)
    title = _("工作日和放假安排")
    what = _Correction(
        title, actions.set_calendar, lambda: form.calendar, calendar_as_arguments, actions.calendar_as_shown
    )
    return _answer(request, here, form, what, opened)


@once
def levels(request: SignedIn, code: str) -> HttpResponse:
    """What the season calls the levels of dispatching units, and what it recognises them by."""
    here = _season(request, code)

    def opened(sent: QueryDict | None = None) -> LevelsForm:
        return LevelsForm(sent, levels=levels_of(here), initial={FIELD: actions.levels_as_shown(here)})

    form = opened(request.POST or None)
    what = _Correction(
        _("单位层级"),
        actions.set_levels,
        lambda: form.told,
        lambda levels: {"levels": written(levels)},
        actions.levels_as_shown,
    )
    return _answer(request, here, form, what, opened, "contest/levels.html")


@once
def archive(request: SignedIn, code: str) -> HttpResponse:
    """Put away, or out again where it was."""
    here = _season(request, code)
    step = request.POST.get("step") if request.method == "POST" else "reopen" if here.archived_at else "archive"
    if step not in ("archive", "reopen"):
        raise BadRequest("neither away nor out again")
    # What the page asked is done or refused, never its opposite because a colleague was faster.
    away = step == "reopen"
    verb = actions.reopen_archive if away else actions.archive_season
    question = _("取消“%(season)s”的归档？") if away else _("归档“%(season)s”？")
    return _confirm(
        request,
        here,
        lambda: verb(here, by=request.user, at=timezone.now()),
        question=question % {"season": here.title},
        consequences=[] if away else [_("归档后，待办里不再列出这一届的事项；页面仍可查阅。")],
        confirm_label=_("取消归档") if away else _("归档"),
        kept={"step": step},
    )


@once
def delete(request: SignedIn, code: str) -> HttpResponse:
    """An empty season is deleted as if it had never been opened, but for its log."""
    here = _season(request, code)
    # Whoever had the question before them when something came in is told why it is too late.
    if request.method != "POST" and not actions.is_empty(here):
        raise Http404
    return _confirm(
        request,
        here,
        lambda: removal.delete_season(here, by=request.user, at=timezone.now()),
        question=_("删除“%(season)s”？") % {"season": here.title},
        consequences=[_("这一届还没有任何决定，删除后赛段和名额分配表一并删去；日志保留，代码不再使用。")],
        confirm_label=_("删除届次"),
        gone=True,
    )


@once
def remove(request: SignedIn, code: str) -> HttpResponse:
    here = _season(request, code)
    if not here.is_rehearsal:
        raise Http404
    return _confirm(
        request,
        here,
        lambda: removal.remove_rehearsal(here, by=request.user, at=timezone.now()),
        question=_("移除演练“%(season)s”？") % {"season": here.title},
        consequences=removal.consequences(here, request.user),
        confirm_label=_("移除演练"),
        gone=True,
        form=shape.RemovalForm(request.POST if request.method == "POST" else None, title=here.title),
    )


def _season(request: SignedIn, code: str) -> Season:
    return fetch(request.user, Action.MANAGE_SEASON, Season.objects.all(), code=code)


@dataclass(frozen=True)
class _Correction:
    """What a page corrects: by which action, what the form says, that as a proposal has it, and what a page shows."""

    title: str
    act: Callable[..., Any]
    new: Callable[[], Any]
    as_arguments: Callable[[Any], dict[str, Any]]
    as_shown: Callable[[Season], str]


def _answer(
    request: SignedIn,
    here: Season,
    form: ShownForm,
    what: _Correction,
    opened: Callable[[], forms.Form],
    page: str = "contest/season_form.html",
) -> HttpResponse:
    """Done at once by one person; proposed once results or lists bind the season, under the action's name.

    `opened` makes the form anew as it would be opened now, for whoever sends one that a colleague has overtaken.
    """
    if form.is_bound and form.is_valid():
        shown = form.cleaned_data[FIELD]
        told: dict[str, Any] = {"reason": form.cleaned_data["reason"], "by": request.user, "at": timezone.now()}
        try:
            if is_bound(here):
                refuse_changed(shown, what.as_shown(here))
                arguments = what.as_arguments(what.new())
                if (made := propose_from(form, what.act.__name__, here, arguments, **told)) is not None:
                    return proposed(request, made)
            else:
                what.act(here, what.new(), shown=shown, **told)
                messages.success(request, _("已保存。"))
                return redirect("contest:season", code=here.code)
        except ChangedSince as refused:
            here.refresh_from_db()
            form.tell_changed(refused, opened())
        except REFUSED as refused:
            for sentence in _sentences(refused):
                form.add_error(None, sentence)
    context = {"season": here, "form": form, "title": what.title, "two": is_bound(here)}
    return render(request, page, context, status=400 if form.is_bound else 200)


def _confirm(
    request: SignedIn,
    here: Season,
    act: Callable[[], Any],
    *,
    gone: bool = False,
    form: forms.Form | None = None,
    **told: Any,
) -> HttpResponse:
    sent = request.method == "POST"
    if sent and (form is None or form.is_valid()):
        try:
            act()
        except REFUSED as refused:
            for sentence in _sentences(refused):
                messages.error(request, sentence)
        else:
            done = {"season": here.title, "done": told["confirm_label"]}
            # Whoever was made up for it leaves with it; nothing is written into a session that has ended.
            request.user.refresh_from_db(fields=["is_active"])
            leaves = not request.user.is_active
            if leaves:
                logout(request)
            messages.success(request, _("“%(season)s”：%(done)s，已完成。") % done)
            if leaves:
                return redirect("sign_in")
            return redirect("contest:seasons") if gone else redirect("contest:season", code=here.code)
        return redirect("contest:season", code=here.code)
    back = reverse("contest:season", args=[here.code])
    crumbs = [(reverse("contest:seasons"), _("届次")), (back, here.title)]
    context = {**told, "form": form, "cancel_url": back, "crumbs": crumbs, "danger": gone}
    return render(request, "base_confirm.html", context, status=400 if sent else 200)


def _sentences(refused: Exception) -> list[str]:
    return list(refused.messages) if isinstance(refused, ValidationError) else [str(refused)]
