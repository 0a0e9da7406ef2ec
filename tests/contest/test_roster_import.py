"""A roster file through the pages: from an office's messy workbook to people in the registry."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.log import verify
from accounts.models import LogLine
from contest.actions.roster import forget_rosters
from contest.models import RosterImport
from registry.models import Posting, Secretary, Unit
from tests.contest.rosters import HEADER, LI, WANG, ZHANG, clean, confirm, messy, preview, send, sent, uploaded
from tests.registry.excel.office import xlsx

pytestmark = pytest.mark.django_db


def lines(response, *attributes):
    """Of the preview's rows, what is asked for."""
    return [tuple(getattr(line, name) for name in attributes) for line in response.context["lines"]]


def roster():
    return [
        (each.village.town.district.name, each.village.town.name, each.village.name, each.secretary.name)
        for each in Posting.objects.with_places()
    ]


def test_chenxiao_uploads_a_messy_workbook_and_confirms_it(season, people, signed_in):
    client = signed_in(people["chenxiao"])
    upload = sent(client, messy())
    shown = preview(client, upload)
    assert lines(shown, "number", "label", "name", "place", "service", "phone") == [
        (4, "新增", "张三", "山阁镇烧酒村", "2021年6月—至今", "13800000011"),
        (5, "新增", "王䶮", "山阁镇福华村", "2021年7月—至今", "13800000012"),
        (6, "新增", "李㛃", "袂花镇沙涌村", "2021年8月—至今", "13800000013"),
        (7, "新增", "黄𬱖", "袂花镇荔枝村", "2021年9月—至今", ""),
    ]
    assert shown.context["obstacle"] == ""
    assert "确认导入" in shown.content.decode()
    answer = confirm(client, upload)
    assert answer.status_code == 302
    assert roster() == [
        ("茂南区", "山阁镇", "烧酒村", "张三"),
        ("茂南区", "山阁镇", "福华村", "王䶮"),
        ("茂南区", "袂花镇", "沙涌村", "李㛃"),
        ("茂南区", "袂花镇", "荔枝村", "黄𬱖"),
    ]
    done = client.get(answer["Location"])
    assert done.context["counts"] == [("新增", 4), ("变更", 0), ("不变", 0)]
    assert [stage.title for stage in done.context["stages"]] == ["茂南区初赛"]
    acts = LogLine.objects.filter(chain="2023", subject=f"contest.rosterimport:{upload.pk}").order_by("seq")
    assert [line.action for line in acts] == ["upload_roster", "import_roster"]
    assert verify("2023")[2] == []


def test_after_the_import_the_file_with_its_phone_numbers_is_not_kept(season, people, signed_in):
    client = signed_in(people["chenxiao"])
    upload = sent(client, messy())
    confirm(client, upload)
    upload.refresh_from_db()
    assert (upload.state, bytes(upload.content), upload.counts["add"]) == ("confirmed", b"", 4)


def test_the_same_file_again_changes_nothing_and_cannot_be_confirmed(season, people, signed_in):
    client = signed_in(people["chenxiao"])
    confirm(client, sent(client, messy()))
    again = sent(client, messy())
    shown = preview(client, again)
    assert shown.context["plan"].counts == {"add": 0, "change": 0, "same": 4, "refuse": 0}
    assert shown.context["obstacle"] == "文件里的人员与名册完全一致，不需要导入。"
    assert "确认导入" not in shown.content.decode().replace("核对无误，确认导入", "")
    refused = client.post(reverse("contest:roster_confirm", args=[again.pk]))
    assert refused.status_code == 409
    assert "不需要导入" in refused.content.decode()
    assert Posting.objects.count() == 4


def test_a_corrected_phone_and_a_new_colleague_are_a_change_and_an_addition(season, people, signed_in):
    client = signed_in(people["chenxiao"])
    confirm(client, sent(client, xlsx(HEADER, ZHANG)))
    upload = sent(client, xlsx(HEADER, (*ZHANG[:-1], "13900000009"), LI))
    shown = preview(client, upload)
    assert lines(shown, "name", "label", "changes") == [
        ("李四", "新增", []),
        ("张三", "变更", [("手机", "13800000001", "13900000009")]),
    ]
    confirm(client, upload)
    assert list(Secretary.objects.order_by("pk").values_list("name", "phone")) == [
        ("张三", "13900000009"),
        ("李四", "13800000002"),
    ]
    assert Posting.objects.count() == 2


