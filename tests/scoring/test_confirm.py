"""A typed sheet counts once each of its marks was compared with the paper by somebody who did not type it."""

import json

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import LogLine
from scoring.actions.confirmation import NoReason, Seen, StaleSheet, Unconfirmed, confirm_sheets, return_sheet
from scoring.actions.hold import WrongState
from scoring.actions.sheets import Change, save_marks
from scoring.models import Mark, Sheet
from tests import cast
from tests.scoring.dealing import MARKS, deal, marks_of, sheet_of, type_sheets

OWN = "这份评分表待核对的各项都是您录入的，须由另一人核对。"
CHANGED = "您打开页面之后，这份评分表又有改动，请对照纸质评分表重新核对。"


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
def typed(stage, chenxiao):
    """The first judge's three sheets, typed by 陈晓."""
    return type_sheets(stage, [sheet_of(stage, place) for place in (1, 2, 3)], by=chenxiao)


def confirm(stage, sheets, *, by):
    return confirm_sheets(stage, [Seen(sheet.pk, sheet.edit) for sheet in sheets], by=by, at=cast.later(9))


def test_lin_fang_confirms_what_chen_xiao_typed(stage, typed, linfang):
    assert confirm(stage, typed, by=linfang) == []
    assert set(Sheet.objects.filter(seat__number=1).values_list("state", "confirmed_by", "confirmed_at", "edit")) == {
        ("confirmed", linfang.pk, cast.later(9), 2)
    }
    line = LogLine.objects.latest("id")
    assert (line.action, line.actor) == ("confirm_sheets", linfang)
    assert json.loads(line.payload)["facts"] == {"sheets": {str(sheet.pk): 2 for sheet in typed}}


def test_chen_xiao_cannot_confirm_her_own_typing(stage, typed, chenxiao):
    lines = LogLine.objects.count()
    assert confirm(stage, typed, by=chenxiao) == [Unconfirmed(sheet.pk, OWN) for sheet in typed]
    assert set(Sheet.objects.filter(seat__number=1).values_list("state", flat=True)) == {"typed"}
    assert LogLine.objects.count() == lines


def confirmers(sheet):
    return dict(sheet.marks.values_list("criterion__code", "confirmed_by__name"))


def test_two_clerks_who_both_typed_on_a_sheet_confirm_each_others_marks(stage, typed, chenxiao, linfang):
    sheet = typed[0]
    save_marks(stage, [Change(sheet.pk, 1, {"slides": 700})], by=linfang, at=cast.later(2))
    sheet.refresh_from_db()
    assert confirm(stage, [sheet], by=linfang) == []
    line = LogLine.objects.latest("id")
    assert json.loads(line.payload)["facts"] == {
        "sheets": {str(sheet.pk): 3},
        "only": {str(sheet.pk): ["achievement", "approach", "delivery", "poise"]},
    }
    sheet.refresh_from_db()
    assert (sheet.state, sheet.edit, sheet.confirmed_by) == ("typed", 3, None)
    assert confirmers(sheet) == dict.fromkeys(MARKS, "林芳") | {"slides": None}
    assert confirm(stage, [sheet], by=linfang) == [Unconfirmed(sheet.pk, OWN)]
    assert confirm(stage, [sheet], by=chenxiao) == []
    sheet.refresh_from_db()
    assert (sheet.state, sheet.confirmed_by, sheet.confirmed_at) == ("confirmed", chenxiao, cast.later(9))
    assert confirmers(sheet) == dict.fromkeys(MARKS, "林芳") | {"slides": "陈晓"}


