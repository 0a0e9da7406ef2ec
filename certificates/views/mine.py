"""A first secretary's own page: each stage, the result once it is published, the certificate once it is released."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render

from accounts.permissions import Action, fetch, require, within_reach
from accounts.requests import SignedIn
from certificates.models import Certificate
from certificates.models.certificate import Status
from contest.models import Award, Entry, Season
from contest.models.stage import State
from contest.reads.page_season import season_of
from scoring.models import Result
from scoring.working import working_of

PUBLIC = (State.PUBLISHED, State.CLOSED)


@dataclass(frozen=True, slots=True)
class Paper:
    """A certificate as its owner sees it. `is_first` marks the newest one on the page."""

    certificate: Certificate
    is_first: bool

    @property
    def is_valid(self) -> bool:
        return self.certificate.status == Status.VALID


@dataclass(frozen=True, slots=True)
class Part:
    """A secretary's part in one stage; result and prize only where they are published."""

    entry: Entry
    is_public: bool
    result: Result | None
    award: Award | None
    paper: Paper | None


def mine(request: SignedIn) -> HttpResponse:
    require(request.user, Action.SEE_OWN_RESULT)
    return render(request, "certificates/mine.html", {"parts": _parts(request, season_of(request))})


def result(request: SignedIn, pk: int) -> HttpResponse:
    """How one's own total came about; other people's marks and names are not in it."""
    entry = fetch(request.user, Action.SEE_OWN_RESULT, _entries(), pk=pk, stage__state__in=PUBLIC)
    working = working_of(entry.stage, entry.pk)
    if working is None:
        raise Http404
    return render(request, "certificates/my_result.html", {"entry": entry, "working": working})


def _parts(request: SignedIn, season: Season | None) -> list[Part]:
    """The final above the preliminary. Four queries, however many stages."""
    entries = list(within_reach(request.user, Action.SEE_OWN_RESULT, _entries().filter(stage__season=season)))
    public = [entry.pk for entry in entries if entry.stage.state in PUBLIC]
    results = {each.entry_id: each for each in Result.objects.filter(tabulation__live=True, entry__in=public)}
    awards = {each.entry_id: each for each in Award.objects.live().filter(entry__in=public)}
    papers = _papers(entries)
    return [
        Part(
            entry=entry,
            is_public=entry.pk in public,
            result=results.get(entry.pk),
            award=awards.get(entry.pk),
            paper=papers.get(entry.pk),
        )
        for entry in entries
    ]


def _papers(entries: list[Entry]) -> dict[int, Paper]:
    """The released certificate of each entry, by its id; a replaced one has given its place to the next."""
    released = Certificate.objects.released().exclude(status=Status.REPLACED).filter(award__entry__in=entries)
    found = {each.award.entry_id: each for each in released.select_related("award").order_by("award", "version")}
    first = next((pk for pk in (entry.pk for entry in entries) if pk in found and found[pk].status == "valid"), None)
    return {pk: Paper(each, is_first=pk == first) for pk, each in found.items()}


def _entries() -> QuerySet[Entry]:
    in_turn = "-stage__season__opened_at", "stage__kind", "pk"
    return Entry.objects.select_related("stage__season", "stage__district").order_by(*in_turn)