def test_a_service_that_was_over_before_the_import_is_not_added_again(season, people, signed_in):
    client = signed_in(people["chenxiao"])
    data = xlsx((*HEADER, "任职止"), (*ZHANG, "2023年5月"))
    confirm(client, sent(client, data))
    again = preview(client, sent(client, data))
    assert again.context["plan"].counts == {"add": 0, "change": 0, "same": 1, "refuse": 0}
    open_end = preview(client, sent(client, xlsx(HEADER, ZHANG)))
    assert lines(open_end, "label", "notes") == [
        ("不变", ["名册里此人在该村的任职已于 2023 年 5 月结束，导入不会改动；如仍在任，请在名册里更正任职止。"])
    ]


def test_a_successor_from_the_same_unit_is_nobodys_correction(season, people, signed_in):
    client = signed_in(people["chenxiao"])
    confirm(client, sent(client, xlsx((*HEADER, "任职止"), (*ZHANG, "2023年5月"))))
    confirm(client, sent(client, xlsx(HEADER, (*ZHANG[:3], "赵六", *ZHANG[4:]))))
    assert [row[3] for row in roster()] == ["张三", "赵六"]


def test_a_row_of_another_district_is_refused_beside_the_row_and_nothing_is_written(season, people, signed_in):
    client = signed_in(people["chenxiao"])
    upload = sent(client, xlsx(HEADER, ZHANG, WANG))
    shown = preview(client, upload)
    assert lines(shown, "number", "label", "name", "problems") == [
        (3, "不能导入", "王五", ["这一行属于电白区，而上传时选择的是茂南区。"]),
        (2, "新增", "张三", []),
    ]
    assert shown.context["obstacle"].startswith("有 1 行不能导入")
    assert client.post(reverse("contest:roster_confirm", args=[upload.pk])).status_code == 409
    assert roster() == []
    upload.refresh_from_db()
    assert upload.state == "preview"


def test_heya_imports_a_file_of_several_districts_and_chenxiao_cannot_choose_another(season, people, signed_in):
    office = signed_in(people["heya"])
    confirm(office, sent(office, xlsx(HEADER, ZHANG, WANG)))
    assert [row[0] for row in roster()] == ["茂南区", "电白区"]
    dianbai = season.stages.get(district__code="dianbai").district
    county = signed_in(people["chenxiao"])
    assert sent(county, xlsx(HEADER, LI), district=dianbai.pk).district.code == "maonan"


def test_the_office_chooses_a_district_for_a_file_that_names_none(season, people, signed_in):
    client = signed_in(people["heya"])
    dianbai = season.stages.get(district__code="dianbai").district
    data = xlsx(HEADER[1:], ZHANG[1:])
    assert lines(preview(client, sent(client, data)), "problems") == [
        (["没有写明地区。请在上传时选择地区，或在表里加上“地区”一列。"],)
    ]
    confirm(client, sent(client, data, district=dianbai.pk))
    assert [row[0] for row in roster()] == ["电白区"]


def test_a_column_that_nobody_recognises_is_named_by_hand(season, people, signed_in):
    client = signed_in(people["chenxiao"])
    upload = sent(client, xlsx(("村", "派出单位", "战斗在一线的同志", "编外"), ("烧酒村", "广东省示例厅", "张三", "x")))
    assert preview(client, upload).context["obstacle"].startswith("没有找到这些必需的列：姓名。")
    answer = client.post(reverse("contest:roster_columns", args=[upload.pk]), {"column_2": "name"})
    assert answer.status_code == 302
    shown = preview(client, upload)
    assert lines(shown, "label", "name") == [("新增", "张三")]
    assert [(field.initial, field.value()) for _column, field in shown.context["columns"]][2] == ("name", "name")
    confirm(client, upload)
    assert Secretary.objects.get().name == "张三"