def test_a_confirmed_mark_that_is_changed_waits_again_and_the_others_do_not(stage, typed, chenxiao, linfang, people):
    sheet = typed[0]
    save_marks(stage, [Change(sheet.pk, 1, {"slides": 700})], by=linfang, at=cast.later(2))
    sheet.refresh_from_db()
    assert confirm(stage, [sheet], by=linfang) == []
    save_marks(stage, [Change(sheet.pk, 3, {"poise": 700})], by=chenxiao, at=cast.later(3))
    sheet.refresh_from_db()
    assert confirmers(sheet) == dict.fromkeys(MARKS, "林芳") | {"slides": None, "poise": None}
    assert confirm(stage, [sheet], by=people["heya"]) == []
    sheet.refresh_from_db()
    assert (sheet.state, sheet.confirmed_by) == ("confirmed", people["heya"])


def test_a_sheet_sent_back_is_confirmed_anew_whole(stage, typed, chenxiao, linfang):
    sheet = typed[0]
    save_marks(stage, [Change(sheet.pk, 1, {"slides": 700})], by=linfang, at=cast.later(2))
    sheet.refresh_from_db()
    assert confirm(stage, [sheet], by=linfang) == []
    return_sheet(sheet, "总分不符", edit=3, by=chenxiao, at=cast.later(3))
    assert confirmers(sheet) == dict.fromkeys(MARKS)


def test_the_database_too_refuses_a_typist_who_confirms_a_mark(typed, chenxiao):
    with pytest.raises(IntegrityError), transaction.atomic():
        Mark.objects.filter(sheet=typed[0]).update(confirmed_by=chenxiao)


def test_a_sheet_that_changed_since_it_was_seen_is_left_and_the_others_are_confirmed(stage, typed, chenxiao, linfang):
    save_marks(stage, [Change(typed[0].pk, 1, {"slides": 700})], by=chenxiao, at=cast.later(2))
    assert confirm(stage, typed, by=linfang) == [Unconfirmed(typed[0].pk, CHANGED)]
    states = Sheet.objects.filter(seat__number=1).order_by("entry__order").values_list("state", flat=True)
    assert list(states) == ["typed", "confirmed", "confirmed"]


def test_an_incomplete_sheet_cannot_be_confirmed(stage, chenxiao, linfang):
    sheet = sheet_of(stage)
    save_marks(stage, [Change(sheet.pk, 0, {"slides": 700})], by=chenxiao, at=cast.later(2))
    sheet.refresh_from_db()
    assert confirm(stage, [sheet], by=linfang) == [Unconfirmed(sheet.pk, "这份评分表还没有录全。")]


def test_confirming_twice_says_who_did_it_first(stage, typed, linfang, people):
    confirm(stage, typed[:1], by=linfang)
    typed[0].refresh_from_db()
    assert confirm(stage, typed[:1], by=people["heya"]) == [Unconfirmed(typed[0].pk, "这份评分表已由林芳核对。")]


def test_a_sheet_of_another_stage_is_not_confirmed_here(stage, dianbai, heya, people):
    there = deal(dianbai, by=heya)
    (sheet,) = type_sheets(there, [sheet_of(there)], by=people["huangqiang"])
    assert confirm(stage, [sheet], by=people["linfang"]) == [Unconfirmed(sheet.pk, "没有这份评分表，请刷新页面。")]


@pytest.mark.parametrize("username", ["wumin", "zhengzhi"])
def test_nobody_else_confirms_here(stage, typed, people, username):
    with pytest.raises(PermissionDenied):
        confirm(stage, typed, by=people[username])


def test_nothing_is_confirmed_after_tabulation(stage, typed, linfang):
    cast.put(stage, "tabulated")
    with pytest.raises(WrongState):
        confirm(stage, typed, by=linfang)


def test_lin_fang_sends_a_sheet_back_and_chen_xiao_hands_it_in_again(stage, typed, chenxiao, linfang):
    sheet = typed[0]
    return_sheet(sheet, " 思路举措应为 17 ", edit=1, by=linfang, at=cast.later(2))
    sheet.refresh_from_db()
    assert (sheet.state, sheet.edit, sheet.total_c, marks_of(sheet)) == ("open", 2, 8850, MARKS)
    line = LogLine.objects.select_related("note").latest("id")
    assert (line.action, line.note.text) == ("return_sheet", "思路举措应为 17")
    save_marks(stage, [Change(sheet.pk, 2, {"approach": 1700})], by=chenxiao, at=cast.later(3))
    sheet.refresh_from_db()
    assert (sheet.state, sheet.total_c) == ("typed", 8800)


