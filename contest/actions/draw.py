"""Drawing lots for the order of appearance, so that anybody can replay it."""

import secrets
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts import log
from accounts.permissions import Action, require
from accounts.words import written
from contest.models import Draw, Entry, Stage
from contest.models.stage import State
from contest.rules import draw as rules

if TYPE_CHECKING:
    from accounts.models import User


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
    if not written(witnesses):
        raise DrawRefused(_("请写明见证人姓名。"))
    # The word is printed inside the shell command that replays the draw.
    if not witness_word.isalnum():
        raise DrawRefused(_("见证人报的数只能由数字、字母或汉字组成，不含空格和符号。"))
    now = set(Entry.objects.competing().filter(stage=draw.stage).values_list("id", flat=True))
    if now != set(draw.entrants):
        raise DrawRefused(_("封存之后参赛名单有变化，请作废这次抽签并重新封存。"))
    order = rules.order(mixed_seed(draw.seed, witness_word), draw.entrants)
    told = {
        "witnesses": written(witnesses),
        "witness_word": witness_word,
        "order": order,
        "drawn_by": by,
        "drawn_at": at,
    }
    if not Draw.objects.filter(pk=draw.pk, live=True, drawn_at=None).update(**told):
        raise DrawRefused(_("这次抽签已经完成或作废，请刷新页面。"))
    Entry.objects.filter(stage=draw.stage).update(order=None)
    entries = [Entry(pk=pk, order=place) for place, pk in enumerate(order, start=1)]
    Entry.objects.bulk_update(entries, ["order"])
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
def void_draw(draw: Draw, *, reason: str, by: "User", at: datetime) -> None:
    """Set a draw aside with a reason; it stays on record, and the order of appearance is empty again."""
    require(by, Action.DRAW, draw.stage)
    _still_ready(draw.stage)
    if not written(reason):
        raise DrawRefused(_("请写明作废的原因。"))
    if not Draw.objects.filter(pk=draw.pk, live=True).update(live=False, void_reason=written(reason)):
        raise DrawRefused(_("这次抽签已经作废，请刷新页面。"))
    Entry.objects.filter(stage=draw.stage).update(order=None)
    log.write(
        draw.stage.season.code, "void_draw", by=by, at=at, on=draw.stage, reason=reason, commitment=draw.commitment
    )


def mixed_seed(seed: str, word: str) -> bytes:
    return f"{seed}:{word}".encode()


def _still_ready(stage: Stage) -> None:
    if not Stage.objects.held().filter(pk=stage.pk, state=State.READY).exists():
        raise DrawRefused(_("抽签只在“待赛”时进行：征集结束之后、评分开始之前。"))