def test_one_field_for_two_columns_is_refused_in_words(season, people, signed_in):
    client = signed_in(people["chenxiao"])
    upload = sent(client, xlsx(("村", "派出单位", "甲", "乙"), ("烧酒村", "广东省示例厅", "张三", "x")))
    answer = client.post(reverse("contest:roster_columns", args=[upload.pk]), {"column_2": "name", "column_3": "name"})
    assert answer.status_code == 400
    assert "有两列对应了同一个项目" in answer.content.decode()
    upload.refresh_from_db()
    assert upload.mapping == {}


@pytest.mark.parametrize("told", [{"column_2": "password"}, {"sheet": "别的表"}])
def test_a_field_or_sheet_that_is_not_offered_is_refused(season, people, signed_in, told):
    client = signed_in(people["chenxiao"])
    upload = sent(client, xlsx(HEADER, ZHANG, more={"旧表": [HEADER, LI]}))
    answer = client.post(reverse("contest:roster_columns", args=[upload.pk]), told)
    assert answer.status_code == 400
    assert "没有的选项" in answer.content.decode()


def test_a_moved_field_leaves_the_column_it_was_in(season, people, signed_in):
    client = signed_in(people["chenxiao"])
    upload = sent(client, xlsx(("村", "姓名", "派出单位", "工作单位"), ("烧酒村", "张三", "挂名单位", "广东省示例厅")))
    client.post(reverse("contest:roster_columns", args=[upload.pk]), {"column_3": "unit"})
    shown = preview(client, upload)
    assert [column.field for column, _field in shown.context["columns"]] == ["village", "name", None, "unit"]
    assert lines(shown, "unit") == [("广东省示例厅",)]


def test_a_workbook_with_two_rosters_asks_which_one(season, people, signed_in):
    client = signed_in(people["chenxiao"])
    upload = sent(client, xlsx(HEADER, ZHANG, LI, more={"去年": [HEADER, (*ZHANG[:3], "周文", *ZHANG[4:])]}))
    assert list(preview(client, upload).context["form"].fields["sheet"].choices) == [
        ("Sheet", "Sheet"),
        ("去年", "去年"),
    ]
    client.post(reverse("contest:roster_columns", args=[upload.pk]), {"sheet": "去年"})
    shown = preview(client, upload)
    assert lines(shown, "name") == [("周文",)]
    assert [name for name, _label in shown.context["form"].fields["sheet"].choices] == ["Sheet", "去年"]


def test_a_damaged_long_number_is_refused_until_its_column_is_left_out(season, people, signed_in):
    client = signed_in(people["chenxiao"])
    upload = sent(client, xlsx((*HEADER, "身份证号"), (*ZHANG, 440902198001011234), (*LI, "44090219800101123X")))
    shown = preview(client, upload)
    assert lines(shown, "number", "label")[0] == (2, "不能导入")
    assert "已被 Excel 改掉了末尾几位" in shown.context["lines"][0].problems[0]
    assert "440902198001011" not in shown.content.decode()
    client.post(reverse("contest:roster_columns", args=[upload.pk]), {"column_8": ""})
    assert preview(client, upload).context["plan"].counts["refuse"] == 0


def test_the_rows_can_be_shown_by_what_happens_to_them(season, people, signed_in):
    client = signed_in(people["chenxiao"])
    upload = sent(client, xlsx(HEADER, ZHANG, WANG))
    assert lines(preview(client, upload, "refuse"), "name") == [("王五",)]
    assert lines(preview(client, upload, "add"), "name") == [("张三",)]
    assert lines(preview(client, upload, "nonsense"), "name") == [("王五",), ("张三",)]


def test_people_the_file_lacks_are_listed_and_left_alone(season, people, signed_in):
    client = signed_in(people["chenxiao"])
    confirm(client, sent(client, xlsx(HEADER, ZHANG, LI)))
    upload = sent(client, xlsx(HEADER, (*ZHANG[:-1], "13900000009")))
    shown = preview(client, upload)
    assert [each.name for each in shown.context["plan"].absent] == ["李四"]
    assert "名册里有、文件里没有的 1 人" in shown.content.decode()
    confirm(client, upload)
    assert Posting.objects.count() == 2


def test_confirming_twice_is_refused_with_a_sentence_and_writes_nothing(season, people, signed_in):
    client = signed_in(people["chenxiao"])
    upload = sent(client, messy())
    confirm(client, upload)
    again = client.post(reverse("contest:roster_confirm", args=[upload.pk]))
    assert again.status_code == 409
    assert "这份名册已经导入或放弃，没有再次写入" in again.content.decode()
    assert Posting.objects.count() == 4


