"""All of a roster or nothing, in as many statements for 212 people as for two; and the command that does the same."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.log import verify
from accounts.models import LogLine, User
from contest.actions import roster as actions
from contest.models import RosterImport
from registry.models import Posting, Secretary, Town, Unit, Village
from tests import cast
from tests.contest.rosters import HEADER, LI, WANG, ZHANG, as_planned, clean, uploaded
from tests.registry.excel.office import xlsx

pytestmark = pytest.mark.django_db


def statements(season, data, *, by):
    upload = uploaded(season, data, by=by)
    seen = actions.planned_now(upload, on=timezone.localdate(cast.later(1)))
    with CaptureQueriesContext(connection) as asked:
        actions.confirm_roster(upload, seen=seen, by=by, at=cast.later(1))
    return len(asked)


def everything():
    return [model.objects.count() for model in (Posting, Secretary, Village, Town, Unit)]


def test_212_people_are_imported_in_as_many_statements_as_two(season, people):
    office = people["heya"]
    two = statements(season, clean(2), by=office)
    many = statements(season, clean(212, district="电白区"), by=office)
    # One asks which levels the file's units have already.
    assert two == many == 25
    assert Posting.objects.count() == 214


def test_212_people_are_changed_in_as_many_statements_as_two(season, people):
    office = people["heya"]
    actions.import_roster(season, data=clean(2), name="a.xlsx", by=office, at=cast.NOW)
    actions.import_roster(season, data=clean(212, district="电白区"), name="b.xlsx", by=office, at=cast.NOW)
    moved = [clean(2, since="2022年1月"), clean(212, district="电白区", since="2022年1月")]
    assert [statements(season, data, by=office) for data in moved] == [25, 25]
    assert Posting.objects.filter(since="2022-01-01").count() == 214


@pytest.mark.parametrize("broken", ["carry_out", "log.write"])
def test_an_import_that_breaks_in_the_middle_leaves_nothing_behind(season, people, monkeypatch, broken):
    upload = uploaded(season, xlsx(HEADER, ZHANG, LI), by=people["heya"])
    carry_out = actions.carry_out

    def half(rows, rehearsal, **told):
        carry_out(rows[:1], rehearsal, **told)
        raise OSError("the disk is full")

    def fail(*args, **kwargs):
        raise OSError("the disk is full")

    monkeypatch.setattr(f"contest.actions.roster.{broken}", half if broken == "carry_out" else fail)
    before = everything()
    with pytest.raises(OSError, match="disk"):
        as_planned(upload, by=people["heya"], at=cast.later(1))
    assert everything() == before
    kept = RosterImport.objects.get(pk=upload.pk)
    assert (kept.state, kept.confirmed_at, bytes(kept.content)) == ("preview", None, bytes(upload.content))
    assert not LogLine.objects.filter(action="import_roster").exists()
    monkeypatch.undo()
    assert as_planned(kept, by=people["heya"], at=cast.later(2)).counts["add"] == 2


def test_two_files_confirmed_by_two_colleagues_do_not_add_the_person_they_share_twice(season, people):
    first = uploaded(season, xlsx(HEADER, ZHANG), by=people["heya"])
    second = uploaded(season, xlsx(HEADER, ZHANG), by=people["luoping"])
    as_planned(first, by=people["heya"], at=cast.later(1))
    with pytest.raises(actions.NotReady, match="不需要导入"):
        as_planned(second, by=people["luoping"], at=cast.later(2))
    assert everything() == [1, 1, 1, 1, 1]


def test_a_colleague_who_looked_earlier_cannot_confirm_what_is_done(season, people):
    upload = uploaded(season, xlsx(HEADER, ZHANG), by=people["heya"])
    stale = RosterImport.objects.get(pk=upload.pk)
    as_planned(upload, by=people["heya"], at=cast.later(1))
    with pytest.raises(actions.AlreadyDone):
        as_planned(stale, by=people["luoping"], at=cast.later(2))
    assert Posting.objects.count() == 1


def test_a_row_without_a_town_moves_nobody_to_an_unnamed_town(season, people):
    office = people["heya"]
    actions.import_roster(season, data=xlsx(HEADER, ZHANG), name="a.xlsx", by=office, at=cast.NOW)
    renamed = xlsx(
        ("地区", "村", "姓名", "派出单位", "手机"), ("茂南区", "新村", "张三", "广东省示例厅", "13900000009")
    )
    actions.import_roster(season, data=renamed, name="b.xlsx", by=office, at=cast.NOW)
    (posting,) = Posting.objects.with_places()
    assert (posting.village.town.name, posting.village.name, posting.secretary.phone) == (
        "山阁镇",
        "新村",
        "13900000009",
    )
    assert list(Town.objects.values_list("name", flat=True)) == ["山阁镇"]


def test_days_are_counted_in_maoming_not_in_greenwich(season, people):
    """At 00:30 on 1 December in Maoming it is still November in Greenwich; whoever served until November has ended."""
    office, at = people["heya"], cast.NOW.replace(month=11, day=30, hour=16, minute=30)
    data = xlsx((*HEADER, "任职止"), (*ZHANG, "2023年11月"))
    actions.import_roster(season, data=data, name="a.xlsx", by=office, at=cast.NOW)
    successor = xlsx(HEADER, (*ZHANG[:3], "赵六", *ZHANG[4:]))
    plan = actions.import_roster(season, data=successor, name="b.xlsx", by=office, at=at)
    assert plan.counts["add"] == 1


# The command.


def run(path, *options, season="2023"):
    out, err = StringIO(), StringIO()
    try:
        call_command("import_roster", str(path), "--season", season, *options, stdout=out, stderr=err)
    except SystemExit as ended:
        return ended.code, out.getvalue(), err.getvalue()
    except CommandError as refused:
        return 1, out.getvalue(), err.getvalue() + str(refused)
    return 0, out.getvalue(), err.getvalue()


@pytest.fixture
def write(tmp_path):
    def write(data, name="名册.xlsx"):
        (tmp_path / name).write_bytes(data)
        return tmp_path / name

    return write


def test_the_command_imports_a_file_and_sums_up(season, people, write):
    code, out, err = run(write(xlsx(HEADER, ZHANG, WANG)), "--by", "luoping")
    assert (code, err) == (0, "")
    assert "新增 2，变更 0，不变 0，不能导入 0。已写入，经手人：罗平（luoping）。" in out
    assert Posting.objects.count() == 2
    assert {line.actor.username for line in LogLine.objects.filter(action="import_roster")} == {"luoping"}
    assert verify("2023")[2] == []


def test_without_a_name_the_first_office_account_answers_for_the_command(season, people, write):
    assert run(write(xlsx(HEADER, ZHANG)))[0] == 0
    line = LogLine.objects.get(action="upload_roster")
    assert (line.actor.username, line.note.text) == ("heya", "命令行导入")


def test_the_command_tells_refused_rows_and_writes_nothing(season, people, write):
    path = write(xlsx(HEADER, ZHANG, (*WANG[:3], "", *WANG[4:])))
    code, _out, err = run(path)
    assert code == 1
    assert "第 3 行：缺少姓名。" in err
    assert "什么都没有写入" in err
    assert everything() == [0, 0, 0, 0, 0]
    assert RosterImport.objects.count() == 0


def test_the_command_speaks_json_in_both_cases(season, people, write):
    code, out, _err = run(write(xlsx(HEADER, ZHANG, (*WANG[:3], "", *WANG[4:]))), "--json")
    told = json.loads(out)
    assert (code, told["written"], told["counts"]) == (1, False, {"add": 1, "change": 0, "same": 0, "refuse": 1})
    assert told["errors"] == [{"row": 3, "field": "name", "code": "missing", "sentence": "缺少姓名。"}]
    code, out, _err = run(write(xlsx(HEADER, ZHANG)), "--json")
    told = json.loads(out)
    assert (code, told["written"], told["counts"]["add"], told["errors"]) == (0, True, 1, [])
    code, out, _err = run(write(b"not a workbook"), "--json")
    assert (code, json.loads(out)["written"]) == (1, False)


def test_a_dry_run_writes_nothing(season, people, write):
    path = write(xlsx(HEADER, ZHANG))
    code, out, _err = run(path, "--dry-run", "--json")
    assert (code, json.loads(out)["written"], json.loads(out)["counts"]["add"]) == (0, False, 1)
    assert everything() == [0, 0, 0, 0, 0]
    assert LogLine.objects.filter(action="upload_roster").count() == 0


def test_a_second_run_of_the_same_file_is_no_error(season, people, write):
    path = write(xlsx(HEADER, ZHANG))
    assert run(path)[0] == run(path)[0] == 0
    assert Posting.objects.count() == 1


def test_a_district_is_named_by_code_or_by_name(season, people, write):
    path = write(xlsx(HEADER[1:], ZHANG[1:]))
    assert run(path)[0] == 1
    assert run(path, "--district", "maonan", "--dry-run")[0] == 0
    assert run(path, "--district", "茂南区")[0] == 0
    code, _out, err = run(path, "--district", "火星")
    assert (code, "茂南区（maonan）" in err) == (1, True)


def test_the_command_says_what_it_was_not_given(season, people, write, tmp_path):
    path = write(xlsx(HEADER, ZHANG))
    assert "现有：2023" in run(path, season="1999")[2]
    assert "没有可用的账号 nobody" in run(path, "--by", "nobody")[2]
    assert "打不开文件" in run(tmp_path / "missing.xlsx")[2]
    assert "没有权限" in run(path, "--by", "zhengzhi")[2]
    assert everything() == [0, 0, 0, 0, 0]


def test_without_an_office_the_command_says_how_to_begin(season, people, write):
    User.objects.filter(grants__role="office").update(is_active=False)
    assert "first_account" in run(write(xlsx(HEADER, ZHANG)))[2]
