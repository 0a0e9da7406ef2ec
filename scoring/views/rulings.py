"""Recording what the panel decided between entrants who stand level."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import log
from accounts.models import Proposal
from accounts.once import once
from accounts.permissions import Action, fetch, may
from accounts.proposals import reads
from accounts.proposals.views import propose_from, propose_page, proposed
from accounts.requests import SignedIn
from contest.models import Stage
from contest.models.stage import State
from scoring.actions.rules import ruleset_of
from scoring.forms.rulings import RulingForm
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
        made = _propose(request, stage, bound)
        if made is not None:
            return proposed(request, made)
        if not may_rule:
            messages.error(request, " ".join(map(str, bound.non_field_errors())))
            return redirect("scoring:results", pk=pk)
    context = {
        "stage": stage,
        "forms": forms,
        "rulings": ruled(stage),
        "may_rule": may_rule,
        "waits": _waiting_about(stage),
        "criteria": [criterion.name for criterion in ruleset.criteria.all()],
    }
    return render(request, "scoring/ruling.html", context, status=400 if sent else 200)


@once
def withdraw(request: SignedIn, pk: int) -> HttpResponse:
    rulings = Ruling.objects.filter(live=True).select_related("stage__season", "stage__district")
    ruling = fetch(request.user, Action.RULE_ON_TIE, rulings, pk=pk)
    results = reverse("scoring:results", args=[ruling.stage_id])
    return propose_page(
        request,
        "withdraw_ruling",
        ruling,
        {},
        question=_("提请撤回这项裁定？"),
        explanation=_("撤回后这些参赛者恢复并列，成绩重新统分为新的一版；原来的裁定留存备查。"),
        back=results,
        crumbs=[(ruling.stage.get_absolute_url(), ruling.stage.title), (results, _("成绩"))],
    )


def _propose(request: SignedIn, stage: Stage, form: RulingForm) -> Proposal | None:
    """Propose what the panel decided, or record it in the hall at once."""
    arguments = {"order": form.order, "kind": form.cleaned_data["kind"]}
    told = {"reason": form.cleaned_data["reason"], "paper": form.paper, "by": request.user, "at": timezone.now()}
    return propose_from(form, "record_ruling", stage, arguments, at_once=form.at_once, **told)


def _waiting_about(stage: Stage) -> list[reads.Line]:
    """What waits to be seconded about rulings on this stage."""
    now = timezone.now()
    found = reads.about(log.subject(stage), now)
    return reads.lines([each for each in found if each.verb in ("record_ruling", "withdraw_ruling")], now)


def _ruleset(stage: Stage) -> Ruleset:
    try:
        return ruleset_of(stage)
    except Ruleset.DoesNotExist:
        raise Http404 from None


def _form(request: SignedIn, level: Level) -> RulingForm:
    """The group's form, bound when it is the one that was sent."""
    sent = request.method == "POST" and request.POST.get(GROUP) == str(level.key)
    people = [(person.entry, person.name) for person in level.people]
    data, files = (request.POST, request.FILES) if sent else (None, None)
    return RulingForm(data, files, people=people, prefix=f"g{level.key}")
