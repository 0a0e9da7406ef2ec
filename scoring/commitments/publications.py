"""What was put on notice beside the line that commits to it, and beside the results and awards that it told of."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_noop

from accounts.log import Fault, Line, checks
from contest.models import Award
from scoring.models import Publication, Result, Tabulation
from scoring.reads.kept import leaf
from scoring.reads.snapshot import AWARD, RESULT, told_awards, told_results

# A stage, and a version or revision of it.
Key = tuple[int, int]


@checks("publish", "withdraw_notice")
def published_as_the_line_says(chain: str, lines: Sequence[Line]) -> Iterator[Fault]:
    """DESIGN 12: every publication against its lines and against what it published. Four queries.

    Lines from before publications were kept name no version, and there is no row to compare.
    """
    told = {_key(line): line for line in lines if line.verb == "publish" and "snapshot" in line.facts}
    taken = {_key(line): line for line in lines if line.verb == "withdraw_notice" and "version" in line.facts}
    rows = list(Publication.objects.filter(stage__season__code=chain).order_by("stage", "version"))
    versions = {row.pk: row.version for row in rows}
    tables = _Tables(chain)
    for row in rows:
        key = row.stage_id, row.version
        line = told.pop(key, None)
        if line is None:
            yield Fault(0, gettext_noop("第 %(version)s 版公示没有对应的日志"), {"version": row.version})
            continue
        yield from _of_its_line(row, line, tables)
        yield from _of_withdrawing(row, line, taken.get(key))
        if versions.get(row.replaced_by_id or 0) != _replacing(key, lines):
            yield Fault(line.seq, gettext_noop("公示由哪一版更正，与日志不符"))
    for line in told.values():
        yield Fault(line.seq, gettext_noop("第 %(version)s 版公示不见了"), {"version": line.facts["version"]})


def _of_its_line(row: Publication, line: Line, tables: "_Tables") -> Iterator[Fault]:
    if (row.by_id, row.at, row.revision) != (line.user, line.at, line.facts["revision"]):
        yield Fault(line.seq, gettext_noop("公示的记录与日志不符"))
    if row.digest != line.facts["snapshot"]:
        yield Fault(line.seq, gettext_noop("留存的公示内容被改动"))
        return
    text = json.loads(row.text)
    if not _leaves_fit(row, text):
        yield Fault(line.seq, gettext_noop("留存的公示中的姓名或原因被改动"))
    if not tables.fit(row, text):
        yield Fault(line.seq, gettext_noop("公示的内容与成绩、奖项不符"))


def _of_withdrawing(row: Publication, line: Line, taken: Line | None) -> Iterator[Fault]:
    now = (row.withdrawn_at, row.withdrawn_by_id, f"user:{row.withdrawn_second_id}" if row.withdrawn_second_id else "")
    if taken is None:
        if (*now, row.withdrawn_reason) != (None, None, "", ""):
            yield Fault(line.seq, gettext_noop("公示写为已撤回，但没有撤回的日志"))
        return
    opened = row.leaves.get("withdrawn")
    why_fits = opened is None or leaf(opened[0], row.withdrawn_reason) == taken.facts["why"]
    if now != (taken.at, taken.user, taken.second) or not why_fits:
        yield Fault(taken.seq, gettext_noop("撤回公示的记录与日志不符"))


def _replacing(key: Key, lines: Sequence[Line]) -> int | None:
    """The version that the lines name as the one in the place of this one."""
    stage, version = key
    return next(
        (
            line.facts["version"]
            for line in lines
            if line.verb == "publish" and line.pk == stage and version in line.facts.get("replaces", ())
        ),
        None,
    )


def _leaves_fit(row: Publication, text: Mapping[str, Any]) -> bool:
    """Whether the opened names and reasons are those that stand in the text; one that was erased tells nothing."""
    people = {each["entry"]: each["person"] for part in ("results", "awards", "gone") for each in text[part]}
    closed = {f"person:{entry}": person for entry, person in people.items()}
    closed |= {f"gone:{each['entry']}": each["why"] for each in text["gone"]}
    return all(leaf(*opened) == closed.get(key) for key, opened in row.leaves.items() if key != "withdrawn")


class _Tables:
    """A season's results and awards as the tables have them. Three queries.

    The order of appearance is that of each tabulation's kept inputs: it may be swapped when scoring is open again.
    """

    def __init__(self, chain: str) -> None:
        self.results: dict[Key, list[Any]] = defaultdict(list)
        orders = _orders(chain)
        results = Result.objects.filter(tabulation__stage__season__code=chain)
        for row in results.values("tabulation__stage_id", "tabulation__revision", *RESULT):
            key = row["tabulation__stage_id"], row["tabulation__revision"]
            row["entry__order"] = orders[key].get(row["entry_id"], row["entry__order"])
            self.results[key].append(row)
        self.awards: dict[int, list[Any]] = defaultdict(list)
        for row in Award.objects.filter(entry__stage__season__code=chain).values("entry__stage_id", "live", *AWARD):
            self.awards[row["entry__stage_id"]].append(row)

    def fit(self, row: Publication, text: Mapping[str, Any]) -> bool:
        """Whether the results of its revision are those published, and its awards; while live, they are in force."""
        leaves: Mapping[str, list[Any]] = row.leaves
        told = {each["entry"]: each["person"] for each in text["results"]}

        def close(entry: int, person: Any) -> str | None:
            opened = leaves.get(f"person:{entry}")
            return leaf(opened[0], person) if opened else told.get(entry)

        published = {(each["entry"], each["version"]) for each in text["awards"]}
        of_stage = self.awards[row.stage_id]
        awards = [each for each in of_stage if (each["entry_id"], each["version"]) in published]
        if row.is_live and {each["entry_id"] for each in of_stage if each["live"]} != {key[0] for key in published}:
            return False
        if row.is_live and not all(each["live"] for each in awards):
            return False
        results = told_results(self.results[row.stage_id, text["revision"]], close)
        return results == text["results"] and told_awards(awards, close) == text["awards"]


def _orders(chain: str) -> dict[Key, dict[int, int | None]]:
    """By revision, the order of appearance in which everybody was counted. One query."""
    kept = Tabulation.objects.filter(stage__season__code=chain).values_list("stage", "revision", "inputs")
    return {(stage, revision): _order(inputs) for stage, revision, inputs in kept}


def _order(inputs: str) -> dict[int, int | None]:
    """Nobody's where none was kept, or where what was kept was altered: its own line tells that."""
    try:
        return {each["entry"]: each["order"] for each in json.loads(inputs)["entrants"]}
    except (ValueError, KeyError, TypeError):
        return {}


def _key(line: Line) -> Key:
    return line.pk, line.facts["version"]
