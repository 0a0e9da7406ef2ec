"""The pack for the press: prize winners with biography and photo, at three levels (notice VI(2)).

Nothing of a person leaves the portal without their consent: who has not agreed is named on the page, not in the pack.
"""

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import IO, Any

from django.db.models import TextChoices
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.permissions import Action, may, within_reach
from certificates import archive
from certificates import facts as told
from certificates.letters import TOP
from certificates.paper import word
from contest.models import Award, Entry, Profile, Season, Stage
from contest.models.stage import Kind, State
from contest.workflow import Problem
from registry.excel.export import write_table
from registry.filenames import safe
from registry.places import joined


class Level(TextChoices):
    """Who the pack is for; a county's belongs to one district."""

    PROVINCE = "province", gettext_lazy("省级媒体")
    CITY = "city", gettext_lazy("市级媒体")
    COUNTY = "county", gettext_lazy("县级媒体")


@dataclass(slots=True)
class Person:
    """A prize winner; the facts are those of the best-known entry, the final's before the preliminary's."""

    secretary: int
    facts: dict[str, str]
    post: str
    talk: str
    prizes: list[str] = field(default_factory=list)
    # The entry through which the profile is edited: the preliminary's where there is one, within the district's reach.
    entry: Entry | None = None
    profile: Profile | None = None

    @property
    def missing(self) -> list[str]:
        """What keeps the person out of the pack."""
        profile = self.profile
        photo = profile.photo if profile else None
        return [
            word_
            for word_, there in (
                (_("未取得同意"), profile and profile.agreed_at),
                (_("缺个人简介"), profile and profile.biography),
                (_("缺照片"), photo and photo.storage.exists(str(photo.name))),
            )
            if not there
        ]

    @property
    def place(self) -> str:
        return joined(self.facts["town"], self.facts["village"])


@dataclass(frozen=True, slots=True)
class Pack:
    """One level's pack: `complete` people are in it, `others` are only named on the page."""

    level: Level
    title: str
    holds: str
    complete: list[Person]
    others: list[Person]
    problems: list[Problem]


def districts_for(user: User, season: Season) -> list[Stage]:
    """The preliminaries whose county pack this person may see."""
    preliminaries = Stage.objects.whole().filter(season=season, kind=Kind.PRELIMINARY).order_by("district__order")
    return list(within_reach(user, Action.SEE_CERTIFICATES, preliminaries))


def holds(level: Level, district: str = "") -> str:
    """What a level's pack holds, as a sentence."""
    return {
        Level.PROVINCE: _("市级决赛一、二、三等奖。"),
        Level.CITY: _("市级决赛一、二、三等奖，各地区初赛一等奖。"),
        Level.COUNTY: _("%(district)s初赛一、二、三等奖，以及市级决赛获一、二、三等奖的%(district)s选手。")
        % {"district": district},
    }[level]


def pack_of(season: Season, level: Level, stage: Stage | None = None) -> Pack:
    """The pack of a level; a county's is that of the preliminary `stage`. Only closed stages count."""
    stages = [each for each in Stage.objects.whole().filter(season=season) if _concerns(each, level, stage)]
    people = _people(stages, level, stage)
    _look_up(people.values(), season)
    district = str(stage.district) if stage else ""
    return Pack(
        level,
        f"{district}{level.label}" if stage else str(level.label),
        holds(level, district),
        [person for person in people.values() if not person.missing],
        [person for person in people.values() if person.missing],
        [
            Problem(_("%(stage)s还没有生效，其获奖人员尚未列入。") % {"stage": each.title}, each.get_absolute_url())
            for each in stages
            if each.state != State.CLOSED
        ],
    )


def zipped(season: Season, level: Level, stage: Stage | None = None) -> tuple[str, IO[bytes]]:
    """A pack's title and its zip in a temporary file, at its beginning; the same people give the same bytes.

    What the press gets is in Chinese, whatever language the pages are read in.
    """
    with translation.override("zh-hans"):
        pack = pack_of(season, level, stage)
        # Whoever answers with the file closes it.
        into = tempfile.TemporaryFile()  # noqa: SIM115
        try:
            archive.pack(_files(pack, season), into)
        except BaseException:
            into.close()
            raise
        into.seek(0)
        return season.marked(f"{season.title} {pack.title}"), into


