"""The score grid's page and the answers its script gets."""

import json
import re

import pytest
from django.urls import reverse

from accounts.models import LogLine
from contest.models import Entry
from contest.models.stage import State
from scoring.actions.confirmation import Seen, confirm_sheets
from scoring.models import Mark, Overtime, Seat, Sheet
from tests import cast
from tests.scoring.dealing import MARKS, deal, marks_of, sheet_of, type_sheets

TYPED = {"achievement": "36", "approach": "17.5", "delivery": "18", "slides": "8.5", "poise": "8.5"}
SHOWN = ["36.0", "17.5", "18.0", "8.5", "8.5"]


@pytest.fixture
def stage(maonan, heya):
    return deal(maonan, by=heya)


@pytest.fixture
def chenxiao(people):
    return people["chenxiao"]


@pytest.fixture
def chen(signed_in, chenxiao):
    """陈晓's browser."""
    return signed_in(chenxiao)


@pytest.fixture
def lin(signed_in, people):
    """林芳's browser."""
    return signed_in(people["linfang"])


def grid_url(stage, judge=""):
    return reverse("scoring:grid", args=[stage.pk]) + (f"?judge={judge}" if judge else "")


def data_of(page):
    return json.loads(re.search(r'<script id="grid-data" type="application/json">(.*?)</script>', page)[1])


def send(client, stage, *sheets, user, where="save_cells", key="", **more):
    payload = {"user": user.pk, "sheets": [{"id": pk, "edit": edit, "marks": marks} for pk, edit, marks in sheets]}
    return client.post(
        reverse(f"scoring:{where}", args=[stage.pk]), {"payload": json.dumps(payload | more), "once_key": key}
    )


def send_times(client, stage, *times, user):
    payload = {"user": user.pk, "times": [{"entry": pk, "edit": edit, "time": text} for pk, edit, text in times]}
    return client.post(reverse("scoring:save_times", args=[stage.pk]), {"payload": json.dumps(payload)})


# The page


def test_the_first_incomplete_judge_is_opened(stage, chenxiao, chen):
    type_sheets(stage, [sheet_of(stage, place) for place in (1, 2, 3)], by=chenxiao)
    page = chen.get(grid_url(stage)).content.decode()
    data = data_of(page)
    seats = list(Seat.objects.filter(stage=stage).order_by("number").values_list("pk", flat=True))
    assert data["judge"] == "2"
    assert page.count("工作成效<small>") == 1
    # The page places sheets by their ids; the order in which they come is the database's.
    assert sorted(row[:2] for row in data["sheets"] if row[7] is not None) == [
        [entry, seats[1]] for entry in Entry.objects.order_by("pk").values_list("pk", flat=True)
    ]


@pytest.mark.parametrize(
    ("judge", "opened", "said"),
    [("3", 1, "3"), ("all", 3, "all"), ("none", 0, "none"), ("77", 1, "1"), ("<x>", 1, "1")],
)
def test_a_judge_is_opened_by_number_or_all_or_none(stage, chen, judge, opened, said):
    page = chen.get(grid_url(stage, judge)).content.decode()
    assert (page.count("工作成效<small>"), data_of(page)["judge"]) == (opened, said)


def test_the_page_shows_marks_totals_times_and_who_withdrew(stage, chenxiao, chen, people):
    first, second = sheet_of(stage, 1), sheet_of(stage, 2)
    type_sheets(stage, [first, second], by=chenxiao)
    confirm_sheets(stage, [Seen(second.pk, 1)], by=people["linfang"], at=cast.later(3))
    Overtime.objects.create(entry=first.entry, seconds=332, points_c=60, typed_by=chenxiao, typed_at=cast.NOW)
    Entry.objects.filter(stage=stage, order=3).update(status="withdrawn", status_reason="因病")
    page = chen.get(grid_url(stage, "1")).content.decode()
    rows = re.findall(r"<tr[^>]*><th class=\"order\" scope=\"row\".*?</tr>", page, re.S)
    assert len(rows) == 3
    assert re.findall(r'mark-text">(.*?)<', rows[0]) == [*SHOWN, "5:32"]
    assert (">88.5</a>" in rows[0], ">0.60</a>" in rows[0]) == (True, True)
    assert rows[1].count("cell-confirmed") == 5
    assert ("row-absent" in rows[2], "退出" in rows[2], rows[2].count("cell-locked")) == (True, True, 6)


