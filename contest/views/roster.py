"""The roster: who is stationed where, as a list, as a file, and one posting at a time."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from accounts import downloads
from accounts.once import once
from accounts.permissions import Action, fetch, may, require, within_reach
from accounts.proposals.views import propose_from, proposed
from accounts.requests import SignedIn
from contest import roster_list
from contest.actions import postings as actions
from contest.actions.correction import bound
from contest.actions.units import UnitRefused, bound_by
from contest.forms.roster import EndForm, PersonForm
from contest.reads.levels import level_names, levels_of
from contest.reads.page_season import address, season_of
from contest.roster_plan import last_month
from registry.excel.levels import called, names_of
from registry.excel.template import template
from registry.models import District, Posting

PER_PAGE = 50


def roster(request: SignedIn) -> HttpResponse:
    require(request.user, Action.SEE_ROSTER)
    on, season = timezone.localdate(), season_of(request)
    levels = levels_of(season)
    names = names_of(levels)
    wanted = roster_list.Wanted.of(request, names)
    by_district, by_level = roster_list.tallies(request.user, season, levels=names, on=on)
    found = roster_list.postings(request.user, season, wanted, levels=names, on=on)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [(each, called(each.unit.level, names), roster_list.service(each)) for each in page],
        "waiting": roster_list.waiting(page, timezone.now()),
        "wanted": wanted,
        "by_district": by_district,
        "off": [tally for tally in by_district if tally.is_off],
        "by_level": by_level,
        "levels": [(code, name) for code, name, _count in by_level],
        "fallback": next((level.code for level in levels if level.is_fallback), ""),
        "total": sum(tally.count for tally in by_district),
        "may_import": may(request.user, Action.IMPORT_ROSTER),
        "has_season": season is not None,
    }
    return render(request, "contest/roster.html", context)


def export_roster(request: SignedIn) -> HttpResponse:
    """The roster as an Excel file: exactly what the page shows, on all its pages; it can be imported again."""
    require(request.user, Action.SEE_ROSTER)
    season = season_of(request)
    names = level_names(season)
    wanted = roster_list.Wanted.of(request, names)
    found = roster_list.postings(request.user, season, wanted, levels=names, on=timezone.localdate())
    title = season.marked(_("第一书记名册")) if season else _("第一书记名册")
    return downloads.excel(title, roster_list.headings(), [roster_list.as_cells(each, names) for each in found])


def roster_template(request: SignedIn) -> HttpResponse:
    """The empty roster with its drop-downs, for the districts the reader may import."""
    require(request.user, Action.IMPORT_ROSTER)
    here = District.objects.filter(stages__season=season_of(request)).distinct()
    places = within_reach(request.user, Action.IMPORT_ROSTER, here)
    data = template([place.name for place in places], list(level_names(season_of(request)).values()))
    header = content_disposition_header(True, _("第一书记名册模板") + ".xlsx")
    return HttpResponse(data, content_type=downloads.XLSX, headers={"Content-Disposition": header or "attachment"})


@once
def posting(request: SignedIn, pk: int) -> HttpResponse:
    """One posting: what is written about the person can be corrected here."""
    here = fetch(request.user, Action.IMPORT_ROSTER, Posting.objects.with_places(), pk=pk)
    before = actions.details_of(here)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    is_bound_up = bool(bound([here.secretary_id]).people) or bound_by([here.unit], here.rehearsal).exists()
    levels = level_names(season_of(request))
    form = PersonForm(*sent, initial=_initial(before), is_bound_up=is_bound_up, posting=here, levels=levels)
    if form.is_valid():
        told = form.details
        seen = told.pop("seen")
        try:
            actions.check_unit(here, actions.Details(**told), by=request.user)
            if actions.takes_two(here, actions.Details(**told)):
                form.proposes()
                if seen != before.fingerprint:
                    raise actions.StaleDetails(before)
                return _propose(request, here, form) or _show_posting(request, here, form)
            changed = actions.correct_person(
                here, actions.Details(**told), seen=seen, by=request.user, at=timezone.now()
            )
        except actions.StaleDetails as stale:
            context = {"posting": here, **_conflict(form, stale.now, levels)}
            return render(request, "contest/roster_posting_stale.html", context, status=409)
        except (actions.PostingRefused, UnitRefused) as refused:
            form.add_error(None, str(refused))
            return _show_posting(request, here, form)
        messages.success(request, _("已保存。") if changed else _("没有改动。"))
        return redirect(address(request, "contest:roster"))
    return _show_posting(request, here, form)


def _propose(request: SignedIn, here: Posting, form: PersonForm) -> HttpResponse | None:
    """Propose a correction that takes two people; None when it is refused, and the form then says why."""
    if not form.cleaned_data["reason"]:
        form.add_error("reason", _("请写明更正姓名、单位或村镇的原因。"))
        return None
    told = {"reason": form.cleaned_data["reason"], "paper": form.paper, "by": request.user, "at": timezone.now()}
    typed = form.details
    typed.pop("seen")
    arguments = actions.corrected(actions.details_of(here), actions.Details(**typed))
    made = propose_from(form, "correct_person", here, arguments, **told)
    return proposed(request, made) if made is not None else None


def _show_posting(request: SignedIn, here: Posting, form: PersonForm) -> HttpResponse:
    context = {
        "posting": here,
        "form": form,
        "service": roster_list.service(here),
        "ended": _ended(here),
        "entries": here.entries.select_related("stage__district"),
        "waits": roster_list.waits(here, timezone.now()),
        "is_bound_up": "reason" in form.fields,
        "will_propose": form.will_propose,
    }
    return render(request, "contest/roster_posting.html", context, status=400 if form.is_bound else 200)


@once
def end_posting(request: SignedIn, pk: int) -> HttpResponse:
    """The last month of a service; or, where it was ended by mistake, no end again."""
    here = fetch(request.user, Action.IMPORT_ROSTER, Posting.objects.with_places(), pk=pk)
    last = last_month(here.until)
    form = EndForm(
        request.POST if request.method == "POST" else None,
        ended=here.until is not None,
        initial={"last": f"{last:%Y-%m}" if last else ""},
    )
    if form.is_valid():
        try:
            actions.end_posting(here, form.cleaned_data["last"], by=request.user, at=timezone.now())
        except actions.PostingRefused as refused:
            form.add_error("last", str(refused))
        else:
            messages.success(request, _end_said(here))
            return redirect(address(request, "contest:roster"))
    context = {
        "question": _("%(name)s的任职止") % {"name": here.secretary.name},
        "explanation": f"{here.village.place} · {here.unit.name}",
        "consequences": _consequences(here),
        "form": form,
        "confirm_label": _("保存任职止"),
        "cancel_url": reverse("contest:posting", args=[pk]),
        "crumbs": [
            (address(request, "contest:roster"), _("名册")),
            (reverse("contest:posting", args=[pk]), here.secretary.name),
        ],
    }
    return render(request, "base_confirm.html", context, status=400 if form.is_bound else 200)


def _initial(details: actions.Details) -> dict[str, str]:
    return {name: getattr(details, name) for name in actions.Details.__dataclass_fields__} | {
        "seen": details.fingerprint
    }


def _conflict(form: PersonForm, now: actions.Details, levels: dict[str, str]) -> dict[str, Any]:
    """Both versions side by side, and the form once more with the version it would replace now."""
    shown = {"level": levels}
    rows = []
    for name in actions.Details.__dataclass_fields__:
        theirs, yours = getattr(now, name), form.cleaned_data[name]
        words = shown.get(name, {})
        rows.append(
            {
                "label": form.fields[name].label,
                "theirs": words.get(theirs, theirs),
                "yours": words.get(yours, yours),
                "differs": theirs != yours,
            }
        )
    told = {name: form.cleaned_data[name] for name in actions.Details.__dataclass_fields__}
    return {"rows": rows, "resubmit": [*told.items(), ("seen", now.fingerprint)]}


def _ended(posting: Posting) -> bool:
    return posting.until is not None and posting.until <= timezone.localdate()


def _end_said(posting: Posting) -> str:
    last = last_month(posting.until)
    if last is None:
        return _("%(name)s：已改为仍在任。") % {"name": posting.secretary.name}
    return _("%(name)s：任职到%(month)s为止。") % {"name": posting.secretary.name, "month": roster_list.month(last)}


def _consequences(posting: Posting) -> list[str]:
    lines = [_("任职结束后，此人不再列入现任名册；以前的参赛和获奖记录不变。")]
    for entry in posting.entries.competing().select_related("stage__district"):
        lines.append(_("此人在%(stage)s的参赛名单里，结束任职不会使其退出参赛。") % {"stage": entry.stage.title})
    return lines
