"""Drawing lots for the order of appearance, so that anybody can replay it."""

import secrets
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from accounts import log
from accounts.permissions import Action, require, require_pair
from accounts.words import written
from contest.models import Draw, Entry, Stage, Swap
from contest.models.stage import State
from contest.rules import draw as rules

if TYPE_CHECKING:
    from accounts.models import User


# Somebody is late or lost their voice: also on the day, until the results are tabulated.
SWAPPING = (State.READY, State.SCORING)


class DrawRefused(Exception):
    """The draw cannot be done; the message says why and what to do."""


@transaction.atomic
def commit_draw(stage: Stage, *, by: "User", at: datetime) -> Draw:
    """Seal a seed: its hash is shown and logged now, before anybody knows the order. Raises DrawRefused."""
    require(by, Action.DRAW, stage)
    _still_ready(stage)
    entrants = list(Entry.objects.competing().filter(stage=stage).order_by("id").values_list("id", flat=True))
    if not entrants:
        raise DrawRefused(_("还没有参赛者，不能抽签。"))
    seed = secrets.token_hex(32)
    try:
        with transaction.atomic():
            draw = Draw.objects.create(
                stage=stage,
                entrants=entrants,
                seed=seed,
                commitment=rules.commitment(seed.encode()),
                committed_by=by,
                committed_at=at,
            )
    except IntegrityError:
        raise DrawRefused(_("已经封存过种子，请先作废原来的抽签。")) from None
    log.write(stage.season.code, "commit_draw", by=by, at=at, on=stage, commitment=draw.commitment, entrants=entrants)
    return draw


@transaction.atomic
def draw_lots(draw: Draw, *, witnesses: str, witness_word: str, by: "User", at: datetime) -> list[int]:
    """Open the seed, mix in the witness's word, and give everybody their place. Raises DrawRefused.

    Returns entry ids in order of appearance. Replay: `contest.rules.draw.order(f"{seed}:{word}".encode(), entrants)`.
    """
    require(by, Action.DRAW, draw.stage)
    _still_ready(draw.stage)
    witnesses = _reason(witnesses, _("请写明见证人姓名。"))
    # The word is printed inside the shell command that replays the draw.
    if not witness_word.isalnum():
        raise DrawRefused(_("见证人报的数只能由数字、字母或汉字组成，不含空格和符号。"))
    now = set(Entry.objects.competing().filter(stage=draw.stage).values_list("id", flat=True))
    if now != set(draw.entrants):
        raise DrawRefused(_("封存之后参赛名单有变化，请作废这次抽签并重新封存。"))
    order = rules.order(mixed_seed(draw.seed, witness_word), draw.entrants)
    told = {
        "witnesses": witnesses,
        "witness_word": witness_word,
        "order": order,
        "drawn_by": by,
        "drawn_at": at,
    }
    if not Draw.objects.filter(pk=draw.pk, live=True, drawn_at=None).update(**told):
        raise DrawRefused(_("这次抽签已经完成或作废，请刷新页面。"))
    _give_places(draw.stage, order)
    for field, value in told.items():
        setattr(draw, field, value)
    log.write(
        draw.stage.season.code,
        "draw_lots",
        by=by,
        at=at,
        on=draw.stage,
        reason=draw.witnesses,
        seed=draw.seed,
        word=witness_word,
        order=order,
    )
    return order


@transaction.atomic
def void_draw(
    draw: Draw, *, reason: str, by: "User", seconded_by: "User | None", at: datetime, basis: Model | None = None
) -> None:
    """Set a draw aside with a reason; it stays on record, and the order of appearance is empty again.

    Two people do it (DESIGN 9): one alone could draw until the order pleases. Raises DrawRefused, NeedsSecond.
    """
    require_pair(by, seconded_by, Action.DRAW, draw.stage, at=at)
    _still_ready(draw.stage)
    reason = _reason(reason, _("请写明作废的原因。"))
    told = {"live": False, "void_reason": reason, "voided_by": by, "void_seconded_by": seconded_by}
    if not Draw.objects.filter(pk=draw.pk, live=True).update(**told):
        raise DrawRefused(_("这次抽签已经作废，请刷新页面。"))
    before = _places(draw.stage)
    Entry.objects.filter(stage=draw.stage).update(order=None)
    words = {name: [str(place), ""] for name, place in before.items()}
    facts: dict[str, Any] = {"draw": draw.pk, "commitment": draw.commitment, "basis": basis.pk if basis else None}
    who: dict[str, Any] = {"by": by, "seconded_by": seconded_by, "at": at}
    log.write(draw.stage.season.code, "void_draw", on=draw.stage, reason=reason, words=words, **who, **facts)


