"""Correcting confirmed sheets, and what was corrected."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.once import once
from accounts.permissions import Action, fetch, may
from accounts.requests import SignedIn
from contest.models import Stage
from contest.models.stage import State
from scoring.actions.confirmation import NoReason, StaleSheet
from scoring.actions.corrections import NothingCorrected, UnfitMarks, correct_sheet
from scoring.actions.hold import WrongState
from scoring.forms.sheets import CorrectionForm
from scoring.grid import lines_of
from scoring.history import versions_of
from scoring.models import Sheet
from scoring.reads.nav import nav_of
from scoring.stack import papers_of, piles_of
from scoring.views.sheets import SHEETS


def corrections(request: SignedIn, pk: int) -> HttpResponse:
    """What was corrected on this stage, and a judge's confirmed sheets to correct one of them."""
    stage = fetch(request.user, Action.SEE_MARKS, Stage.objects.whole(), pk=pk)
    lines, places = lines_of(stage)
    corrected = list(SHEETS.filter(stage=stage, live=True, version__gt=1).order_by("-typed_at", "-pk"))
    versions = versions_of(corrected, lines, places)
    piles = piles_of(stage)
    wanted = request.GET.get("judge", "")
    pile = next((each for each in piles if str(each.number) == wanted), None)
    may_correct = stage.state == State.SCORING and may(request.user, Action.TYPE_MARKS, stage)
    context = {
        "stage": stage,
        "nav": nav_of(stage),
        "lines": lines,
        "corrected": [(sheet, versions[sheet.entry_id, sheet.seat_id]) for sheet in corrected],
        "may_correct": may_correct,
        "tabs": [
            {
                "label": f"{each.number} {each.judge}",
                "url": f"?judge={each.number}#confirmed",
                "current": each is pile,
                "count": each.confirmed,
            }
            for each in piles
        ],
        "pile": pile,
        "papers": papers_of(stage, pile.seat, Sheet.State.CONFIRMED, lines, places, request.user) if pile else [],
    }
    return render(request, "scoring/corrections.html", context)


@once
def correct(request: SignedIn, pk: int) -> HttpResponse:
    """Correct one confirmed sheet."""
    sheet = fetch(request.user, Action.TYPE_MARKS, SHEETS.all(), pk=pk)
    lines, places = lines_of(sheet.stage)
    here = next(v for v in versions_of([sheet], lines, places)[sheet.entry_id, sheet.seat_id] if v.pk == pk)
    marks = dict(zip((line.code for line in lines), here.marks, strict=True))
    form = CorrectionForm(lines, marks, sheet.edit, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid() and _corrected(request, sheet, form):
        messages.success(request, _("已生成更正版，须由另一人核对后才生效。"))
        return redirect("scoring:corrections", pk=sheet.stage_id)
    may_correct = (
        sheet.live and sheet.state == Sheet.State.CONFIRMED and sheet.stage.state == State.SCORING and not form.is_bound
    )
    context: dict[str, Any] = {
        "sheet": sheet,
        "stage": sheet.stage,
        "form": form,
        "lines": lines,
        "here": here,
        "may_correct": may_correct or form.is_bound,
        "back": reverse("scoring:corrections", args=[sheet.stage_id]),
    }
    return render(request, "scoring/correct.html", context, status=400 if form.is_bound else 200)


def _corrected(request: SignedIn, sheet: Sheet, form: CorrectionForm) -> bool:
    """Make the correction, or put the reason for its refusal into the form."""
    told = form.cleaned_data
    try:
        correct_sheet(sheet, form.whole_marks, told["reason"], by=request.user, at=timezone.now())
    except UnfitMarks as unfit:
        form.refuse(unfit.refused)
    except NoReason as refused:
        form.add_error("reason", str(refused))
    except (NothingCorrected, StaleSheet, WrongState) as refused:
        form.add_error(None, str(refused))
    else:
        return True
    return False