def may_edit(user: User, person: Person) -> bool:
    return person.entry is not None and may(user, Action.EDIT_PROFILE, person.entry)


def _concerns(each: Stage, level: Level, stage: Stage | None) -> bool:
    if level == Level.PROVINCE:
        return each.is_final
    return level == Level.CITY or each.is_final or (stage is not None and each.pk == stage.pk)


def _people(stages: Sequence[Stage], level: Level, stage: Stage | None) -> dict[int, Person]:
    """By secretary, the final's winners first; whoever won twice is there once, with both prizes."""
    people: dict[int, Person] = {}
    for each in sorted(stages, key=lambda one: not one.is_final):
        if each.state != State.CLOSED:
            continue
        for award in told.awards_of(each):
            if _belongs(award, each, level, stage):
                person = people.setdefault(award.entry.secretary_id, _person(award))
                person.prizes.append(f"{each.title}{award.tier_name}")
                person.talk = person.talk or award.entry.talk
    return people


def _belongs(award: Award, of: Stage, level: Level, stage: Stage | None) -> bool:
    if of.is_final:
        return award.tier in TOP and (stage is None or award.entry.district_id == stage.district_id)
    return award.tier in (TOP if level == Level.COUNTY else TOP[:1])


def _person(award: Award) -> Person:
    entry = award.entry
    return Person(entry.secretary_id, told.living(award), award.who.post, entry.talk)


def _look_up(people: Iterable[Person], season: Season) -> None:
    """Read profiles and the entries to edit them by, for everybody at once."""
    known = {person.secretary: person for person in people}
    for profile in Profile.objects.filter(secretary__in=known):
        known[profile.secretary_id].profile = profile
    entries = Entry.objects.filter(stage__season=season, secretary__in=known).select_related("stage", "secretary")
    for entry in entries.order_by("stage__kind"):
        # The final comes first in this order, so that a preliminary's entry has the last word.
        known[entry.secretary_id].entry = entry


def _files(pack: Pack, season: Season) -> Iterator[tuple[str, bytes]]:
    title = season.marked(f"{season.title} {pack.title}")
    headings, rows = _headings(), [_cells(number, person) for number, person in enumerate(pack.complete, start=1)]
    folder = safe(title)
    yield f"{folder}/{_('名单')}.xlsx", archive.settled(write_table(title, headings, rows))
    yield f"{folder}/{_('名单')}.docx", word.listing(title, headings, [[str(cell) for cell in row] for row in rows])
    for number, person in enumerate(pack.complete, start=1):
        name, district = person.facts["name"], person.facts["district"]
        own = f"{folder}/{safe(f'{number:02d} {name} {district}')}"
        yield f"{own}/{_('简介')}.txt", _text(person)
        yield f"{own}/{_('照片')}.jpg", _photo(person)


def _headings() -> list[str]:
    return [_("序号"), _("姓名"), _("奖次"), _("地区"), _("驻村"), _("选派单位"), _("职务"), _("演讲题目")]


def _cells(number: int, person: Person) -> list[Any]:
    facts = person.facts
    prizes = "；".join(person.prizes)
    return [number, facts["name"], prizes, facts["district"], person.place, facts["unit"], person.post, person.talk]


def _text(person: Person) -> bytes:
    """For the oldest Notepad: a byte order mark, and lines that end as it wants them."""
    labels = dict(zip(_headings()[1:], _cells(0, person)[1:], strict=True))
    biography = person.profile.biography if person.profile else ""
    lines = [*(f"{label}：{value}" for label, value in labels.items() if value), "", biography, ""]
    return "\ufeff".encode() + "\n".join(lines).replace("\n", "\r\n").encode()


def _photo(person: Person) -> bytes:
    profile = person.profile
    if profile is None or not profile.photo:
        raise ValueError("nobody is complete without a photo")
    with profile.photo.open("rb") as file:
        return bytes(file.read())