@transaction.atomic
def enter_order(
    stage: Stage,
    order: Sequence[int],
    *,
    witnesses: str,
    reason: str,
    basis: Model | None,
    by: "User",
    seconded_by: "User | None",
    at: datetime,
) -> Draw:
    """Enter the order that was drawn from paper slips before witnesses; `order` are entry ids in order of appearance.

    It names everybody who competes, each once. Two people enter it (DESIGN 9). Raises DrawRefused, NeedsSecond.
    """
    require_pair(by, seconded_by, Action.DRAW, stage, at=at)
    _still_ready(stage)
    reason = _reason(reason, _("请写明为什么手工抽签。"))
    witnesses = _reason(witnesses, _("请写明见证人姓名。"))
    competing = sorted(Entry.objects.competing().filter(stage=stage).values_list("id", flat=True))
    if not competing or sorted(order) != competing:
        raise DrawRefused(_("手工抽签的顺序要包括每一位参赛者，每人一次；参赛名单可能已有变化，请核对后重新填写。"))
    fields = {"by_hand": True, "entrants": competing, "order": list(order), "witnesses": witnesses}
    people = {"committed_by": by, "committed_at": at, "drawn_by": by, "drawn_at": at, "seconded_by": seconded_by}
    try:
        with transaction.atomic():
            draw = Draw.objects.create(stage=stage, **fields, **people)
    except IntegrityError:
        raise DrawRefused(_("已经有一次抽签，请先提请作废，再登记手工抽签的顺序。")) from None
    _give_places(stage, order)
    words = {name: ["", str(place)] for name, place in _places(stage).items()}
    facts: dict[str, Any] = {"draw": draw.pk, "order": list(order), "basis": basis.pk if basis else None}
    who: dict[str, Any] = {"by": by, "seconded_by": seconded_by, "at": at}
    log.write(stage.season.code, "enter_order", on=stage, reason=reason, words=words, **who, **facts)
    return draw


@transaction.atomic
def swap_places(
    entry: Entry,
    other: Entry,
    *,
    reason: str,
    by: "User",
    seconded_by: "User | None",
    at: datetime,
    basis: Model | None = None,
) -> Swap:
    """Let two entrants of a stage change places after the draw, until the results are tabulated.

    Both still stand where `entry` and `other` say. Two people do it (DESIGN 9). Raises DrawRefused, NeedsSecond.
    """
    require_pair(by, seconded_by, Action.DRAW, entry.stage, at=at)
    reason = _reason(reason, _("请写明对调的原因。"))
    _check_pair(entry, other)
    draw = Draw.objects.filter(stage=entry.stage_id, live=True).exclude(drawn_at=None).first()
    if draw is None:
        raise DrawRefused(_("还没有抽签，没有出场顺序可以对调。"))
    _change_places(entry, other)
    who: dict[str, Any] = {"by": by, "seconded_by": seconded_by, "at": at}
    places = {"place": entry.order, "other_place": other.order}
    swap = Swap.objects.create(draw=draw, entry=entry, other=other, reason=reason, **places, **who)
    old = [str(entry.order), str(other.order)]
    words = {_told(entry, other): old, _told(other, entry): old[::-1]}
    facts: dict[str, Any] = {"entries": [entry.pk, other.pk], "places": old, "basis": basis.pk if basis else None}
    log.write(entry.stage.season.code, "swap_places", on=entry.stage, reason=reason, words=words, **who, **facts)
    entry.order, other.order = other.order, entry.order
    return swap


def mixed_seed(seed: str, word: str) -> bytes:
    return f"{seed}:{word}".encode()


def _reason(text: str, otherwise: str) -> str:
    """What was written; refused with the sentence `otherwise` where there is nothing to read in it."""
    if not written(text):
        raise DrawRefused(otherwise)
    return written(text)


def _places(stage: Stage) -> dict[str, int]:
    """Who speaks when, by name as the log's words tell it; two of a name are told apart by their numbers."""
    rows = Entry.objects.filter(stage=stage).order_by("order").values_list("secretary__name", "pk", "order")
    told = [(name, pk, order) for name, pk, order in rows if order is not None]
    names = Counter(name for name, _pk, _order in told)
    return {f"{name}（{pk}）" if names[name] > 1 else name: order for name, pk, order in told}


def _give_places(stage: Stage, order: Sequence[int]) -> None:
    Entry.objects.filter(stage=stage).update(order=None)
    entries = [Entry(pk=pk, order=place) for place, pk in enumerate(order, start=1)]
    Entry.objects.bulk_update(entries, ["order"])


def _told(entry: Entry, other: Entry) -> str:
    """The entrant's name, with the number where the other one is called the same."""
    name = entry.secretary.name
    return f"{name}（{entry.pk}）" if name == other.secretary.name else name


def _change_places(entry: Entry, other: Entry) -> None:
    """A place belongs to one entrant at a time: the first leaves it before the second takes it."""
    first, second = entry.order, other.order
    for each, before, after in ((entry, first, None), (other, second, first), (entry, None, second)):
        here = Entry.objects.competing().filter(pk=each.pk, stage=entry.stage_id, order=before)
        if not here.update(order=after):
            raise DrawRefused(_("出场顺序或参赛状态已有变化，请刷新页面后重新办理。"))


def _check_pair(entry: Entry, other: Entry) -> None:
    if entry.pk == other.pk or entry.stage_id != other.stage_id:
        raise DrawRefused(_("请选择同一赛段的两位参赛者。"))
    if entry.order is None or other.order is None:
        raise DrawRefused(_("两位参赛者都要有出场顺序，才能对调。"))
    if not Stage.objects.held().filter(pk=entry.stage_id, state__in=SWAPPING).exists():
        raise DrawRefused(_("出场顺序只能在抽签之后、统分之前对调。"))


def against_drawing(stage: Stage) -> list[str]:
    """Why nothing can be drawn, entered or voided now."""
    if Stage.objects.filter(pk=stage.pk, state=State.READY).exists():
        return []
    return [_("抽签只在“待赛”时进行：征集结束之后、评分开始之前。")]


def _still_ready(stage: Stage) -> None:
    if not Stage.objects.held().filter(pk=stage.pk, state=State.READY).exists():
        raise DrawRefused(_("抽签只在“待赛”时进行：征集结束之后、评分开始之前。"))
