"""The log as people read it: who did what to whom, what it was before, and why."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Max, Q, QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from accounts.log.naming import Named, names
from accounts.log.writing import PORTAL
from accounts.models import LogCheck, LogLine, User

NOTHING = Named("")
SECONDING = "second"


@dataclass(frozen=True, slots=True)
class Asked:
    """Which lines somebody wants to see; everything may be empty, which asks for nothing in particular."""

    chain: str
    on: str = ""
    who: int | None = None
    verb: str = ""
    day: date | None = None

    @classmethod
    def read(cls, chain: str, told: Mapping[str, str]) -> "Asked":
        """From the words of a query; what means nothing is left out."""
        who = told.get("who", "")
        return cls(
            chain=chain,
            on=told.get("on", ""),
            who=int(who) if who.isascii() and who.isdecimal() and len(who) < 19 else None,
            verb=told.get("verb", ""),
            day=day_of(told.get("day", "")),
        )

    @property
    def narrowed(self) -> bool:
        return bool(self.on or self.who or self.verb or self.day)


@dataclass(frozen=True, slots=True)
class Change:
    """What one thing was before and is after, in words that may have been erased."""

    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Told:
    """A log line as `_log.html` prints it."""

    at: datetime
    who: str
    text: str
    reason: str
    number: int
    second: str = ""
    subject: str = ""
    about: Named = NOTHING
    changes: tuple[Change, ...] = ()


def lines(found: QuerySet[LogLine], asked: Asked) -> QuerySet[LogLine]:
    """The lines asked for, newest first, with what telling them needs."""
    wanted = Q(chain=asked.chain)
    if asked.on:
        wanted &= Q(subject=asked.on)
    if asked.who is not None:
        wanted &= Q(actor=asked.who) | Q(second=asked.who)
    if asked.verb:
        wanted &= Q(action=asked.verb)
    if asked.day is not None:
        wanted &= within(asked.day)
    return found.filter(wanted).order_by("-seq").select_related("actor", "second", "note")


def within(day: date) -> Q:
    """What happened on this day of the contest's own time zone."""
    begin = timezone.make_aware(datetime.combine(day, time.min))
    return Q(at__gte=begin, at__lt=begin + timedelta(days=1))


def day_of(told: str) -> date | None:
    """A day as a form gives it; None for what is none, or has no day after it."""
    try:
        day = parse_date(told)
    except ValueError:
        return None
    return day if day is not None and day.year < 9999 else None


def tell(found: Iterable[LogLine], words: Mapping[str, Any], fields: Mapping[str, Any]) -> list[Told]:
    """Lines in words, with the things they are about by name; a query for each kind of thing."""
    read = list(found)
    known = names({line.subject for line in read if line.subject})
    return [in_words(line, known.get(line.subject, NOTHING), words, fields) for line in read]


def people(chain: str) -> list[tuple[int, str]]:
    """Who acted in this chain, or seconded, by name."""
    acted = LogLine.objects.filter(chain=chain).order_by()
    keys = acted.exclude(actor=None).values("actor").union(acted.exclude(second=None).values("second"))
    found = User.objects.filter(pk__in=[key for row in keys for key in row.values()])
    return list(found.order_by("name", "pk").values_list("pk", "name"))


def verbs_of(chain: str) -> list[str]:
    """What was done in this chain."""
    return list(LogLine.objects.filter(chain=chain).order_by("action").values_list("action", flat=True).distinct())


def newest_chain() -> str:
    """The season somebody acted in last; the portal's own chain where there is none."""
    newest = LogLine.objects.exclude(chain=PORTAL).order_by("-pk").values_list("chain", flat=True).first()
    return newest or PORTAL


def in_words(line: LogLine, about: Named, words: Mapping[str, Any], fields: Mapping[str, Any]) -> Told:
    note = getattr(line, "note", None)
    who, second = (str(each) if each else "" for each in (line.actor, line.second))
    text = str(words.get(line.action, line.action))
    if line.action == SECONDING:
        # The line names who proposed as its actor; whoever reads it asks who seconded.
        who, second, text = second, "", _("复核（%(who)s提请）") % {"who": who}
    return Told(
        at=line.at,
        who=who,
        second=second,
        text=text,
        reason=note.text if note else "",
        number=line.seq,
        subject=line.subject,
        about=about,
        changes=_changes(note.words if note else {}, fields),
    )


def _changes(kept: Any, fields: Mapping[str, Any]) -> tuple[Change, ...]:
    """Old and new as kept beside the line; whatever else lies there is shown as it is."""
    found = []
    for what, values in kept.items() if isinstance(kept, dict) else ():
        pair = values if isinstance(values, list) and len(values) == 2 else ["", values]
        before, after = (_plain(value) for value in pair)
        found.append(Change(str(fields.get(what, what)), before, after))
    return tuple(found)


def _plain(value: Any) -> str:
    return "" if value is None else str(value)


def last_checks() -> list[LogCheck]:
    """Of every chain that was ever checked, the last check; in one query."""
    newest = LogCheck.objects.order_by().values("chain").annotate(newest=Max("pk")).values("newest")
    return list(LogCheck.objects.filter(pk__in=newest).order_by("chain"))


def title(chain: str) -> str:
    """What papers and files call a chain: a season by its code."""
    return _("账号与授权") if chain == PORTAL else chain


def titled(chain: str, titles: Mapping[str, str]) -> str:
    """What pages call a chain: a season by its title, as `titles` has it by code, and one that is gone by its code."""
    return titles.get(chain) or title(chain)


def about(subject: str) -> Named | None:
    """What this subject is called, where the lines are narrowed to it."""
    return names([subject]).get(subject, Named(subject)) if subject else None


def headings() -> list[str]:
    left = [_("序号"), _("时间"), _("操作人"), _("复核人"), _("事项"), _("对象"), _("地区")]
    return [*left, _("改前"), _("改后"), _("理由")]


def rows(lines: Iterable[Told]) -> Iterator[list[str | int]]:
    """One row a line for Excel; several changes stand below each other in one cell."""
    for line in lines:
        before = "\n".join(f"{each.what}：{each.before}" for each in line.changes if each.before)
        after = "\n".join(f"{each.what}：{each.after}" for each in line.changes)
        at = f"{timezone.localtime(line.at):%Y-%m-%d %H:%M:%S}"
        told = [at, line.who, line.second, line.text, line.about.name, line.about.district, before, after, line.reason]
        yield [line.number, *told]
