"""What the letters to dispatching units state (notice VI(3)), and how they are read.

A letter is an official paper: it is written in Chinese whatever language its reader has chosen for the pages.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from certificates import facts as told
from certificates.models import Letter
from certificates.paper.hosts import seal_files
from certificates.paper.typeset import typeset
from contest.models import Award, Season, Stage
from contest.models.stage import Kind
from registry.models import Unit
from registry.places import joined

# The first to third prizes of the final are fed back (notice VI(3)).
TOP = ("first", "second", "third")
# The words before the year in a rehearsal. A real letter's number comes from the office's own system alone.
REHEARSED = "演练函"
# What a letter says of each of its people, as a difference is shown.
OF_A_PERSON = ("name", "district", "town", "village", "talk", "tier")


@dataclass(frozen=True, slots=True)
class To:
    """A dispatching unit as the awards name it; `pk` finds it in the registry, `level` is the code of its level."""

    pk: int
    name: str
    level: str


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that is decided differently today than the letter says; what is not there is empty."""

    what: str
    paper: str
    today: str


@dataclass(frozen=True, slots=True)
class Row:
    """A letter on its list, with what changed since it was written."""

    letter: Letter
    people: str
    changes: list[Difference]

    @property
    def state(self) -> str:
        return state_of(self.letter)


def final_of(season: Season) -> Stage | None:
    return Stage.objects.whole().filter(season=season, kind=Kind.FINAL).first()


def winners(final: Stage) -> dict[To, list[Award]]:
    """The final's first to third prizes by dispatching unit; the unit of the best prize comes first. Three queries."""
    awards = [award for award in told.awards_of(final) if award.tier in TOP]
    # Where the unit itself was put right, the letter goes to the one of that name.
    named = {award.who.unit for award in awards if award.who.unit != award.person["unit"]}
    known = {unit.name: unit for unit in Unit.objects.filter(name__in=named)} if named else {}
    units: dict[int, To] = {}
    found: dict[To, list[Award]] = {}
    for award in awards:
        who = award.who
        there = known.get(who.unit)
        pk, level = (there.pk, there.level) if there else (who.unit_id, who.level)
        found.setdefault(units.setdefault(pk, To(pk, who.unit, level)), []).append(award)
    return found


def year_of(season: Season) -> int:
    """The year of the annual assessment: that of the notice (VI(3): 2023年年度考核)."""
    return (season.notice_date or season.opened_at.date()).year


def serial_of(season: Season, number: int, dated: date) -> str:
    """The number a letter begins with: a rehearsal's own, with the year of its date; none in a real season.

    There it is typed as the office's system gave it (`actions.letters.number_letter`); the portal proposes none.
    """
    return f"{REHEARSED}〔{dated.year}〕{number}号" if season.is_rehearsal else ""


def facts_of(
    season: Season, unit: To | Unit, awards: Iterable[Award], *, number: int, version: int, dated: date
) -> dict[str, Any]:
    """All that a letter states; PDF and Word are made from nothing else."""
    return {
        "serial": serial_of(season, number, dated),
        "version": version,
        "unit": unit.name,
        "people": [person(award) for award in awards],
        "season": season.title,
        "theme": season.theme,
        "notice": season.notice_number,
        "year": year_of(season),
        "hosts": told.hosts_of(season),
        "dated": dated.isoformat(),
        "rehearsal": season.is_rehearsal,
    }


def person(award: Award) -> dict[str, Any]:
    """What is stated of one prize winner, posting included."""
    return {
        **{key: value for key, value in told.living(award).items() if key != "unit"},
        "award": award.pk,
        "entry": award.entry_id,
        "talk": award.entry.talk,
        "tier_code": award.tier,
    }


def differences(letter: Letter, unit: To | Unit, awards: Iterable[Award]) -> list[Difference]:
    """What changed since the letter was written: the unit's name, its people, what is said of them."""
    found = [Difference(_("选派单位"), letter.facts["unit"], unit.name)] if letter.facts["unit"] != unit.name else []
    awards = list(awards)
    entries = {award.pk: award.entry_id for award in awards}
    # A later version of an award is about the same entry.
    before = {each.get("entry") or entries.get(each["award"], -each["award"]): each for each in letter.facts["people"]}
    after = {award.entry_id: person(award) for award in awards}
    for key in [*before, *(key for key in after if key not in before)]:
        paper, today = _of(before.get(key)), _of(after.get(key))
        if paper != today:
            who = (before.get(key) or after[key])["name"]
            found.append(Difference(who, paper, today))
    return found