def test_a_double_tap_on_confirm_gets_the_first_answer(season, people, signed_in):
    client = signed_in(people["chenxiao"])
    upload = sent(client, messy())
    form = {"seen": preview(client, upload).context["seen"], "once_key": "k" * 32}
    first = client.post(reverse("contest:roster_confirm", args=[upload.pk]), form)
    second = client.post(reverse("contest:roster_confirm", args=[upload.pk]), form)
    assert (first.status_code, second.status_code, second["Location"]) == (302, 302, first["Location"])


def test_linfang_confirms_a_stale_preview_and_is_shown_the_new_one(season, people, signed_in):
    chenxiao, linfang = signed_in(people["chenxiao"]), signed_in(people["linfang"])
    upload = sent(linfang, xlsx(HEADER, ZHANG, LI))
    seen = preview(linfang, upload).context["seen"]
    confirm(chenxiao, sent(chenxiao, xlsx(HEADER, ZHANG)))
    answer = linfang.post(reverse("contest:roster_confirm", args=[upload.pk]), {"seen": seen})
    assert answer.status_code == 409
    assert "您打开预览之后" in answer.content.decode()
    assert answer.context["plan"].counts == {"add": 1, "change": 0, "same": 1, "refuse": 0}
    assert [row[3] for row in roster()] == ["张三"]
    assert confirm(linfang, upload).status_code == 302
    assert [row[3] for row in roster()] == ["张三", "李四"]


def test_a_corrected_file_sent_again_replaces_the_one_still_waiting(season, people, signed_in):
    client = signed_in(people["chenxiao"])
    first, other = sent(client, xlsx(HEADER, WANG), "茂南.xlsx"), sent(client, xlsx(HEADER, LI), "另一份.xlsx")
    colleagues = sent(signed_in(people["linfang"]), xlsx(HEADER, WANG), "茂南.xlsx")
    second = sent(client, xlsx(HEADER, ZHANG), "茂南.xlsx")
    states = [RosterImport.objects.get(pk=each.pk).state for each in (first, other, colleagues, second)]
    assert states == ["discarded", "preview", "preview", "preview"]
    assert bytes(RosterImport.objects.get(pk=first.pk).content) == b""
    assert f'"replaces":[{first.pk}]' in LogLine.objects.filter(action="upload_roster").latest("seq").payload


def test_a_guessed_level_is_marked_on_the_row_and_said_once(season, people, signed_in):
    client = signed_in(people["chenxiao"])
    shown = preview(client, sent(client, messy()))
    assert lines(shown, "level", "notes")[0] == ("中央和省直单位（推断）", [])
    assert shown.context["notes"][0] == "有 4 行没有写单位层级，按单位名称推断，标有“推断”，请核对。"


def test_a_given_up_file_is_emptied_and_cannot_be_confirmed(season, people, signed_in):
    client = signed_in(people["chenxiao"])
    upload = sent(client, messy())
    assert client.post(reverse("contest:roster_discard", args=[upload.pk])).status_code == 302
    upload.refresh_from_db()
    assert (upload.state, bytes(upload.content)) == ("discarded", b"")
    assert client.post(reverse("contest:roster_confirm", args=[upload.pk])).status_code == 409
    assert client.post(reverse("contest:roster_discard", args=[upload.pk])).status_code == 409
    assert client.post(reverse("contest:roster_columns", args=[upload.pk]), {"column_1": ""}).status_code == 400
    assert roster() == []
    assert "这次上传已放弃" in preview(client, upload).content.decode()


def test_a_file_nobody_confirmed_for_a_week_is_given_up_and_emptied(season, people):
    upload = uploaded(season, clean(2), by=people["chenxiao"], district="maonan")
    week = upload.uploaded_at + timedelta(days=7)
    assert forget_rosters(at=week) == 0
    assert forget_rosters(at=week + timedelta(seconds=1)) == 1
    upload.refresh_from_db()
    assert (upload.state, bytes(upload.content)) == ("discarded", b"")
    assert forget_rosters(at=week + timedelta(days=1)) == 0
    assert verify("2023")[2] == []


