"""The apportionment calculator: six methods side by side, and the working of one of them, for people to follow."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from django.utils.translation import gettext as _

from quota.rules.apportion import METHODS, Explanation, Shares, apportion, explain
from scoring.rules.totals import show

# A divisor is looked for with this many decimals at most; seats closer together than that need a longer one.
MOST_DECIMALS = 6


@dataclass(frozen=True, slots=True)
class Place:
    """A district as the calculator sees it: the headcount to share by, and what the decree gives it."""

    code: str
    name: str
    headcount: int
    decreed: int


@dataclass(frozen=True, slots=True)
class Column:
    """One method's result. `differences` are its seats minus the decree's, by code, where they can be compared."""

    method: str
    label: str
    shares: Shares
    reproduces: bool
    differences: dict[str, int]


@dataclass(frozen=True, slots=True)
class Line:
    """One district's working: headcount ÷ divisor = quotient, and the seats that makes."""

    name: str
    headcount: int
    quotient: str
    seats: int
    decreed: int


@dataclass(frozen=True, slots=True)
class Working:
    """How a method comes to its seats, in sentences and a line per district."""

    sentences: list[str]
    divisor: str
    lines: list[Line]


def label(method: str) -> str:
    return {
        "adams": _("亚当斯法"),
        "dean": _("迪安法"),
        "huntington_hill": _("亨廷顿–希尔法"),
        "webster": _("韦伯斯特法"),
        "jefferson": _("杰斐逊法"),
        "hamilton": _("汉密尔顿法"),
    }[method]


def rounding(method: str) -> str:
    """What the method does with a fraction, in a phrase."""
    return {
        "adams": _("商有小数一律进一"),
        "dean": _("商超过相邻两数的调和平均就进一"),
        "huntington_hill": _("商超过相邻两数的几何平均就进一"),
        "webster": _("商四舍五入"),
        "jefferson": _("商的小数一律舍去"),
        "hamilton": _("先取整数部分，余下的名额按小数大小依次补"),
    }[method]


def compare(places: list[Place], seats: int, minimum: int) -> list[Column]:
    """All six methods for these headcounts. Raises what apportion raises."""
    headcounts = {place.code: place.headcount for place in places}
    return [_column(places, apportion(seats, headcounts, method, minimum)) for method in METHODS]


def verdict(places: list[Place]) -> list[str]:
    """Which methods give the decree's own table from its own headcounts, with and without a seat for all first."""
    told = explain({place.code: (place.headcount, place.decreed) for place in places})
    names = {place.code: place.name for place in places}
    exact = list(dict.fromkeys(each.method for each in told if each.reproduces))
    if exact:
        sentences = [
            _("按公文的人数核算，%(methods)s得出的名额与公文完全一致。")
            % {"methods": _("、").join(label(method) for method in exact)}
        ]
    else:
        sentences = [_("按公文的人数核算，六种方法都得不出公文的名额；公文可能另有考虑，以公文为准。")]
    return sentences + [_difference(each, names) for each in told if each.method not in exact]


def working(places: list[Place], shares: Shares) -> Working:
    """The chosen method, step by step."""
    if shares.contested:
        return Working([_tie(places, shares)], "", [])
    if shares.method == "hamilton":
        return _by_remainders(places, shares)
    return _by_divisor(places, shares)


def _column(places: list[Place], shares: Shares) -> Column:
    differences = {place.code: shares.seats[place.code] - place.decreed for place in places}
    comparable = sum(shares.seats.values()) + shares.unfilled == sum(place.decreed for place in places)
    return Column(
        method=shares.method,
        label=label(shares.method),
        shares=shares,
        reproduces=comparable and not shares.contested and not any(differences.values()),
        differences={code: by for code, by in differences.items() if by and comparable},
    )


def _difference(told: Explanation, names: Mapping[str, str]) -> str:
    """One method against the decree: who would gain, who would lose."""
    gains = [_("%(name)s多 %(by)d 个") % {"name": names[c], "by": by} for c, by in told.differences.items() if by > 0]
    losses = [_("%(name)s少 %(by)d 个") % {"name": names[c], "by": -by} for c, by in told.differences.items() if by < 0]
    what = {
        "method": label(told.method),
        "minimum": _("（先保证每地 %d 个）") % told.minimum if told.minimum else "",
        "changes": _("，").join(gains + losses),
        "contested": _("、").join(names[code] for code in told.contested),
        "unfilled": told.unfilled,
    }
    if told.contested and told.differences:
        return _("%(method)s%(minimum)s：%(changes)s；%(contested)s争最后 %(unfilled)d 个，分不出先后。") % what
    if told.contested:
        return _("%(method)s%(minimum)s：%(contested)s争最后 %(unfilled)d 个，分不出先后。") % what
    return _("%(method)s%(minimum)s：%(changes)s。") % what


def _tie(places: list[Place], shares: Shares) -> str:
    names = {place.code: place.name for place in places}
    return _(
        "%(names)s的要求完全相等，而名额只剩 %(left)d 个：%(method)s分不出先后，须另行决定，本系统不代为取舍。"
    ) % {
        "names": _("、").join(names[code] for code in shares.contested),
        "left": shares.unfilled,
        "method": label(shares.method),
    }


