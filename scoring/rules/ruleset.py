"""What the organizers decide before scoring opens: criteria, tie order, drops, overtime, tiers.

Points are integers in hundredths (names end in ``_c``); times are whole seconds (names end in ``_s``).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

MOST_DECIMALS = 6
# Two people's marks make no panel: the notice wants several departments judging together (V(1)).
SMALLEST_PANEL = 3

Facts = dict[str, int | str | None]


@dataclass(frozen=True, slots=True)
class Criterion:
    """One line of the score sheet: a mark runs from 0 to ``max_c`` in steps of ``step_c``."""

    code: str
    name: str
    max_c: int
    step_c: int = 50


@dataclass(frozen=True, slots=True)
class OvertimeTable:
    """What speaking too long costs: nothing up to ``limit_s + free_s``, then so much per started step."""

    limit_s: int = 300
    free_s: int = 10
    step_s: int = 10
    per_step_c: int = 20
    most_c: int = 200


@dataclass(frozen=True, slots=True)
class Tier:
    """A prize and how many of it there are; ``None`` means everyone else who competed (优秀)."""

    code: str
    name: str
    count: int | None


@dataclass(frozen=True, slots=True)
class Ruleset:
    """All that is needed to recount a stage from its sheets. It freezes when scoring opens.

    ``tie_order`` names criteria by code, the first compared first. ``drop`` highest and ``drop`` lowest sheets are
    left out when the panel has at least ``min_panel_to_drop`` seats. ``decimals`` is for display only. A panel of
    fewer than ``min_panel`` seats counts nothing.
    """

    criteria: tuple[Criterion, ...]
    tie_order: tuple[str, ...] = ()
    drop: int = 1
    min_panel_to_drop: int = 5
    decimals: int = 2
    overtime: OvertimeTable = field(default_factory=OvertimeTable)
    tiers: tuple[Tier, ...] = ()
    min_panel: int = SMALLEST_PANEL


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, as a code and its facts; the page puts it into words."""

    code: str
    facts: Facts


def problems(ruleset: Ruleset) -> list[Problem]:
    """Notice V(1) and V(2), scoring and prizes: what keeps this ruleset from being used, in reading order.

    Codes: no_criteria, blank_criterion, duplicate_criterion, bad_step, bad_max, unknown_tie_code,
    duplicate_tie_code, small_panel, negative_drop, drop_leaves_nothing, bad_decimals, bad_overtime, blank_tier,
    duplicate_tier, negative_count, rest_not_last. The other rules may be handed only rulesets without problems.
    """
    return [*_of_criteria(ruleset), *_of_ties(ruleset), *_of_counting(ruleset), *_of_tiers(ruleset)]


def _of_criteria(ruleset: Ruleset) -> Iterator[Problem]:
    if not ruleset.criteria:
        yield Problem("no_criteria", {})
    for criterion in ruleset.criteria:
        facts: Facts = {
            "criterion": criterion.code,
            "max_c": criterion.max_c,
            "step_c": criterion.step_c,
        }
        if not criterion.code.strip():
            yield Problem("blank_criterion", facts)
        if criterion.step_c <= 0:
            yield Problem("bad_step", facts)
        elif criterion.max_c <= 0 or criterion.max_c % criterion.step_c:
            yield Problem("bad_max", facts)
    for code in _repeated(criterion.code for criterion in ruleset.criteria):
        yield Problem("duplicate_criterion", {"criterion": code})


def _of_ties(ruleset: Ruleset) -> Iterator[Problem]:
    known = {criterion.code for criterion in ruleset.criteria}
    for code in ruleset.tie_order:
        if code not in known:
            yield Problem("unknown_tie_code", {"criterion": code})
    for code in _repeated(ruleset.tie_order):
        yield Problem("duplicate_tie_code", {"criterion": code})


def _of_counting(ruleset: Ruleset) -> Iterator[Problem]:
    if ruleset.min_panel < SMALLEST_PANEL:
        yield Problem("small_panel", {"min_panel": ruleset.min_panel, "at_least": SMALLEST_PANEL})
    if ruleset.drop < 0:
        yield Problem("negative_drop", {"drop": ruleset.drop})
    if ruleset.drop > 0 and ruleset.min_panel_to_drop <= 2 * ruleset.drop:
        facts: Facts = {"drop": ruleset.drop, "min_panel_to_drop": ruleset.min_panel_to_drop}
        yield Problem("drop_leaves_nothing", facts)
    if not 0 <= ruleset.decimals <= MOST_DECIMALS:
        yield Problem("bad_decimals", {"decimals": ruleset.decimals, "most": MOST_DECIMALS})
    table = ruleset.overtime
    least = {"limit_s": 1, "free_s": 0, "step_s": 1, "per_step_c": 0, "most_c": 0}
    for name, at_least in least.items():
        value = getattr(table, name)
        if value < at_least:
            yield Problem("bad_overtime", {"field": name, "value": value, "at_least": at_least})


def _of_tiers(ruleset: Ruleset) -> Iterator[Problem]:
    for place, tier in enumerate(ruleset.tiers, start=1):
        if not tier.code.strip():
            yield Problem("blank_tier", {"place": place})
        if tier.count is None and place < len(ruleset.tiers):
            yield Problem("rest_not_last", {"tier": tier.code})
        if tier.count is not None and tier.count < 0:
            yield Problem("negative_count", {"tier": tier.code, "count": tier.count})
    for code in _repeated(tier.code for tier in ruleset.tiers):
        yield Problem("duplicate_tier", {"tier": code})


def _repeated(codes: Iterable[str]) -> list[str]:
    seen: set[str] = set()
    again: dict[str, None] = {}
    for code in codes:
        if code in seen:
            again[code] = None
        seen.add(code)
    return list(again)