def test_before_scoring_the_page_says_what_comes_first(maonan, chen):
    page = chen.get(grid_url(maonan)).content.decode()
    assert ("还没有评分表" in page, "grid-data" in page) == (True, False)


@pytest.mark.parametrize("state", [State.TABULATED, State.PUBLISHED, State.CLOSED])
def test_after_scoring_the_grid_can_only_be_read(stage, chen, state):
    cast.put(stage, state)
    page = chen.get(grid_url(stage)).content.decode()
    assert (data_of(page)["editable"], 'aria-readonly="true"' in page) == (False, True)


def test_zheng_zhi_reads_and_does_not_type(stage, signed_in, people):
    zheng = signed_in(people["zhengzhi"])
    assert data_of(zheng.get(grid_url(stage)).content.decode())["editable"] is False
    assert send(zheng, stage, (sheet_of(stage).pk, 0, TYPED), user=people["zhengzhi"]).status_code == 404


def test_the_neighbours_find_no_grid(stage, signed_in, people):
    wu = signed_in(people["wumin"])
    assert wu.get(grid_url(stage)).status_code == 404
    assert wu.get(reverse("scoring:grid_state", args=[stage.pk])).status_code == 404
    assert send(wu, stage, (sheet_of(stage).pk, 0, TYPED), user=people["wumin"]).status_code == 404
    assert Mark.objects.count() == 0


@pytest.mark.parametrize("entrants", [1, 3])
def test_the_page_takes_as_many_queries_for_three_entrants_as_for_one(
    maonan, heya, chenxiao, chen, django_assert_num_queries, entrants
):
    stage = deal(maonan, entrants=entrants, by=heya)
    type_sheets(stage, [sheet_of(stage, place) for place in range(1, entrants + 1)], by=chenxiao)
    chen.get(grid_url(stage))
    with django_assert_num_queries(15):
        chen.get(grid_url(stage, "all"))


# Saving


def test_marks_are_saved_as_typed_and_answered_as_they_stand(stage, chenxiao, chen):
    sheet = sheet_of(stage)
    answer = send(chen, stage, (sheet.pk, 0, TYPED | {"slides": "８。５分"}), user=chenxiao)
    assert answer.status_code == 200
    told = answer.json()
    assert (told["saved"], told["stale"], told["refused"]) == ([[sheet.pk, 1, "typed", "88.5", 5, SHOWN]], [], [])
    assert re.fullmatch(r"\d\d:\d\d:\d\d", told["at"])
    assert marks_of(sheet) == MARKS


def test_what_cannot_be_is_refused_at_the_cell_and_the_rest_is_saved(stage, chenxiao, chen):
    sheet = sheet_of(stage)
    answer = send(chen, stage, (sheet.pk, 0, {"slides": "11", "poise": "好", "delivery": "18"}), user=chenxiao)
    assert answer.status_code == 200
    assert answer.json()["refused"] == [
        [sheet.pk, "poise", "“好”不是分数，请填数字，最多两位小数。"],
        [sheet.pk, "slides", "“PPT/视频”须在 0 到 10 分之间，不能是 11。"],
    ]
    assert marks_of(sheet) == {"delivery": 1800}


def test_where_nothing_can_be_saved_the_answer_is_422(stage, chenxiao, chen):
    answer = send(chen, stage, (sheet_of(stage).pk, 0, {"slides": "11"}), user=chenxiao)
    assert (answer.status_code, answer.json()["saved"]) == (422, [])


def test_lin_fangs_older_page_gets_both_409_and_what_stands(stage, chenxiao, chen, lin, people):
    sheet = sheet_of(stage)
    send(chen, stage, (sheet.pk, 0, TYPED), user=chenxiao)
    answer = send(lin, stage, (sheet.pk, 0, {"slides": "7"}), user=people["linfang"])
    assert (answer.status_code, answer.json()["stale"]) == (409, [[sheet.pk, 1, "typed", "88.5", 5, SHOWN, "陈晓"]])
    assert marks_of(sheet) == MARKS


