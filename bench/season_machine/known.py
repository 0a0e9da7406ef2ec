"""Who touched what, as the machine itself saw it: kept beside the portal and read from nothing the portal wrote."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bench.season_machine.decided import CITY
from bench.season_machine.world import OFFICE, ORGANIZERS

# A mark by (entry, number of the seat, criterion).
MarkKey = tuple[int, int, str]


@dataclass(slots=True)
class Pair:
    """Something that one person wrote down and another compared with the paper."""

    value: Any
    typist: str
    checker: str = ""


@dataclass(frozen=True, slots=True)
class Wish:
    """A proposal as it was made."""

    verb: str
    who: str
    stage: int
    at: datetime


@dataclass(slots=True)
class Known:
    """By stage, list, proposal …, who did what. `until` holds deputies: (who, district) → (end, named by)."""

    marks: dict[MarkKey, Pair] = field(default_factory=dict)
    times: dict[int, Pair] = field(default_factory=dict)
    votes: dict[int, Pair] = field(default_factory=dict)
    certified: dict[int, str] = field(default_factory=dict)
    published: dict[int, str] = field(default_factory=dict)
    submitted: dict[int, str] = field(default_factory=dict)
    leaving: dict[int, str] = field(default_factory=dict)
    asked: dict[int, str] = field(default_factory=dict)
    wishes: dict[int, Wish] = field(default_factory=dict)
    # Done in the hall and not seconded yet.
    in_effect: set[int] = field(default_factory=set)
    until: dict[tuple[str, str], tuple[datetime, str]] = field(default_factory=dict)
    seats: dict[int, int] = field(default_factory=dict)

    def may(self, who: str, verb: str, district: str) -> bool:
        """DESIGN 9, in one sentence: the office everywhere, an organizer in the district, nobody else."""
        if who in OFFICE:
            return True
        return verb not in CITY and bool(district) and who in ORGANIZERS[district]

    def may_second(self, who: str, verb: str, district: str, *, asked_by: str, at: datetime) -> bool:
        if self.may(who, verb, district):
            return True
        end, named_by = self.until.get((who, district), (at, ""))
        return verb not in CITY and at < end and asked_by != named_by

    def waits_in(self, stage: int) -> set[int]:
        return {pk for pk in self.in_effect if self.wishes[pk].stage == stage}

    def unpaired(self, inputs: Mapping[str, Any], seat_of: Mapping[int, int]) -> list[str]:
        """What a tabulation counted that two people did not write down and compare; `seat_of`: id by number."""
        faults = []
        codes = [each["code"] for each in inputs["rules"]["criteria"]]
        for entry, sheets in inputs["marks"].items():
            for seat, values in sheets.items():
                for code, value in zip(codes, values, strict=True):
                    faults += _unlike(
                        f"mark {entry}/{seat}/{code}", value, self.marks.get((int(entry), int(seat), code))
                    )
        for entrant in inputs["entrants"]:
            if entrant["seconds"] is not None or entrant["entry"] in self.times:
                faults += _unlike(f"time {entrant['entry']}", entrant["seconds"], self.times.get(entrant["entry"]))
        if inputs["votes"] is not None:
            cast: dict[int, set[int]] = {each["seat"]: set() for each in inputs["panel"] if not each["left"]}
            for seat, entry in inputs["votes"]:
                cast[seat].add(entry)
            counted = {each["entry"] for each in inputs["entrants"]}
            for seat, entries in cast.items():
                known = self.votes.get(seat_of[seat])
                seen = Pair(known.value & counted, known.typist, known.checker) if known else None
                faults += _unlike(f"votes {seat}", entries, seen)
        return faults


def _unlike(what: str, counted: Any, known: Pair | None) -> list[str]:
    if known is None:
        return [f"{what}: nobody wrote {counted} down"]
    if known.value != counted:
        return [f"{what}: counted {counted}, written down {known.value}"]
    if known.checker in ("", known.typist):
        return [f"{what}: typed by {known.typist}, compared by {known.checker or 'nobody'}"]
    return []
