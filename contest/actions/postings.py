"""Changing one posting of the roster by hand: its end, and what is written about the person."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import log
from accounts.permissions import Action, require, require_pair
from contest.actions.correction import IDENTITY, bound, log_corrections, write_correction
from contest.actions.units import bound_by, require_office, shared
from contest.models import Season
from contest.reads.levels import is_known, level_names
from registry.excel import keys
from registry.excel.levels import called
from registry.models import Posting, Town, Unit, Village

if TYPE_CHECKING:
    from accounts.models import Basis, User


@dataclass(frozen=True, slots=True)
class Details:
    """What can be corrected by hand about a posting; `level` is that of the unit, for everybody the unit sends."""

    name: str
    gender: str
    phone: str
    post: str
    town: str
    village: str
    unit: str
    level: str
    remark: str

    @property
    def fingerprint(self) -> str:
        """A hash of the details; a form carries it, so that what was seen is what is corrected."""
        return hashlib.sha256(json.dumps(asdict(self), ensure_ascii=False).encode()).hexdigest()


class PostingRefused(Exception):
    """The change cannot be; the message says why and what to do."""


class StaleDetails(Exception):
    """Somebody else corrected the posting meanwhile; `now` is what it says."""

    def __init__(self, now: Details) -> None:
        super().__init__(_("您打开页面之后，这份内容已被修改，您的提交没有写入。"))
        self.now = now


def details_of(posting: Posting) -> Details:
    """The details of a posting read with its places."""
    person, village, unit = posting.secretary, posting.village, posting.unit
    where = village.town.name, village.name
    return Details(person.name, person.gender, person.phone, person.post, *where, unit.name, unit.level, posting.remark)


@transaction.atomic
def end_posting(posting: Posting, until: date | None, *, by: "User", at: datetime) -> None:
    """End a service, or with None take its end back. `until` is the first day no longer served.

    An entrant stays entered: leaving a stage is an act of its own. Raises PostingRefused.
    """
    require(by, Action.IMPORT_ROSTER, posting)
    if until and posting.since and until <= posting.since:
        raise PostingRefused(_("任职止早于任职起（%(since)s）。") % {"since": posting.since.strftime("%Y-%m")})
    if until == posting.until:
        raise PostingRefused(_("任职止没有变化，没有保存。"))
    if not Posting.objects.filter(pk=posting.pk, until=posting.until).update(until=until):
        raise PostingRefused(_("刚才有人修改了这次任职，请刷新后再试。"))
    words = log.changed({"until": posting.until}, {"until": until})
    posting.until = until
    log.write(
        chain_of(posting),
        "end_posting" if until else "resume_posting",
        by=by,
        at=at,
        on=posting,
        words=words,
        until=until.isoformat() if until else "",
    )


# What is read together: a village is one of its town, a level that of a unit.
TOGETHER = ({"town", "village"}, {"unit", "level"})


def corrected(old: Details, new: Details) -> dict[str, str]:
    """What a correction is about: the fields that are to say something else, and what."""
    return {field: value for field, value in asdict(new).items() if value != getattr(old, field)}


def rested_on(old: Details, fields: Iterable[str]) -> dict[str, str]:
    """What a correction of these fields rests on, as it is: they themselves, and what is read together with them."""
    about = set(fields)
    for pair in TOGETHER:
        about |= pair if about & pair else set()
    return {field: value for field, value in asdict(old).items() if field in about}


def takes_two(posting: Posting, new: Details) -> bool:
    """Whether this correction is a matter of two people: what names somebody whose scoring has opened."""
    old = details_of(posting)
    changed = [field for field in IDENTITY if getattr(old, field) != getattr(new, field)]
    if changed and bound([posting.secretary_id]).by_two(posting, changed):
        return True
    return corrects_unit(posting, new) and bound_by([posting.unit], posting.rehearsal).exists()


def corrects_unit(posting: Posting, new: Details) -> bool:
    """Whether this rewrites the unit itself, for everybody it sends, rather than naming another one.

    A level that no season knows is filled in, not corrected; a rehearsal reads a real unit.
    """
    if not _rewrites(posting, new):
        return False
    unit = posting.unit
    return unit.name != new.unit or (unit.level != new.level and is_known(unit.level))


def check_unit(posting: Posting, new: Details, *, by: "User") -> None:
    """Raise UnitRefused where this rewrites a unit that only the office may change."""
    if corrects_unit(posting, new):
        require_office([posting.unit], posting.rehearsal, by=by)


@transaction.atomic
def correct_person(
    posting: Posting,
    new: Details,
    *,
    seen: str,
    reason: str = "",
    seconded_by: "User | None" = None,
    basis: "Basis | None" = None,
    by: "User",
    at: datetime,
) -> Sequence[str]:
    """Correct what is written about a posting. Returns the fields that changed; the log keeps old and new in words.

    `seen` is the fingerprint of the details that were corrected. From scoring opened on a name, unit, town or village
    is corrected by two people with a reason, and everything decided shows it (DESIGN 5). The unit itself, which others
    share, the office alone corrects. Raises StaleDetails, UnitRefused, PostingRefused, NeedsSecond, BadCorrection.
    """
    require(by, Action.IMPORT_ROSTER, posting)
    here = (
        Posting.objects.with_places()
        .select_for_update(no_key=True, of=("self", "secretary", "unit"))
        .get(pk=posting.pk)
    )
    old = details_of(here)
    if old.fingerprint != seen:
        raise StaleDetails(old)
    check_unit(here, new, by=by)
    bound_by_scoring = takes_two(here, new)
    if bound_by_scoring or seconded_by is not None:
        require_pair(by, seconded_by, Action.IMPORT_ROSTER, here, at=at)
    told: dict[str, Any] = {"reason": reason, "by": by, "seconded_by": seconded_by, "at": at}
    renamed = list(_named_otherwise(here, old, new)) if bound_by_scoring else []
    made = [
        write_correction(own.secretary, field, getattr(old, field), getattr(new, field), posting=own, **told)
        for own, field in renamed
    ]
    person, rewrites = here.secretary, _rewrites(here, new)
    person.name, person.gender, person.phone, person.post = new.name, new.gender, new.phone, new.post
    here.village, here.unit, here.remark = _village(here, new), _unit(here, new), new.remark
    now = details_of(here)
    # By what is kept, not by its words: two levels that this season lacks read much alike.
    changed = list(log.changed(asdict(old), asdict(now)))
    if changed:
        person.save(update_fields=["name", "gender", "phone", "post"])
        if rewrites:
            here.unit.save(update_fields=["name", "level"])
        here.save(update_fields=["village", "unit", "remark"])
    log_corrections(made, chain_of(here))
    if changed:
        words = log.changed(in_words(here, old), in_words(here, now))
        log.write(chain_of(here), "correct_person", on=here, words=words, fields=changed, unit=here.unit.pk, **told)
    return changed


def _village(posting: Posting, new: Details) -> Village:
    """The village that is meant, in the posting's own district: made where it is new. Raises PostingRefused."""
    town, _made = Town.objects.get_or_create(district=posting.village.town.district, name=new.town)
    village, _made = Village.objects.select_related("town__district").get_or_create(town=town, name=new.village)
    others = Posting.objects.filter(secretary=posting.secretary_id, village=village).exclude(pk=posting.pk)
    if others.exists():
        raise PostingRefused(_("此人在%(village)s另有一次任职，请到那次任职的页面办理。") % {"village": village.name})
    return village