def state_of(letter: Letter) -> str:
    """How far a letter has come: unsent, sent or received."""
    if letter.received_on:
        return "received"
    return "sent" if letter.sent_on else "unsent"


def rows_of(season: Season) -> list[Row]:
    """The season's live letters in the order of their numbers."""
    final = final_of(season)
    now = {unit.pk: (unit, awards) for unit, awards in winners(final).items()} if final else {}
    letters = Letter.objects.filter(season=season, live=True).order_by("number")
    return [Row(letter, people_of(letter.facts), differences(letter, *_now(letter, now))) for letter in letters]


def changes_of(letter: Letter, final: Stage) -> list[Difference]:
    """What changed since a letter was written."""
    now = {unit.pk: (unit, awards) for unit, awards in winners(final).items()}
    return differences(letter, *_now(letter, now))


def _now(letter: Letter, now: Mapping[int, tuple[To, list[Award]]]) -> tuple[To, list[Award]]:
    """The unit of a letter and its winners today; a unit without any is called as the letter calls it."""
    return now.get(letter.unit_id, (To(letter.unit_id, letter.facts["unit"], ""), []))


def people_of(facts: Mapping[str, Any]) -> str:
    """The people of a letter in one line, each with the prize."""
    return "、".join(f"{each['name']}（{each['tier']}）" for each in facts["people"])


def without_letter(season: Season) -> dict[To, list[Award]]:
    """The units with a prize winner of the final to which no letter was written."""
    final = final_of(season)
    written = set(Letter.objects.filter(season=season, live=True).values_list("unit", flat=True))
    return {unit: awards for unit, awards in winners(final).items() if unit.pk not in written} if final else {}


def pdf(letters: Sequence[Letter]) -> bytes:
    """Letters as one PDF in the order given; the same letters give the same bytes. Raises CannotTypeset, NoFont."""
    facts = [letter.facts for letter in letters]
    seals = seal_files(facts, told.seals_for(facts))
    data = {"dated": max(each["dated"] for each in facts), "letters": [wording(each) for each in facts]}
    return typeset("letter.typ", data, seals)


def wording(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The letter's text, the same for the PDF and for Word."""
    hosts = [host["name"] for host in facts["hosts"]]
    notice = f"（{facts['notice']}）" if facts["notice"] else ""
    return {
        "head": hosts[0] if hosts else facts["season"],
        "serial": facts["serial"],
        "title": "关于反馈驻村第一书记获奖情况的函",
        "to": f"{facts['unit']}：",
        "paragraphs": [
            f"根据“{facts['theme']}”活动方案{notice}，{'、'.join(hosts)}联合举办了茂名市乡村振兴驻村第一书记"
            f"“{facts['theme']}”活动。经县级初赛推荐、市级决赛现场评分并公示，贵单位选派的下列驻村第一书记在市级决赛中获奖：",
            *_people(facts["people"]),
            f"现将获奖情况反馈贵单位，请作为{facts['year']}年年度考核的参考依据。感谢贵单位对乡村振兴驻村工作的支持。",
            *(["本函为更正函，此前所发同号函作废，以本函为准。"] if facts["version"] > 1 else []),
            "专此函达。",
        ],
        "hosts": facts["hosts"],
        "dated": facts["dated"],
        "dated_words": written_day(date.fromisoformat(facts["dated"])),
        "rehearsal": facts["rehearsal"],
    }


def written_day(day: date) -> str:
    """A date as official papers write it: 2023年12月5日."""
    return f"{day.year}年{day.month}月{day.day}日"


def _people(people: Sequence[Mapping[str, str]]) -> list[str]:
    lines = []
    for place, each in enumerate(people, start=1):
        talk = f"演讲题目《{each['talk']}》，" if each["talk"] else ""
        end = "。" if place == len(people) else "；"
        number = f"{place}．" if len(people) > 1 else ""
        post = f"{joined(each['district'], each['town'], each['village'])}驻村第一书记"
        lines.append(f"{number}{each['name']}同志，{post}，{talk}获市级决赛{each['tier']}{end}")
    return lines


def _of(person: Mapping[str, str] | None) -> str:
    return " ".join(person[key] for key in OF_A_PERSON if person[key]) if person else ""
