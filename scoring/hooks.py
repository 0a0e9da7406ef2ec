"""What scoring registers elsewhere: its acts that take two people (DESIGN 9)."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.emergency.acting import completes
from accounts.permissions import Action
from accounts.proposals.places import shown_at
from accounts.proposals.registry import Arguments, Seconded, Told, register
from contest import workflow
from contest.hooks import resting_on_results, standing_of, what_falls
from contest.models import Entry, Stage
from contest.models.entry import Status
from contest.models.stage import State
from contest.reads import way_back
from scoring.actions import panel, rulings
from scoring.actions.disqualify import WITH_RESULTS, CannotDisqualify, disqualify
from scoring.actions.hold import WrongState
from scoring.actions.rules import smallest_panel
from scoring.models import Ballot, Mark, Overtime, Result, Ruling, Seat, Sheet


def _gone_on(stage: Stage, state: State) -> Iterator[str]:
    if stage.state != state:
        yield _("“%(stage)s”的状态已经变化，请刷新页面后再操作。") % {"stage": stage.title}


# A judge leaves, and others join before the first mark.


def _seat_title(seat: Seat, _arguments: Arguments) -> str:
    told = {"stage": seat.stage.title, "number": seat.number, "judge": seat.judge}
    return _("%(stage)s：%(number)d 号评委%(judge)s离席") % told


def _seat_leaves(seat: Seat, _arguments: Arguments) -> Iterable[Told]:
    what = _("%(number)d 号评委%(judge)s") % {"number": seat.number, "judge": seat.judge}
    yield what, _("在席"), _("离席；其评分表留存，不计入任何人的总分")
    if seat.is_chief:
        yield _("评审团负责人"), seat.judge, _("暂缺，须另行指定")
    yield from _below_the_minimum(seat)


def _below_the_minimum(seat: Seat) -> Iterable[Told]:
    if short := panel.short_without(seat):
        after = _("%(count)d 位，少于统分所需的至少 %(least)d 位：届时不能统分")
        yield _("在席评委"), _("%(count)d 位") % {"count": short[0] + 1}, after % {"count": short[0], "least": short[1]}


def _cannot_vacate(seat: Seat, _arguments: Arguments, _at: datetime) -> Iterator[str]:
    yield from _gone_on(seat.stage, State.SCORING)
    if seat.vacated_at is not None:
        yield _("这位评委已经离席，请刷新页面。")


def _seats() -> Any:
    return Seat.objects.select_related("stage__season", "stage__district")


register(
    Seconded(
        name="vacate",
        permission=Action.RUN_STAGE,
        model=Seat,
        act=panel.vacate,
        undo=panel.unvacate,
        title=_seat_title,
        tell=_seat_leaves,
        rests_on=lambda seat, _arguments: [seat.stage.state, seat.vacated_at is not None],
        chain=lambda seat: seat.stage.season.code,
        about=lambda seat: seat.stage,
        read=_seats,
        obstacles=_cannot_vacate,
        at_once=lambda seat: seat.stage.state == State.SCORING,
        effect=lambda seat, _arguments: seat.vacated_at.isoformat() if seat.vacated_at else "",
        refusals=(panel.SeatRefused, WrongState),
    )
)


def _cannot_sit_again(seat: Seat, _arguments: Arguments, _at: datetime) -> Iterator[str]:
    yield from _gone_on(seat.stage, State.SCORING)
    if seat.vacated_at is None:
        yield _("这位评委仍在席，请刷新页面。")


def _chief_of(stage: Stage) -> str:
    return str(Seat.objects.sitting().filter(stage=stage, is_chief=True).values_list("judge", flat=True).first() or "")


def _seat_is_taken_again(seat: Seat, _arguments: Arguments) -> Iterable[Told]:
    what = _("%(number)d 号评委%(judge)s") % {"number": seat.number, "judge": seat.judge}
    yield what, _("离席"), _("在席；其评分表重新计入，没有评的须补评")
    if seat.is_chief and not _chief_of(seat.stage):
        yield _("评审团负责人"), "", seat.judge


register(
    Seconded(
        name="unvacate",
        permission=Action.RUN_STAGE,
        model=Seat,
        act=panel.unvacate,
        title=lambda seat, _arguments: (
            _("%(stage)s：%(number)d 号评委%(judge)s恢复在席")
            % {"stage": seat.stage.title, "number": seat.number, "judge": seat.judge}
        ),
        tell=_seat_is_taken_again,
        rests_on=lambda seat, _arguments: [
            seat.stage.state,
            seat.vacated_at.isoformat() if seat.vacated_at else "",
            Seat.objects.sitting().filter(stage=seat.stage_id).count(),
        ],
        chain=lambda seat: seat.stage.season.code,
        about=lambda seat: seat.stage,
        read=_seats,
        obstacles=_cannot_sit_again,
        refusals=(panel.SeatRefused, WrongState),
    )
)


def _change_judge(seat: Seat, *, name: str, duty: str, is_chief: bool, **told: Any) -> None:
    panel.change_judge(seat, panel.Judge(name, duty, is_chief), **told)


def _what_changes_of(seat: Seat, arguments: Arguments) -> Iterable[Told]:
    if seat.duty != arguments["duty"]:
        yield _("单位职务"), seat.duty, arguments["duty"]
    if seat.is_chief != arguments["is_chief"]:
        yield _("评审团负责人"), _chief_of(seat.stage), seat.judge if arguments["is_chief"] else ""


def _cannot_change(seat: Seat, arguments: Arguments, _at: datetime) -> Iterator[str]:
    yield from _gone_on(seat.stage, State.SCORING)
    if seat.vacated_at is not None:
        yield _("这位评委已经离席，请刷新页面。")
    if seat.judge != arguments["name"]:
        yield str(panel.NO_OTHER_JUDGE)
    elif not list(_what_changes_of(seat, arguments)):
        yield _("没有改动，不必提请。")


register(
    Seconded(
        name="change_judge",
        permission=Action.RUN_STAGE,
        model=Seat,
        act=_change_judge,
        title=lambda seat, _arguments: (
            _("%(stage)s：修改 %(number)d 号评委%(judge)s")
            % {"stage": seat.stage.title, "number": seat.number, "judge": seat.judge}
        ),
        tell=_what_changes_of,
        rests_on=lambda seat, _arguments: [seat.stage.state, seat.vacated_at is not None],
        chain=lambda seat: seat.stage.season.code,
        about=lambda seat: seat.stage,
        read=_seats,
        obstacles=_cannot_change,
        refusals=(panel.SeatRefused, WrongState),
    )
)


def _judges(arguments: Arguments) -> list[panel.Judge]:
    return [panel.Judge(*told) for told in arguments["judges"]]


def _seat_judges(stage: Stage, *, judges: list[list[Any]], **told: Any) -> None:
    panel.seat_judges(stage, _judges({"judges": judges}), **told)


def _joining_title(stage: Stage, arguments: Arguments) -> str:
    names = _("、").join(judge.name for judge in _judges(arguments))
    return _("%(stage)s：%(names)s加入评审团") % {"stage": stage.title, "names": names}


def _cannot_join(stage: Stage, _arguments: Arguments, _at: datetime) -> Iterator[str]:
    yield from _gone_on(stage, State.SCORING)
    if not panel.may_take_seats(stage):
        yield str(panel.TOO_LATE_TO_JOIN)


register(
    Seconded(
        name="seat_judges",
        permission=Action.RUN_STAGE,
        model=Stage,
        act=_seat_judges,
        title=_joining_title,
        tell=lambda _stage, arguments: [(judge.name, "", judge.duty or _("评委")) for judge in _judges(arguments)],
        rests_on=lambda stage, _arguments: [stage.state, Seat.objects.sitting().filter(stage=stage).count()],
        chain=lambda stage: stage.season.code,
        read=Stage.objects.whole,
        obstacles=_cannot_join,
        refusals=(panel.SeatRefused, WrongState),
    )
)


def _cannot_count_with_fewer(stage: Stage, arguments: Arguments, _at: datetime) -> Iterator[str]:
    yield from _gone_on(stage, State.SCORING)
    yield from panel.against_fewer(stage, arguments["least"])


def _how_many_count(stage: Stage, arguments: Arguments) -> Iterable[Told]:
    after = _("%(count)d 位；写在成绩单上") % {"count": arguments["least"]}
    yield _("至少几位评委才能统分"), _("%(count)d 位") % {"count": smallest_panel(stage)}, after


register(
    Seconded(
        name="allow_fewer",
        permission=Action.RUN_STAGE,
        model=Stage,
        act=panel.allow_fewer,
        title=lambda stage, arguments: (
            _("%(stage)s：以现有的 %(count)d 位评委统分") % {"stage": stage.title, "count": arguments["least"]}
        ),
        tell=_how_many_count,
        rests_on=lambda stage, _arguments: [
            stage.state,
            list(Seat.objects.sitting().filter(stage=stage).order_by("pk").values_list("pk", flat=True)),
        ],
        chain=lambda stage: stage.season.code,
        read=Stage.objects.whole,
        obstacles=_cannot_count_with_fewer,
        needs_basis=True,
        refusals=(panel.SeatRefused, WrongState),
    )
)


# What the panel decided between entrants who stand level.


def _names(order: Iterable[int]) -> str:
    names = dict(Entry.objects.filter(pk__in=list(order)).values_list("pk", "secretary__name"))
    return " › ".join(names[entry] for entry in order if entry in names)


def _ruling_title(stage: Stage, arguments: Arguments) -> str:
    kind = Ruling.Kind(arguments["kind"]).label
    return _("%(stage)s：裁定 %(names)s（%(kind)s）") % {
        "stage": stage.title,
        "names": _names(arguments["order"]),
        "kind": kind,
    }


def _level(stage: Stage, order: Iterable[int]) -> list[list[int]]:
    """The exact totals of the group in the live results, in no order that a ruling on others would change."""
    live = Result.objects.filter(tabulation__stage=stage, tabulation__live=True, entry__in=list(order), shared=True)
    return [list(told) for told in live.order_by("entry").values_list("entry", "rank", "total_num", "total_den")]


def _cannot_rule(stage: Stage, arguments: Arguments, _at: datetime) -> Iterator[str]:
    yield from _gone_on(stage, State.TABULATED)
    if arguments["kind"] not in Ruling.Kind.values:
        yield _("请选择裁定方式。")
    if sorted(arguments["order"]) not in [sorted(group) for group in rulings.level_groups(stage)]:
        yield _("裁定须恰好包括一组并列的参赛者，每人一个名次，不多不少。请刷新页面后重新填写。")


def _recorded(stage: Stage, arguments: Arguments) -> Ruling | None:
    """The very ruling that was recorded in the hall, while it is live: another may say the same at another total."""
    return Ruling.objects.filter(stage=stage, live=True, pk=arguments.get("made", 0)).first()


def _what_was_recorded(stage: Stage, arguments: Arguments) -> int | None:
    found = _recorded(stage, arguments)
    return found.pk if found else None


def _take_back(stage: Stage, *, order: list[int], kind: str, made: int, **told: Any) -> None:
    """Withdraw the ruling that took effect in the hall, when it is declined."""
    ruling = _recorded(stage, {"made": made})
    if ruling is None:
        raise rulings.BadRuling(_("这项裁定已经撤回，请刷新页面。"))
    ruling.stage = stage
    rulings.withdraw_ruling(ruling, **told)


register(
    Seconded(
        name="record_ruling",
        permission=Action.RULE_ON_TIE,
        model=Stage,
        act=rulings.record_ruling,
        undo=_take_back,
        title=_ruling_title,
        tell=lambda _stage, arguments: [(_("先后"), _("并列"), _names(arguments["order"]))],
        rests_on=lambda stage, arguments: [stage.state, _level(stage, arguments["order"])],
        chain=lambda stage: stage.season.code,
        read=Stage.objects.whole,
        obstacles=_cannot_rule,
        at_once=lambda stage: stage.state == State.TABULATED,
        effect=_what_was_recorded,
        refusals=(rulings.BadRuling, WrongState),
    )
)


def _cannot_withdraw(ruling: Ruling, _arguments: Arguments, _at: datetime) -> Iterator[str]:
    yield from _gone_on(ruling.stage, State.TABULATED)
    if not ruling.live:
        yield _("这项裁定已经撤回，请刷新页面。")


register(
    Seconded(
        name="withdraw_ruling",
        permission=Action.RULE_ON_TIE,
        model=Ruling,
        act=rulings.withdraw_ruling,
        title=lambda ruling, _arguments: (
            _("%(stage)s：撤回裁定 %(names)s") % {"stage": ruling.stage.title, "names": _names(ruling.order)}
        ),
        tell=lambda ruling, _arguments: [(_("先后"), _names(ruling.order), _("恢复并列"))],
        rests_on=lambda ruling, _arguments: [ruling.stage.state, ruling.live],
        chain=lambda ruling: ruling.stage.season.code,
        about=lambda ruling: ruling.stage,
        read=lambda: Ruling.objects.select_related("stage__season", "stage__district"),
        obstacles=_cannot_withdraw,
        refusals=(rulings.BadRuling, WrongState),
    )
)


# Somebody is taken out of results that stand.


def _in_the_way_of_disqualifying(entry: Entry, _arguments: Arguments, at: datetime) -> Iterator[str]:
    stage = entry.stage
    if stage.state not in WITH_RESULTS:
        yield _("还没有成绩：统分之前，在参赛者页面办理取消资格。")
    if entry.status != Status.ENTERED:
        yield _("%(name)s 已不在排名之内。") % {"name": entry.secretary.name}
    for move in workflow.back_from(State(stage.state)):
        if move.after in WITH_RESULTS:
            yield from (problem.text for problem in workflow.problems(stage, move, at))


def _what_disqualifying_changes(entry: Entry, _arguments: Arguments) -> Iterator[Told]:
    yield _("参赛状态"), str(entry.get_status_display()), str(Status.DISQUALIFIED.label)
    revision = entry.stage.revision
    yield _("成绩版次"), str(revision), str(revision + 1)
    if entry.stage.state != State.TABULATED:
        yield _("状态"), str(entry.stage.get_state_display()), str(State.TABULATED.label)
        yield from what_falls(entry.stage)


def _entry_standing(entry: Entry, _arguments: Arguments) -> list[Any]:
    return [entry.status, *standing_of(entry.stage), *resting_on_results(entry.stage)]


register(
    Seconded(
        name="disqualify",
        permission=Action.DISQUALIFY,
        model=Entry,
        act=disqualify,
        title=lambda entry, _arguments: (
            _("%(stage)s：取消%(name)s的资格") % {"stage": entry.stage.title, "name": entry.secretary.name}
        ),
        tell=_what_disqualifying_changes,
        rests_on=_entry_standing,
        chain=lambda entry: entry.stage.season.code,
        about=lambda entry: entry.stage,
        further=lambda entry: (entry.stage.title, entry.stage.get_absolute_url()),
        read=Entry.objects.whole,
        obstacles=_in_the_way_of_disqualifying,
        needs_basis=True,
        refusals=(CannotDisqualify, workflow.CannotMove, WrongState),
    )
)
way_back.starts("disqualify")


@completes("publish")
def certifier(stage: Stage, _facts: Mapping[str, Any]) -> Iterable[int | None]:
    """Publishing completes what somebody else certified."""
    return Stage.objects.filter(pk=stage.pk).values_list("certified_by", flat=True)


@completes("confirm_sheets")
def typists(_stage: Stage, facts: Mapping[str, Any]) -> Iterable[int | None]:
    sheets = [int(pk) for pk in facts["sheets"]]
    return Mark.objects.filter(sheet__in=sheets).order_by().values_list("typed_by", flat=True).distinct()


@completes("return_sheet")
def typists_of(sheet: Sheet, _facts: Mapping[str, Any]) -> Iterable[int | None]:
    return sheet.marks.order_by().values_list("typed_by", flat=True).distinct()


@completes("confirm_times")
def timekeepers(_stage: Stage, facts: Mapping[str, Any]) -> Iterable[int | None]:
    entries = [int(pk) for pk in facts["entries"]]
    return Overtime.objects.filter(entry__in=entries).order_by().values_list("typed_by", flat=True).distinct()


@completes("confirm_votes")
def tellers(_stage: Stage, facts: Mapping[str, Any]) -> Iterable[int | None]:
    seats = [int(pk) for pk in facts["seats"]]
    return Ballot.objects.filter(seat__in=seats).order_by().values_list("typed_by", flat=True).distinct()


@shown_at("scoring.seat", Action.SEE_STAGE)
def panel_page(seat: Seat) -> str:
    return reverse("scoring:panel", args=[seat.stage_id])


@shown_at("scoring.ruling", Action.SEE_MARKS)
def results_page(ruling: Ruling) -> str:
    return reverse("scoring:results", args=[ruling.stage_id])
