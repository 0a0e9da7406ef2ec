"""The scan of the signed result sheet: taken in for what it is, given out to those who may see it."""

import hashlib
import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts import log
from accounts.desk import waiting
from accounts.models import LogLine
from contest import workflow
from contest.actions import documents as actions
from contest.actions.season import TooLate, schedule
from contest.actions.season_changes import correct_season, details_of
from contest.models import Stage, StageDocument
from contest.models.stage import State
from registry import scans
from tests import cast
from tests.scans import JPEG, PDF, PNG, largest, picture


@pytest.fixture(autouse=True)
def own_shelf(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def tabulated(maonan):
    """茂南区's preliminary with the first revision of its results."""
    Stage.objects.filter(pk=maonan.pk).update(revision=1)
    return cast.put(maonan, State.TABULATED)


def upload(stage, people, *, name="成绩单.pdf", data=PDF, by="chenxiao", sealed=False):
    (document,) = actions.upload_signed_result(stage, files=[(name, data)], sealed=sealed, by=people[by], at=cast.NOW)
    return document


@pytest.fixture
def desk_items(people):
    """What waits for somebody under these words: whether it is urgent, and whether it is still in time."""

    def find(username, text):
        return [(todo.urgent, "最迟 " in todo.detail) for todo in waiting(people[username]) if todo.text == text]

    return find


def stored(tmp_path) -> list[Path]:
    return [path for path in tmp_path.rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("data", "content_type", "suffix"),
    [(PDF, "application/pdf", ".pdf"), (JPEG, "image/jpeg", ".jpg"), (PNG, "image/png", ".png")],
)
def test_a_scan_is_kept_as_what_its_bytes_say(tabulated, people, tmp_path, data, content_type, suffix):
    document = upload(tabulated, people, name="../../签字\\茂南 成绩单.exe", data=data)
    (path,) = stored(tmp_path)
    assert path.read_bytes() == data
    assert path.suffix == suffix
    assert "成绩单" not in path.name
    assert (document.original_name, document.content_type) == ("茂南 成绩单.exe", content_type)
    assert (document.size, document.revision) == (len(data), 1)
    assert document.sha256 == hashlib.sha256(data).hexdigest()
    assert document.sha256 in LogLine.objects.get(action="upload_signed_result").payload


def tampered(stage, people, tmp_path):
    """What the log finds wrong with the scans after each of three ways to put another in the place of one."""
    document, other = upload(stage, people), upload(stage, people, data=JPEG)
    assert found() == []
    (path,) = (path for path in stored(tmp_path) if path.suffix == ".pdf")
    path.write_bytes(JPEG)
    yield document, found()
    StageDocument.objects.filter(pk=document.pk).update(sha256=other.sha256)
    yield document, found()
    path.unlink()
    yield document, found()


def found():
    return [str(fault) for fault in log.verify("2023")[2]]


def test_a_scan_that_was_exchanged_shows_in_the_log(tabulated, people, tmp_path):
    steps = tampered(tabulated, people, tmp_path)
    document, at_first = next(steps)
    file, row = f"扫描件 {document.pk} 的文件不见了或与日志不符", f"扫描件 {document.pk} 的记录与日志不符"
    assert at_first == [file]
    assert next(steps)[1] == [row, file]
    assert next(steps)[1] == [row, file]


def test_a_scan_put_in_or_taken_away_beside_the_log_shows(tabulated, people):
    document = upload(tabulated, people)
    pk = document.pk
    document.delete()
    document.pk = pk + 50
    document.save(force_insert=True)
    assert found() == [f"扫描件 {pk} 的记录不见了", f"扫描件 {pk + 50} 没有对应的日志"]


@pytest.mark.parametrize("change", [{"use": "sealed_result"}, {"page": 4}, {"revision": 2}])
def test_a_page_that_became_another_page_or_a_sealed_one_beside_the_log_shows(tabulated, people, change):
    actions.upload_signed_result(tabulated, files=PHOTOS, by=people["chenxiao"], at=cast.NOW)
    assert found() == []
    page = StageDocument.objects.get(page=2)
    StageDocument.objects.filter(pk=page.pk).update(**change)
    assert found() == [f"扫描件 {page.pk} 的记录与日志不符"]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "文件是空的"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "只接受 PDF、JPG 或 PNG"),
        (b"\x89PNG\r\n\x1a\n<html></html>", "只接受 PDF、JPG 或 PNG"),
        (PDF + b"<html></html>", "末尾附有"),
        (picture(size=(300, 400)), "300 × 400"),
        (largest(scans.LARGEST + 1), "超过 20 MB"),
    ],
    ids=["nothing", "a drawing", "a page behind a PNG's first bytes", "a page behind a PDF", "a stamp", "too much"],
)
def test_anything_else_is_refused_whatever_its_name(tabulated, people, tmp_path, data, sentence):
    """Issue 8, attack 3. What is taken and what is not: tests/registry/test_scans.py."""
    with pytest.raises(actions.DocumentRefused, match=sentence):
        upload(tabulated, people, data=data)
    assert (stored(tmp_path), StageDocument.objects.count()) == ([], 0)