def _named_otherwise(posting: Posting, old: Details, new: Details) -> Iterator[tuple[Posting, str]]:
    """Whose service what was decided will name otherwise, and in what: this one, and all of a renamed unit."""
    changed = [field for field in IDENTITY if getattr(old, field) != getattr(new, field)]
    if bound([posting.secretary_id]).by_two(posting, changed):
        yield from ((posting, field) for field in changed)
    if "unit" in changed and corrects_unit(posting, new):
        others = bound_by([posting.unit], posting.rehearsal).exclude(posting=posting)
        for own in Posting.objects.select_related("secretary").filter(pk__in=others.values("posting")).order_by("pk"):
            yield own, "unit"


def _known(name: str) -> Unit | None:
    return {keys.unit(unit.name): unit for unit in Unit.objects.all()}.get(keys.unit(name))


def _rewrites(posting: Posting, new: Details) -> bool:
    """Whether the posting's own unit is meant, and is the posting's to write: a rehearsal reads a real one."""
    unit = posting.unit
    return _known(new.unit) == unit and not (posting.rehearsal and shared([unit], posting.rehearsal))


def _unit(posting: Posting, new: Details) -> Unit:
    """The unit that is meant: made where it is new, another one as it is; the old one rewritten, and not saved yet."""
    unit = _known(new.unit)
    if unit is None:
        return Unit.objects.create(name=new.unit, level=new.level)
    if _rewrites(posting, new):
        unit.name, unit.level = new.unit, new.level
    return unit


def in_words(posting: Posting, details: Details) -> dict[str, str]:
    """The details as people read them: the level by the name that the posting's season gives it, else with its code."""
    names, code = level_names(_season_of(posting)), details.level
    level = called(code, names)
    return asdict(details) | {"level": f"{level}（{code}）" if code and code not in names else level}


def chain_of(posting: Posting) -> str:
    """The log of the season that binds: the rehearsal, or the newest real one that has somebody enter by this posting.

    Of somebody whom none has yet, the newest real season of their district.
    """
    season = _season_of(posting)
    return posting.rehearsal or (season.code if season else log.PORTAL)


def _season_of(posting: Posting) -> Season | None:
    if posting.rehearsal:
        return Season.objects.filter(code=posting.rehearsal).first()
    real = Season.objects.filter(is_rehearsal=False)
    entered = real.filter(stages__entries__posting=posting).first()
    return entered or real.filter(stages__district=posting.village.town.district).first()
