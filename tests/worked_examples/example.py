"""Reads one worked example: a table in the officials' own words, as a spreadsheet program saves it.

The first column says what a line is:

============ ============================================================================================
说明          what the example shows
评分项         criterion, its maximum in points, and the step if it is not half a point
同分比较        the criteria that decide between equal totals, the first one first
去高去低        how many sheets to leave out at each end, and from how many judges on
再看界限        percent of the full mark beyond which a total is looked at again
奖次          prize, and how many of it (其余: everyone else)
决赛名额        seats of the district, reserves
打分          entrant, judge, a mark for each criterion
用时          entrant, seconds spoken
裁定          how it was made, then the entrants, the best first
去掉          expected: entrant, judge whose sheet is left out, 最高 or 最低
再看          expected: entrant, judge whose paper is looked at again, the panel's median
扣分          expected: entrant, points lost for speaking too long
结果          expected: entrant, rank, total, what decided, prize, recommendation
空缺          expected: prize, how many of it found nobody
============ ============================================================================================
"""

import csv
from collections.abc import Iterator
from decimal import Decimal
from functools import cached_property
from pathlib import Path

from quota.rules.select import select
from scoring.rules.far import far_off
from scoring.rules.overtime import deduction
from scoring.rules.prizes import award
from scoring.rules.ranking import Placing, Ruling, rank
from scoring.rules.ruleset import Criterion, Ruleset, Tier
from scoring.rules.totals import Marks, Tally, show_apart, tally

EXPECTED = ("去掉", "再看", "扣分", "结果", "空缺")
WHY = {"highest": "最高", "lowest": "最低"}
OUTCOME = {"finalist": "入围", "reserve": "递补", "outside": "未入围", "needs_ruling": "待裁定"}

Line = list[str]


class Example:
    """What one file gives, and what the rules make of it, in the same words."""

    def __init__(self, path: Path) -> None:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = [[cell.strip() for cell in row] for row in csv.reader(file)]
        self.lines = [_without_empty_end(row) for row in rows if any(row)]
        self.entrants = list(dict.fromkeys(line[0] for line in self.given("打分")))

    def given(self, kind: str) -> list[Line]:
        return [line[1:] for line in self.lines if line[0] == kind]

    @property
    def expected(self) -> list[Line]:
        return sorted(line for line in self.lines if line[0] in EXPECTED)

    @property
    def found(self) -> list[Line]:
        return sorted([*self._left_out(), *self._far_off(), *self._deductions(), *self._results(), *self._unfilled()])

    @cached_property
    def ruleset(self) -> Ruleset:
        ((drop, from_judges),) = self.given("去高去低")
        return Ruleset(
            criteria=tuple(
                Criterion(name, name, cents(most), cents(step[0]) if step else 50)
                for name, most, *step in self.given("评分项")
            ),
            tie_order=tuple(code for line in self.given("同分比较") for code in line),
            drop=int(drop),
            min_panel_to_drop=int(from_judges),
            tiers=tuple(
                Tier(name, name, None if count == "其余" else int(count)) for name, count in self.given("奖次")
            ),
        )

    @cached_property
    def deductions_c(self) -> dict[str, int]:
        return {name: deduction(int(seconds), self.ruleset.overtime).points_c for name, seconds in self.given("用时")}

    @cached_property
    def tallies(self) -> list[Tally]:
        panel = frozenset(int(seat) for _, seat, *_ in self.given("打分"))
        sheets: dict[str, list[Marks]] = {name: [] for name in self.entrants}
        for name, seat, *marks in self.given("打分"):
            sheets[name].append(Marks(int(seat), tuple(cents(mark) for mark in marks)))
        return [
            tally(number, sheets[name], self.ruleset, panel=panel, deduction_c=self.deductions_c.get(name, 0))
            for number, name in enumerate(self.entrants)
        ]

    @cached_property
    def placings(self) -> list[Placing]:
        totals = {each.entry: each.total for each in self.tallies}
        orders = [(kind, [self.entrants.index(name) for name in order]) for kind, *order in self.given("裁定")]
        rulings = [Ruling(tuple(order), kind, totals[order[0]]) for kind, order in orders]
        return rank(self.tallies, self.ruleset, rulings)

    def _left_out(self) -> Iterator[Line]:
        for each in self.tallies:
            for sheet in each.sheets:
                if not sheet.counted:
                    yield ["去掉", self.entrants[each.entry], str(sheet.seat), WHY[sheet.why]]

    def _far_off(self) -> Iterator[Line]:
        whole_c = sum(criterion.max_c for criterion in self.ruleset.criteria)
        for (percent,) in self.given("再看界限"):
            for each in self.tallies:
                totals_c = {sheet.seat: sheet.total_c for sheet in each.sheets}
                for seat, middle in far_off(totals_c, whole_c=whole_c, far_percent=int(percent)).items():
                    yield ["再看", self.entrants[each.entry], str(seat), show_apart([middle], 2)[0]]

    def _deductions(self) -> Iterator[Line]:
        for name, points_c in self.deductions_c.items():
            yield ["扣分", name, show_apart([points_c], 1)[0]]

    def _results(self) -> Iterator[Line]:
        ((seats, reserves),) = self.given("决赛名额")
        prizes = award(self.placings, self.ruleset.tiers)
        waiting = {entry for group in prizes.needs_ruling for entry in group}
        totals = show_apart([each.total for each in self.placings], self.ruleset.decimals)
        decisions = select(self.placings, int(seats), int(reserves))
        for placing, total, decision in zip(self.placings, totals, decisions, strict=True):
            assert placing.entry == decision.entry
            prize = "待裁定" if placing.entry in waiting else prizes.won.get(placing.entry, "无")
            outcome = f"{OUTCOME[decision.outcome]}{decision.place or ''}"
            yield [
                "结果",
                self.entrants[placing.entry],
                f"并列{placing.rank}" if placing.shared else str(placing.rank),
                total,
                _decided_by(placing.decided_by),
                prize,
                outcome,
            ]

    def _unfilled(self) -> Iterator[Line]:
        for tier, missing in award(self.placings, self.ruleset.tiers).unfilled.items():
            yield ["空缺", tier, str(missing)]


def cents(points: str) -> int:
    """Points as an official writes them, in hundredths."""
    return int(Decimal(points) * 100)


def _decided_by(code: str) -> str:
    kind, _, detail = code.partition(":")
    return {"total": "总分", "shared": "并列", "criterion": detail, "ruling": f"裁定（{detail}）"}[kind]


def _without_empty_end(row: Line) -> Line:
    while row and not row[-1]:
        row = row[:-1]
    return row
