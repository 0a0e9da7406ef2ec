"""What the log's lines commit to and the contest's tables and files must still say (DESIGN 12)."""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence

from django.db.models import Q
from django.utils.translation import gettext_noop as _

from accounts.log import Fault, Line, checks, keeps, seals
from accounts.log.keeping import said_last
from accounts.log.text import actor
from accounts.models import Basis, BasisPage, LogLine
from accounts.words import written
from contest.actions.documents import says_besides
from contest.models import Draw, Entry, NameCorrection, Season, Stage, StageDocument, Swap, UnitLevel
from contest.models.entry import Status
from contest.workflow import MOVES

USES = {
    "upload_signed_result": StageDocument.Use.SIGNED_RESULT,
    "upload_sealed_result": StageDocument.Use.SEALED_RESULT,
}
CHUNK = 1024 * 1024
# The acts that count a stage anew outside its moves.
COUNTED_ANEW = "record_ruling", "withdraw_ruling", "disqualify"
ENTERED = "enter", "approve_shortlist", "revoke_approval", "approve_substitution"
DRAWN = "commit_draw", "draw_lots", "void_draw", "enter_order", "swap_places"

# fmt: off
seals(
    "seasons", Season, "code",
    "code", "title", "theme", "notice_number", "notice_date", "hosts", "notice_working_days", "days_off",
    "days_made_up", "calendar_years", "is_rehearsal", "opened_at", "archived_at",
    verbs=("open_season", "correct_season", "set_calendar", "archive_season", "reopen_archive"),
    says=_("届次的名称、公示天数、放假安排或演练标记与日志不符"),
)
seals(
    "stages", Stage, "season__code",
    "kind", "district", "state", "due_on", "held_on", "venue", "revision", "moved_at", "certified_by", "certified_at",
    "certified_basis", "published_by", "published_basis", "notice_from", "notice_until", "notice_provisional",
    verbs=("open_season", "schedule", "correct_season", "set_calendar", *MOVES, *COUNTED_ANEW),
    says=_("有赛段的状态、日期、版次、经办人或公示期与日志不符"),
)
seals(
    "entries", Entry, "stage__season__code",
    "stage", "secretary", "posting", "district", "status",
    verbs=(*ENTERED, "leave", "reinstate", "reinstate_disqualified", "disqualify"),
    says=_("有参赛者的身份或参赛状态与日志不符"),
)
# Who enters after the draw has no place yet, and no line of theirs seals the others'.
seals(
    "places", Entry, "stage__season__code",
    "order",
    verbs=(*DRAWN, "approve_shortlist", "approve_substitution"),
    says=_("有参赛者的出场顺序与日志不符"),
    filled="order",
)
seals(
    "draws", Draw, "stage__season__code",
    "stage", "live", "by_hand", "entrants", "commitment", "seed", "committed_by", "committed_at", "witness_word",
    "drawn_by", "drawn_at", "order", "seconded_by", "voided_by", "void_seconded_by",
    verbs=DRAWN,
    says=_("有抽签的记录与日志不符"),
)
seals(
    "swaps", Swap, "draw__stage__season__code",
    "draw", "entry", "place", "other", "other_place", "by", "seconded_by", "at",
    verbs=DRAWN,
    says=_("有对调出场顺序的记录与日志不符"),
)
# Who enters brings along what was put right of them before.
seals(
    "corrections", NameCorrection, "secretary__entries__stage__season__code",
    "secretary", "posting", "field", "by", "seconded_by", "at",
    verbs=("correct_decided", *ENTERED),
    says=_("有姓名单位更正的记录与日志不符"),
)
seals(
    "unit levels", UnitLevel, "season__code",
    "code", "name", "cells", "begins", "asked", "is_fallback", "order",
    verbs=("open_season", "set_levels"),
    says=_("单位层级与日志不符"),
)
# A paper comes with the act that rests on it, or with the proposal of that act.
seals(
    "papers", BasisPage, "basis__chain",
    "basis", "number", "sha256", "size", "basis__kind", "basis__number", "basis__dated", "basis__kept_by",
    "basis__kept_at",
    verbs=(*MOVES, "propose", "act_at_once", "approve_shortlist", "break_seal"),
    says=_("有依据的种类、文号、日期或页与日志不符"),
)
# fmt: on
CORRECTED = _("更正 %(row)s 的内容或原因与日志不符")
keeps(NameCorrection, "reason", "correct_decided", says=CORRECTED, row=lambda line: int(line.facts["correction"]))


