"""Recording what the panel decided between entrants who stand level."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.once import once
from accounts.permissions import Action, fetch, may
from accounts.requests import SignedIn
from contest.models import Stage
from contest.models.stage import State
from scoring.actions import rulings as actions
from scoring.actions.hold import WrongState
from scoring.actions.rules import ruleset_of
from scoring.forms.rulings import RulingForm, WithdrawForm
from scoring.models import Ruleset, Ruling
from scoring.rulings import Level, levels, ruled

# Which level group a sent form is about: its first entry.
GROUP = "group"


@once
def rule(request: SignedIn, pk: int) -> HttpResponse:
    """The level groups, with a form for each while rulings can be recorded, and the rulings so far."""
    sent = request.method == "POST"
    stage = fetch(request.user, Action.RULE_ON_TIE if sent else Action.SEE_MARKS, Stage.objects.whole(), pk=pk)
    may_rule = stage.state == State.TABULATED and may(request.user, Action.RULE_ON_TIE, stage)
    ruleset = _ruleset(stage)
    forms = [(level, _form(request, level)) for level in levels(stage, ruleset)]
    bound = next((form for _level, form in forms if form.is_bound), None)
    if sent and bound is None:
        messages.error(request, _("这一组已经不再并列，请查看最新成绩。"))
        return redirect("scoring:results", pk=pk)
    if bound is not None and bound.is_valid():
        told = {"order": bound.order, "kind": bound.cleaned_data["kind"], "reason": bound.cleaned_data["reason"]}
        try:
            actions.record_ruling(stage, by=request.user, at=timezone.now(), **told)
        except actions.BadRuling as refused:
            bound.add_error(None, str(refused))
        except WrongState as refused:
            messages.error(request, str(refused))
            return redirect("scoring:results", pk=pk)
        else:
            messages.success(request, _("裁定已登记，成绩已按裁定重新统分为第 %(n)d 版。") % {"n": stage.revision})
            return redirect("scoring:results", pk=pk)
    context = {
        "stage": stage,
        "forms": forms,
        "rulings": ruled(stage),
        "may_rule": may_rule,
        "criteria": [criterion.name for criterion in ruleset.criteria.all()],
    }
    return render(request, "scoring/ruling.html", context, status=400 if sent else 200)


@once
def withdraw(request: SignedIn, pk: int) -> HttpResponse:
    rulings = Ruling.objects.filter(live=True).select_related("stage__season", "stage__district")
    ruling = fetch(request.user, Action.RULE_ON_TIE, rulings, pk=pk)
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            actions.withdraw_ruling(ruling, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now())
        except (actions.BadRuling, WrongState) as refused:
            form.add_error("reason", str(refused))
        else:
            messages.success(request, _("裁定已撤回，成绩已重新统分。"))
            return redirect("scoring:results", pk=ruling.stage_id)
    results = reverse("scoring:results", args=[ruling.stage_id])
    context: dict[str, Any] = {
        "question": _("撤回这项裁定？"),
        "explanation": _("撤回后这些参赛者恢复并列，成绩重新统分为新的一版；原来的裁定留存备查。"),
        "form": form,
        "confirm_label": _("撤回裁定"),
        "cancel_url": results,
        "crumbs": [(ruling.stage.get_absolute_url(), ruling.stage.title), (results, _("成绩"))],
        "danger": True,
    }
    return render(request, "base_confirm.html", context, status=400 if form.is_bound else 200)


def _ruleset(stage: Stage) -> Ruleset:
    try:
        return ruleset_of(stage)
    except Ruleset.DoesNotExist:
        raise Http404 from None


def _form(request: SignedIn, level: Level) -> RulingForm:
    """The group's form, bound when it is the one that was sent."""
    sent = request.method == "POST" and request.POST.get(GROUP) == str(level.key)
    people = [(person.entry, person.name) for person in level.people]
    return RulingForm(request.POST if sent else None, people=people, prefix=f"g{level.key}")
