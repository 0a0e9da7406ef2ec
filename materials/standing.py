"""How far each entrant is with PPT, video and pledge, for many of them at once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from contest.models import Entry
from contest.models.work import Progress
from materials.models import Confirmation, Kind, Material, Pledge, Terms


class State(models.TextChoices):
    """One version, in a word."""

    CHECKING = "checking", _("检查中")
    PARKED = "parked", _("检查搁置")
    ACCEPTED = "accepted", _("通过")
    REFUSED = "refused", _("未通过")
    RETURNED = "returned", _("已退回")
    NONE = "none", _("未上传")


class Step(models.TextChoices):
    """One entrant, in a word: what is still to be done."""

    MISSING = "missing", _("缺材料")
    FAILED = "failed", _("未通过")
    CHECKING = "checking", _("检查中")
    UNSIGNED = "unsigned", _("待签承诺")
    UNCONFIRMED = "unconfirmed", _("待确认")
    CONFIRMED = "confirmed", _("已确认")


# The entrant has done everything; whether town or county has confirmed it is another matter.
WHOLE = (Step.UNCONFIRMED, Step.CONFIRMED)
# The shape and tint of a chip (static/css/parts.css).
CHIPS = {
    State.CHECKING: "running",
    State.PARKED: "failed",
    State.ACCEPTED: "done",
    State.REFUSED: "failed",
    State.RETURNED: "returned",
    State.NONE: "wanted",
}
STEP_CHIPS = {
    Step.MISSING: "wanted",
    Step.FAILED: "failed",
    Step.CHECKING: "running",
    Step.UNSIGNED: "open",
    Step.UNCONFIRMED: "submitted",
    Step.CONFIRMED: "done",
}


def state_of(material: Material | None) -> State:
    if material is None:
        return State.NONE
    if not material.verdict:
        return State.PARKED if material.progress == Progress.PARKED else State.CHECKING
    if material.returned_at is not None:
        return State.RETURNED
    return State(material.verdict)


@dataclass(frozen=True, slots=True)
class OfKind:
    """An entrant's versions of one kind: the newest, and the one that counts."""

    kind: Kind
    is_needed: bool
    newest: Material | None = None
    counting: Material | None = None

    @property
    def state(self) -> State:
        """Of the newest version: it is what was done last."""
        return state_of(self.newest)

    @property
    def chip(self) -> str:
        return CHIPS[self.state]

    @property
    def is_missing(self) -> bool:
        return self.is_needed and self.counting is None

    @property
    def is_asked_for(self) -> bool:
        """Nothing counts and nothing is being looked at."""
        return self.is_missing and self.state in (State.NONE, State.REFUSED, State.RETURNED)

    @property
    def is_troubled(self) -> bool:
        """The newest version was refused or returned, and the entrant must do something about it."""
        return self.state in (State.REFUSED, State.RETURNED)


@dataclass(frozen=True, slots=True)
class Standing:
    deck: OfKind
    video: OfKind
    pledge: Pledge | None = None

    @property
    def kinds(self) -> tuple[OfKind, OfKind]:
        return self.deck, self.video

    @property
    def is_outdated(self) -> bool:
        """Signed over other versions than count now."""
        if self.pledge is None:
            return False
        return (self.pledge.deck_id, self.pledge.video_id) != (_pk(self.deck.counting), _pk(self.video.counting))

    @property
    def confirmation(self) -> Confirmation | None:
        """Of the pledge as it was signed, whether it still fits or not."""
        return getattr(self.pledge, "confirmation", None)

    @property
    def step(self) -> Step:
        missing = [each.state for each in self.kinds if each.is_missing]
        if State.REFUSED in missing or State.RETURNED in missing:
            return Step.FAILED
        if State.NONE in missing:
            return Step.MISSING
        if missing:
            return Step.CHECKING
        if self.pledge is None or self.is_outdated:
            return Step.UNSIGNED
        return Step.CONFIRMED if self.confirmation else Step.UNCONFIRMED

    @property
    def chip(self) -> str:
        return STEP_CHIPS[self.step]


def of(entries: Iterable[Entry], terms: Mapping[int, Terms]) -> dict[int, Standing]:
    """Every entrant's standing by entry id, given the terms by stage id; two queries, however many."""
    entries = list(entries)
    materials = _materials(entries)
    pledges = _pledges(entries)
    return {
        entry.pk: Standing(
            deck=_of_kind(Kind.DECK, True, materials),
            video=_of_kind(Kind.VIDEO, terms[entry.stage_id].needs_video, materials),
            pledge=pledges.get(entry.pk),
        )
        for entry, materials in ((entry, materials.get(entry.pk, [])) for entry in entries)
    }


def of_one(entry: Entry, terms: Terms) -> Standing:
    return of([entry], {entry.stage_id: terms})[entry.pk]


def _of_kind(kind: Kind, is_needed: bool, materials: list[Material]) -> OfKind:
    """`materials` newest first."""
    mine = [each for each in materials if each.kind == kind]
    return OfKind(kind, is_needed, next(iter(mine), None), next((each for each in mine if each.is_accepted), None))


def _materials(entries: list[Entry]) -> dict[int, list[Material]]:
    """Of each entry, newest version first."""
    found: dict[int, list[Material]] = {}
    # Reading them as JSON costs more than everything else; nobody asks for it here.
    light = Material.objects.defer("findings", "facts")
    for each in light.filter(entry__in=[entry.pk for entry in entries]).order_by("-version"):
        found.setdefault(each.entry_id, []).append(each)
    return found


def _pledges(entries: list[Entry]) -> dict[int, Pledge]:
    """The newest of each entry."""
    found: dict[int, Pledge] = {}
    for each in Pledge.objects.filter(entry__in=[entry.pk for entry in entries]).select_related("confirmation"):
        found.setdefault(each.entry_id, each)
    return found


def _pk(material: Material | None) -> int | None:
    return None if material is None else material.pk