def _by_divisor(places: list[Place], shares: Shares) -> Working:
    divisor = _divisor(places, shares)
    total = sum(shares.seats.values())
    if divisor is None:
        return Working([_("除数须取 %d 位以上小数，此处不再列出。") % MOST_DECIMALS], "", [])
    shown = _in_full(divisor)
    sentences = [
        _("%(method)s：选一个除数，用它去除每个地区的人数，%(rounding)s，得到名额。")
        % {"method": label(shares.method), "rounding": rounding(shares.method)},
        _("除数取 %(divisor)s 时，各地区的名额相加正好是 %(total)d 个。") % {"divisor": shown, "total": total},
    ]
    if shares.minimum:
        sentences.append(_("算得不足 %(n)d 个的，按 %(n)d 个给。") % {"n": shares.minimum})
    if shares.method == "adams" and total:
        sentences.append(_("零头也算一个名额，所以只要有人，至少有 1 个名额；人数越少的地区越受照顾。"))
        sentences.append(_example(max(places, key=lambda place: place.headcount), divisor, shares))
    lines = [
        Line(p.name, p.headcount, _exact(Fraction(p.headcount) / divisor), shares.seats[p.code], p.decreed)
        for p in places
    ]
    return Working(sentences, shown, lines)


def _example(place: Place, divisor: Fraction, shares: Shares) -> str:
    return _("例如%(name)s：%(headcount)d ÷ %(divisor)s = %(quotient)s，进一得 %(seats)d 个。") % {
        "name": place.name,
        "headcount": place.headcount,
        "divisor": _in_full(divisor),
        "quotient": _exact(Fraction(place.headcount) / divisor),
        "seats": shares.seats[place.code],
    }


def _by_remainders(places: list[Place], shares: Shares) -> Working:
    headcount, total = sum(place.headcount for place in places), sum(shares.seats.values())
    if not total:
        return Working([_("没有名额可分。")], "", [])
    divisor = Fraction(headcount, total)
    sentences = [
        _("%(method)s：总人数 %(headcount)d ÷ 名额 %(total)d = %(divisor)s，每个地区的人数除以它，%(rounding)s。")
        % {
            "method": label(shares.method),
            "headcount": headcount,
            "total": total,
            "divisor": _exact(divisor),
            "rounding": rounding(shares.method),
        }
    ]
    if shares.minimum:
        sentences.append(_("商不足 %(n)d 的先给 %(n)d 个，其余地区就剩下的名额重新这样计算。") % {"n": shares.minimum})
    lines = [
        Line(p.name, p.headcount, _exact(Fraction(p.headcount) / divisor), shares.seats[p.code], p.decreed)
        for p in places
    ]
    return Working(sentences, _exact(divisor), lines)


def _round_up_from(q: Fraction, threshold: Fraction) -> int:
    """The whole part of a quotient, plus one where it reaches the threshold between it and the next number."""
    return floor(q) + (q >= threshold)


# The seats a quotient makes: the same methods seen from the divisor's side.
_ROUNDED: dict[str, Callable[[Fraction], int]] = {
    "adams": ceil,
    "dean": lambda q: _round_up_from(q, Fraction(2 * floor(q) * (floor(q) + 1), 2 * floor(q) + 1)) if q else 0,
    "huntington_hill": lambda q: floor(q) + (q * q >= floor(q) * (floor(q) + 1)) if q else 0,
    "webster": lambda q: _round_up_from(q, floor(q) + Fraction(1, 2)),
    "jefferson": floor,
}


def _divisor(places: list[Place], shares: Shares) -> Fraction | None:
    """The shortest decimal divisor that gives exactly these seats; None where it would be longer than people read."""

    def given(divisor: Fraction) -> dict[str, int]:
        rounded = _ROUNDED[shares.method]
        return {
            p.code: max(rounded(Fraction(p.headcount) / divisor), shares.minimum if p.headcount else 0) for p in places
        }

    total = sum(shares.seats.values())
    most = max((place.headcount for place in places), default=0) + 1
    for decimals in range(MOST_DECIMALS + 1):
        scale = 10**decimals
        low, high = 1, 2 * most * scale
        while low < high:
            middle = (low + high) // 2
            if sum(given(Fraction(middle, scale)).values()) > total:
                low = middle + 1
            else:
                high = middle
        if given(Fraction(low, scale)) == shares.seats:
            return Fraction(low, scale)
    return None


def _in_full(divisor: Fraction) -> str:
    """A divisor with all its decimals: rounded, it might give other seats than the ones it explains."""
    return next(
        text for decimals in range(MOST_DECIMALS + 1) if Fraction(text := show(divisor * 100, decimals)) == divisor
    )


def _exact(value: Fraction) -> str:
    """A number as people write it; never with so few decimals that a fraction looks like a whole number."""
    if value.denominator == 1:
        return str(value.numerator)
    for decimals in range(2, MOST_DECIMALS + 1):
        text = show(value * 100, decimals)
        if Fraction(text) == value or Fraction(text).denominator != 1:
            return text.rstrip("0")
    return _("约 %s") % show(value * 100, MOST_DECIMALS)
