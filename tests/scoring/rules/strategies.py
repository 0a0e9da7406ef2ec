"""Small stages made up by Hypothesis: few steps per criterion, so that ties are the rule and not the exception."""

from dataclasses import dataclass
from fractions import Fraction

from hypothesis import strategies as st

from scoring.rules.ranking import Ruling
from scoring.rules.ruleset import Criterion, Ruleset, Tier
from scoring.rules.totals import Marks

from . import oracle


@dataclass(frozen=True)
class Scored:
    """A scored stage: sheets and deduction by entry."""

    ruleset: Ruleset
    panel: frozenset[int]
    sheets: dict[int, list[Marks]]
    deductions_c: dict[int, int]
    rulings: list[Ruling]


@st.composite
def rulesets(draw):
    codes = draw(st.lists(st.sampled_from(["work", "ideas", "speech"]), min_size=1, unique=True))
    criteria = tuple(Criterion(code, code, draw(st.sampled_from([50, 100, 300]))) for code in codes)
    drop = draw(st.integers(0, 2))
    counts = draw(st.lists(st.integers(0, 3), max_size=3))
    tiers = [Tier(f"tier {number}", "", count) for number, count in enumerate(counts)]
    if draw(st.booleans()):
        tiers.append(Tier("rest", "", None))
    return Ruleset(
        criteria=criteria,
        tie_order=tuple(draw(st.lists(st.sampled_from(codes), unique=True))),
        drop=drop,
        min_panel_to_drop=draw(st.integers(2 * drop + 1, 2 * drop + 3)),
        tiers=tuple(tiers),
    )


@st.composite
def scored_stages(draw):
    ruleset = draw(rulesets())
    seats = range(1, 1 + draw(st.integers(1, 7)))
    entries = range(1, 1 + draw(st.integers(1, 6)))
    steps = draw(st.lists(st.integers(0, 6), min_size=len(seats) * len(entries), max_size=len(seats) * len(entries)))
    sheets = {entry: [_sheet(seat, ruleset, steps.pop()) for seat in seats] for entry in entries}
    deductions_c = {entry: draw(st.sampled_from([0, 0, 0, 20, 100])) for entry in entries}
    standings = {entry: oracle.standing(sheets[entry], ruleset, deductions_c[entry]) for entry in entries}
    return Scored(
        ruleset=ruleset,
        panel=frozenset(seats),
        sheets=sheets,
        deductions_c=deductions_c,
        rulings=draw(st.lists(_rulings(standings), max_size=3)),
    )


def _sheet(seat, ruleset, steps):
    """Fill the criteria with so many steps, from the first one on: equal sums come from unequal marks."""
    marks = []
    for criterion in ruleset.criteria if seat % 2 else reversed(ruleset.criteria):
        marks.append(min(steps * criterion.step_c, criterion.max_c))
        steps -= marks[-1] // criterion.step_c
    return Marks(seat, tuple(marks if seat % 2 else reversed(marks)))


@st.composite
def _rulings(draw, standings):
    """Made for those who stand level with somebody, mostly; else for others, or at another total."""
    someone = draw(st.sampled_from(sorted(standings)))
    level = [entry for entry, standing in standings.items() if standing == standings[someone]]
    members = draw(st.sampled_from([level, level, level, level[1:] or level, sorted(standings)]))
    total = draw(st.sampled_from([100 * standings[someone][0]] * 3 + [Fraction(1)]))
    return Ruling(tuple(draw(st.permutations(members))), draw(st.sampled_from(["lots", "chief_judge"])), total)
