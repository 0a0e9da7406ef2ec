"""The roster as its page and its export show it: what was asked for, the rows, the counts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts import log, search
from accounts.models import Proposal, User
from accounts.permissions import Action, within_reach
from accounts.proposals import reads
from contest.actions.roster import headcounts
from contest.models import Season
from contest.roster_plan import last_month
from registry.excel.export import Value
from registry.excel.fields import labels
from registry.excel.levels import called
from registry.models import District, Posting, PostingQuerySet

# The key of a column and what it sorts by, before the order of the places.
SORTS = {"place": None, "name": "secretary__name", "unit": "unit__name", "since": "since"}
COLUMNS = (
    "district",
    "town",
    "village",
    "name",
    "gender",
    "unit",
    "level",
    "post",
    "since",
    "until",
    "phone",
    "remark",
)


# Asks for the units of a level that this season does not have.
NO_LEVEL = "-"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of the roster is asked for; anything unknown in an address asks for nothing special."""

    word: str = ""
    district: str = ""
    level: str = ""
    # "" for those serving, else "ended" or "all".
    service: str = ""
    sort: str = ""

    @classmethod
    def of(cls, request: HttpRequest, levels: Mapping[str, str]) -> "Wanted":
        query = request.GET
        sort, service, level = query.get("sort", ""), query.get("service", ""), query.get("level", "")
        return cls(
            word=search.wanted(request),
            district=search.wanted(request, "district"),
            level=level if level == NO_LEVEL or level in levels else "",
            service=service if service in ("ended", "all") else "",
            sort=sort if sort.removeprefix("-") in SORTS else "",
        )

    @property
    def is_filtered(self) -> bool:
        return bool(self.word or self.district or self.level or self.service)


@dataclass(frozen=True, slots=True)
class Tally:
    """A district's headcount by the roster and by the decree (None where it says nothing)."""

    district: District
    count: int
    decreed: int | None

    @property
    def is_off(self) -> bool:
        return self.decreed not in (None, self.count)

    @property
    def verdict(self) -> str:
        return compared(self.count, self.decreed)


def postings(
    user: User, season: Season | None, wanted: Wanted, *, levels: Mapping[str, str], on: date
) -> QuerySet[Posting]:
    """The season's postings within reach that are asked for, in the order asked for, with their places read.

    `levels` are the season's names of levels by code.
    """
    found = _serving(_within(user, season).with_places(), wanted.service, on)
    if wanted.district:
        found = found.filter(village__town__district__code=wanted.district)
    if wanted.level:
        unknown = ~Q(unit__level__in=list(levels))
        found = found.filter(unknown if wanted.level == NO_LEVEL else Q(unit__level=wanted.level))
    if wanted.word:
        found = found.filter(
            search.named("secretary__name", wanted.word)
            | Q(village__name__icontains=wanted.word)
            | Q(village__town__name__icontains=wanted.word)
            | Q(unit__name__icontains=wanted.word)
        )
    key = SORTS.get(wanted.sort.removeprefix("-"))
    if key:
        found = found.order_by(key, *Posting._meta.ordering or ())
    return found.reverse() if wanted.sort.startswith("-") else found


def districts(user: User, season: Season | None) -> list[District]:
    """The districts within reach that take part in the season."""
    return list(within_reach(user, Action.SEE_ROSTER, District.objects.filter(stages__season=season).distinct()))


def tallies(
    user: User, season: Season | None, *, levels: Mapping[str, str], on: date
) -> tuple[list[Tally], list[tuple[str, str, int]]]:
    """Who is serving within reach: by district beside the decree's headcount, and by level as (level, name, count).

    Those of a level that this season does not have are counted together, last.
    """
    counted = (
        _serving(_within(user, season), "", on)
        .order_by()
        .values_list("village__town__district", "unit__level")
        .annotate(count=Count("pk"))
    )
    rows = list(counted)
    decreed = headcounts(season) if season else {}
    by_district = [
        Tally(place, sum(count for pk, _level, count in rows if pk == place.pk), decreed.get(place.pk))
        for place in districts(user, season)
    ]
    by_level = [(code, name, sum(count for _pk, each, count in rows if each == code)) for code, name in levels.items()]
    others = sum(count for _pk, each, count in rows if each not in levels)
    return by_district, [*by_level, (NO_LEVEL, called(NO_LEVEL, levels), others)] if others else by_level


def compared(count: int, decreed: int | None) -> str:
    """A headcount beside the decree's, in words."""
    if decreed is None:
        return _("名额分配表里没有")
    if count == decreed:
        return _("一致")
    off = abs(count - decreed)
    return _("多 %(off)d 人") % {"off": off} if count > decreed else _("少 %(off)d 人") % {"off": off}


def headings() -> list[str]:
    """The export's columns, under the names the import knows them by."""
    return [labels()[column] for column in COLUMNS]


def as_cells(posting: Posting, levels: Mapping[str, str]) -> Sequence[Value]:
    """A posting as a row of the export; a month is written out, so that nothing turns it into a date.

    A level that the season does not have is left out: what is exported can be imported again.
    """
    village, person = posting.village, posting.secretary
    return (
        village.town.district.name,
        village.town.name,
        village.name,
        person.name,
        person.gender,
        posting.unit.name,
        levels.get(posting.unit.level, ""),
        person.post,
        month(posting.since),
        month(last_month(posting.until)),
        person.phone,
        posting.remark,
    )


def month(first: date | None) -> str:
    """A month of service in words; '' for none."""
    return _("%(year)d年%(month)d月") % {"year": first.year, "month": first.month} if first else ""


def span(since: date | None, last: date | None) -> str:
    """From the first to the last month served, as one cell: 2021年6月—2023年5月, 2021年6月—至今; '' for neither."""
    end = month(last) or _("至今")
    return f"{month(since) or '…'}—{end}" if since or last else ""


def service(posting: Posting) -> str:
    """A posting's service as one cell."""
    return span(posting.since, last_month(posting.until))


def waiting(postings: Iterable[Posting], at: datetime) -> set[int]:
    """Of which of these postings a correction waits to be seconded. One query."""
    subjects = {log.subject(posting): posting.pk for posting in postings}
    found = Proposal.objects.waiting(at).filter(subject__in=subjects).order_by()
    return {subjects[subject] for subject in found.values_list("subject", flat=True)}


def waits(posting: Posting, at: datetime) -> list[reads.Line]:
    """What waits to be seconded about whoever serves here, by whichever of their postings. Two queries."""
    theirs = Posting.objects.filter(secretary=posting.secretary_id)
    found = Proposal.objects.whole().waiting(at).filter(subject__in=[log.subject(own) for own in theirs])
    return reads.lines(list(found.order_by("proposed_at")), at)


def _within(user: User, season: Season | None) -> PostingQuerySet:
    """Those a rehearsal brought along, or the real ones, in no rehearsal's reach."""
    here = Posting.objects.filter(rehearsal=season.roster if season else "")
    return within_reach(user, Action.SEE_ROSTER, here)  # type: ignore[return-value]


def _serving(found: QuerySet[Posting], service: str, on: date) -> QuerySet[Posting]:
    if service == "all":
        return found
    return found.filter(until__lte=on) if service == "ended" else found.filter(Q(until=None) | Q(until__gt=on))
