"""The letters to dispatching units: written, printed, tracked until somebody has signed for them."""

import io
from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import search
from accounts.once import once
from accounts.permissions import Action, fetch, may
from accounts.requests import SignedIn
from certificates import archive, letters
from certificates.actions import letters as actions
from certificates.forms.letters import NumberForm, ReceiveForm, RewriteForm, SendForm, WriteForm
from certificates.models import Letter
from certificates.paper import word
from certificates.views import handing
from contest.models import Season
from contest.workflow import Problem
from quota.reads.undecided import to_decide
from registry.filenames import safe

STATES = ("unsent", "sent", "received", "changed")


def show(request: SignedIn, code: str) -> HttpResponse:
    """All letters of a season, how far each has come, and what is still to be written."""
    season = fetch(request.user, Action.SEE_LETTERS, Season.objects.all(), code=code)
    rows = letters.rows_of(season)
    counts = {state: sum(_is(row, state) for row in rows) for state in STATES}
    missing, problems = letters.without_letter(season), actions.hindrances(season)
    context = {
        "season": season,
        "rows": [row for row in rows if _wanted(row, request)],
        "written": len(rows),
        "counts": counts,
        "tabs": _tabs(request, len(rows), counts),
        "q": search.wanted(request),
        "state": _state(request),
        "missing": [(unit, letters.people_of({"people": [letters.person(a) for a in awards]}))
                    for unit, awards in missing.items()],
        "problems": problems,
        "undecided": to_decide(season.pk),
        "may_send": may(request.user, Action.SEND_LETTERS, season),
    }  # fmt: skip
    return render(request, "certificates/letters.html", context)


@once
def write(request: SignedIn, code: str) -> HttpResponse:
    """Write the letters that are missing; the page says to whom, or what stands in the way."""
    season = fetch(request.user, Action.SEND_LETTERS, Season.objects.all(), code=code)
    form, problems, status = WriteForm(request.POST or None), actions.hindrances(season), 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                made = actions.write_letters(season, **form.cleaned_data, by=request.user, at=timezone.now())
            except actions.NotReady as refused:
                problems, status = refused.problems, 409
            else:
                _say_written(request, made)
                return redirect("certificates:letters", code=code)
    missing = letters.without_letter(season)
    context = {
        "season": season,
        "problems": problems,
        "question": _("拟制反馈函"),
        "explanation": season.title,
        "consequences": _to_whom(missing),
        "missing": missing,
        "form": form,
        "confirm_label": _("拟制"),
        "cancel_url": reverse("certificates:letters", args=[code]),
        "crumbs": _crumbs(season),
    }
    return render(request, "certificates/write_letters.html", context, status=status)


def letter(request: SignedIn, pk: int) -> HttpResponse:
    """One letter as it reads, its earlier versions, and where it is."""
    here = fetch(request.user, Action.SEE_LETTERS, _whole(), pk=pk)
    versions = Letter.objects.filter(season=here.season, number=here.number).select_related("written_by")
    context = {
        "letter": here,
        "season": here.season,
        "text": letters.wording(here.facts),
        "state": letters.state_of(here),
        "changes": _changes(here),
        "undecided": to_decide(here.season_id, among={each.get("entry") for each in here.facts["people"]}),
        "versions": [each for each in versions.order_by("-version") if each.pk != here.pk],
        "live": next((each for each in versions if each.live), None),
        "may_send": may(request.user, Action.SEND_LETTERS, here),
    }
    return render(request, "certificates/letter.html", context)


def letter_pdf(request: SignedIn, pk: int) -> HttpResponseBase:
    here = fetch(request.user, Action.SEE_LETTERS, _whole(), pk=pk)
    try:
        return handing.over(letters.pdf([here]), _name(here), "pdf", handing.PDF)
    except handing.CANNOT_SET as wrong:
        return handing.unset(request, str(here), wrong, back=reverse("certificates:letter", args=[pk]))


def letter_word(request: SignedIn, pk: int) -> HttpResponseBase:
    here = fetch(request.user, Action.SEE_LETTERS, _whole(), pk=pk)
    return handing.over(word.letter(letters.wording(here.facts)), _name(here), "docx", word.MIME)


def print_all(request: SignedIn, code: str) -> HttpResponseBase:
    """The letters that the list shows, in one PDF to print."""
    season = fetch(request.user, Action.SEE_LETTERS, Season.objects.all(), code=code)
    title, back = _("反馈函"), reverse("certificates:letters", args=[code])
    if not (found := _listed(request, season)):
        return handing.cannot(request, title, [Problem(_("没有可打印的反馈函。"))], back=back)
    try:
        return handing.over(letters.pdf(found), title, "pdf", handing.PDF, inline=True)
    except handing.CANNOT_SET as wrong:
        return handing.unset(request, title, wrong, back=back)


def zip_all(request: SignedIn, code: str) -> HttpResponseBase:
    """The letters that the list shows, each as PDF and as Word file."""
    season = fetch(request.user, Action.SEE_LETTERS, Season.objects.all(), code=code)
    title, back = _("反馈函"), reverse("certificates:letters", args=[code])
    if not (found := _listed(request, season)):
        return handing.cannot(request, title, [Problem(_("没有可下载的反馈函。"))], back=back)
    packed = io.BytesIO()
    try:
        archive.pack((file for each in found for file in _files(each)), packed)
    except handing.CANNOT_SET as wrong:
        return handing.unset(request, title, wrong, back=back)
    return handing.over(packed.getvalue(), title, "zip", handing.ZIP)


