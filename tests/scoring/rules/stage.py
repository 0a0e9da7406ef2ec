"""A stage the way the notice's default readings have it, and entrants everybody knows by number."""

from fractions import Fraction

from scoring.rules.ranking import Placing, Ruling, rank
from scoring.rules.ruleset import Criterion, Ruleset, Tier
from scoring.rules.totals import Marks, Tally

CHEN, LI, WANG, HUANG, LIANG, WU, ZHOU = range(1, 8)

WORK = Criterion("work", "工作成效", 4000)
IDEAS = Criterion("ideas", "思路举措", 2000)
SPEECH = Criterion("speech", "语言表达", 2000)
SLIDES = Criterion("slides", "PPT/视频", 1000)
BEARING = Criterion("bearing", "时间仪态", 1000)

FIRST, SECOND, THIRD = Tier("first", "一等奖", 1), Tier("second", "二等奖", 2), Tier("third", "三等奖", 3)
MERIT = Tier("merit", "优秀", None)

RULES = Ruleset(
    criteria=(WORK, IDEAS, SPEECH, SLIDES, BEARING),
    tie_order=("work", "ideas"),
    tiers=(FIRST, SECOND, THIRD, MERIT),
)


def sheet(seat: int, *marks: int | None) -> Marks:
    """A sheet with the marks given, in hundredths."""
    return Marks(seat, marks)


def even_sheet(seat: int, total_c: int) -> Marks:
    """A sheet of this total: work 40, ideas 20, speech 20, slides 10 and bearing 10 filled up one after the other."""
    marks: list[int] = []
    for criterion in RULES.criteria:
        marks.append(min(criterion.max_c, total_c - sum(marks)))
    return Marks(seat, tuple(marks))


def tally_of(entry: int, total: Fraction | int, *criterion_means: int) -> Tally:
    """A tally as if counted: only what ranking looks at."""
    means = tuple(Fraction(mean) for mean in criterion_means) or (Fraction(0),) * len(RULES.criteria)
    return Tally(entry, Fraction(total), Fraction(total), (), 0, means)


def placings(totals: dict[int, int], *rulings: Ruling) -> list[Placing]:
    """Places from totals alone."""
    return rank([tally_of(entry, total) for entry, total in totals.items()], RULES, rulings)