def test_the_same_request_again_gets_the_same_answer_and_is_done_once(stage, chenxiao, chen, lin, people):
    sheet = sheet_of(stage)
    first = send(chen, stage, (sheet.pk, 0, TYPED), user=chenxiao, key="k" * 24)
    send(lin, stage, (sheet.pk, 1, {"slides": "7"}), user=people["linfang"])
    again = send(chen, stage, (sheet.pk, 0, TYPED), user=chenxiao, key="k" * 24)
    assert (again.status_code, again.json()) == (200, first.json())
    assert marks_of(sheet)["slides"] == 700
    assert LogLine.objects.filter(action="save_marks").count() == 2


def test_marks_typed_by_one_person_are_never_saved_as_anothers(stage, chen, people):
    answer = send(chen, stage, (sheet_of(stage).pk, 0, TYPED), user=people["linfang"])
    assert (answer.status_code, "换了账号" in answer.json()["stop"]) == (409, True)
    assert Mark.objects.count() == 0


def test_a_closed_stage_says_so(stage, chenxiao, chen):
    cast.put(stage, State.TABULATED)
    answer = send(chen, stage, (sheet_of(stage).pk, 0, TYPED), user=chenxiao)
    assert (answer.status_code, "现在是“已统分”" in answer.json()["stop"]) == (409, True)
    assert send_times(chen, stage, (1, 0, "5:00"), user=chenxiao).status_code == 409


@pytest.mark.parametrize(
    "payload",
    [
        "",
        "{",
        "[]",
        "null",
        "{}",
        '{"user": ME}',
        '{"user": ME, "sheets": []}',
        '{"user": ME, "sheets": {}}',
        '{"user": ME, "sheets": [1]}',
        '{"user": ME, "sheets": [{"id": 1}]}',
        '{"user": ME, "sheets": [{"id": "1", "edit": 0, "marks": {"slides": "1"}}]}',
        '{"user": ME, "sheets": [{"id": true, "edit": 0, "marks": {"slides": "1"}}]}',
        '{"user": ME, "sheets": [{"id": 1, "edit": -1, "marks": {"slides": "1"}}]}',
        '{"user": ME, "sheets": [{"id": 1, "edit": 0.5, "marks": {"slides": "1"}}]}',
        '{"user": ME, "sheets": [{"id": 99999999999999999999, "edit": 0, "marks": {"slides": "1"}}]}',
        '{"user": ME, "sheets": [{"id": 1, "edit": 0, "marks": {}}]}',
        '{"user": ME, "sheets": [{"id": 1, "edit": 0, "marks": {"slides": 1}}]}',
        '{"user": ME, "sheets": [{"id": 1, "edit": 0, "marks": ["1"]}]}',
        "[" * 5000,
    ],
)
def test_a_payload_that_is_none_gets_400_and_a_sentence(stage, chenxiao, chen, payload):
    for where in ("save_cells", "save_times"):
        answer = chen.post(
            reverse(f"scoring:{where}", args=[stage.pk]), {"payload": payload.replace("ME", str(chenxiao.pk))}
        )
        assert (answer.status_code, answer.json()["stop"]) == (400, "没有看懂提交的内容，请刷新页面后重试。")
    assert Mark.objects.count() == 0


def test_a_look_is_not_a_save(stage, chen):
    assert chen.get(reverse("scoring:save_cells", args=[stage.pk])).status_code == 405
    assert chen.post(reverse("scoring:grid_state", args=[stage.pk])).status_code == 405


