"""Marks typed from paper are kept as typed, refused at the cell with the reason, and never silently written over."""

import json

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from accounts import log
from accounts.models import LogLine
from contest.models import Entry, Stage
from contest.models.stage import State
from scoring.actions import sheets
from scoring.actions.hold import WrongState
from scoring.actions.sheets import Change, Refused, Saved, Stale, save_marks
from scoring.models import Mark, Seat, Sheet
from tests import cast
from tests.scoring.dealing import MARKS, deal, marks_of, sheet_of, type_sheets


@pytest.fixture
def stage(maonan, heya):
    return deal(maonan, by=heya)


@pytest.fixture
def chenxiao(people):
    return people["chenxiao"]


@pytest.fixture
def linfang(people):
    return people["linfang"]


def save(stage, *changes, by, minutes=1):
    return save_marks(stage, [Change(*change) for change in changes], by=by, at=cast.later(minutes))


def test_chen_xiao_types_a_whole_sheet(stage, chenxiao):
    sheet = sheet_of(stage)
    assert save(stage, (sheet.pk, 0, MARKS), by=chenxiao) == [Saved(sheet.pk, 1, "typed", 8850, MARKS)]
    sheet.refresh_from_db()
    assert (sheet.edit, sheet.state, sheet.total_c) == (1, "typed", 8850)
    assert (sheet.typed_by, sheet.typed_at) == (chenxiao, cast.later(1))
    assert marks_of(sheet) == MARKS
    assert set(sheet.marks.values_list("typed_by", "max_c")) == {
        (chenxiao.pk, 4000),
        (chenxiao.pk, 2000),
        (chenxiao.pk, 1000),
    }


def test_an_incomplete_sheet_stays_open_and_has_no_total(stage, chenxiao):
    sheet = sheet_of(stage)
    (saved,) = save(stage, (sheet.pk, 0, {"achievement": 3600, "poise": 0}), by=chenxiao)
    assert (saved.state, saved.total_c) == ("open", None)
    (saved,) = save(stage, (sheet.pk, 1, {"approach": 1750, "delivery": 1800, "slides": 850}), by=chenxiao)
    assert (saved.edit, saved.state, saved.total_c) == (2, "typed", 8000)


def test_a_cleared_mark_opens_the_sheet_again(stage, chenxiao):
    (sheet,) = type_sheets(stage, [sheet_of(stage)], by=chenxiao)
    (saved,) = save(stage, (sheet.pk, 1, {"slides": None}), by=chenxiao)
    assert (saved.edit, saved.state, saved.total_c) == (2, "open", None)
    sheet.refresh_from_db()
    assert (sheet.state, sheet.total_c) == ("open", None)
    assert marks_of(sheet) == {code: value_c for code, value_c in MARKS.items() if code != "slides"}


def test_a_mark_that_cannot_be_is_refused_with_the_reason_and_the_others_are_saved(stage, chenxiao):
    sheet = sheet_of(stage)
    wanted = {"achievement": 4050, "approach": 1725, "delivery": -50, "slides": 900, "humour": 100}
    assert save(stage, (sheet.pk, 0, wanted), by=chenxiao) == [
        Refused(sheet.pk, "achievement", "“工作成效”须在 0 到 40 分之间，不能是 40.5。"),
        Refused(sheet.pk, "approach", "“思路举措”以 0.5 分为一档，不能是 17.25。"),
        Refused(sheet.pk, "delivery", "“语言表达”须在 0 到 20 分之间，不能是 -0.5。"),
        Refused(sheet.pk, "humour", "评分细则里没有这一项，请刷新页面。"),
        Saved(sheet.pk, 1, "open", None, {**dict.fromkeys(MARKS), "slides": 900}),
    ]
    assert marks_of(sheet) == {"slides": 900}


def test_where_every_mark_is_refused_nothing_is_written(stage, chenxiao):
    sheet, lines = sheet_of(stage), LogLine.objects.count()
    (refused,) = save(stage, (sheet.pk, 0, {"slides": 1050}), by=chenxiao)
    assert refused.code == "slides"
    sheet.refresh_from_db()
    assert (sheet.edit, sheet.typed_by, LogLine.objects.count()) == (0, None, lines)


def test_lin_fang_who_saw_an_older_sheet_writes_nothing_and_gets_the_newer_one(stage, chenxiao, linfang):
    sheet = sheet_of(stage)
    save(stage, (sheet.pk, 0, MARKS), by=chenxiao)
    assert save(stage, (sheet.pk, 0, {"slides": 700, "poise": 700}), by=linfang) == [
        Stale(sheet.pk, 1, "typed", 8850, MARKS, "陈晓")
    ]
    assert marks_of(sheet) == MARKS


