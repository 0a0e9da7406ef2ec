"""Tabulations and awards beside the lines that commit to them."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_noop

from accounts.log import Fault, Line, checks
from contest.models import Award, StageDocument
from contest.models.stage import State
from scoring.commitments.tables import Tables
from scoring.models import Result, Tabulation
from scoring.reads.kept import award_digest, leaf

# The acts that count a stage.
COUNTING = "tabulate", "record_ruling", "withdraw_ruling", "disqualify"
COLUMNS = (
    "tabulation_id", "entry_id", "person", "total_num", "total_den", "total",
    "rank", "position", "shared", "decided_by", "seconds", "deduction_c", "votes", "tier", "working",
)  # fmt: skip


@checks(*COUNTING)
def counted_as_the_line_says(chain: str, lines: Sequence[Line]) -> Iterator[Fault]:
    """The stored texts of every revision against its line, and the results against the text. Two queries."""
    told = {(_stage(line), line.facts.get("revision")): line for line in lines if "inputs" in line.facts}
    rows = _results(chain)
    for tabulation in Tabulation.objects.filter(stage__season__code=chain):
        line = told.pop((tabulation.stage_id, tabulation.revision), None)
        if line is None:
            if tabulation.inputs:
                yield Fault(0, gettext_noop("第 %(revision)d 版成绩没有对应的日志"), {"revision": tabulation.revision})
            continue
        now = tabulation.digests
        if now["inputs"] != line.facts["inputs"]:
            yield Fault(line.seq, gettext_noop("留存的统分依据被改动"))
        if now["outcome"] != line.facts["outcome"]:
            yield Fault(line.seq, gettext_noop("留存的统分结果被改动"))
        elif not _same(rows[tabulation.pk], tabulation):
            yield Fault(line.seq, gettext_noop("成绩与统分结果不符"))
        if now["inputs"] == line.facts["inputs"] and not _people_fit(rows[tabulation.pk], tabulation):
            yield Fault(line.seq, gettext_noop("成绩中的姓名、单位与统分时不符"))
    for line in told.values():
        yield Fault(line.seq, gettext_noop("这一版成绩不见了"))


@checks(*COUNTING)
def tables_as_counted(chain: str, lines: Sequence[Line]) -> Iterator[Fault]:
    """What the live results were counted from, in the tables, against the stored text. Six queries.

    While scoring is open again the tables may differ: the next revision counts them.
    """
    seqs = {_stage(line): line.seq for line in lines}
    live = Tabulation.objects.filter(stage__season__code=chain, live=True).exclude(inputs="")
    tables = Tables(chain)
    for tabulation in live.exclude(stage__state=State.SCORING):
        for what in tables.differences(tabulation.stage_id, json.loads(tabulation.inputs), tabulation.leaves):
            yield Fault(seqs.get(tabulation.stage_id, 0), what)


@checks("certify")
def awarded_as_the_line_says(chain: str, lines: Sequence[Line]) -> Iterator[Fault]:
    """The awards and the scan of every certification against its line. Three queries."""
    awards = Award.objects.filter(entry__stage__season__code=chain).in_bulk()
    salts = {
        (stage, revision): leaves
        for stage, revision, leaves in Tabulation.objects.filter(stage__season__code=chain).values_list(
            "stage_id", "revision", "leaves"
        )
    }
    scans: dict[tuple[int, int], set[str]] = defaultdict(set)
    for stage, revision, sha256 in StageDocument.objects.filter(stage__season__code=chain).values_list(
        "stage_id", "revision", "sha256"
    ):
        scans[stage, revision].add(sha256)
    for line in lines:
        if "awards" not in line.facts:
            continue
        key = (line.pk, line.facts["revision"])
        made = [awards[pk] for pk in line.facts["awarded"] if pk in awards]
        if award_digest(made, salts.get(key, {})) != line.facts["awards"]:
            yield Fault(line.seq, gettext_noop("签字确认的奖项被改动"))
        if not set(line.facts["scan"]) <= scans[key]:
            yield Fault(line.seq, gettext_noop("签字确认所据的扫描件被改动"))


def _results(chain: str) -> dict[int, list[dict[str, Any]]]:
    rows: dict[int, list[dict[str, Any]]] = defaultdict(list)
    read = Result.objects.filter(tabulation__stage__season__code=chain).order_by("pk")
    for values in read.values_list(*COLUMNS):
        row = dict(zip(COLUMNS, values, strict=True))
        rows[row.pop("tabulation_id")].append(row)
    return rows


def _same(rows: Iterable[Mapping[str, Any]], tabulation: Tabulation) -> bool:
    """Whether the rows say what the outcome says, no more and no less."""
    now = {}
    for row in rows:
        said = {key: value for key, value in row.items() if key not in ("person", "total_num", "total_den", "entry_id")}
        said["shown"] = said.pop("total")
        said |= {"entry": row["entry_id"], "total": f"{row['total_num']}/{row['total_den']}"}
        now[row["entry_id"]] = said
    return now == {each["entry"]: each for each in json.loads(tabulation.outcome)["results"]}


def _people_fit(rows: Iterable[Mapping[str, Any]], tabulation: Tabulation) -> bool:
    """Whether the copies are those whose leaves stand in the text; a leaf that was erased tells nothing."""
    leaves = {each["entry"]: each["person"] for each in json.loads(tabulation.inputs)["entrants"]}
    for row in rows:
        opened = tabulation.leaves.get(f"person:{row['entry_id']}")
        if opened and leaf(opened[0], row["person"]) != leaves.get(row["entry_id"]):
            return False
    return True


def _stage(line: Line) -> int:
    """The stage that an act counted: what the line is about, or what it names."""
    return int(line.facts.get("stage", line.pk))