def test_a_sheet_sent_back_in_error_is_handed_in_as_it_is(stage, typed, chenxiao, linfang):
    sheet = typed[0]
    return_sheet(sheet, "看错了一行", edit=1, by=linfang, at=cast.later(2))
    (saved,) = save_marks(stage, [Change(sheet.pk, 2, MARKS)], by=chenxiao, at=cast.later(3))
    assert (saved.edit, saved.state) == (3, "typed")
    sheet.refresh_from_db()
    assert confirm(stage, [sheet], by=linfang) == []


def test_a_return_says_why_and_names_the_edit_it_saw(stage, typed, linfang):
    with pytest.raises(NoReason):
        return_sheet(typed[0], "  ", edit=1, by=linfang, at=cast.later(2))
    with pytest.raises(StaleSheet):
        return_sheet(typed[0], "不符", edit=0, by=linfang, at=cast.later(2))
    typed[0].refresh_from_db()
    assert typed[0].state == "typed"


# The page


@pytest.fixture
def lin(signed_in, linfang):
    return signed_in(linfang)


def url(stage, judge=""):
    return reverse("scoring:confirm", args=[stage.pk]) + (f"?judge={judge}" if judge else "")


def test_lin_fang_ticks_two_of_three_rows(stage, typed, lin):
    page = lin.get(url(stage)).content.decode()
    assert page.count('name="sheet"') == 3
    ticked = [f"{sheet.pk}:{sheet.edit}" for sheet in typed[:2]]
    answer = lin.post(url(stage, 1), {"sheet": ticked}, follow=True)
    assert answer.redirect_chain == [(url(stage, 1), 302)]
    assert "已核对 2 份。" in answer.content.decode()
    assert answer.content.decode().count('name="sheet"') == 1


def test_an_emptied_pile_leads_to_the_next_one_that_waits_and_the_last_to_the_first(stage, typed, lin, chenxiao):
    type_sheets(stage, [sheet_of(stage, place, judge=2) for place in (1, 2)], by=chenxiao)
    assert f'class="button" href="?judge=1">{to_next(3)}</a>' in lin.get(url(stage, 3)).content.decode()
    page = lin.post(url(stage, 1), {"sheet": [f"{sheet.pk}:1" for sheet in typed]}, follow=True).content.decode()
    assert f'class="button" href="?judge=2">{to_next(2)}</a>' in page


def to_next(waiting):
    return f"核对下一位评委（{waiting} 份待核对）"


def test_when_everything_is_confirmed_the_page_leads_to_tabulation(stage, lin, chenxiao, linfang, people):
    sheets = [sheet_of(stage, place, judge) for place in (1, 2, 3) for judge in (1, 2, 3)]
    type_sheets(stage, sheets, by=chenxiao)
    next_step = f'class="button" href="{stage.get_absolute_url()}">下一步：统分</a>'
    assert confirm(stage, sheets[:8], by=linfang) == []
    assert next_step not in lin.get(url(stage, 1)).content.decode()
    assert confirm(stage, sheets[8:], by=linfang) == []
    assert next_step in lin.get(url(stage, 1)).content.decode()


def test_zheng_zhi_is_not_asked_to_go_on_confirming(stage, typed, signed_in, people):
    assert "份待核对）" not in signed_in(people["zhengzhi"]).get(url(stage, 2)).content.decode()


def test_chen_xiao_sees_her_rows_without_ticks_and_with_the_reason(stage, typed, signed_in, chenxiao):
    page = signed_in(chenxiao).get(url(stage)).content.decode()
    assert page.count("您录入过，须由另一人核对") == 3
    assert 'name="sheet"' not in page
    assert "核对无误</button>" not in page