@once
def number(request: SignedIn, pk: int) -> HttpResponse:
    """The number that the office's own system gave."""
    here = fetch(request.user, Action.SEND_LETTERS, _whole(), pk=pk)
    form = NumberForm(request.POST if request.method == "POST" else None, initial={"serial": here.facts["serial"]})
    if form.is_valid():
        try:
            actions.number_letter(here, **form.cleaned_data, by=request.user, at=timezone.now())
        except actions.LetterRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("%(serial)s：文号已填写。") % {"serial": here})
            return redirect("certificates:letter", pk=pk)
    return _ask(request, here, form, _("填写文号"), [])


@once
def send(request: SignedIn, pk: int) -> HttpResponse:
    here = fetch(request.user, Action.SEND_LETTERS, _whole(), pk=pk)
    form = SendForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            actions.send_letter(here, **form.cleaned_data, by=request.user, at=timezone.now())
        except actions.LetterRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("%(serial)s：已登记寄送。") % {"serial": here})
            return redirect("certificates:letters", code=here.season.code)
    return _ask(request, here, form, _("登记寄送"), [])


@once
def receive(request: SignedIn, pk: int) -> HttpResponse:
    here = fetch(request.user, Action.SEND_LETTERS, _whole(), pk=pk)
    form = ReceiveForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            actions.receive_letter(here, **form.cleaned_data, by=request.user, at=timezone.now())
        except actions.LetterRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("%(serial)s：已登记签收。") % {"serial": here})
            return redirect("certificates:letters", code=here.season.code)
    return _ask(request, here, form, _("登记签收"), [])


@once
def rewrite(request: SignedIn, pk: int) -> HttpResponse:
    """Write a letter again after the registry was corrected; what differs is shown first."""
    here = fetch(request.user, Action.SEND_LETTERS, _whole(), pk=pk)
    form = RewriteForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            new = actions.rewrite_letter(here, **form.cleaned_data, by=request.user, at=timezone.now())
        except actions.LetterRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("%(serial)s已重拟为第 %(version)d 版，请重新寄送。")
                             % {"serial": new, "version": new.version})  # fmt: skip
            return redirect("certificates:letter", pk=new.pk)
    consequences = [_("编号不变，写明此前所发同号函作废；新函须重新寄送和签收。")]
    return _ask(request, here, form, _("重拟反馈函"), consequences, changes=_changes(here))


def _ask(
    request: SignedIn, here: Letter, form: Any, question: str, consequences: list[str], **more: Any
) -> HttpResponse:
    context = {
        "question": question,
        "explanation": f"{here} · {here.facts['unit']}",
        "consequences": consequences,
        "form": form,
        "confirm_label": question,
        "cancel_url": reverse("certificates:letter", args=[here.pk]),
        "crumbs": [*_crumbs(here.season), (reverse("certificates:letter", args=[here.pk]), str(here))],
        **more,
    }
    return render(request, "certificates/letter_step.html", context, status=400 if form.is_bound else 200)


def _whole() -> "QuerySet[Letter]":
    return Letter.objects.select_related("season", "unit", "written_by")


def _changes(here: Letter) -> list[letters.Difference]:
    """What is decided differently today; nothing of a letter that was replaced."""
    final = letters.final_of(here.season)
    if not here.live or final is None:
        return []
    return letters.changes_of(here, final)


def _wanted(row: letters.Row, request: SignedIn) -> bool:
    word_, state = search.wanted(request), _state(request)
    found = word_ in row.letter.facts["unit"] or search.in_name(word_, row.people) or word_ in str(row.letter)
    return found and (not state or _is(row, state))


def _state(request: SignedIn) -> str:
    state = request.GET.get("state", "")
    return state if state in STATES else ""


def _is(row: letters.Row, state: str) -> bool:
    return bool(row.changes) if state == "changed" else row.state == state


def _tabs(request: SignedIn, count: int, counts: dict[str, int]) -> list[dict[str, Any]]:
    here = _state(request)
    labels = {"unsent": _("未寄"), "sent": _("已寄"), "received": _("已签收"), "changed": _("内容有变")}
    tabs = [{"label": _("全部"), "url": "?", "current": not here, "count": count}]
    return tabs + [
        {"label": label, "url": f"?state={state}", "current": here == state, "count": counts[state]}
        for state, label in labels.items()
        if state != "changed" or counts[state] or here == state
    ]


def _to_whom(missing: dict[letters.To, Any]) -> list[str]:
    return [
        f"{unit.name}：{letters.people_of({'people': [letters.person(award) for award in awards]})}"
        for unit, awards in missing.items()
    ]


def _say_written(request: SignedIn, made: list[Letter]) -> None:
    if made:
        messages.success(request, _("已拟制 %(count)d 封反馈函。") % {"count": len(made)})
    else:
        messages.info(request, _("各单位都已有反馈函，没有新的要拟制。"))


def _crumbs(season: Season) -> list[tuple[str, str]]:
    return [
        (reverse("contest:season", args=[season.code]), season.title),
        (reverse("certificates:letters", args=[season.code]), _("反馈函")),
    ]


def _listed(request: SignedIn, season: Season) -> list[Letter]:
    return [row.letter for row in letters.rows_of(season) if _wanted(row, request)]


def _files(letter: Letter) -> Iterator[tuple[str, bytes]]:
    yield f"{safe(_name(letter))}.pdf", letters.pdf([letter])
    yield f"{safe(_name(letter))}.docx", word.letter(letters.wording(letter.facts))


def _name(letter: Letter) -> str:
    version = f" {letter.version}" if letter.version > 1 else ""
    return f"{letter}{version} {letter.facts['unit']}"