def test_times_are_saved_with_the_deduction_the_server_computes(stage, chenxiao, chen, lin, people):
    first, second = Entry.objects.filter(stage=stage).order_by("order")[:2]
    answer = send_times(chen, stage, (first.pk, 0, "5分32秒"), (second.pk, 0, "5.12"), user=chenxiao)
    assert (answer.status_code, answer.json()["saved"]) == (200, [[first.pk, 1, "5:32", "0.60", ""]])
    assert answer.json()["refused"] == [[second.pk, "“5.12”不是用时，请按 5:12、5分12秒 或 312（秒）填写。"]]
    stale = send_times(lin, stage, (first.pk, 0, "5:00"), user=people["linfang"])
    assert (stale.status_code, stale.json()["stale"]) == (409, [[first.pk, 1, "5:32", "0.60", "陈晓"]])
    assert Overtime.objects.get().seconds == 332


@pytest.mark.parametrize("edit", [2**31 - 1, 2**31, 2**63 - 1, 10**30])
def test_a_time_seen_at_an_edit_that_never_was_is_stale_and_breaks_nothing(stage, chen, chenxiao, edit):
    sheet = sheet_of(stage, 1)
    assert send_times(chen, stage, (sheet.entry_id, edit, "5:12"), user=chenxiao).status_code in (400, 409)
    assert (
        chen.post(reverse("scoring:time", args=[sheet.entry_id]), {"edit": edit, "seconds": "5:12"}).status_code == 409
    )
    assert Overtime.objects.count() == 0


def test_one_mark_over_the_page_takes_nineteen_queries(stage, chenxiao, chen, django_assert_num_queries):
    sheet = sheet_of(stage)
    send(chen, stage, (sheet.pk, 0, {"slides": "8"}), user=chenxiao)
    # The action's eight; the key's five; session, person, grants, stage; the criteria for the answer.
    with django_assert_num_queries(19):
        send(chen, stage, (sheet.pk, 1, {"slides": "8.5"}), user=chenxiao, key="q" * 24)


# Looking what others have typed


def test_a_look_brings_what_others_typed_and_costs_little_when_nobody_did(stage, chenxiao, chen, lin):
    there = reverse("scoring:grid_state", args=[stage.pk]) + "?judge=1"
    first = lin.get(there)
    assert lin.get(there, headers={"If-None-Match": first["ETag"]}).status_code == 304
    sheet = sheet_of(stage)
    send(chen, stage, (sheet.pk, 0, TYPED), user=chenxiao)
    second = lin.get(there, headers={"If-None-Match": first["ETag"]})
    rows = {row[2]: row for row in second.json()["sheets"]}
    assert (second.status_code, rows[sheet.pk][3:]) == (200, [1, "typed", "88.5", 5, SHOWN, "陈晓"])
    assert len(rows) == 9
    assert [row[7] for row in rows.values() if row[2] != sheet.pk].count(None) == 6
    send_times(chen, stage, (sheet.entry_id, 0, "5:32"), user=chenxiao)
    third = lin.get(there, headers={"If-None-Match": second["ETag"]})
    assert third.json()["times"] == [[sheet.entry_id, 1, "5:32", "0.60", "陈晓"]]


def test_a_look_notices_that_the_stage_has_gone_on(stage, lin):
    there = reverse("scoring:grid_state", args=[stage.pk])
    first = lin.get(there)
    cast.put(stage, State.TABULATED)
    second = lin.get(there, headers={"If-None-Match": first["ETag"]})
    assert (first.json()["editable"], second.json()["editable"]) == (True, False)


def test_a_look_notices_that_somebody_withdrew(stage, lin):
    there = reverse("scoring:grid_state", args=[stage.pk])
    first = lin.get(there)
    Entry.objects.filter(stage=stage, order=3).update(status="withdrawn", status_reason="因病")
    second = lin.get(there, headers={"If-None-Match": first["ETag"]})
    assert (first.json()["shape"], second.json()["shape"]) == ("3x3", "2x3")


@pytest.mark.parametrize("entrants", [1, 3])
def test_a_look_takes_as_many_queries_for_three_entrants_as_for_one(
    maonan, heya, chen, django_assert_num_queries, entrants
):
    stage = deal(maonan, entrants=entrants, by=heya)
    there = reverse("scoring:grid_state", args=[stage.pk]) + "?judge=all"
    first = chen.get(there)
    with django_assert_num_queries(16):
        chen.get(there)
    with django_assert_num_queries(8):
        assert chen.get(there, headers={"If-None-Match": first["ETag"]}).status_code == 304