def test_the_page_says_which_marks_wait_for_whom(stage, typed, lin, signed_in, chenxiao, linfang):
    sheet = typed[0]
    save_marks(stage, [Change(sheet.pk, 1, {"slides": 700, "poise": 700})], by=linfang, at=cast.later(2))
    page = lin.get(url(stage, 1)).content.decode()
    assert (page.count("PPT/视频、时间仪态是您录入的，须由另一人核对"), page.count("paper-own")) == (1, 2)
    done = lin.post(url(stage, 1), {"sheet": f"{sheet.pk}:2"}, follow=True).content.decode()
    assert "其中 1 份有您录入的项，这些项还须另一人核对。" in done
    page = signed_in(chenxiao).get(url(stage, 1)).content.decode()
    assert (page.count("paper-done"), page.count("paper-mine")) == (3, 2)
    assert f'value="{sheet.pk}:3"' in page


def test_zheng_zhi_sees_the_stack_and_can_do_nothing(stage, typed, signed_in, people):
    client = signed_in(people["zhengzhi"])
    page = client.get(url(stage)).content.decode()
    assert page.count("88.5") == 3
    assert 'name="sheet"' not in page
    assert client.post(url(stage), {"sheet": f"{typed[0].pk}:1"}).status_code == 404


def test_the_neighbours_find_no_such_page(stage, signed_in, people):
    assert signed_in(people["wumin"]).get(url(stage)).status_code == 404


@pytest.mark.parametrize("sheet", [[], ["abc"], ["1"], ["1:2:3"], ["1:-1"], ["٣:١"], ["9" * 30 + ":1"]])
def test_a_form_without_a_proper_tick_says_what_to_do(stage, typed, lin, sheet):
    answer = lin.post(url(stage), {"sheet": sheet})
    assert (answer.status_code, "请先勾选" in answer.content.decode()) == (400, True)


def test_a_row_that_changed_comes_back_named_with_its_new_marks(stage, typed, lin, chenxiao):
    save_marks(stage, [Change(typed[0].pk, 1, {"slides": 700})], by=chenxiao, at=cast.later(2))
    answer = lin.post(url(stage, 1), {"sheet": [f"{sheet.pk}:1" for sheet in typed]})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert f"{typed[0].entry.secretary}：{CHANGED}" in page
    assert "已核对 2 份。" in page
    assert f'value="{typed[0].pk}:2"' in page


def test_the_same_form_sent_twice_confirms_once(stage, typed, lin):
    form = {"sheet": [f"{typed[0].pk}:1"], "once_key": "k" * 20}
    first, second = lin.post(url(stage, 1), form), lin.post(url(stage, 1), form)
    assert [first.status_code, second.status_code] == [302, 302]
    assert LogLine.objects.filter(action="confirm_sheets").count() == 1


@pytest.mark.parametrize("sheets", [1, 3])
def test_the_page_takes_as_many_queries_for_three_sheets_as_for_one(
    stage, chenxiao, lin, django_assert_num_queries, sheets
):
    type_sheets(stage, [sheet_of(stage, place) for place in range(1, sheets + 1)], by=chenxiao)
    lin.get(url(stage))
    with django_assert_num_queries(12):
        lin.get(url(stage))


def test_sending_back_over_the_page(stage, typed, lin):
    there = reverse("scoring:send_back", args=[typed[0].pk])
    assert "88.5" in lin.get(there).content.decode()
    assert lin.post(there, {"edit": 1, "reason": ""}).status_code == 400
    assert lin.post(there, {"edit": 0, "reason": "不符"}).status_code == 400
    answer = lin.post(there, {"edit": 1, "reason": "总分不符"})
    assert (answer.status_code, answer.url) == (302, url(stage, 1))
    page = lin.get(reverse("scoring:sheet", args=[typed[0].pk])).content.decode()
    assert "林芳核对后退回：总分不符" in page
    assert Mark.objects.filter(sheet=typed[0]).count() == 5
