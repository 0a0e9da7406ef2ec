"""The acts on a stage's draw that take two people, as they are proposed and seconded (DESIGN 9)."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from accounts.permissions import Action
from accounts.proposals.registry import Arguments, Seconded, Told, register
from contest.actions import draw as drawing
from contest.models import Draw, Entry, Stage


def _stage_words(stage: Stage, what: str) -> str:
    return _("%(stage)s：%(move)s") % {"stage": stage.title, "move": what}


def _by_place(stage: Stage) -> list[list[int | None]]:
    """Who stands where: what a proposal about the order of appearance rests on."""
    rows = Entry.objects.competing().filter(stage=stage).order_by("pk")
    return [list(row) for row in rows.values_list("pk", "order")]


def _names(stage: Stage) -> dict[int, str]:
    return dict(Entry.objects.filter(stage=stage).values_list("pk", "secretary__name"))


def _tell_hand_drawn(stage: Stage, arguments: Arguments) -> Iterable[Told]:
    names = _names(stage)
    return [(names.get(pk, str(pk)), "", str(place)) for place, pk in enumerate(arguments["order"], start=1)]


def _tell_void(draw: Draw, _arguments: Arguments) -> Iterable[Told]:
    """The order as it stands, with whoever changed places since the draw."""
    placed = Entry.objects.filter(stage=draw.stage).exclude(order=None).order_by("order")
    return [(name, str(place), "") for name, place in placed.values_list("secretary__name", "order")]


def _tell_swap(entry: Entry, arguments: Arguments) -> Iterable[Told]:
    other = Entry.objects.select_related("secretary").get(pk=arguments["other"])
    one, two = str(entry.order), str(other.order)
    return [(entry.secretary.name, one, two), (other.secretary.name, two, one)]


def _swap(entry: Entry, *, other: int, **told: Any) -> Any:
    return drawing.swap_places(entry, Entry.objects.whole().get(pk=other, stage=entry.stage_id), **told)


register(
    Seconded(
        name="void_draw",
        permission=Action.DRAW,
        model=Draw,
        act=drawing.void_draw,
        title=lambda draw, _arguments: _stage_words(draw.stage, _("作废抽签")),
        tell=_tell_void,
        rests_on=lambda draw, _arguments: [draw.live, draw.order],
        chain=lambda draw: draw.stage.season.code,
        about=lambda draw: draw.stage,
        read=lambda: Draw.objects.select_related("stage__season", "stage__district"),
        obstacles=lambda draw, _arguments, _at: drawing.against_drawing(draw.stage),
        refusals=(drawing.DrawRefused,),
    )
)
register(
    Seconded(
        name="enter_order",
        permission=Action.DRAW,
        model=Stage,
        act=drawing.enter_order,
        title=lambda stage, _arguments: _stage_words(stage, _("登记手工抽签的出场顺序")),
        tell=_tell_hand_drawn,
        rests_on=lambda stage, _arguments: _by_place(stage),
        chain=lambda stage: stage.season.code,
        read=Stage.objects.whole,
        obstacles=lambda stage, _arguments, _at: drawing.against_drawing(stage),
        needs_basis=True,
        refusals=(drawing.DrawRefused,),
    )
)
register(
    Seconded(
        name="swap_places",
        permission=Action.DRAW,
        model=Entry,
        act=_swap,
        title=lambda entry, _arguments: _stage_words(entry.stage, _("对调出场顺序")),
        tell=_tell_swap,
        rests_on=lambda entry, _arguments: _by_place(entry.stage),
        chain=lambda entry: entry.stage.season.code,
        about=lambda entry: entry.stage,
        read=Entry.objects.whole,
        refusals=(drawing.DrawRefused,),
    )
)
