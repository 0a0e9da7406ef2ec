"""The scoring rules once more, slowly and by other roads, to be compared with the real ones.

Points instead of hundredths, counting who is ahead instead of sorting, prizes laid out one by one instead of counted.
Nothing here may call the rules under test; it only reads the plain data that goes into them.
"""

from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction


def total_in_points(sheets, ruleset, deduction_c):
    """Sum each sheet, strike the extremes off one at a time, take the mean and the deduction."""
    sums = [sum((Fraction(value, 100) for value in sheet.values), Fraction(0)) for sheet in sheets]
    if len(sums) >= ruleset.min_panel_to_drop and len(sums) > 2 * ruleset.drop:
        for _ in range(ruleset.drop):
            sums.remove(max(sums))
            sums.remove(min(sums))
    mean = sum(sums, Fraction(0)) / len(sums)
    return max(Fraction(0), mean - Fraction(deduction_c, 100))


def standing(sheets, ruleset, deduction_c):
    """What is compared, in this order: the total, then the mean of each criterion of the tie order."""
    codes = [criterion.code for criterion in ruleset.criteria]
    means = [
        Fraction(sum(sheet.values[codes.index(code)] for sheet in sheets), len(sheets)) for code in ruleset.tie_order
    ]
    return [total_in_points(sheets, ruleset, deduction_c), *means]


def places(standings, rulings):
    """{entry: (rank, how many share it)} by counting, for each, those ahead of it."""
    found = {}
    for entry, mine in standings.items():
        ahead = sum(1 for other in standings.values() if other > mine)
        level = {other for other, theirs in standings.items() if theirs == mine}
        applying = [ruling for ruling in rulings if made_for(ruling, level, mine)]
        if len(level) > 1 and applying:
            named_before = ruling_before(applying[-1], entry)
            found[entry] = (1 + ahead + len(level & named_before), 1)
        else:
            found[entry] = (1 + ahead, len(level))
    return found


def made_for(ruling, level, standing):
    """Whether a ruling was made for exactly these entrants at this total."""
    return level == set(ruling.order) and standing[0] * 100 == ruling.total


def ruling_before(ruling, entry):
    return set(ruling.order[: ruling.order.index(entry)])


def decided_by(entry, standings, tie_order, rulings):
    """What it took to set the entry apart from the last of those who equalled it so far."""
    rivals = {other for other, theirs in standings.items() if other != entry and theirs[0] == standings[entry][0]}
    decision = "total"
    for index, code in enumerate(tie_order, start=1):
        if rivals:
            decision = f"criterion:{code}"
        rivals = {other for other in rivals if standings[other][index] == standings[entry][index]}
    if not rivals:
        return decision
    applying = [ruling for ruling in rulings if made_for(ruling, rivals | {entry}, standings[entry])]
    return f"ruling:{applying[-1].kind}" if applying else "shared"


def prizes(found, tiers):
    """(who won what, who waits for a ruling) with the prizes laid out in a row, one for each entrant."""
    row = []
    for tier in tiers:
        row += [tier.code] * (len(found) if tier.count is None else tier.count)
    row += [None] * len(found)
    won, waiting = {}, set()
    for entry, (rank, level) in found.items():
        within_reach = set(row[rank - 1 : rank - 1 + level])
        if len(within_reach) > 1:
            waiting.add(entry)
        elif within_reach != {None}:
            won[entry] = row[rank - 1]
    return won, waiting


def outcomes(found, seats, reserves):
    """{entry: outcome} with the seats laid out in a row."""
    row = ["finalist"] * seats + ["reserve"] * reserves + ["outside"] * len(found)
    outcome = {}
    for entry, (rank, level) in found.items():
        within_reach = set(row[rank - 1 : rank - 1 + level])
        outcome[entry] = row[rank - 1]
        if "finalist" in within_reach and len(within_reach) > 1:
            outcome[entry] = "needs_ruling"
    return outcome


def rounded(value_c, decimals):
    """Decimal's own rounding, with digits enough that it never has to round on the way."""
    with localcontext() as context:
        context.prec = 80
        exact = Decimal(value_c.numerator) / Decimal(value_c.denominator) / 100
        return str(exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP))
