"""Who is who: the rows of a file and the postings of the roster.

A row and a posting are the same when, within one district, they agree on
  1. village and name, and on the town where both state one: the stable key; else the name of the village whether it is
     called a village or a community; else
  2. name and unit: the same person, now written with another village; else
  3. phone and name: the same person, with another village and unit; else
  4. phone, village and town: the same person, whose name was corrected.
They are compared as keys.py has it: without blanks, 山阁 as 山阁镇, 烧酒村委会 as 烧酒村. Each posting is given to
one row at most, all rows trying the first likeness before any tries the second. Two postings equally alike are given
to nobody: better a new row that people see than the wrong person changed. Everything else is new, and a new person in
a village that has somebody is a replacement: a note asks to end the earlier posting.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from django.utils.translation import gettext as _

from registry.excel import keys
from registry.excel.row import Row, RowProblem


@dataclass(frozen=True, slots=True)
class Existing:
    """A current posting as the registry has it. `ref` is whatever the caller needs to find it again; codes as in Row.

    `until` is the last month served, as in Row, not the first day no longer served.
    """

    ref: int | str
    district: str
    town: str
    village: str
    name: str
    unit: str
    level: str = ""
    since: date | None = None
    until: date | None = None
    phone: str = ""
    post: str = ""
    gender: str = ""
    remark: str = ""


@dataclass(slots=True)
class Case:
    """One row on its way into a plan: what was read, what was said about it, and the posting it turned out to be."""

    number: int
    row: Row | None
    problems: list[RowProblem]
    notes: list[RowProblem]
    existing: Existing | None = None
    questions: list[RowProblem] = field(default_factory=list)
    key: str = ""
    label: str = ""


Likeness = Callable[[Row | Existing], Hashable]

# Each with whether the towns have to agree too.
_LIKENESSES: Sequence[tuple[Likeness, bool]] = (
    (lambda one: (one.district, keys.village(one.village), keys.name(one.name)), True),
    (lambda one: (one.district, keys.village_stem(one.village), keys.name(one.name)), True),
    (lambda one: (one.district, keys.name(one.name), keys.unit(one.unit)), False),
    (lambda one: (one.district, one.phone, keys.name(one.name)) if one.phone else None, False),
    (lambda one: (one.district, one.phone, keys.village(one.village)) if one.phone else None, True),
)


def match(cases: Sequence[Case], roster: Sequence[Existing]) -> None:
    """Give each case that is not refused the posting it is about, and note what people should look at."""
    free = {posting.ref: posting for posting in roster}
    for likeness, same_town in _LIKENESSES:
        _match_by(likeness, same_town, cases, free)
    _keep_villages(cases)
    _note_corrections(cases)
    _note_villages(cases, free.values())


def grouped(cases: Iterable[Case], key: Callable[[Row], Hashable]) -> dict[Hashable, list[Case]]:
    """Cases by a key of their row; a case without a row or with the key None is in no group."""
    groups: dict[Hashable, list[Case]] = defaultdict(list)
    for case in cases:
        if case.row and (value := key(case.row)) is not None:
            groups[value].append(case)
    return groups


def refuse(cases: Iterable[Case], problem: RowProblem) -> None:
    """Say the same problem of each of these rows."""
    for case in cases:
        case.problems.append(problem)


def numbers(cases: Iterable[Case]) -> str:
    """Excel's row numbers of these rows, for a sentence: 5、9."""
    return _("、").join(case.label or str(case.number) for case in cases)


def _match_by(likeness: Likeness, same_town: bool, cases: Iterable[Case], free: dict[int | str, Existing]) -> None:
    index: dict[Hashable, list[Existing]] = defaultdict(list)
    for posting in free.values():
        index[likeness(posting)].append(posting)
    for case in cases:
        if case.row and not case.problems and case.existing is None:
            alike = _alike(case.row, likeness(case.row), index, same_town)
            if len(alike) == 1 and alike[0].ref in free:
                case.existing = free.pop(alike[0].ref)


def _alike(row: Row, key: Hashable, index: Mapping[Hashable, Sequence[Existing]], same_town: bool) -> list[Existing]:
    if key is None:
        return []
    town = keys.town(row.town)
    return [
        posting
        for posting in index.get(key, ())
        if not same_town or not town or not posting.town or keys.town(posting.town) == town
    ]


def _keep_villages(cases: Iterable[Case]) -> None:
    """东华村 in the file is the 东华社区 where the roster has the same person: nobody moved, and that name stays."""
    for case in cases:
        row, known = case.row, case.existing
        if not row or not known or keys.village(row.village) == keys.village(known.village):
            continue
        same_town = not row.town or not known.town or keys.town(row.town) == keys.town(known.town)
        if same_town and keys.village_stem(row.village) == keys.village_stem(known.village):
            case.row = replace(row, village=known.village)
            sentence = _("文件里写作“%(written)s”，按名册里的“%(known)s”，没有改动。")
            told = {"written": row.village, "known": known.village}
            case.notes.append(RowProblem("village", "same_village", sentence % told))


def _note_corrections(cases: Iterable[Case]) -> None:
    """The changes that might be somebody else after all."""
    for case in cases:
        if not case.row or not case.existing:
            continue
        if keys.name(case.row.name) != keys.name(case.existing.name):
            sentence = _("手机和村相同，按同一个人更正姓名。如是接替，请先核对手机。")
            case.notes.append(RowProblem("name", "renamed", sentence))
        if keys.village(case.row.village) != keys.village(case.existing.village):
            sentence = _("按同一个人更正所驻的村。如是重新派驻，请先结束原任职再导入。")
            case.notes.append(RowProblem("village", "moved", sentence))


def _note_villages(cases: Sequence[Case], left: Iterable[Existing]) -> None:
    """Where a village would have two first secretaries: a replaced one to be ended, or two in the file itself."""
    holders: dict[Hashable, list[str]] = defaultdict(list)
    for posting in left:
        holders[_place(posting)].append(posting.name)
    for place, group in grouped(cases, _place).items():
        for case in group:
            if case.existing is None and place in holders:
                sentence = _("该村现任第一书记是%s。如已接替，请在导入后结束其任职。") % _("、").join(holders[place])
                case.notes.append(RowProblem("village", "village_occupied", sentence))
            if len(group) > 1:
                sentence = _("第 %s 行是同一个村，请核对。") % numbers(group)
                case.notes.append(RowProblem("village", "village_twice", sentence))


def _place(one: Row | Existing) -> Hashable:
    return one.district, keys.town(one.town), keys.village(one.village)
