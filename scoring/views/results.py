"""The results, explaining themselves: the board, one entrant's working, the sheet to sign, the export."""

from collections.abc import Iterable
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts import downloads
from accounts.models.log import LogHead
from accounts.permissions import Action, fetch, may
from accounts.requests import SignedIn
from contest.models import Stage
from contest.models.entry import Status
from contest.models.stage import State
from scoring import spreads
from scoring.actions.rules import read_rules
from scoring.board import Board, board_of
from scoring.models import FewerJudges, Publication, Tabulation
from scoring.rulings import ruled
from scoring.wording import sentences
from scoring.working import working_of


def show_results(request: SignedIn, pk: int) -> HttpResponse:
    stage = _stage(request, pk)
    board = board_of(stage, _revision(request))
    if board is None and "revision" in request.GET:
        raise Http404
    context: dict[str, Any] = {"stage": stage, "board": board}
    if board is not None:
        context |= {
            "judges_chart": spreads.judges_chart(board),
            "entrants_chart": spreads.entrants_chart(board),
            "revisions": Tabulation.objects.filter(stage=stage).select_related("by").order_by("-revision"),
            "rulings": ruled(stage, board.tabulation),
            "published": Publication.objects.filter(stage=stage).exists(),
            "may_rule": board.tabulation.live and _may_rule(request, stage),
        }
    return render(request, "scoring/results.html", context)


def show_result(request: SignedIn, pk: int, entry: int) -> HttpResponse:
    stage = _stage(request, pk)
    working = working_of(stage, entry)
    if working is None:
        raise Http404
    context = {
        "stage": stage,
        "working": working,
        "may_disqualify": may(request.user, Action.DISQUALIFY, stage) and working.result.entry.status == Status.ENTERED,
    }
    return render(request, "scoring/result.html", context)


def print_sheet(request: SignedIn, pk: int) -> HttpResponse:
    """The result sheet for the panel and the organizer to sign, with the head of the log; also of an old revision."""
    stage = _stage(request, pk)
    board = board_of(stage, _revision(request))
    if board is None:
        raise Http404
    context = {
        "stage": stage,
        "board": board,
        "rules": sentences(read_rules(board.ruleset), stage.kind).values(),
        "rulings": [each for each in ruled(stage, board.tabulation) if each.holds],
        "fewer": _decided_for_fewer(stage, board),
        "signatures": _signatures(board),
        "head": LogHead.objects.filter(chain=stage.season.code).first(),
    }
    return render(request, "scoring/result_sheet.html", context)


def export(request: SignedIn, pk: int) -> HttpResponse:
    """The board as an Excel file, figures as figures; also of an old revision."""
    stage = _stage(request, pk)
    board = board_of(stage, _revision(request))
    if board is None:
        raise Http404
    headings = [
        _("名次"), _("姓名"), _("地区"), _("驻村"), _("选派单位"), _("出场顺序"),
        *(f"{number} {judge}" for number, judge in board.seats),
        _("平均分"), _("用时"), _("超时扣分"), _("总分"), _("精确值"), _("推荐票"), _("名次依据"), _("奖次"),
    ]  # fmt: skip
    title = _("%(stage)s成绩（第 %(revision)d 版）") % {"stage": stage.title, "revision": board.tabulation.revision}
    return downloads.excel(stage.season.marked(title), headings, _exported(board))


def _exported(board: Board) -> list[list[Any]]:
    return [
        [
            row.rank, row.who.written, row.who.district, row.who.place, row.who.unit, row.order,
            *(cell.text + (_("（去掉）") if cell.dropped else "") for cell in row.cells),
            row.mean, row.time, row.deduction, row.total, row.exact, row.votes, row.decided, row.tier_name,
        ]
        for row in board.rows
    ]  # fmt: skip


def _stage(request: SignedIn, pk: int) -> Stage:
    return fetch(request.user, Action.SEE_MARKS, Stage.objects.whole(), pk=pk)


def _may_rule(request: SignedIn, stage: Stage) -> bool:
    return stage.state == State.TABULATED and may(request.user, Action.RULE_ON_TIE, stage)


def _revision(request: SignedIn) -> int | None:
    """The earlier revision asked for; None for the live one. Raises Http404 for anything that is no revision."""
    asked = request.GET.get("revision")
    if asked is None:
        return None
    if not asked.isascii() or not asked.isdigit() or len(asked) > 6:
        raise Http404
    return int(asked)


def _decided_for_fewer(stage: Stage, board: Board) -> Iterable[FewerJudges]:
    """The decision by which no more judges counted than these; none where there were enough."""
    counted = sum(1 for seat in board.panel if seat.vacated_at is None)
    decided = FewerJudges.objects.filter(stage=stage, least=counted, at__lte=board.tabulation.at)
    return decided.select_related("basis")


def _signatures(board: Board) -> list[dict[str, str]]:
    """Where the judges sign who sat when these results were counted."""
    judges = [
        {
            "label": (_("评审团负责人（%(number)d 号）") if seat.is_chief else _("评委（%(number)d 号）"))
            % {"number": seat.number},
            "name": seat.judge,
        }
        for seat in board.panel
        if seat.vacated_at is None
    ]
    return [*judges, {"label": _("统分人")}, {"label": _("主办单位（盖章）"), "seal": _("盖章处")}]
