"""A confirmed sheet is corrected by a new version with a reason; the old one stays to be seen."""

import json

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.models import LogLine
from scoring.actions import corrections
from scoring.actions.confirmation import NoReason, Seen, StaleSheet, Unconfirmed, confirm_sheets
from scoring.actions.corrections import NothingCorrected, UnfitMarks, correct_sheet
from scoring.actions.hold import WrongState
from scoring.actions.sheets import Refused
from scoring.models import Sheet
from tests import cast
from tests.scoring.dealing import MARKS, deal, marks_of, sheet_of, type_sheets

WHY = "纸质评分表上为 8，录入时误作 8.5"


@pytest.fixture
def stage(maonan, heya):
    return deal(maonan, by=heya)


@pytest.fixture
def chenxiao(people):
    return people["chenxiao"]


@pytest.fixture
def linfang(people):
    return people["linfang"]


@pytest.fixture
def confirmed(stage, chenxiao, linfang):
    """The first sheet, typed by 陈晓 and confirmed by 林芳."""
    (sheet,) = type_sheets(stage, [sheet_of(stage)], by=chenxiao)
    assert confirm_sheets(stage, [Seen(sheet.pk, 1)], by=linfang, at=cast.later(2)) == []
    sheet.refresh_from_db()
    return sheet


def correct(sheet, marks, reason=WHY, *, by):
    return correct_sheet(sheet, marks, reason, by=by, at=cast.later(5))


def test_lin_fang_corrects_a_mark_and_chen_xiao_confirms_it(stage, confirmed, chenxiao, linfang):
    second = correct(confirmed, {"slides": 800}, by=linfang)
    assert (second.version, second.live, second.state, second.total_c) == (2, True, "typed", 8800)
    assert (second.typed_by, second.correction_reason) == (linfang, WHY)
    assert marks_of(second) == {**MARKS, "slides": 800}
    confirmed.refresh_from_db()
    assert (confirmed.live, confirmed.state, confirmed.total_c, marks_of(confirmed)) == (
        False,
        "confirmed",
        8850,
        MARKS,
    )
    assert confirm_sheets(stage, [Seen(second.pk, 1)], by=linfang, at=cast.later(6)) == [
        Unconfirmed(second.pk, "这份评分表待核对的各项都是您录入的，须由另一人核对。")
    ]
    assert confirm_sheets(stage, [Seen(second.pk, 1)], by=chenxiao, at=cast.later(6)) == []


def test_only_what_was_corrected_waits_for_a_second_person(confirmed, linfang):
    second = correct(confirmed, {"slides": 800}, by=linfang)
    people = second.marks.values_list("criterion__code", "typed_by__name", "confirmed_by__name")
    assert {code: (typist, confirmer) for code, typist, confirmer in people} == (
        dict.fromkeys(MARKS, ("陈晓", "林芳")) | {"slides": ("林芳", None)}
    )


def test_the_log_says_what_was_changed_and_why(confirmed, linfang):
    second = correct(confirmed, {"slides": 800, "poise": 850}, by=linfang)
    line = LogLine.objects.select_related("note").latest("id")
    assert (line.action, line.subject, line.note.text) == ("correct_sheet", f"scoring.sheet:{second.pk}", WHY)
    assert json.loads(line.payload)["facts"] == {"old": confirmed.pk, "marks": {"slides": [850, 800]}}
    assert list(line.note.words.values()) == [["8.50", "8.00"]]


def test_a_correction_can_be_corrected(stage, confirmed, chenxiao, linfang):
    second = correct(confirmed, {"slides": 800}, by=linfang)
    confirm_sheets(stage, [Seen(second.pk, 1)], by=chenxiao, at=cast.later(6))
    second.refresh_from_db()
    third = correct(second, {"slides": 850}, "原来是对的", by=linfang)
    assert (third.version, third.total_c) == (3, 8850)
    assert list(Sheet.objects.filter(seat=third.seat, entry=third.entry, live=True)) == [third]


def test_it_is_corrected_once(confirmed, linfang, people):
    correct(confirmed, {"slides": 800}, by=linfang)
    with pytest.raises(StaleSheet):
        correct(confirmed, {"slides": 750}, by=people["heya"])
    assert Sheet.objects.filter(version__gt=1).count() == 1


def test_a_sheet_nobody_confirmed_is_typed_not_corrected(stage, chenxiao):
    (sheet,) = type_sheets(stage, [sheet_of(stage)], by=chenxiao)
    with pytest.raises(StaleSheet):
        correct(sheet, {"slides": 800}, by=chenxiao)


@pytest.mark.parametrize("reason", ["", "   "])
def test_a_correction_says_why(confirmed, linfang, reason):
    with pytest.raises(NoReason):
        correct(confirmed, {"slides": 800}, reason, by=linfang)


