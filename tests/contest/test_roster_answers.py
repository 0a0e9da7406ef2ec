"""What is doubtful about a roster file is asked, answered, put right or added by hand, on the page and by command."""

import io
import json

import pytest
from django.core.management import call_command
from django.urls import reverse

from accounts.log import verify
from accounts.models import LogLine
from contest.models import RosterImport
from registry.models import Posting, Unit
from tests.contest.rosters import HEADER, LI, ZHANG, confirm, preview, sent
from tests.registry.excel.office import xlsx

pytestmark = pytest.mark.django_db

HEAD = (*HEADER, "备注")
DOUBTFUL = (HEAD, (*ZHANG, "已离任"), (*LI, ""))


def say(client, upload, what, **fields):
    return client.post(reverse(f"contest:roster_{what}", args=[upload.pk]), fields)


def roster():
    return sorted(
        (each.secretary.name, each.village.name, each.unit.level)
        for each in Posting.objects.select_related("secretary", "village", "unit")
    )


def test_chenxiao_is_asked_about_somebody_who_has_left_and_takes_nobody_before_answering(season, people, signed_in):
    client = signed_in(people["chenxiao"])
    upload = sent(client, xlsx(*DOUBTFUL))
    shown = preview(client, upload)
    assert [(line.name, line.label, line.questions) for line in shown.context["lines"]] == [
        ("张三", "待确认", ["这一行写着“已离任”。要导入请确认。"]),
        ("李四", "新增", []),
    ]
    assert confirm(client, upload).status_code == 409
    assert say(client, upload, "answer", row="2", answer="perhaps").status_code == 400
    assert say(client, upload, "answer", row="2", answer="leave").status_code == 302
    after = preview(client, upload)
    assert after.context["skipped"][0][:2] == ("2", "您选择了不导入")
    assert confirm(client, upload).status_code == 302
    assert roster() == [("李四", "福华村", "zhuhai")]
    upload.refresh_from_db()
    assert upload.answers == {}
    assert [line.action for line in LogLine.objects.filter(chain="2023").order_by("seq")][-3:] == [
        *("upload_roster", "answer_rows", "import_roster")
    ]
    assert verify("2023")[2] == []


def test_who_is_taken_after_all_is_imported_with_the_rest(season, people, signed_in):
    client = signed_in(people["chenxiao"])
    upload = sent(client, xlsx(*DOUBTFUL))
    say(client, upload, "answer", row="2", answer="leave")
    say(client, upload, "answer", row="2", answer="take")
    assert preview(client, upload).context["plan"].asking == ()
    assert confirm(client, upload).status_code == 302
    assert [name for name, _village, _level in roster()] == ["张三", "李四"]


def test_a_village_and_a_level_are_put_right_on_the_preview_and_that_is_said(season, people, signed_in):
    client = signed_in(people["chenxiao"])
    upload = sent(client, xlsx(HEADER, (*ZHANG[:5], "市、县（区）", *ZHANG[6:]), LI))
    opened = client.get(reverse("contest:roster_preview", args=[upload.pk]), {"row": "2"})
    told = {"name": "张三", "town": "山阁镇", "village": "烧酒村", "level": "茂名市单位"}
    assert opened.context["row_form"].initial == told
    refused = say(client, upload, "row", row="2", town="山阁镇", village="", level="茂名市单位")
    assert (refused.status_code, "village" in refused.context["row_form"].errors) == (400, True)
    told = {"row": "2", "town": "山阁镇", "village": "山阁村", "level": "中央和省直单位"}
    assert say(client, upload, "row", **told).status_code == 302
    line = next(line for line in preview(client, upload).context["lines"] if line.name == "张三")
    assert (line.label, line.place, line.level) == ("新增", "山阁镇山阁村", "中央和省直单位")
    assert "“村”由您改为“山阁村”。" in line.notes
    assert say(client, upload, "row", row="99", village="某村").status_code == 400
    confirm(client, upload)
    assert roster() == [("张三", "山阁村", "central_provincial"), ("李四", "福华村", "zhuhai")]


