"""A season's marks, times, votes, panels and rulings as the tables have them now, to compare with kept inputs."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext_noop

from scoring.models import Mark, Overtime, Ruling, Seat, Vote
from scoring.reads.kept import leaf


class Tables:
    """Read for a whole chain at once. Five queries."""

    def __init__(self, chain: str) -> None:
        self.marks: dict[tuple[int, int], dict[str, int]] = defaultdict(dict)
        marks = Mark.objects.filter(sheet__stage__season__code=chain, sheet__live=True).order_by()
        for entry, seat, code, value_c in marks.values_list(
            "sheet__entry_id", "sheet__seat__number", "criterion__code", "value_c"
        ):
            self.marks[entry, seat][code] = value_c
        times = Overtime.objects.filter(entry__stage__season__code=chain).order_by()
        self.times = {entry: told for entry, *told in times.values_list("entry_id", "seconds", "points_c")}
        votes = Vote.objects.filter(entry__stage__season__code=chain).order_by()
        self.votes = set(votes.values_list("entry_id", "seat__number"))
        self.seats: dict[int, dict[int, tuple[str, bool, Any, str]]] = defaultdict(dict)
        seats = Seat.objects.filter(stage__season__code=chain).order_by()
        for stage, number, judge, chief, at, why in seats.values_list(
            "stage_id", "number", "judge", "is_chief", "vacated_at", "vacated_reason"
        ):
            self.seats[stage][number] = (judge, chief, at, why)
        self.rulings: dict[int, list[list[Any]]] = defaultdict(list)
        rulings = Ruling.objects.filter(stage__season__code=chain, live=True).order_by("at", "pk")
        for stage, pk, order, kind, num, den in rulings.values_list(
            "stage_id", "pk", "order", "kind", "total_num", "total_den"
        ):
            self.rulings[stage].append([pk, order, kind, f"{num}/{den}"])

    def differences(self, stage: int, inputs: Mapping[str, Any], leaves: Mapping[str, list[Any]]) -> Iterator[str]:
        """What of a stage is no longer as it was counted."""
        if not self._marks_fit(inputs):
            yield gettext_noop("统分之后分数被改动")
        now = [self.times.get(each["entry"], [None, 0]) for each in inputs["entrants"]]
        if now != [[each["seconds"], each["deduction_c"]] for each in inputs["entrants"]]:
            yield gettext_noop("统分之后用时、扣分被改动")
        if inputs["votes"] is not None and not self._votes_fit(inputs):
            yield gettext_noop("统分之后推荐票被改动")
        if not all(self._seat_fits(stage, seat, leaves) for seat in inputs["panel"]):
            yield gettext_noop("统分之后评审团被改动")
        told = [[each["ruling"], each["order"], each["kind"], each["total"]] for each in inputs["rulings"]]
        if self.rulings[stage] != told:
            yield gettext_noop("统分之后裁定被改动")

    def _marks_fit(self, inputs: Mapping[str, Any]) -> bool:
        codes = [criterion["code"] for criterion in inputs["rules"]["criteria"]]
        return all(
            [self.marks[int(entry), int(seat)].get(code) for code in codes] == values
            for entry, sheets in inputs["marks"].items()
            for seat, values in sheets.items()
        )

    def _votes_fit(self, inputs: Mapping[str, Any]) -> bool:
        """Whether those who competed have the votes of the seats that counted, and no others."""
        entries = {each["entry"] for each in inputs["entrants"]}
        sat = {seat["seat"] for seat in inputs["panel"] if seat["left"] is None}
        now = {(entry, seat) for entry, seat in self.votes if entry in entries and seat in sat}
        return now == {(entry, seat) for seat, entry in inputs["votes"]}

    def _seat_fits(self, stage: int, seat: Mapping[str, Any], leaves: Mapping[str, list[Any]]) -> bool:
        """Whether a seat is who it was; an erased leaf tells nothing. Who left later is not asked here."""
        if seat["seat"] not in self.seats[stage]:
            return False
        judge, chief, vacated_at, why = self.seats[stage][seat["seat"]]
        if not _opens(leaves.get(f"judge:{seat['seat']}"), judge, seat["judge"]) or chief != seat["chief"]:
            return False
        if seat["left"] is None:
            return True
        at = vacated_at.isoformat() if vacated_at else ""
        return at == seat["left"]["at"] and _opens(leaves.get(f"left:{seat['seat']}"), why, seat["left"]["why"])


def _opens(opened: list[Any] | None, value: str, closed: str) -> bool:
    return opened is None or leaf(opened[0], value) == closed
