"""The certificates as the desk's list and its export show them: what was asked for, the rows, the choices."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import search
from accounts.models import User
from accounts.permissions import Action, within_reach
from certificates import facts as papers
from certificates.models import Certificate
from certificates.models.certificate import Status
from contest.models import NameCorrection, Season, Stage
from registry.excel.export import Value
from registry.models import District

# Valid, but nobody outside knows of it yet.
HELD_BACK = "held_back"
# Valid, but a name or unit was put right since it was made.
OUTDATED = "outdated"
STANDINGS: dict[str, Any] = {
    Status.VALID: gettext_lazy("有效"),
    HELD_BACK: gettext_lazy("未发放"),
    OUTDATED: gettext_lazy("有更正，待换发"),
    Status.REPLACED: gettext_lazy("已换发"),
    Status.REVOKED: gettext_lazy("已撤销"),
    Status.SUPERSEDED: gettext_lazy("已作废换发"),
    Status.DISCARDED: gettext_lazy("已作废"),
}
CHIPS = {
    Status.VALID: "done",
    HELD_BACK: "wanted",
    Status.REPLACED: "replaced",
    Status.REVOKED: "failed",
    Status.SUPERSEDED: "replaced",
    Status.DISCARDED: "withdrawn",
}
FIELDS = (
    "pk",
    "facts",
    "version",
    "status",
    "progress",
    "batch__released_at",
    "ended_at",
    "reason",
    "sha256",
    "award__person",
    "award__entry",
    "award__tier_name",
)


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a certificate is in force, in a word; `chip` is the shape beside it."""

    key: str
    label: str
    chip: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of the certificates is asked for; anything unknown in an address asks for nothing special."""

    word: str = ""
    district: str = ""
    stage: int | None = None
    tier: str = ""
    standing: str = ""

    @classmethod
    def of(cls, request: HttpRequest) -> "Wanted":
        stage, standing = search.wanted(request, "stage"), request.GET.get("standing", "")
        return cls(
            word=search.wanted(request),
            district=search.wanted(request, "district"),
            stage=int(stage) if stage.isascii() and stage.isdigit() and len(stage) < 10 else None,
            tier=search.wanted(request, "tier"),
            standing=standing if standing in STANDINGS and standing != Status.DISCARDED else "",
        )

    @property
    def is_filtered(self) -> bool:
        return bool(self.word or self.district or self.stage or self.tier or self.standing)


@dataclass(frozen=True, slots=True)
class Row:
    """One certificate of the list, as its paper states it; `changes` are what was put right since."""

    pk: int
    facts: dict[str, Any]
    version: int
    status: str
    progress: str
    released_at: datetime | None
    ended_at: datetime | None
    reason: str
    sha256: str
    changes: list[tuple[str, str, str]]

    @property
    def standing(self) -> Standing:
        return standing_of(self.status, self.released_at)


@dataclass(frozen=True, slots=True)
class Choices:
    """What the list can be narrowed to: only what is there."""

    districts: list[District]
    stages: list[Stage]
    tiers: list[tuple[str, str]]
    standings: list[tuple[str, Any]]


def standing_of(status: str, released_at: datetime | None) -> Standing:
    key = HELD_BACK if status == Status.VALID and released_at is None else status
    return Standing(key, str(STANDINGS[key]), CHIPS[key])


def certificates(user: User, season: Season | None, wanted: Wanted) -> QuerySet[Certificate]:
    """The season's certificates within reach that are asked for, stage by stage, in the order of their numbers."""
    found = _reach(user, season)
    if wanted.standing == OUTDATED:
        found = found.filter(pk__in=outdated(user, Action.SEE_CERTIFICATES))
    else:
        found = _standing(found, wanted.standing)
    if wanted.district:
        found = found.filter(award__entry__district__code=wanted.district)
    if wanted.stage:
        found = found.filter(batch__stage=wanted.stage)
    if wanted.tier:
        found = found.filter(facts__tier_code=wanted.tier)
    if wanted.word:
        found = found.filter(search.named("name", wanted.word) | Q(facts__serial__icontains=wanted.word))
    stage = "batch__stage__season", "batch__stage__kind", "batch__stage__district__order"
    return found.order_by(*stage, "award__tier_order", "series", "number", "version")


def rows(found: Iterable[Sequence[Any]]) -> list[Row]:
    """The list's rows from the values of FIELDS. One more query."""
    corrections = NameCorrection.objects.so_far()
    made = []
    for values in found:
        told, (person, entry, tier) = list(values[:-3]), values[-3:]
        paper, status = told[1], told[3]
        now = papers.stated(corrections.show(person, entry), tier)
        changes = papers.differences(paper, now) if status == Status.VALID else []
        made.append(Row(*[*told, changes]))
    return made


def outdated(user: User, action: Action) -> list[int]:
    """Released, valid certificates within reach that state what was put right since. Two queries."""
    released = within_reach(user, action, Certificate.objects.released()).order_by()
    return list(papers.overtaken(released))


def choices(user: User, season: Season | None) -> Choices:
    reach = _reach(user, season).order_by()
    tiers = reach.order_by("award__tier_order").values_list("facts__tier_code", "facts__tier", "award__tier_order")
    return Choices(
        districts=list(District.objects.filter(pk__in=reach.values("award__entry__district"))),
        stages=list(Stage.objects.whole().filter(pk__in=reach.values("batch__stage"))),
        tiers=list({code: name for code, name, _order in tiers.distinct()}.items()),
        standings=[(key, label) for key, label in STANDINGS.items() if key != Status.DISCARDED],
    )


def headings() -> list[str]:
    return [
        _("编号"), _("版次"), _("姓名"), _("地区"), _("镇街"), _("村"), _("选派单位"), _("届次"), _("赛段"), _("奖次"),
        _("落款日期"), _("效力"), _("发放时间"), _("撤换时间"), _("撤换原因"), "SHA-256",
    ]  # fmt: skip


def as_cells(row: Row) -> Sequence[Value]:
    """A certificate as a row of the export."""
    told = row.facts
    return (
        told["serial"],
        row.version,
        *(told[key] for key in ("name", "district", "town", "village", "unit", "season", "stage", "tier")),
        date.fromisoformat(told["dated"]),
        row.standing.label,
        _moment(row.released_at),
        _moment(row.ended_at),
        row.reason,
        row.sha256,
    )


def _reach(user: User, season: Season | None) -> QuerySet[Certificate]:
    here = Certificate.objects.standing().filter(batch__stage__season=season)
    return within_reach(user, Action.SEE_CERTIFICATES, here)


def _moment(at: datetime | None) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else ""


def _standing(found: QuerySet[Certificate], standing: str) -> QuerySet[Certificate]:
    if standing == HELD_BACK:
        return found.filter(status=Status.VALID, batch__released_at=None)
    if standing == Status.VALID:
        return found.filter(status=Status.VALID, batch__released_at__isnull=False)
    return found.filter(status=standing) if standing else found