def test_a_row_that_is_refused_for_its_village_or_level_is_put_right_on_the_preview(season, people, signed_in):
    client = signed_in(people["chenxiao"])
    upload = sent(client, xlsx(HEADER, (*ZHANG[:2], "烧酒村、山阁村", *ZHANG[3:5], "民营", *ZHANG[6:])))
    opened = client.get(reverse("contest:roster_preview", args=[upload.pk]), {"row": "2"})
    assert opened.context["row_form"].initial["village"] == "烧酒村、山阁村"
    told = {"row": "2", "town": "山阁镇", "village": "烧酒村", "level": "中央和省直单位"}
    assert say(client, upload, "row", **told).status_code == 302
    confirm(client, upload)
    assert roster() == [("张三", "烧酒村", "central_provincial")]


def test_one_person_is_added_by_hand_and_judged_as_a_row(season, people, signed_in):
    client = signed_in(people["chenxiao"])
    upload = sent(client, xlsx(HEADER, ZHANG))
    wang = {"name": "王䶮", "town": "山阁镇", "village": "彭村村委会", "unit": "茂名市示例局", "since": "2021年6月"}
    assert say(client, upload, "add", **wang, level="", phone="13800000009").status_code == 302
    assert say(client, upload, "add", **{**wang, "name": "李四 赵六"}, level="", phone="").status_code == 302
    assert [(line.number, line.label) for line in preview(client, upload).context["lines"]] == [
        *(("手工", "不能导入"), ("手工", "新增"), (2, "新增"))
    ]
    assert say(client, upload, "answer", row="hand2", answer="leave").status_code == 302
    confirm(client, upload)
    assert roster() == [("张三", "烧酒村", "central_provincial"), ("王䶮", "彭村", "maoming")]


def test_nobody_of_another_district_and_nothing_after_the_end_is_answered(season, people, signed_in):
    upload = sent(signed_in(people["chenxiao"]), xlsx(*DOUBTFUL))
    stranger = signed_in(people["huangqiang"])
    for what in ("answer", "row", "add"):
        assert say(stranger, upload, what, row="2", answer="take").status_code == 404
    RosterImport.objects.filter(pk=upload.pk).update(state="discarded")
    for what in ("answer", "row", "add"):
        assert say(signed_in(people["chenxiao"]), upload, what, row="2", answer="take").status_code == 400


def test_that_a_file_changes_the_level_of_a_unit_for_everybody_is_said_beside_its_row(season, people, signed_in):
    office = signed_in(people["luoping"])
    confirm(office, sent(office, xlsx(HEADER, LI)))
    upload = sent(office, xlsx(HEADER, (*ZHANG[:4], LI[4], "茂名市", *ZHANG[6:])))
    assert preview(office, upload).context["lines"][0].notes == [
        "“珠海市示例局”在名册里是“珠海市单位”，导入后改为“茂名市单位”：各地由这个单位派出的人都随之改变，请核对。"
    ]
    other = sent(office, xlsx(HEADER, (*ZHANG[:4], LI[4], "珠海", *ZHANG[6:])))
    assert preview(office, other).context["lines"][0].notes == []


def run(path, *options):
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("import_roster", str(path), "--season", "2023", *options, stdout=out, stderr=err)
        code = 0
    except SystemExit as ended:
        code = int(str(ended.code))
    return code, out.getvalue(), err.getvalue()


def test_the_command_asks_and_takes_its_answer_as_an_option(season, people, tmp_path):
    path = tmp_path / "名册.xlsx"
    path.write_bytes(xlsx(*DOUBTFUL))
    code, out, err = run(path)
    assert (code, Posting.objects.count()) == (1, 0)
    assert "第 2 行：这一行写着“已离任”。要导入请确认。（导入：--accept 2；不导入：--leave 2）" in err
    assert "单位层级写作“省直”的 1 行，按“中央和省直单位”导入。" in out
    told = json.loads(run(path, "--json")[1])
    assert (told["written"], [each["row"] for each in told["questions"]]) == (False, [2])
    assert run(path, "--accept", "2")[0] == 0
    assert [name for name, _village, _level in roster()] == ["张三", "李四"]


def test_the_command_leaves_out_whom_it_is_told_to(season, people, tmp_path):
    path = tmp_path / "名册.csv"
    path.write_bytes("\n".join(",".join(row) for row in DOUBTFUL).encode("gbk"))
    code, out, _err = run(path, "--leave", "2")
    assert (code, "没有读入第 2 行：您选择了不导入" in out) == (0, True)
    assert [name for name, _village, _level in roster()] == ["李四"]
    assert Unit.objects.count() == 1
