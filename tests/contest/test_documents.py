"""The scan of the signed result sheet: taken in for what it is, given out to those who may see it."""

import hashlib
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts import log
from accounts.models import LogLine
from contest.actions import documents as actions
from contest.models import Stage, StageDocument
from contest.models.stage import State
from registry import scans
from tests import cast

PDF = b"%PDF-1.7\n%scan of the signed sheet\n"
JPEG = b"\xff\xd8\xff\xe0scan"
PNG = b"\x89PNG\r\n\x1a\nscan"


@pytest.fixture(autouse=True)
def own_shelf(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def tabulated(maonan):
    """茂南区's preliminary with the first revision of its results."""
    Stage.objects.filter(pk=maonan.pk).update(revision=1)
    return cast.put(maonan, State.TABULATED)


def upload(stage, people, *, name="成绩单.pdf", data=PDF, by="chenxiao"):
    return actions.upload_signed_result(stage, name=name, data=data, by=people[by], at=cast.NOW)


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


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "文件是空的"),
        (b"<html>%PDF-</html>", "只接受 PDF、JPG 或 PNG"),
        (b"MZ\x90\x00", "只接受 PDF、JPG 或 PNG"),
        (b"PK\x03\x04", "只接受 PDF、JPG 或 PNG"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "只接受 PDF、JPG 或 PNG"),
        (PDF + b"0" * scans.LARGEST, "超过 20 MB"),
    ],
)
def test_anything_else_is_refused_whatever_its_name(tabulated, people, tmp_path, data, sentence):
    with pytest.raises(actions.DocumentRefused, match=sentence):
        upload(tabulated, people, data=data)
    assert (stored(tmp_path), StageDocument.objects.count()) == ([], 0)


def test_the_largest_scan_is_taken(tabulated, people):
    assert upload(tabulated, people, data=PDF + b"0" * (scans.LARGEST - len(PDF))).size == scans.LARGEST


@pytest.mark.parametrize("state", [state for state in State if state != State.TABULATED])
def test_a_scan_comes_after_tabulating_and_before_certifying(tabulated, people, tmp_path, state):
    cast.put(tabulated, state)
    with pytest.raises(actions.DocumentRefused, match="统分之后、签认之前"):
        upload(tabulated, people)
    assert stored(tmp_path) == []


@pytest.mark.parametrize("username", ["huangqiang", "zhengzhi"])
def test_nobody_else_uploads(tabulated, people, username):
    with pytest.raises(PermissionDenied):
        upload(tabulated, people, by=username)


def test_a_scan_of_an_earlier_revision_certifies_nothing(tabulated, people):
    first = upload(tabulated, people)
    assert actions.signed_result(tabulated) == first
    Stage.objects.filter(pk=tabulated.pk).update(revision=2)
    assert actions.signed_result(tabulated) is None
    second = upload(tabulated, people, data=PNG)
    assert actions.signed_result(tabulated) == second


def test_the_newest_scan_counts(tabulated, people):
    upload(tabulated, people)
    newest = actions.upload_signed_result(tabulated, name="重扫.png", data=PNG, by=people["linfang"], at=cast.later(5))
    assert actions.signed_result(tabulated) == newest


# The pages.


def send(client, stage, data=PDF, name="成绩单.pdf"):
    return client.post(f"/desk/stages/{stage.pk}/documents/", {"file": SimpleUploadedFile(name, data)})


def test_chenxiao_uploads_on_the_page_and_sees_it_listed(tabulated, people, signed_in):
    client = signed_in(people["chenxiao"])
    assert send(client, tabulated).status_code == 302
    page = client.get(f"/desk/stages/{tabulated.pk}/documents/").content.decode()
    assert "成绩单.pdf" in page
    assert "本版成绩的扫描件已上传" in page


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
    ("data", "sentence"), [(b"", "空"), (b"MZ", "只接受 PDF"), (PDF + b"0" * scans.LARGEST, "20 MB")]
)
def test_a_file_that_cannot_be_taken_is_told_beside_the_field(tabulated, people, signed_in, data, sentence):
    answer = send(signed_in(people["chenxiao"]), tabulated, data)
    assert answer.status_code == 400
    assert sentence in str(answer.context["form"].errors["file"])
    assert not StageDocument.objects.exists()


def test_a_form_without_a_file_is_told(tabulated, people, signed_in):
    answer = signed_in(people["chenxiao"]).post(f"/desk/stages/{tabulated.pk}/documents/", {"once_key": "k"})
    assert answer.status_code == 400
    assert "file" in answer.context["form"].errors


def test_too_late_is_told_on_the_page(tabulated, people, signed_in):
    cast.put(tabulated, State.CERTIFIED)
    answer = send(signed_in(people["chenxiao"]), tabulated)
    assert answer.status_code == 400
    assert "统分之后、签认之前上传" in answer.content.decode()


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
    with django_assert_num_queries(8):
        client.get(f"/desk/stages/{tabulated.pk}/documents/")
    upload(tabulated, people, data=PNG)
    upload(tabulated, people, data=JPEG)
    with django_assert_num_queries(8):
        client.get(f"/desk/stages/{tabulated.pk}/documents/")