# One sheet without a script


def sheet_form(edit=0, **marks):
    return {f"mark-{code}": text for code, text in (TYPED | marks).items()} | {"edit": edit}


def test_one_sheet_is_typed_with_a_plain_form(stage, chen):
    sheet = sheet_of(stage)
    there = reverse("scoring:sheet", args=[sheet.pk])
    answer = chen.post(there, sheet_form(), follow=True)
    page = answer.content.decode()
    assert (answer.redirect_chain, "已保存。" in page, "88.5" in page) == ([(there, 302)], True, True)
    assert marks_of(sheet) == MARKS


def test_a_plain_form_with_a_mark_that_cannot_be_says_so_beside_the_field(stage, chen):
    sheet = sheet_of(stage)
    answer = chen.post(reverse("scoring:sheet", args=[sheet.pk]), sheet_form(slides="10.5", poise="好"))
    assert (answer.status_code, "“好”不是分数" in answer.content.decode()) == (400, True)
    assert marks_of(sheet) == {}
    answer = chen.post(reverse("scoring:sheet", args=[sheet.pk]), sheet_form(slides="10.5"))
    assert (answer.status_code, "不能是 10.5。" in answer.content.decode()) == (400, True)


def test_a_plain_form_made_from_an_older_sheet_shows_both_and_can_be_sent_again(stage, chenxiao, chen, lin):
    sheet = sheet_of(stage)
    there = reverse("scoring:sheet", args=[sheet.pk])
    type_sheets(stage, [sheet], by=chenxiao)
    stale = lin.post(there, sheet_form(slides="7"))
    page = stale.content.decode()
    assert (stale.status_code, page.count('class="differs"'), "陈晓" in page) == (409, 1, True)
    again = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page.split('class="conflict"')[1]))
    again.pop("csrfmiddlewaretoken", None)
    assert lin.post(there, again).status_code == 302
    assert marks_of(sheet) == {**MARKS, "slides": 700}


def test_a_confirmed_sheet_has_no_form_but_the_way_to_a_correction(stage, chenxiao, chen, people):
    (sheet,) = type_sheets(stage, [sheet_of(stage)], by=chenxiao)
    confirm_sheets(stage, [Seen(sheet.pk, 1)], by=people["linfang"], at=cast.later(3))
    page = chen.get(reverse("scoring:sheet", args=[sheet.pk])).content.decode()
    assert ("mark-fields" in page, reverse("scoring:correct", args=[sheet.pk]) in page) == (False, True)
    assert ("陈晓" in page, "林芳" in page) == (True, True)
    answer = chen.post(reverse("scoring:sheet", args=[sheet.pk]), sheet_form(edit=2, slides="7"))
    assert (answer.status_code, "写明原因后更正" in answer.content.decode()) == (400, True)


@pytest.mark.parametrize("versions", [1, 3])
def test_a_sheet_takes_as_many_queries_for_three_versions_as_for_one(
    stage, chenxiao, chen, django_assert_num_queries, versions
):
    sheet = sheet_of(stage)
    for number in range(1, versions):
        Sheet.objects.filter(entry=sheet.entry, seat=sheet.seat).update(live=False)
        sheet = Sheet.objects.create(
            stage=stage, entry=sheet.entry, seat=sheet.seat, version=number + 1, correction_reason="更正"
        )
    there = reverse("scoring:sheet", args=[sheet.pk])
    chen.get(there)
    with django_assert_num_queries(9):
        chen.get(there)


# The desk


def test_the_desk_tells_each_of_them_what_waits(stage, chenxiao, chen, lin):
    type_sheets(stage, [sheet_of(stage, 1), sheet_of(stage, 2)], by=chenxiao)
    assert "2 份评分表等您核对" in lin.get(reverse("desk")).content.decode()
    page = chen.get(reverse("desk")).content.decode()
    assert ("等您核对" in page, "7 份评分表未录全" in page) == (False, True)