def _written_anew(place: int) -> Callable[[Line], str | None]:
    """The old (0) or new (1) value of the one thing that a correction's line puts right."""
    return lambda line: next((pair[place] for pair in (line.words or {}).values()), None)


for _place, _column in enumerate(("old", "new")):
    keeps(
        NameCorrection,
        _column,
        "correct_decided",
        says=CORRECTED,
        row=lambda line: int(line.facts["correction"]),
        word=_written_anew(_place),
    )
keeps(
    Draw,
    "void_reason",
    "void_draw",
    says=_("抽签 %(row)s 作废的原因与日志不符"),
    row=lambda line: int(line.facts["draw"]),
)
keeps(Entry, "talk", "name_talk", says=_("参赛 %(row)s 的演讲题目与日志不符"), word=said_last("talk"))
LEFT = "leave", "disqualify"
BACK = "reinstate", "reinstate_disqualified"
# What says of others why they are out: whose approval was revoked, who leaves a seat to a reserve.
OF_OTHERS = "revoke_approval", "propose_substitution"


@checks(*LEFT, *BACK, *OF_OTHERS)
def reasons_are_those_written(chain: str, lines: Sequence[Line]) -> Iterator[Fault]:
    """Why somebody is out of the ranking: the newest line about them, or one that took out others. One query."""
    told: dict[int, Line] = {line.pk: line for line in lines if line.verb not in OF_OTHERS}
    others = [line.reason for line in lines if line.verb in OF_OTHERS]
    longest = Entry._meta.get_field("status_reason").max_length
    known = {written(reason)[:longest] for reason in others if reason}
    out = Entry.objects.filter(stage__season__code=chain).exclude(status=Status.ENTERED).order_by("pk")
    for pk, reason in out.values_list("pk", "status_reason"):
        line = told.get(pk)
        if line is None and not others:
            # Nothing tells of them at all: the seal of the entries does.
            continue
        own = line.reason if line is not None and line.verb in LEFT else ""
        # What was erased tells nothing; a reason that somebody took out of the table as well.
        if None in (own, *others) or not reason or written(reason) in known | {written(own or "")[:longest]}:
            continue
        yield Fault(line.seq if line else 0, _("参赛 %(row)s 退出的原因与日志不符"), {"row": pk})


@checks("upload_signed_result", "upload_sealed_result")
def scans_are_what_was_uploaded(chain: str, lines: Sequence[Line]) -> Iterator[Fault]:
    """DESIGN 12: the scan that a certification rests on, page by page, by its row and by the file itself."""
    rows = {row.pk: row for row in StageDocument.objects.filter(stage__season__code=chain)}
    for line in lines:
        use = USES[line.verb]
        for page, (pk, sha256) in enumerate(zip(line.facts["documents"], line.facts["sha256"], strict=True), start=1):
            document = rows.pop(pk, None)
            if document is None:
                yield Fault(line.seq, _("扫描件 %(document)s 的记录不见了"), {"document": pk})
                continue
            told = (line.pk, use, page, sha256, line.facts["revision"], line.user, line.at)
            if told != _says(document) or line.facts.get("says", says_besides(document)) != says_besides(document):
                yield Fault(line.seq, _("扫描件 %(document)s 的记录与日志不符"), {"document": pk})
            if _sha256(document) != sha256:
                yield Fault(line.seq, _("扫描件 %(document)s 的文件不见了或与日志不符"), {"document": pk})
    yield from (Fault(0, _("扫描件 %(document)s 没有对应的日志"), {"document": pk}) for pk in rows)


def _says(document: StageDocument) -> tuple[object, ...]:
    return (
        document.stage_id,
        document.use,
        document.page,
        document.sha256,
        document.revision,
        document.uploaded_by_id,
        document.uploaded_at,
    )