def test_the_same_marks_are_no_correction(confirmed, linfang):
    with pytest.raises(NothingCorrected):
        correct(confirmed, MARKS, by=linfang)


def test_marks_that_cannot_be_are_refused_with_the_reasons(confirmed, linfang):
    with pytest.raises(UnfitMarks) as refused:
        correct(confirmed, {"slides": 1050, "poise": 825, "humour": 1}, by=linfang)
    assert refused.value.refused == [
        Refused(confirmed.pk, "slides", "“PPT/视频”须在 0 到 10 分之间，不能是 10.5。"),
        Refused(confirmed.pk, "poise", "“时间仪态”以 0.5 分为一档，不能是 8.25。"),
        Refused(confirmed.pk, "humour", "评分细则里没有这一项，请刷新页面。"),
    ]


@pytest.mark.parametrize("username", ["wumin", "zhengzhi"])
def test_nobody_else_corrects_here(confirmed, people, username):
    with pytest.raises(PermissionDenied):
        correct(confirmed, {"slides": 800}, by=people[username])


def test_after_tabulation_scoring_is_reopened_first(stage, confirmed, linfang):
    cast.put(stage, "tabulated")
    with pytest.raises(WrongState):
        correct(confirmed, {"slides": 800}, by=linfang)


def test_a_correction_that_breaks_off_leaves_the_old_version_live(confirmed, linfang, monkeypatch):
    def full(*args, **kwargs):
        raise OSError("disk full")

    monkeypatch.setattr(corrections.Mark.objects, "bulk_create", full)
    with pytest.raises(OSError, match="disk full"):
        correct(confirmed, {"slides": 800}, by=linfang)
    confirmed.refresh_from_db()
    assert (confirmed.live, Sheet.objects.filter(version=2).count()) == (True, 0)


# The pages


@pytest.fixture
def lin(signed_in, linfang):
    return signed_in(linfang)


def form(**changes):
    marks = {"achievement": "36", "approach": "17.5", "delivery": "18", "slides": "8.5", "poise": "8.5"} | changes
    return {f"mark-{code}": text for code, text in marks.items()} | {"edit": 2, "reason": WHY}


def test_correcting_over_the_page_shows_both_versions(stage, confirmed, lin):
    there = reverse("scoring:correct", args=[confirmed.pk])
    assert 'value="8.5"' in lin.get(there).content.decode()
    answer = lin.post(there, form(slides="８分"), follow=True)
    page = answer.content.decode()
    assert "须由另一人核对后才生效" in page
    assert ("第 2 版" in page, "第 1 版" in page, WHY in page, "<strong>8.0</strong>" in page) == (True,) * 4
    assert marks_of(sheet_of(stage)) == {**MARKS, "slides": 800}


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        (form(slides="10.5"), "须在 0 到 10 分之间，不能是 10.5。"),
        (form(slides="很好"), "“很好”不是分数"),
        (form(slides=""), "请填写这一项"),
        (form(), "没有需要更正的内容"),
        (form(slides="8") | {"reason": ""}, "请写明原因。"),
    ],
)
def test_a_bad_correction_gets_a_sentence_and_changes_nothing(confirmed, lin, told, sentence):
    answer = lin.post(reverse("scoring:correct", args=[confirmed.pk]), told)
    assert (answer.status_code, sentence in answer.content.decode()) == (400, True)
    assert Sheet.objects.filter(version=2).count() == 0


def test_the_list_leads_to_a_judges_confirmed_sheets(stage, confirmed, lin):
    page = lin.get(reverse("scoring:corrections", args=[stage.pk]) + "?judge=1").content.decode()
    assert reverse("scoring:correct", args=[confirmed.pk]) in page


def test_the_neighbours_find_no_corrections(stage, confirmed, signed_in, people):
    client = signed_in(people["wumin"])
    assert client.get(reverse("scoring:corrections", args=[stage.pk])).status_code == 404
    assert client.get(reverse("scoring:correct", args=[confirmed.pk])).status_code == 404
    assert client.get(reverse("scoring:sheet", args=[confirmed.pk])).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_as_many_queries_for_three_corrections_as_for_one(
    stage, chenxiao, linfang, lin, django_assert_num_queries, count
):
    sheets = type_sheets(stage, [sheet_of(stage, place) for place in range(1, count + 1)], by=chenxiao)
    confirm_sheets(stage, [Seen(sheet.pk, 1) for sheet in sheets], by=linfang, at=cast.later(2))
    for sheet in sheets:
        sheet.refresh_from_db()
        correct(sheet, {"slides": 800}, by=linfang)
    there = reverse("scoring:corrections", args=[stage.pk]) + "?judge=1"
    lin.get(there)
    with django_assert_num_queries(14):
        lin.get(there)
