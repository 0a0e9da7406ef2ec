"""What one row leaves open and other rows or the roster settle: a village's town, a spelling, the level of a unit."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from registry.excel import keys
from registry.excel.levels import Level, names_of
from registry.excel.match import Case, Existing, grouped, numbers, refuse
from registry.excel.row import Row, RowProblem


def settle(
    cases: Sequence[Case],
    roster: Sequence[Existing],
    levels: Sequence[Level],
    units: Callable[[], Mapping[str, str]],
) -> None:
    """Complete the rows from the roster and from each other; say what stays open and what contradicts.

    `units` tells the levels that units have already, by name: no guess overrules them.
    """
    _settle_towns(cases, roster)
    _settle_spellings(cases, roster)
    _settle_levels(cases, roster, names_of(levels), units)


def _settle_towns(cases: Iterable[Case], roster: Iterable[Existing]) -> None:
    """A row without a town takes the only town of its district in which the roster knows the village."""
    towns: dict[Hashable, set[str]] = defaultdict(set)
    for posting in roster:
        towns[posting.district, keys.village(posting.village)].add(posting.town)
    for case in cases:
        if case.row and not case.row.town:
            known = towns.get((case.row.district, keys.village(case.row.village)), set())
            if len(known) == 1:
                case.row = replace(case.row, town=min(known))
            if not case.row.town:
                case.notes.append(RowProblem("town", "no_town", _("没有写镇街，请核对。")))


def _settle_spellings(cases: Iterable[Case], roster: Iterable[Existing]) -> None:
    """One town, village or unit has one spelling: the roster's, else the first in the file. 山阁 becomes 山阁镇."""
    rows = [(case, case.row) for case in cases if case.row]
    spellings: dict[Hashable, str] = {}
    known: tuple[Row | Existing, ...] = (*roster, *(row for _case, row in rows))
    for one in known:
        for key, text in _spelled(one):
            spellings.setdefault(key, text)
    for case, row in rows:
        town, village, unit = (spellings[key] for key, _text in _spelled(row))
        if (town, village, unit) != (row.town, row.village, row.unit):
            case.row = replace(row, town=town, village=village, unit=unit)


def _spelled(one: Row | Existing) -> tuple[tuple[Hashable, str], ...]:
    town = keys.town(one.town)
    return (
        (("town", one.district, town), one.town),
        (("village", one.district, town, keys.village(one.village)), one.village),
        (("unit", keys.unit(one.unit)), one.unit),
    )


def _settle_levels(
    cases: Sequence[Case],
    roster: Iterable[Existing],
    names: Mapping[str, str],
    units: Callable[[], Mapping[str, str]],
) -> None:
    """A unit has one level: what the file or else the roster states settles the guesses; two statements contradict."""
    stated: dict[Hashable, set[str]] = {keys.unit(one.unit): {one.level} for one in roster if one.level in names}
    if any(case.row and case.row.level_guessed for case in cases):
        stated |= {keys.unit(unit): {level} for unit, level in units().items()}
    for unit, group in grouped(cases, lambda row: None if row.level_guessed else keys.unit(row.unit)).items():
        stated[unit] = {case.row.level for case in group if case.row}
        if len(stated[unit]) > 1:
            levels = _("、").join(names[level] for level in sorted(stated[unit]))
            sentence = _("第 %(rows)s 行把同一个单位写成不同的层级（%(levels)s）。请改成一致。")
            problem = sentence % {"rows": numbers(group), "levels": levels}
            refuse(group, RowProblem("level", "two_levels", problem))
    for case in cases:
        if case.row and case.row.level_guessed and len(known := stated.get(keys.unit(case.row.unit), set())) == 1:
            case.row = replace(case.row, level=min(known), level_guessed=False)
            case.notes = [note for note in case.notes if note.code != "level_guessed"]