PHOTOS = [("第1页.jpg", picture("JPEG", word="1")), ("第2页.jpg", picture("JPEG", word="2")), ("第3页.png", PNG)]


def test_the_pages_of_one_sheet_are_photographed_and_stay_in_order(tabulated, people):
    actions.upload_signed_result(tabulated, files=PHOTOS, by=people["chenxiao"], at=cast.NOW)
    pages = actions.signed_result(tabulated)
    assert [(each.page, each.original_name, each.revision) for each in pages] == [
        (1, "第1页.jpg", 1),
        (2, "第2页.jpg", 1),
        (3, "第3页.png", 1),
    ]
    assert len({each.upload for each in pages}) == 1
    line = LogLine.objects.get(action="upload_signed_result")
    digests = [hashlib.sha256(data).hexdigest() for _name, data in PHOTOS]
    assert json.loads(line.payload)["facts"]["sha256"] == digests


def test_one_page_that_cannot_be_read_keeps_all_of_them_out(tabulated, people, tmp_path):
    torn = [*PHOTOS[:2], ("第3页.png", PNG[:-20])]
    with pytest.raises(actions.DocumentRefused, match=r"第3页\.png：文件不完整"):
        actions.upload_signed_result(tabulated, files=torn, by=people["chenxiao"], at=cast.NOW)
    assert (stored(tmp_path), StageDocument.objects.count()) == ([], 0)


@pytest.mark.parametrize(("files", "sentence"), [([], "请选择"), ([("a.png", PNG)] * 21, "最多上传 20 个")])
def test_there_are_some_pages_and_not_too_many(tabulated, people, files, sentence):
    with pytest.raises(actions.DocumentRefused, match=sentence):
        actions.upload_signed_result(tabulated, files=files, by=people["chenxiao"], at=cast.NOW)


def test_an_upload_whose_log_line_cannot_be_written_leaves_no_file(tabulated, people, tmp_path, monkeypatch):
    def break_down(*_, **__):
        raise ZeroDivisionError

    monkeypatch.setattr("contest.actions.documents.log.write", break_down)
    with pytest.raises(ZeroDivisionError):
        actions.upload_signed_result(tabulated, files=PHOTOS, by=people["chenxiao"], at=cast.NOW)
    assert (stored(tmp_path), StageDocument.objects.count()) == ([], 0)


def test_the_largest_scan_is_taken(tabulated, people):
    assert upload(tabulated, people, data=largest(scans.LARGEST)).size == scans.LARGEST


@pytest.mark.parametrize("state", [state for state in State if state != State.TABULATED])
def test_a_signed_sheet_comes_after_tabulating_and_before_certifying(tabulated, people, tmp_path, state):
    cast.put(tabulated, state)
    with pytest.raises(actions.DocumentRefused, match="统分之后、签字确认之前"):
        upload(tabulated, people)
    assert stored(tmp_path) == []


