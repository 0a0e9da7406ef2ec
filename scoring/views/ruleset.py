"""The rules a stage is scored by."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.once import FIELD, once
from accounts.permissions import Action, fetch, may
from accounts.requests import SignedIn
from contest.models import Stage
from contest.models.stage import Kind
from scoring.actions import rules as actions
from scoring.actions.hold import BEFORE_SCORING
from scoring.forms.ruleset import RulesForms
from scoring.models import Ruleset
from scoring.wording import sentences

# The hidden field that names the rules the form was filled from.
SEEN = "seen"


def show_ruleset(request: SignedIn, pk: int) -> HttpResponse:
    stage = fetch(request.user, Action.SEE_STAGE, Stage.objects.whole(), pk=pk)
    open_still = stage.state in BEFORE_SCORING
    context: dict[str, Any] = {
        "stage": stage,
        "ruleset": None,
        "may_change": open_still and may(request.user, Action.CHANGE_RULES, stage),
        "preliminary": stage.kind == Kind.PRELIMINARY,
    }
    ruleset = _ruleset(stage)
    if ruleset is not None:
        rules = actions.read_rules(ruleset)
        context |= {
            "ruleset": ruleset,
            "fingerprint": rules.fingerprint,
            "sentences": sentences(rules, stage.kind),
            "criteria": list(ruleset.criteria.all()),
            "whole_c": sum(criterion.max_c for criterion in ruleset.criteria.all()),
        }
    return render(request, "scoring/ruleset.html", context)


@require_POST
@once
def adopt(request: SignedIn, pk: int) -> HttpResponse:
    stage = fetch(request.user, Action.CHANGE_RULES, Stage.objects.whole(), pk=pk)
    try:
        actions.adopt_rules(stage, by=request.user, at=timezone.now())
    except (actions.RulesFrozen, actions.AlreadyAdopted) as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("已采用默认细则，请逐项核对后按需修改。"))
    return redirect("scoring:ruleset", pk=pk)


@once
def edit_ruleset(request: SignedIn, pk: int) -> HttpResponse:
    stage = fetch(request.user, Action.CHANGE_RULES, Stage.objects.whole(), pk=pk)
    ruleset = _ruleset(stage)
    if ruleset is None or stage.state not in BEFORE_SCORING:
        if request.method == "POST":
            messages.error(request, _("没有保存：评分已经开始，评分细则不能再改。"))
        return redirect("scoring:ruleset", pk=pk)
    now = actions.read_rules(ruleset)
    forms = RulesForms(request.POST if request.method == "POST" else None, rules=now, kind=stage.kind)
    if forms.is_bound and forms.is_valid():
        try:
            actions.change_rules(
                stage, forms.rules, seen=request.POST.get(SEEN, ""), by=request.user, at=timezone.now()
            )
        except actions.RulesFrozen as frozen:
            messages.error(request, str(frozen))
            return redirect("scoring:ruleset", pk=pk)
        except actions.StaleRules as stale:
            return _conflict(request, stage, forms.rules, stale.now)
        except actions.BadRules as bad:
            forms.errors = bad.problems
        else:
            messages.success(request, _("评分细则已保存。"))
            return redirect("scoring:ruleset", pk=pk)
    context = {
        "stage": stage,
        "forms": forms,
        "seen": request.POST.get(SEEN, now.fingerprint),
    }
    return render(request, "scoring/ruleset_form.html", context, status=400 if forms.is_bound else 200)


def _ruleset(stage: Stage) -> Ruleset | None:
    try:
        return actions.ruleset_of(stage)
    except Ruleset.DoesNotExist:
        return None


def _conflict(request: SignedIn, stage: Stage, yours: actions.Rules, theirs: actions.Rules) -> HttpResponse:
    """Somebody else saved first: both versions side by side, and the choice."""
    context = {
        "stage": stage,
        "rows": list(_compared(_told(yours, stage), _told(theirs, stage))),
        "keep_url": reverse("scoring:ruleset", args=[stage.pk]),
        "resubmit": [*_sent(request), (SEEN, theirs.fingerprint)],
    }
    return render(request, "scoring/ruleset_conflict.html", context, status=409)


def _told(rules: actions.Rules, stage: Stage) -> dict[str, str]:
    names = {criterion.code: criterion.name for criterion in rules.ruleset.criteria}
    hints = "；".join(f"{names[code]}：{hint}" for code, hint in rules.hints.items() if hint and code in names)
    return sentences(rules, stage.kind) | {_("评分要点"): hints}


def _compared(yours: dict[str, str], theirs: dict[str, str]) -> Iterable[dict[str, Any]]:
    for label, text in yours.items():
        yield {"label": label, "yours": text, "theirs": theirs[label], "differs": text != theirs[label]}


def _sent(request: SignedIn) -> Iterable[tuple[str, str]]:
    """What the form sent, to send again; its key and its version are made anew."""
    for name, value in request.POST.items():
        if name not in (SEEN, FIELD, "csrfmiddlewaretoken"):
            yield name, str(value)
