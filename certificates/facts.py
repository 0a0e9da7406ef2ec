"""What a certificate states, read once from the award and copied for good."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certificates.models import Certificate, Seal
from certificates.models.certificate import Status
from contest.models import Award, NameCorrection, Season, Stage
from contest.models.correction import show_people
from contest.models.person import Shown
from registry.models import District

# What may be put right later, in the order in which a page lists it.
LIVING = {
    "name": _("姓名"),
    "unit": _("选派单位"),
    "district": _("地区"),
    "town": _("镇街"),
    "village": _("村"),
    "tier": _("奖次"),
}


def awards_of(stage: Stage) -> list[Award]:
    """The stage's live awards in the order of their serial numbers, with the people as they are shown. Two queries."""
    order = "tier_order", "rank", "entry__order", "entry"
    return show_people(Award.objects.live().filter(entry__stage=stage).select_related("entry").order_by(*order))


def facts_of(
    award: Award, stage: Stage, *, hosts: Sequence[Mapping[str, str]], template: str, dated: date, serial: str
) -> dict[str, Any]:
    """All that the certificate of an award states (notice VI(1)). `stage` comes with its season and district."""
    season = stage.season
    # Paper is in Chinese, whatever language the person who asks for it reads.
    with translation.override("zh-hans"):
        title = stage.title
    return {
        **living(award),
        "template": template,
        "serial": serial,
        "season": season.title,
        "theme": season.theme,
        "stage": title,
        "kind": stage.kind,
        "tier_code": award.tier,
        "hosts": hosts,
        "dated": dated.isoformat(),
        "rehearsal": season.is_rehearsal,
        "base": settings.PUBLIC_URL,
    }


def living(award: Award) -> dict[str, str]:
    """The part of the facts that a correction can change: what the award says, and what was put right since."""
    return stated(award.who, award.tier_name)


def stated(who: Shown, tier: str) -> dict[str, str]:
    """What a certificate states of a person and a prize."""
    return {
        "name": who.name,
        "unit": who.unit,
        "district": who.district,
        "town": who.town,
        "village": who.village,
        "tier": tier,
    }


def changed(certificate: Certificate) -> list[tuple[str, str, str]]:
    """What was put right since the paper was made: (what, on the paper, today)."""
    return differences(certificate.facts, living(certificate.award))


def differences(facts: Mapping[str, Any], now: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """Where a paper that states `facts` says something else than what is so now: (what, on the paper, today)."""
    return [(str(word), facts[key], now[key]) for key, word in LIVING.items() if facts[key] != now[key]]


class Overtaken(NamedTuple):
    """A valid certificate that states what was put right since: who it names, and (what, on the paper, today)."""

    name: str
    changes: list[tuple[str, str, str]]

    def __str__(self) -> str:
        told = [
            gettext("%(what)s“%(old)s”已更正为“%(new)s”") % {"what": what, "old": old, "new": new}
            for what, old, new in self.changes
        ]
        return gettext("%(name)s（%(changes)s）") % {"name": self.name, "changes": "；".join(told)}


def overtaken(papers: QuerySet[Certificate]) -> dict[int, Overtaken]:
    """Those of these certificates that state what was put right since, by number of the row. Two queries, or one."""
    corrections = NameCorrection.objects.so_far()
    concerned = papers.filter(status=Status.VALID, award__entry__secretary__in=corrections.secretaries)
    fields = "pk", "facts", "award__person", "award__entry", "award__tier_name"
    found = {}
    for pk, paper, person, entry, tier in concerned.values_list(*fields):
        if changes := differences(paper, stated(corrections.show(person, entry), tier)):
            found[pk] = Overtaken(paper["name"], changes)
    return found


def hosts_of(season: Season) -> list[dict[str, str]]:
    """The season's hosts in the notice's order, each with the hash of its live seal; none in use is an empty text."""
    seals = dict(Seal.objects.filter(season=season, live=True).values_list("host", "sha256"))
    return [{"name": host, "seal": seals.get(host, "")} for host in season.hosts]


def seals_for(facts: Iterable[Mapping[str, Any]]) -> dict[str, bytes]:
    """The images of the seals that these papers carry, by hash. Whoever prints misses one whose file is gone."""
    wanted = {host["seal"] for each in facts for host in each["hosts"] if host["seal"]}
    found = {}
    for seal in Seal.objects.filter(sha256__in=wanted):
        with suppress(FileNotFoundError), seal.file.open("rb") as file:
            found[seal.sha256] = file.read()
    return found


def series_of(award: Award, stage: Stage, dated: date) -> str:
    """The word before the number, as 〔2023〕茂南初一: year, place, stage and prize; 演 first in a rehearsal."""
    rehearsal = "演" if stage.season.is_rehearsal else ""
    where = _short(stage.district) if stage.district else "市"
    return f"{rehearsal}〔{dated.year}〕{where}{'决' if stage.is_final else '初'}{award.tier_name[:1]}"


def serial_of(series: str, number: int, version: int = 1) -> str:
    """The serial number as printed; a later version says which one it is."""
    return f"{series}{number:03d}号" + (f"（换{version}）" if version > 1 else "")


def _short(district: District) -> str:
    """茂南区 → 茂南, 信宜市 → 信宜."""
    return district.name[:-1] if len(district.name) > 2 and district.name[-1] in "区市县" else district.name