@pytest.mark.parametrize("state", State)
def test_a_sealed_one_may_follow_until_the_results_take_effect(tabulated, people, tmp_path, state):
    cast.put(tabulated, state)
    if state in (State.TABULATED, State.CERTIFIED, State.PUBLISHED):
        upload(tabulated, people, sealed=True)
        assert LogLine.objects.filter(action="upload_sealed_result").count() == 1
        return
    with pytest.raises(actions.DocumentRefused, match="统分之后、成绩生效之前"):
        upload(tabulated, people, sealed=True)
    assert stored(tmp_path) == []


def test_signatures_are_enough_to_certify_and_the_end_wants_the_seal(tabulated, people):
    def told(move):
        problems = workflow.problems(tabulated, workflow.MOVES[move], cast.NOW)
        return [each.text for each in problems if "成绩单扫描件" in each.text]

    signed, sealed = "请上传评委签字的成绩单扫描件或照片（本版成绩）。", "请上传签字并盖章的成绩单扫描件（本版成绩）。"
    assert (told("certify"), told("close")) == ([signed], [sealed])
    upload(tabulated, people)
    assert (told("certify"), told("close")) == ([], [sealed])
    upload(tabulated, people, sealed=True)
    assert (told("certify"), told("close")) == ([], [])
    Stage.objects.filter(pk=tabulated.pk).update(revision=2)
    assert (told("certify"), told("close")) == ([signed], [sealed])


def test_a_sheet_sealed_at_once_is_signed_as_well(tabulated, people):
    sealed = upload(tabulated, people, sealed=True)
    assert (actions.signed_result(tabulated), actions.sealed_result(tabulated)) == ([sealed], [sealed])


@pytest.mark.parametrize(
    ("certified", "due"),
    [
        ("2023-11-23T10:00", "2023-11-27"),
        ("2023-11-24T23:59", "2023-11-28"),
        ("2023-11-25T17:00", "2023-11-28"),
        ("2023-11-26T00:00", "2023-11-28"),
        ("2023-11-27T00:00", "2023-11-29"),
    ],
    ids=["a Thursday", "a Friday", "a Saturday", "a Sunday", "a Monday"],
)
def test_the_seal_has_two_working_days(tabulated, certified, due):
    assert actions.seal_due(tabulated) is None
    tabulated.certified_at = timezone.make_aware(datetime.fromisoformat(certified))
    assert actions.seal_due(tabulated) == date.fromisoformat(due)


def test_the_seal_counts_by_the_calendar_of_the_season(tabulated):
    """The Monday is off and the Saturday before it is made up."""
    season = tabulated.season
    season.days_off, season.days_made_up = ["2023-11-27"], ["2023-11-25"]
    tabulated.certified_at = timezone.make_aware(datetime.fromisoformat("2023-11-24T10:00"))
    assert actions.seal_due(tabulated) == date(2023, 11, 28)
    season.days_made_up = []
    assert actions.seal_due(tabulated) == date(2023, 11, 29)


@pytest.mark.parametrize("username", ["huangqiang", "zhengzhi"])
def test_nobody_else_uploads(tabulated, people, username):
    with pytest.raises(PermissionDenied):
        upload(tabulated, people, by=username)


def test_a_scan_of_an_earlier_revision_certifies_nothing(tabulated, people):
    first = upload(tabulated, people)
    assert actions.signed_result(tabulated) == [first]
    Stage.objects.filter(pk=tabulated.pk).update(revision=2)
    assert actions.signed_result(tabulated) == []
    second = upload(tabulated, people, data=PNG)
    assert actions.signed_result(tabulated) == [second]


def test_the_newest_scan_counts(tabulated, people):
    upload(tabulated, people)
    newest = actions.upload_signed_result(tabulated, files=PHOTOS, by=people["linfang"], at=cast.later(5))
    assert actions.signed_result(tabulated) == newest


