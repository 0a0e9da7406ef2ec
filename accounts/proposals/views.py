"""The pages of proposals: those that wait, and one with its buttons."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Model
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import hooks, log, verbs
from accounts.halves import Handed
from accounts.models import BasisPage, Proposal
from accounts.once import once
from accounts.permissions import Action, fetch, require, within_reach
from accounts.proposals import actions, reads
from accounts.proposals.accounts import enveloped
from accounts.proposals.actions import ProposalRefused
from accounts.proposals.forms import DeclineForm, ProposeForm
from accounts.proposals.paper import PaperRefused
from accounts.proposals.places import places_of
from accounts.proposals.registry import Arguments, verb_named
from accounts.requests import SignedIn
from accounts.shown import told_by

PER_PAGE = 50


def proposals(request: SignedIn) -> HttpResponse:
    """Those of the page's season, or of none, that wait for me; then all of them within my reach, the newest first."""
    require(request.user, Action.SEE_PROPOSALS)
    now, chains = timezone.now(), (hooks.page_season(request).season.code, log.PORTAL)
    here = Proposal.objects.whole().filter(chain__in=chains)
    found = within_reach(request.user, Action.SEE_PROPOSALS, here)
    if request.GET.get("mine"):
        found = found.filter(proposed_by=request.user)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    mine = reads.waiting_for(request.user, now)
    context = {
        "waiting": reads.lines([each for each in mine if each.chain in chains], now),
        "page": page,
        "lines": reads.lines(list(page), now),
        "mine": bool(request.GET.get("mine")),
    }
    return render(request, "accounts/proposals.html", context)


def proposal(request: SignedIn, pk: int) -> HttpResponse:
    return _page(request, _fetch(request, pk))


@require_POST
@once
def second(request: SignedIn, pk: int) -> HttpResponse:
    here = _fetch_to_decide(request, pk)
    try:
        done = actions.second(here, shown=told_by(request), by=request.user, at=timezone.now())
    except ProposalRefused as refused:
        return _page(request, here, refused=str(refused), status=409)
    told = _("已复核：%(title)s。") % {"title": here.shown_title}
    messages.success(request, told + reads.came_to(here, timezone.now()))
    if isinstance(done, Handed):
        return _page(request, here, half=done.half)
    return redirect(here)


@require_POST
@once
def decline(request: SignedIn, pk: int) -> HttpResponse:
    here = _fetch_to_decide(request, pk)
    form = DeclineForm(request.POST)
    if not form.is_valid():
        return _page(request, here, form=form, status=400)
    try:
        answer, shown = form.cleaned_data["answer"], told_by(request)
        actions.decline(here, answer, shown=shown, by=request.user, at=timezone.now())
    except ProposalRefused as refused:
        return _page(request, here, form=form, refused=str(refused), status=409)
    return _ended(request, here, _("已注明不同意：%(title)s。"))


@require_POST
@once
def withdraw(request: SignedIn, pk: int) -> HttpResponse:
    here = _fetch(request, pk)
    try:
        actions.withdraw(here, by=request.user, at=timezone.now())
    except ProposalRefused as refused:
        return _page(request, here, refused=str(refused), status=409)
    return _ended(request, here, _("已撤回：%(title)s。"))


def basis_page(request: SignedIn, pk: int) -> FileResponse:
    here = fetch(request.user, Action.SEE_PROPOSALS, BasisPage.objects.all(), pk=pk)
    try:
        file = here.file.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    return FileResponse(file, as_attachment=True, filename=here.original_name, content_type=here.content_type)


def propose_page(
    request: SignedIn,
    verb: str,
    obj: Model,
    arguments: Arguments,
    *,
    question: str,
    explanation: str | Promise,
    back: str,
    crumbs: Sequence[tuple[str, str]] = (),
    half: str = "",
    resting: Sequence[str] = (),
) -> HttpResponse:
    """The page on which a person proposes something that needs no more than a reason; the whole of a view.

    `resting` are sentences on what rests on the object and falls with the act.
    `half` is the proposer's half of a first password, shown once it is proposed.
    """
    form = ProposeForm(request.POST or None, request.FILES or None)
    if verb_named(verb).needs_basis:
        form.require_paper()
    if request.method == "POST" and form.is_valid():
        told = {"reason": form.cleaned_data["reason"], "paper": form.paper, "by": request.user, "at": timezone.now()}
        made = propose_from(form, verb, obj, arguments, **told)
        if made is not None:
            return proposed(request, made, half=half)
    context = {
        "question": question,
        "explanation": explanation,
        "consequences": [*resting, _("提请后由另一位有权限的同事复核，复核后才生效。")],
        "form": form,
        "confirm_label": _("提请复核"),
        "cancel_url": back,
        "crumbs": crumbs,
    }
    status = 409 if form.is_bound and not form.has_error("reason") and form.non_field_errors() else 400
    return render(request, "base_confirm.html", context, status=status if form.is_bound else 200)