def test_without_the_look_at_the_edit_lin_fang_would_write_over_chen_xiao(stage, chenxiao, linfang, monkeypatch):
    """The negative control of the test above."""
    sheet = sheet_of(stage)
    save(stage, (sheet.pk, 0, MARKS), by=chenxiao)
    monkeypatch.setattr(sheets, "_unseen", lambda change, page: False)
    (saved,) = save(stage, (sheet.pk, 0, {"slides": 700}), by=linfang)
    assert isinstance(saved, Saved)
    assert marks_of(sheet)["slides"] == 700


def test_a_write_that_comes_between_reading_and_claiming_wins(stage, chenxiao, linfang, monkeypatch):
    """Where rows are locked, what was read may be older than what is claimed."""
    sheet, read = sheet_of(stage), sheets._read

    def read_then_wait(stage, ids):
        pages = read(stage, ids)
        monkeypatch.setattr(sheets, "_read", read)
        save(stage, (sheet.pk, 0, MARKS), by=chenxiao)
        return pages

    monkeypatch.setattr(sheets, "_read", read_then_wait)
    assert save(stage, (sheet.pk, 0, {"slides": 700}), by=linfang) == [Stale(sheet.pk, 1, "typed", 8850, MARKS, "陈晓")]


def test_the_same_marks_sent_again_are_saved_already(stage, chenxiao, linfang):
    sheet = sheet_of(stage)
    first = save(stage, (sheet.pk, 0, MARKS), by=chenxiao)
    lines = LogLine.objects.count()
    assert save(stage, (sheet.pk, 0, MARKS), by=chenxiao) == first
    assert save(stage, (sheet.pk, 0, {"slides": 850}), by=linfang) == first
    sheet.refresh_from_db()
    assert (sheet.edit, sheet.typed_by, LogLine.objects.count()) == (1, chenxiao, lines)


def test_a_mark_that_stays_as_it_was_keeps_its_typist(stage, chenxiao, linfang):
    (sheet,) = type_sheets(stage, [sheet_of(stage)], by=chenxiao)
    save(stage, (sheet.pk, 1, {**MARKS, "poise": 900}), by=linfang)
    typists = dict(sheet.marks.values_list("criterion__code", "typed_by__username"))
    assert typists == {**dict.fromkeys(MARKS, "chenxiao"), "poise": "linfang"}


def test_a_block_over_many_sheets_is_one_save_and_one_line_in_the_log(stage, chenxiao):
    wanted = [sheet_of(stage, place, judge) for place in (1, 2, 3) for judge in (1, 2)]
    lines = LogLine.objects.count()
    saved = save(stage, *((sheet.pk, 0, MARKS) for sheet in wanted), by=chenxiao)
    assert [outcome.sheet_id for outcome in saved] == [sheet.pk for sheet in wanted]
    assert Mark.objects.count() == 6 * 5
    line = LogLine.objects.latest("id")
    assert (LogLine.objects.count(), line.action, line.actor) == (lines + 1, "save_marks", chenxiao)
    assert json.loads(line.payload)["facts"]["sheets"] == {
        str(sheet.pk): {"entry": sheet.entry_id, "seat": sheet.seat_id, "edit": 1, "marks": MARKS} for sheet in wanted
    }


def test_one_stale_sheet_does_not_keep_the_others_of_the_block_from_being_saved(stage, chenxiao, linfang):
    first, second = sheet_of(stage, 1), sheet_of(stage, 2)
    save(stage, (first.pk, 0, {"slides": 900}), by=chenxiao)
    outcomes = save(stage, (first.pk, 0, {"slides": 100}), (second.pk, 0, {"slides": 100}), by=linfang)
    assert [(type(each), each.sheet_id) for each in outcomes] == [(Saved, second.pk), (Stale, first.pk)]
    assert (marks_of(first), marks_of(second)) == ({"slides": 900}, {"slides": 100})


def test_a_sheet_named_twice_in_one_block_is_written_once(stage, chenxiao):
    sheet = sheet_of(stage)
    outcomes = save(stage, (sheet.pk, 0, {"slides": 100}), (sheet.pk, 0, {"slides": 200}), by=chenxiao)
    assert [type(each) for each in outcomes] == [Saved, Stale]
    assert marks_of(sheet) == {"slides": 100}


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda stage, sheet: Sheet.objects.filter(pk=sheet.pk).update(live=False), "已经更正"),
        (lambda stage, sheet: Seat.objects.update(vacated_at=cast.NOW, vacated_reason="因公离席"), "已离席"),
        (lambda stage, sheet: Entry.objects.update(status="withdrawn", status_reason="因病"), "已退出评比"),
    ],
)
def test_a_sheet_that_counts_for_nothing_takes_no_marks(stage, chenxiao, spoil, reason):
    sheet = sheet_of(stage)
    spoil(stage, sheet)
    (refused,) = save(stage, (sheet.pk, 0, MARKS), by=chenxiao)
    assert (refused.code, reason in refused.reason) == ("", True)
    assert marks_of(sheet) == {}