# The pages.


def send(client, stage, data=PDF, name="成绩单.pdf", **also):
    return client.post(f"/desk/stages/{stage.pk}/documents/", {"pages": SimpleUploadedFile(name, data), **also})


def test_chenxiao_uploads_on_the_page_and_sees_it_listed(tabulated, people, signed_in):
    client = signed_in(people["chenxiao"])
    assert send(client, tabulated).status_code == 302
    page = client.get(f"/desk/stages/{tabulated.pk}/documents/").content.decode()
    assert "成绩单.pdf" in page
    assert ("本版成绩的签字件已上传" in page, "盖章后补交本版成绩单的扫描件" in page) == (True, True)


def test_a_scan_is_given_out_as_an_attachment_to_those_who_may_see_marks(tabulated, people, signed_in):
    document = upload(tabulated, people, name="茂南 成绩单.pdf")
    for username in ("chenxiao", "heya", "zhengzhi"):
        answer = signed_in(people[username]).get(f"/desk/documents/{document.pk}/")
        assert b"".join(answer) == PDF
        assert answer.headers["Content-Type"] == "application/pdf"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store, private"
        assert answer.headers["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert signed_in(people["huangqiang"]).get(f"/desk/documents/{document.pk}/").status_code == 404


def test_a_scan_that_is_no_longer_on_the_shelf_is_not_found(tabulated, people, signed_in, tmp_path):
    document = upload(tabulated, people)
    stored(tmp_path)[0].unlink()
    assert signed_in(people["chenxiao"]).get(f"/desk/documents/{document.pk}/").status_code == 404


@pytest.mark.parametrize(
    ("data", "sentence"), [(b"", "空"), (b"MZ", "只接受 PDF"), (largest(scans.LARGEST + 1), "20 MB")]
)
def test_a_file_that_cannot_be_taken_is_told_beside_the_field(tabulated, people, signed_in, data, sentence):
    answer = send(signed_in(people["chenxiao"]), tabulated, data)
    assert answer.status_code == 400
    assert sentence in str(answer.context["form"].errors["pages"])
    assert not StageDocument.objects.exists()


def test_a_form_without_a_file_is_told(tabulated, people, signed_in):
    answer = signed_in(people["chenxiao"]).post(f"/desk/stages/{tabulated.pk}/documents/", {"once_key": "k"})
    assert answer.status_code == 400
    assert "pages" in answer.context["form"].errors


def test_linfang_photographs_three_pages_and_the_seal_follows_the_day_after(tabulated, people, signed_in):
    client, page = signed_in(people["linfang"]), f"/desk/stages/{tabulated.pk}/documents/"
    photos = [SimpleUploadedFile(name, data) for name, data in PHOTOS]
    assert client.post(page, {"pages": photos, "sealed": ""}).status_code == 302
    Stage.objects.filter(pk=tabulated.pk).update(state=State.CERTIFIED, certified_at=cast.NOW)
    shown = client.get(page).content.decode()
    assert ("补交盖章的成绩单" in shown, "最迟 2023年11月28日" in shown, 'name="sealed"' in shown) == (
        True,
        True,
        False,
    )
    assert send(client, tabulated).status_code == 302
    shown = client.get(page).content.decode()
    assert ("本版成绩的盖章件已上传" in shown, shown.count('scope="row"')) == (True, 4)
    uses = StageDocument.objects.order_by("pk").values_list("use", "page")
    assert list(uses) == [("signed_result", 1), ("signed_result", 2), ("signed_result", 3), ("sealed_result", 1)]


def test_a_sheet_sealed_on_the_spot_is_said_to_be(tabulated, people, signed_in):
    assert send(signed_in(people["chenxiao"]), tabulated, sealed="1").status_code == 302
    assert StageDocument.objects.get().use == "sealed_result"


def test_files_too_large_together_are_refused_before_any_is_read(tabulated, people, signed_in, monkeypatch):
    monkeypatch.setattr("contest.forms.documents.LARGEST_ALL", 2 * len(PDF))
    files = [SimpleUploadedFile(f"{number}.pdf", PDF) for number in range(3)]
    answer = signed_in(people["chenxiao"]).post(f"/desk/stages/{tabulated.pk}/documents/", {"pages": files})
    assert (answer.status_code, "合计超过" in answer.content.decode()) == (400, True)


def test_too_late_is_told_on_the_page(tabulated, people, signed_in):
    cast.put(tabulated, State.CLOSED)
    answer = send(signed_in(people["chenxiao"]), tabulated)
    assert answer.status_code == 400
    assert "成绩生效之前上传" in answer.content.decode()


def test_the_missing_seal_waits_on_the_desk_of_the_county_and_is_marked_when_late(tabulated, people, desk_items):
    now = timezone.now()
    Stage.objects.filter(pk=tabulated.pk).update(state=State.PUBLISHED, certified_at=now)
    text = "茂南区初赛：请补交盖章的成绩单"
    assert desk_items("linfang", text) == [(False, True)]
    assert [desk_items(name, text) for name in ("huangqiang", "heya", "zhengzhi")] == [[], [], []]
    Stage.objects.filter(pk=tabulated.pk).update(certified_at=now - timedelta(days=5))
    assert desk_items("linfang", text) == [(True, False)]
    Stage.objects.filter(pk=tabulated.pk).update(state=State.TABULATED)
    upload(tabulated, people, sealed=True)
    Stage.objects.filter(pk=tabulated.pk).update(state=State.PUBLISHED)
    assert desk_items("linfang", text) == []


def test_the_supervisor_reads_and_uploads_nothing(tabulated, people, signed_in):
    client = signed_in(people["zhengzhi"])
    page = client.get(f"/desk/stages/{tabulated.pk}/documents/")
    assert page.status_code == 200
    assert 'type="file"' not in page.content.decode()
    assert send(client, tabulated).status_code == 404
    assert client.post(f"/desk/stages/{tabulated.pk}/documents/", {"x": "1"}).status_code == 404


def test_the_neighbour_finds_no_page(tabulated, people, signed_in):
    client = signed_in(people["huangqiang"])
    assert client.get(f"/desk/stages/{tabulated.pk}/documents/").status_code == 404
    assert send(client, tabulated).status_code == 404


def test_the_list_takes_as_many_queries_for_three_as_for_one(tabulated, people, signed_in, django_assert_num_queries):
    client = signed_in(people["chenxiao"])
    upload(tabulated, people)
    with django_assert_num_queries(6):
        client.get(f"/desk/stages/{tabulated.pk}/documents/")
    upload(tabulated, people, data=PNG)
    upload(tabulated, people, data=JPEG)
    with django_assert_num_queries(6):
        client.get(f"/desk/stages/{tabulated.pk}/documents/")


def hindrances(stage, move) -> list[str]:
    """What the signed sheet leaves standing in a move's way."""
    standing = workflow.problems(Stage.objects.whole().get(pk=stage.pk), workflow.MOVES[move], cast.NOW)
    return [each.text for each in standing if "成绩单" in each.text]


ANEW = "上传签字的成绩单之后，活动名称、举办日期或地点有改动：请重新打印成绩单，请评委签字后再上传。"


@pytest.fixture
def held(tabulated):
    Stage.objects.filter(pk=tabulated.pk).update(held_on=date(2023, 11, 28), venue="白石镇礼堂")
    return Stage.objects.whole().get(pk=tabulated.pk)


@pytest.mark.parametrize("told", [{"held_on": date(2023, 11, 29)}, {"venue": "另一个地方"}])
def test_after_the_panel_signed_chenxiao_moves_day_or_place_and_the_panel_signs_anew(held, people, told):
    upload(held, people)
    assert hindrances(held, "certify") == []
    schedule(held, **{"held_on": held.held_on, "venue": held.venue} | told, by=people["chenxiao"], at=cast.NOW)
    assert hindrances(held, "certify") == [ANEW]
    upload(held, people, data=JPEG)
    assert (hindrances(held, "certify"), found()) == ([], [])


def test_a_day_put_back_as_the_panel_signed_it_needs_no_other_sheet(held, people):
    upload(held, people)
    for venue in ("另一个地方", "白石镇礼堂"):
        schedule(held, held_on=held.held_on, venue=venue, by=people["chenxiao"], at=cast.NOW)
    assert hindrances(held, "certify") == []


def test_the_seasons_title_stands_on_the_sheet_as_well_sealed_or_not(held, people, desk_items):
    upload(held, people, sealed=True)
    Stage.objects.filter(pk=held.pk).update(state=State.PUBLISHED, certified_at=timezone.now())
    text = "茂南区初赛：请补交盖章的成绩单"
    assert (hindrances(held, "close"), desk_items("linfang", text)) == ([], [])
    new = replace(details_of(held.season), title="另一个名称")
    correct_season(held.season, new, by=people["heya"], seconded_by=people["luoping"], at=cast.NOW)
    again = "上传盖章的成绩单之后，活动名称、举办日期或地点有改动：请重新打印、签字、盖章后再上传。"
    assert (hindrances(held, "close"), desk_items("linfang", text)) == ([again], [(False, True)])


def test_the_page_says_which_scan_is_out_of_date_once_the_place_is_another(held, people, signed_in):
    upload(held, people)
    client, page = signed_in(people["chenxiao"]), f"/desk/stages/{held.pk}/documents/"
    assert ("已过期" in client.get(page).content.decode(), "签字件已上传" in client.get(page).content.decode()) == (
        False,
        True,
    )
    schedule(held, held_on=held.held_on, venue="另一个地方", by=people["chenxiao"], at=cast.NOW)
    shown = client.get(page).content.decode()
    assert ("已过期" in shown, "签字件已上传" in shown) == (True, False)


def test_once_certified_day_and_place_stand_for_everybody(held, people):
    cast.put(held, State.CERTIFIED)
    with pytest.raises(TooLate, match="时间地点不能再改"):
        schedule(held, held_on=held.held_on, venue="另一个地方", by=people["heya"], at=cast.NOW)


@pytest.mark.parametrize("change", [{"venue": "另一个地方"}, {"held_on": date(2023, 12, 1)}, {"title": "另一个名称"}])
def test_what_a_scan_said_changed_beside_the_log_shows(held, people, change):
    document = upload(held, people)
    StageDocument.objects.filter(pk=document.pk).update(**change)
    assert found() == [f"扫描件 {document.pk} 的记录与日志不符"]


@pytest.mark.looks
def test_once_the_signed_sheet_is_there_its_page_leads_on_to_whoever_may_certify(tabulated, people, signed_in):
    certify = f'href="/desk/stages/{tabulated.pk}/move/certify/"'

    def leads_on(who):
        return certify in signed_in(people[who]).get(f"/desk/stages/{tabulated.pk}/documents/").content.decode()

    assert leads_on("chenxiao") is False
    upload(tabulated, people)
    assert [leads_on(who) for who in ("chenxiao", "linfang", "zhengzhi")] == [True, True, False]


def test_scans_leave_the_disk_its_reserve_and_a_stage_its_limit(tabulated, people, settings, tmp_path):
    settings.MATERIAL_QUOTA = 2 * len(PDF)
    upload(tabulated, people)
    upload(tabulated, people, sealed=True)
    with pytest.raises(actions.DocumentRefused, match="上限"):
        upload(tabulated, people)
    settings.MATERIAL_QUOTA, settings.MATERIAL_RESERVE = 1 << 30, 1 << 60
    with pytest.raises(actions.DocumentRefused, match="存储空间不足"):
        upload(tabulated, people)
    assert len(stored(tmp_path)) == 2