def propose_from(
    form: forms.Form, verb: str, obj: Model, arguments: Arguments, *, at_once: bool = False, **told: Any
) -> Proposal | None:
    """Propose what a valid form asks for, or do it in the hall; None when it is refused, and the form then says why."""
    try:
        act = actions.act_at_once if at_once else actions.propose
        return act(verb, obj, arguments, **told)
    except actions.Obstructed as refused:
        for sentence in refused.sentences:
            form.add_error(None, sentence)
    except (ProposalRefused, PaperRefused) as refused:
        form.add_error(None, str(refused))
    return None


def proposed(request: SignedIn, made: Proposal, *, half: str = "") -> HttpResponse:
    """The answer after proposing: the proposal's own page, which says what comes next.

    A half of a first password stands in this answer alone: carried to another page, it would have to be kept.
    """
    if made.state == Proposal.State.IN_EFFECT:
        told = _("已先行办理：%(title)s。请另一位有权限的同事复核，复核之前不能签字确认成绩。")
    else:
        told = _("已提请：%(title)s。请另一位有权限的同事复核。")
    messages.success(request, told % {"title": made.shown_title})
    return _page(request, made, half=half) if half else redirect(made)


def _ended(request: SignedIn, here: Proposal, told: str) -> HttpResponse:
    """The answer after a proposal ended without being seconded."""
    if here.state == Proposal.State.OVERTAKEN:
        told = _("已结束：%(title)s；它的结果已被后来的决定取代，现状不变。")
    messages.success(request, told % {"title": here.shown_title})
    return redirect(here)


def _fetch(request: SignedIn, pk: int) -> Proposal:
    return fetch(request.user, Action.SEE_PROPOSALS, Proposal.objects.whole(), pk=pk)


def _fetch_to_decide(request: SignedIn, pk: int) -> Proposal:
    """For whoever may second it; the proposer gets so far as to be told that it takes another person."""
    here = _fetch(request, pk)
    mine = here.proposed_by_id == request.user.pk
    if not mine and here.is_waiting(timezone.now()) and not reads.may_decide(here, request.user, timezone.now()):
        raise PermissionDenied(_("您没有权限复核这一事项。"))
    return here


def _page(
    request: SignedIn,
    here: Proposal,
    *,
    form: DeclineForm | None = None,
    refused: str = "",
    half: str = "",
    status: int = 200,
) -> HttpResponse:
    here.refresh_from_db()
    now, mine = timezone.now(), here.proposed_by_id == request.user.pk
    in_effect = here.state == Proposal.State.IN_EFFECT
    later = actions.waiting_in_its_place(here) if in_effect else None
    chains = {here.chain, hooks.page_season(request).season.code, log.PORTAL}
    context = {
        "proposal": here,
        "shown": reads.as_shown(here),
        "line": reads.lines([here], now)[0],
        "kind": verbs.WORDS.get(here.verb, here.verb),
        "pages": here.basis.pages.all() if here.basis else [],
        "places": places_of(here, request.user),
        "waiting": here.is_waiting(now),
        "may_decide": reads.may_decide(here, request.user, now),
        "mine": mine,
        "seconders": reads.seconders(here, now) if mine and here.is_waiting(now) else None,
        "next": None if mine else reads.next_to_second(request.user, here, chains, now),
        "later": later,
        "hindered": actions.why_not_seconded(here) if here.is_waiting(now) else "",
        "overtaken": in_effect and not later and not actions.still_stands(here),
        "further": reads.further(here),
        "form": form or DeclineForm(),
        "declining": form is not None,
        "refused": refused,
        "half": half,
        "envelope": enveloped(here) if half else "",
    }
    answer = render(request, "accounts/proposal.html", context, status=status)
    if half:
        add_never_cache_headers(answer)
    return answer