def test_a_confirmed_sheet_is_left_to_a_correction(stage, chenxiao, linfang):
    (sheet,) = type_sheets(stage, [sheet_of(stage)], by=chenxiao)
    Sheet.objects.filter(pk=sheet.pk).update(state="confirmed", confirmed_by=linfang, confirmed_at=cast.NOW)
    (refused,) = save(stage, (sheet.pk, 1, {"slides": 0}), by=chenxiao)
    assert refused.reason == "已核对的评分表不能直接改，请到“更正”页写明原因后更正。"
    assert marks_of(sheet) == MARKS


def test_a_sheet_of_another_stage_is_not_there(stage, dianbai, heya, chenxiao):
    other = sheet_of(deal(dianbai, by=heya))
    assert save(stage, (other.pk, 0, MARKS), by=chenxiao) == [Refused(other.pk, "", "没有这份评分表，请刷新页面。")]
    assert marks_of(other) == {}


def test_the_neighbours_write_no_marks_here(stage, people):
    for username in ("huangqiang", "zhengzhi"):
        with pytest.raises(PermissionDenied):
            save(stage, (sheet_of(stage).pk, 0, MARKS), by=people[username])


@pytest.mark.parametrize("state", [each for each in State if each != State.SCORING])
def test_marks_are_written_only_while_the_stage_is_in_scoring(stage, chenxiao, state):
    sheet = sheet_of(stage)
    cast.put(stage, state)
    with pytest.raises(WrongState, match="只能在“评分”时进行"):
        save(stage, (sheet.pk, 0, MARKS), by=chenxiao)
    assert marks_of(sheet) == {}


def test_when_the_log_cannot_be_written_no_mark_is(stage, chenxiao, monkeypatch):
    sheet = sheet_of(stage)

    def full(*args, **kwargs):
        raise log.LogMoved("2023")

    monkeypatch.setattr(log, "write", full)
    with pytest.raises(log.LogMoved):
        save(stage, (sheet.pk, 0, MARKS), by=chenxiao)
    sheet.refresh_from_db()
    assert (sheet.edit, marks_of(sheet)) == (0, {})


def test_a_sheet_takes_eight_statements_however_many_marks_it_has(stage, chenxiao, django_assert_num_queries):
    chenxiao.granted  # noqa: B018 - the request has read it already
    sheet = sheet_of(stage)
    # BEGIN, read and lock, sheet, marks, log head twice, log line, COMMIT.
    with django_assert_num_queries(8):
        save(stage, (sheet.pk, 0, {"slides": 900}), by=chenxiao)
    with django_assert_num_queries(8):
        save(stage, (sheet.pk, 1, MARKS), by=chenxiao)


def test_each_further_sheet_of_a_block_takes_one_statement(stage, chenxiao, django_assert_num_queries):
    chenxiao.granted  # noqa: B018 - the request has read it already
    wanted = [sheet_of(stage, place) for place in (1, 2, 3)]
    with django_assert_num_queries(10):
        save(stage, *((sheet.pk, 0, MARKS) for sheet in wanted), by=chenxiao)


def test_the_database_too_refuses_a_mark_above_its_maximum(stage, chenxiao):
    (sheet,) = type_sheets(stage, [sheet_of(stage)], by=chenxiao)
    with pytest.raises(IntegrityError), transaction.atomic():
        sheet.marks.filter(criterion__code="slides").update(value_c=1001)


def test_the_log_proves_every_mark(stage, chenxiao, linfang):
    sheet = sheet_of(stage)
    save(stage, (sheet.pk, 0, MARKS), by=chenxiao)
    save(stage, (sheet.pk, 1, {"slides": 700, "poise": None}), by=linfang)
    marks: dict[str, int] = {}
    for line in LogLine.objects.filter(action="save_marks").order_by("seq"):
        marks |= json.loads(line.payload)["facts"]["sheets"][str(sheet.pk)]["marks"]
    assert marks == {**MARKS, "slides": 700, "poise": None}
    assert log.verify("2023")[2] == []
    assert Stage.objects.get(pk=stage.pk).state == State.SCORING