@checks("correct_decided")
def corrections_say_what_two_decided(chain: str, lines: Sequence[Line]) -> Iterator[Fault]:
    """DESIGN 5, 12: what a decision shows instead of a name has its line, row by row; the words are compared above.

    A later correction, which seals the table anew, makes nothing good. One query; another where rows have no line here.
    """
    told = {line.facts["correction"] for line in lines}
    here = Q(secretary__entries__stage__season__code=chain) | Q(pk__in=told)
    rows = {row.pk: row for row in NameCorrection.objects.filter(here).select_related("by", "seconded_by").distinct()}
    for line in lines:
        pk = line.facts["correction"]
        if pk not in rows:
            yield Fault(line.seq, _("更正记录 %(correction)s 不见了"), {"correction": pk})
        elif _told_of(line) != _who_and_when(rows[pk]) or not _is_of(rows[pk].field, line):
            yield Fault(line.seq, _("更正记录 %(correction)s 与日志不符"), {"correction": pk})
    if untold := rows.keys() - told:
        for pk in sorted(untold - _corrected_elsewhere(chain)):
            yield Fault(0, _("更正记录 %(correction)s 没有对应的日志"), {"correction": pk})


def _who_and_when(row: NameCorrection) -> tuple[object, ...]:
    return row.secretary_id, row.posting_id, actor(row.by), actor(row.seconded_by), row.at


def _told_of(line: Line) -> tuple[object, ...]:
    return line.pk, line.facts.get("posting"), line.actor, line.second, line.at


def _is_of(field: str, line: Line) -> bool:
    """Whether the line's words, where nobody erased them, are of this field."""
    return line.words is None or field in line.words


def _corrected_elsewhere(chain: str) -> set[int]:
    """What other seasons' lines tell of: who enters brings along what was put right of them before."""
    payloads = LogLine.objects.filter(action="correct_decided").exclude(chain=chain).values_list("payload", flat=True)
    return {json.loads(payload)["facts"]["correction"] for payload in payloads}


RESTING = (
    "propose", "act_at_once", "second", "break_seal", "leave", "reinstate", "reinstate_disqualified",
    "record_ruling", "withdraw_ruling", "disqualify", "approve_shortlist", "revoke_approval", "revoke_certificate",
    "replace_certificate", "seat_judges", "change_judge", "vacate", "unvacate", "allow_fewer",
)  # fmt: skip


@checks(*MOVES, *RESTING)
def papers_are_what_was_shown(chain: str, lines: Sequence[Line]) -> Iterator[Fault]:
    """DESIGN 6, 12: the paper that a decision rests on, by its pages' rows and by the files themselves. Two queries.

    A line names a paper by one digest over its pages.
    """
    pages: dict[int, list[BasisPage]] = {
        pk: [] for pk in Basis.objects.filter(chain=chain).values_list("pk", flat=True)
    }
    for page in BasisPage.objects.filter(basis__chain=chain).order_by("basis", "number"):
        pages[page.basis_id].append(page)
    # Two papers with the same pages are one to the lines.
    papers: dict[str, list[BasisPage]] = {}
    for each in pages.values():
        papers.setdefault(_digest_of(each), []).extend(each)
    told: dict[str, int] = {}
    for line in lines:
        if basis := line.facts.get("basis"):
            told.setdefault(str(basis), line.seq)
    for digest, seq in told.items():
        if digest not in papers:
            yield Fault(seq, _("依据的扫描件不见了或与日志不符"))
        elif any(_sha256(page) != page.sha256 for page in papers[digest]):
            yield Fault(seq, _("依据的扫描件文件不见了或与日志不符"))


def _digest_of(pages: Sequence[BasisPage]) -> str:
    return hashlib.sha256("\n".join(page.sha256 for page in pages).encode()).hexdigest()


def _sha256(document: StageDocument | BasisPage) -> str:
    """Of the file as it lies in the storage; "" where it does not."""
    digest = hashlib.sha256()
    try:
        with document.file.open("rb") as file:
            while piece := file.read(CHUNK):
                digest.update(piece)
    except (OSError, ValueError):
        return ""
    return digest.hexdigest()
