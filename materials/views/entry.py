"""An entrant's own page: what is wanted, what is there, how the upload goes, what comes next."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.fields import accept
from accounts.permissions import Action, fetch, may, require, within_reach
from accounts.requests import SignedIn
from contest import work
from contest.models import Entry
from contest.models.stage import State as StageState
from contest.reads.page_season import season_of
from materials import standing, store, tasks
from materials.actions import carrying
from materials.models import Kind, Material, Terms, Upload
from materials.next_step import next_of, steps_of
from materials.right import may_sign, right_of, terms_of
from materials.standing import CHIPS, OfKind, State, state_of
from materials.time_left import time_left
from materials.upload_words import upload_words
from materials.wording import told

ACCEPT = {Kind.DECK: accept("pptx", "ppt", "pdf"), Kind.VIDEO: accept("mp4", "mov")}
# Older versions are on the page of any of them.
SHOWN = 5
# The sweeper comes every ten seconds, the first time ten seconds after the start.
COMES_BY = timedelta(seconds=20)


@dataclass(frozen=True, slots=True)
class Version:
    """A version as a line of a table: its chip, and what was found as sentences."""

    material: Material
    state: State
    chip: str
    sentences: list[str]


@dataclass(frozen=True, slots=True)
class Coming:
    """A file that is on its way, or stopped on it."""

    upload: Upload
    url: str
    percent: int

    @property
    def known_by(self) -> dict[str, Any]:
        """What the script tells a file by that is chosen again."""
        told = self.upload
        return {"url": self.url, "fingerprint": told.fingerprint, "length": told.length, "name": told.name}


@dataclass(frozen=True, slots=True)
class Card:
    """One kind on the page."""

    of_kind: OfKind
    line: str
    versions: list[Version]
    coming: list[Coming]
    accept: str
    largest: int
    is_asleep: bool

    @property
    def kind(self) -> Kind:
        return self.of_kind.kind

    @property
    def is_checking(self) -> bool:
        return self.of_kind.state == State.CHECKING

    @property
    def seen(self) -> str:
        """What the page shows now: the next look answers only when something else is to be shown."""
        return f"{self.of_kind.state}-{int(self.is_asleep)}"

    @property
    def news(self) -> str:
        """The verdict, for whoever listens to the page."""
        return "" if self.of_kind.state in (State.NONE, State.CHECKING) else f"{self.kind.label}：{self.line}"

    @property
    def unfinished(self) -> str:
        return json.dumps([each.known_by for each in self.coming])

    @property
    def earlier(self) -> list[Version]:
        return self.versions[1:]

    @property
    def findings(self) -> list[str]:
        """What is to be said about the newest version."""
        return self.versions[0].sentences if self.versions else []


def mine(request: SignedIn) -> HttpResponse:
    """Where the navigation leads a first secretary: the stage of the season that collects now, or the last of it."""
    require(request.user, Action.SUBMIT_MATERIAL)
    in_season = Entry.objects.filter(stage__season=season_of(request))
    newest = within_reach(request.user, Action.SUBMIT_MATERIAL, in_season).order_by("stage__kind", "pk")
    here = newest.filter(stage__state=StageState.COLLECTING).first() or newest.first()
    return redirect("materials:entry", pk=here.pk) if here else redirect("certificates:mine")


def entry(request: SignedIn, pk: int) -> HttpResponse:
    here = fetch(request.user, Action.SEE_MATERIAL, Entry.objects.whole(), pk=pk)
    context = _context(request, here)
    return render(request, "materials/entry.html", context)


def status(request: SignedIn, pk: int) -> HttpResponse:
    """How the inspection of a version is, for the page that asks every two seconds; 204 while nothing is new.

    The page of the version itself (`page`) is told to load anew when there is something to see.
    """
    material = fetch(request.user, Action.SEE_MATERIAL, Material.objects.select_related("preview"), pk=pk)
    if not request.htmx:
        return redirect("materials:entry", pk=material.entry_id)
    if "page" in request.GET:
        is_new = request.GET["page"] != standing_of(material)
        return HttpResponse(status=204, headers={"HX-Refresh": "true"} if is_new else {})
    here = fetch(request.user, Action.SEE_MATERIAL, Entry.objects.whole(), pk=material.entry_id)
    context = _context(request, here)
    card = next(each for each in context["cards"] if each.kind == material.kind)
    if request.GET.get("seen") == card.seen:
        return HttpResponse(status=204)
    return render(request, "materials/_status.html", context | {"card": card, "elsewhere": True})


def standing_of(material: Material) -> str:
    """What the page of a version shows of work that is still going on, in a word."""
    preview = getattr(material, "preview", None)
    return f"{state_of(material)}-{preview.progress if preview else ''}"


def version_of(material: Material) -> Version:
    state = state_of(material)
    return Version(material, state, CHIPS[state], [told(each) for each in material.findings])


def is_asleep(material: Material, at: datetime) -> bool:
    """Whether nobody is there to inspect it, and it has waited for longer than the background takes to come by."""
    return material.completed_at < at - COMES_BY and not work.is_alive(tasks.NAME, at)


def _context(request: SignedIn, here: Entry) -> dict[str, Any]:
    at = timezone.now()
    terms, right = terms_of(here.stage), right_of(here, at)
    now = standing.of_one(here, terms)
    own = may(request.user, Action.SUBMIT_MATERIAL, here)
    can_sign = may_sign(here, at)
    coming_next = next_of(here, now, right, may_sign=can_sign)
    return {
        "entry": here,
        "stage": here.stage,
        "terms": terms,
        "right": right,
        "left": time_left(right.until, at) if right.until else "",
        "own": own,
        "may_upload": own and right.may_begin,
        "may_run": may(request.user, Action.RUN_COLLECTING, here),
        "may_confirm": may(request.user, Action.CONFIRM_PLEDGE, here),
        "standing": now,
        "may_sign": own and can_sign,
        "steps": steps_of(now),
        "next": coming_next,
        # The one red button: the file that is asked for next, unless the next step has a button of its own.
        "primary": next((each.kind for each in now.kinds if each.is_asked_for), None) if not coming_next.url else None,
        "cards": _cards(here, now, terms, at),
        "carried": carrying.offered(here) if own and right.may_begin else [],
        "token": get_token(request),
        "words": upload_words(),
        "status_url": reverse("materials:status", args=[0]),
    }


def _cards(here: Entry, now: standing.Standing, terms: Terms, at: datetime) -> list[Card]:
    versions = list(Material.objects.filter(entry=here).select_related("uploaded_by").order_by("-version"))
    coming = list(Upload.objects.counted().standing(at).filter(entry=here))
    waiting = [each.newest for each in now.kinds if each.state == State.CHECKING and each.newest]
    # One question to the database, whichever has waited longest.
    asleep = bool(waiting) and is_asleep(min(waiting, key=lambda each: each.completed_at), at)
    return [
        Card(
            of_kind=each,
            line=_line(each),
            versions=[version_of(one) for one in versions if one.kind == each.kind][:SHOWN],
            coming=[_coming(one) for one in coming if one.kind == each.kind],
            accept=ACCEPT[each.kind],
            largest=terms.largest(each.kind),
            is_asleep=asleep and each.state == State.CHECKING,
        )
        for each in now.kinds
    ]


def _coming(upload: Upload) -> Coming:
    percent = min(100, store.size_of(upload.token) * 100 // upload.length)
    return Coming(upload, reverse("materials:upload", args=[upload.token]), percent)


def _line(of_kind: OfKind) -> str:
    """The state of one kind in a sentence."""
    if of_kind.newest is None:
        return _("还没有上传。") if of_kind.is_needed else _("没有上传；这一项可交可不交。")
    number = {"version": of_kind.newest.version}
    line = {
        State.CHECKING: _("第 %(version)d 版已收到，正在检查。"),
        State.PARKED: _("第 %(version)d 版没有检查成，等组织者重新检查；也可以重新上传。"),
        State.ACCEPTED: _("第 %(version)d 版通过检查，已提交。"),
        State.REFUSED: _("第 %(version)d 版未通过检查，请修改后重新上传。"),
        State.RETURNED: _("组织者退回了第 %(version)d 版，请修改后重新上传。"),
    }[of_kind.state] % number
    if of_kind.counting is not None and of_kind.counting != of_kind.newest:
        line += _("目前有效的是第 %(version)d 版。") % {"version": of_kind.counting.version}
    return line
