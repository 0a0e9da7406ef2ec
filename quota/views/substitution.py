"""A finalist who cannot come: proposed by one person, decided by another."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.once import once
from accounts.permissions import Action, fetch
from accounts.requests import SignedIn
from accounts.shown import FIELD, told_by
from contest.actions.entries import EntryRefused
from quota.actions import substitution as actions
from quota.actions.shortlist import ShortlistRefused
from quota.forms.shortlist import RefusalForm, SubstitutionForm
from quota.models import Shortlist, Substitution
from quota.reads.seats import in_line, seated
from quota.wording import called_up, passed_over

REFUSALS = (actions.SubstitutionRefused, ShortlistRefused, EntryRefused)


@once
def propose(request: SignedIn, pk: int) -> HttpResponse:
    approved = Shortlist.objects.whole().live().filter(state=Shortlist.State.APPROVED)
    here = fetch(request.user, Action.SUBMIT_SHORTLIST, approved, pk=pk)
    if request.method != "POST" and here.final_has_begun:
        messages.error(request, _("决赛评分已经开始，参赛者已经确定，不能再退出和递补；人员变动只能凭处理决定办理。"))
        return redirect("quota:shortlist", pk=here.stage_id)
    line = in_line(here)
    form = SubstitutionForm(request.POST if request.method == "POST" else None, seated=seated(here), level=line.first)
    status = 400 if form.is_bound else 200
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            actions.propose(
                here, told["leaving"], told["reason"], choice=form.choice, by=request.user, at=timezone.now()
            )
        except REFUSALS as refused:
            form.add_error(None, str(refused))
            status = 409
        else:
            messages.success(request, _("已提出，等市级工作人员审定。"))
            return redirect("quota:shortlist", pk=here.stage_id)
    context = {
        "shortlist": here,
        "stage": here.stage,
        "form": form,
        "level": line.first,
        "passed": passed_over(line.passed),
        "others": here.substitutions.filter(state=Substitution.State.PROPOSED).count(),
    }
    return render(request, "quota/propose.html", context, status=status)


@once
def approve(request: SignedIn, pk: int) -> HttpResponse:
    here = fetch(request.user, Action.APPROVE_SHORTLIST, Substitution.objects.whole(), pk=pk)
    refused = ""
    if request.method == "POST":
        try:
            actions.approve_substitution(here, shown=told_by(request), by=request.user, at=timezone.now())
        except REFUSALS as why:
            refused = str(why)
        else:
            messages.success(request, _done(here))
            return redirect("quota:shortlist", pk=here.shortlist.stage_id)
    line = in_line(here.shortlist)
    context = {
        "stage": here.shortlist.stage,
        "kept": {FIELD: actions.would_call(here, line)},
        "question": _("审定 %(name)s 退出决赛？") % {"name": here.leaving.who.name},
        "explanation": _("%(who)s 提出，原因：%(reason)s") % {"who": here.proposed_by, "reason": here.reason},
        "consequences": called_up(here, line),
        "confirm_label": _("审定"),
        "cancel_url": reverse("quota:shortlist", args=[here.shortlist.stage_id]),
        "refused": refused,
    }
    return render(request, "quota/confirm.html", context, status=409 if refused else 200)


@once
def refuse(request: SignedIn, pk: int) -> HttpResponse:
    here = fetch(request.user, Action.APPROVE_SHORTLIST, Substitution.objects.whole(), pk=pk)
    form = RefusalForm(request.POST if request.method == "POST" else None)
    status = 400 if form.is_bound else 200
    if request.method == "POST" and form.is_valid():
        try:
            reason, shown = form.cleaned_data["reason"], told_by(request)
            actions.refuse_substitution(here, reason, shown=shown, by=request.user, at=timezone.now())
        except REFUSALS as refused:
            form.add_error(None, str(refused))
            status = 409
        else:
            messages.success(request, _("已不予审定，决赛名额不变。"))
            return redirect("quota:shortlist", pk=here.shortlist.stage_id)
    context = {
        "stage": here.shortlist.stage,
        "kept": {FIELD: actions.would_call(here, in_line(here.shortlist))},
        "question": _("不审定 %(name)s 退出？") % {"name": here.leaving.who.name},
        "explanation": _("%(who)s 提出，原因：%(reason)s") % {"who": here.proposed_by, "reason": here.reason},
        "form": form,
        "confirm_label": _("不予审定"),
        "cancel_url": reverse("quota:shortlist", args=[here.shortlist.stage_id]),
        "danger": True,
    }
    return render(request, "quota/confirm.html", context, status=status)


def _done(substitution: Substitution) -> str:
    if substitution.coming is None:
        return _("已审定退出；没有可递补的人，这个名额空缺。")
    return _("已审定，%(name)s 递补进入决赛。") % {"name": substitution.coming.who.name}