@pytest.mark.parametrize("step", ["roster_preview", "roster_columns", "roster_confirm", "roster_discard"])
def test_an_upload_of_maonan_does_not_exist_for_huangqiang(season, people, signed_in, step):
    upload = sent(signed_in(people["chenxiao"]), messy())
    here = reverse(f"contest:{step}", args=[upload.pk])
    neighbour = signed_in(people["huangqiang"])
    assert neighbour.get(here).status_code == 404
    # The preview itself takes no forms from anybody.
    assert neighbour.post(here).status_code == (405 if step == "roster_preview" else 404)
    assert signed_in(people["linfang"]).get(here, follow=True).status_code == 200
    upload.refresh_from_db()
    assert upload.state == "preview"


def test_zhengzhi_may_not_import(season, people, signed_in):
    client = signed_in(people["zhengzhi"])
    assert client.get(reverse("contest:roster_import")).status_code == 403
    assert send(client, messy()).status_code == 403
    assert RosterImport.objects.count() == 0


def test_extra_fields_in_the_form_have_no_effect(season, people, signed_in):
    client = signed_in(people["chenxiao"])
    upload = sent(client, messy(), state="confirmed", uploaded_by=people["heya"].pk, confirmed_at="2023-11-25 09:00")
    assert (upload.state, upload.uploaded_by, upload.confirmed_at) == ("preview", people["chenxiao"], None)
    client.post(reverse("contest:roster_columns", args=[upload.pk]), {"state": "confirmed", "mapping": "{}"})
    upload.refresh_from_db()
    assert upload.state == "preview"
    assert roster() == []


def test_the_upload_page_lists_what_was_uploaded_before_within_reach(season, people, signed_in):
    chenxiao = signed_in(people["chenxiao"])
    confirm(chenxiao, sent(chenxiao, messy(), "第一次.xlsx"))
    sent(signed_in(people["huangqiang"]), xlsx(HEADER, WANG), "电白.xlsx")
    page = chenxiao.get(reverse("contest:roster_import"))
    assert [(upload.original_name, counts) for upload, _chip, counts in page.context["earlier"]] == [
        ("第一次.xlsx", [("新增", 4), ("变更", 0), ("不变", 0)])
    ]
    office = signed_in(people["heya"]).get(reverse("contest:roster_import"))
    assert [upload.original_name for upload, *_rest in office.context["earlier"]] == ["电白.xlsx", "第一次.xlsx"]


def test_an_upload_in_preview_waits_on_the_desk_of_who_sent_it(season, people, signed_in):
    client = signed_in(people["chenxiao"])
    upload = sent(client, messy(), "茂南名册.xlsx")
    here = reverse("contest:roster_preview", args=[upload.pk])
    waiting = {todo.url: todo.text for todo in client.get(reverse("desk")).context["todos"]}
    assert waiting[here] == "名册待确认：茂南名册.xlsx"
    colleague = signed_in(people["linfang"]).get(reverse("desk"))
    assert here not in {todo.url for todo in colleague.context["todos"]}
    confirm(client, upload)
    assert here not in {todo.url for todo in client.get(reverse("desk")).context["todos"]}


@pytest.mark.parametrize("count", [1, 3])
def test_the_upload_page_asks_the_database_as_often_for_three_uploads_as_for_one(
    season, people, signed_in, django_assert_num_queries, count
):
    client = signed_in(people["heya"])
    for n in range(count):
        sent(client, xlsx(HEADER, ZHANG), f"{n}.xlsx")
    with django_assert_num_queries(6):
        client.get(reverse("contest:roster_import"))


@pytest.mark.parametrize("count", [1, 3])
def test_the_preview_asks_the_database_as_often_for_three_rows_as_for_one(
    season, people, signed_in, django_assert_num_queries, count
):
    client = signed_in(people["chenxiao"])
    upload = sent(client, clean(count))
    # One asks which levels the file's units have already: a change is said beside its row.
    with django_assert_num_queries(13):
        preview(client, upload)


def test_a_units_level_stated_in_the_file_corrects_the_known_unit(season, people, signed_in):
    Unit.objects.create(name="广东省示例厅", level="county")
    client = signed_in(people["chenxiao"])
    confirm(client, sent(client, xlsx(HEADER, ZHANG)))
    assert Unit.objects.get().level == "central_provincial"
