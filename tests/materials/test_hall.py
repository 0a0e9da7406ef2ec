"""What the hall gets: 茂南区's files in running order, in a zip or a folder, and only what was inspected."""

import hashlib
import io
import subprocess
import zipfile
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from contest.models import Entry
from materials import hall, store
from materials.models import Confirmation, Material, Pledge
from tests import cast
from tests.materials import handing

TOP = "茂南区初赛现场材料"


def handed(entry: Entry, by: Any, *, order: int | None, video: bool = True, signed: bool = True) -> None:
    """PPT, video and pledge of an entrant who drew this lot."""
    Entry.objects.filter(pk=entry.pk).update(order=order, talk="一条路")
    name = entry.secretary.name.encode()
    deck = handing.accepted(entry, b"deck " + name, by=by, at=cast.NOW, facts={"slides": 12})
    film = None
    if video:
        facts = {"milliseconds": 297_400}
        film = handing.accepted(entry, b"film " + name * 1000, by=by, kind="video", at=cast.NOW, facts=facts)
    if signed:
        Pledge.objects.create(entry=entry, text="属实", deck=deck, video=film, signed_by=by, signed_at=cast.NOW)


@pytest.fixture
def ready(entries, heya, zhiyuan):
    """陈志远 appears second with everything, 梁秀英 first without a video, 王䶮 has neither lot nor files."""
    Entry.objects.update(order=None)
    xiuying = cast.first_secretary(entries[1], by=heya, username="xiuying")
    handed(entries[0], zhiyuan, order=2)
    handed(entries[1], xiuying, order=1, video=False, signed=False)
    return entries[0].stage


def unzipped(answer: Any) -> zipfile.ZipFile:
    data = b"".join(answer.streaming_content)
    assert len(data) == int(answer["Content-Length"])
    return zipfile.ZipFile(io.BytesIO(data))


def zip_of(browser: Any, stage: Any) -> Any:
    return browser.get(reverse("materials:hall_zip", args=[stage.pk]))


def page_of(browser: Any, stage: Any) -> Any:
    return browser.get(reverse("materials:hall", args=[stage.pk]))


@pytest.fixture
def chenxiao(people, signed_in):
    return signed_in(people["chenxiao"])


def test_the_zip_has_the_files_in_running_order(ready, chenxiao):
    answer = zip_of(chenxiao, ready)
    assert answer["Content-Disposition"] == (
        "attachment; filename*=utf-8''%E8%8C%82%E5%8D%97%E5%8C%BA%E5%88%9D%E8%B5%9B"
        "%E7%8E%B0%E5%9C%BA%E6%9D%90%E6%96%99.zip"
    )
    assert " download>" in page_of(chenxiao, ready).content.decode()
    with unzipped(answer) as package:
        assert package.testzip() is None
        assert package.namelist() == [
            f"{TOP}/01_茂南区_梁秀英_课件.pptx",
            f"{TOP}/02_茂南区_陈志远_课件.pptx",
            f"{TOP}/02_茂南区_陈志远_视频.mp4",
            f"{TOP}/播放列表.m3u8",
            f"{TOP}/缺少的材料.txt",
            f"{TOP}/SHA256SUMS.txt",
        ]
        assert package.read(f"{TOP}/02_茂南区_陈志远_课件.pptx") == b"deck " + "陈志远".encode()
        assert package.read(f"{TOP}/播放列表.m3u8").decode() == (
            "#EXTM3U\n#EXTINF:298,02 茂南区 陈志远《一条路》\n02_茂南区_陈志远_视频.mp4\n"
        )
        assert package.read(f"{TOP}/缺少的材料.txt").decode("utf-8-sig").splitlines() == [
            "赋能百千万 驻村话振兴（2023） 茂南区初赛",
            "01 茂南区 梁秀英《一条路》：未签承诺",
            "未抽签 茂南区 王䶮：PPT 课件：未上传、未签承诺",
        ]


def test_somebody_who_carries_the_package_can_check_it(ready, chenxiao, tmp_path):
    with unzipped(zip_of(chenxiao, ready)) as package:
        package.extractall(tmp_path)
    check = ["sha256sum", "--check", "--strict", "SHA256SUMS.txt"]
    told = subprocess.run(check, cwd=tmp_path / TOP, capture_output=True, text=True, check=False)
    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout.count(": OK") == 5
    (tmp_path / TOP / "02_茂南区_陈志远_视频.mp4").write_bytes(b"broken on the way")
    assert subprocess.run(check, cwd=tmp_path / TOP, capture_output=True, check=False).returncode == 1


def test_two_entrants_of_one_name_do_not_collide_and_an_odd_name_is_tamed(ready, entries, chenxiao):
    Entry.objects.update(order=None)
    for entry, name in zip(entries, ["A/b", "a:B", "王䶮"], strict=True):
        entry.secretary.name = name
        entry.secretary.save()
    with unzipped(zip_of(chenxiao, ready)) as package:
        assert [name.rpartition("/")[2] for name in package.namelist()[:3]] == [
            "未抽签_茂南区_Ab_课件.pptx",
            "未抽签_茂南区_Ab_视频.mp4",
            "未抽签_茂南区_aB_课件_2.pptx",
        ]


def test_whoever_withdrew_is_left_out(ready, entries, chenxiao):
    Entry.objects.filter(pk=entries[0].pk).update(status="withdrawn", status_reason="调离")
    with unzipped(zip_of(chenxiao, ready)) as package:
        assert len([name for name in package.namelist() if "陈志远" in name]) == 0
        assert "陈志远" not in package.read(f"{TOP}/SHA256SUMS.txt").decode()


def test_the_newest_accepted_version_goes_along(ready, entries, zhiyuan, chenxiao):
    newer = handing.accepted(entries[0], b"newer deck", by=zhiyuan, at=cast.NOW, facts={"slides": 13})
    with unzipped(zip_of(chenxiao, ready)) as package:
        assert package.read(f"{TOP}/02_茂南区_陈志远_课件.pptx") == b"newer deck"
        assert f"{newer.sha256}  02_茂南区_陈志远_课件.pptx" in package.read(f"{TOP}/SHA256SUMS.txt").decode()
        assert "陈志远《一条路》：承诺签在旧版本上" in package.read(f"{TOP}/缺少的材料.txt").decode()


@pytest.mark.parametrize(
    ("harm", "told"),
    [(lambda path: path.unlink(), "找不到这个文件"), (lambda path: path.write_bytes(b"?"), "文件大小")],
)
def test_a_lost_or_shortened_file_is_named_and_nothing_is_packed(ready, chenxiao, harm, told):
    harm(store.path_of(Material.objects.get(kind="video").file))
    answer = zip_of(chenxiao, ready)
    assert answer.status_code == 409
    assert told in answer.content.decode()
    assert "02_茂南区_陈志远_视频.mp4" in answer.content.decode()
    assert " download>" not in answer.content.decode()


def test_a_file_of_the_same_size_that_was_altered_breaks_the_zip_off_and_is_named_afterwards(ready, chenxiao):
    film = Material.objects.get(kind="video")
    store.path_of(film.file).write_bytes(b"!" * film.size)
    answer = zip_of(chenxiao, ready)
    received: list[bytes] = []
    with pytest.raises(hall.Altered):
        received.extend(answer.streaming_content)
    assert sum(map(len, received)) < int(answer["Content-Length"]) - film.size
    assert "文件内容与检查时不同" in page_of(chenxiao, ready).content.decode()
    assert zip_of(chenxiao, ready).status_code == 409
    # Put back from the backup, it goes along again.
    store.path_of(film.file).write_bytes(b"film " + "陈志远".encode() * 1000)
    with unzipped(zip_of(chenxiao, ready)) as package:
        assert package.testzip() is None


def test_there_is_no_zip_of_nothing(maonan, people, chenxiao):
    handing.collecting(maonan, by=people["chenxiao"])
    assert zip_of(chenxiao, maonan).status_code == 409


def test_a_head_tells_the_size_of_the_zip(ready, chenxiao):
    answer = chenxiao.head(reverse("materials:hall_zip", args=[ready.pk]))
    assert (answer.status_code, int(answer["Content-Length"]) > 3000, answer.content) == (200, True, b"")


def test_the_checklist_says_how_far_everybody_is(ready, people, chenxiao):
    film = Material.objects.get(kind="video")
    Material.objects.filter(pk=film.pk).update(findings=[{"code": "no_such_code", "level": "warn", "args": {}}])
    pledge = Pledge.objects.get()
    Confirmation.objects.create(
        pledge=pledge, level="town", body="白石镇", person="李镇长", by=people["chenxiao"], at=cast.NOW
    )
    rows = page_of(chenxiao, ready).context["rows"]
    told = [(row["place"].number, row["slides"], row["duration"], row["is_confirmed"]) for row in rows]
    assert told == [("01", "12 页", "", False), ("02", "12 页", "4 分 57 秒", True), ("", "", "", False)]
    assert [row["place"].missing for row in rows] == [["未签承诺"], [], ["PPT 课件：未上传", "未签承诺"]]
    assert [len(row["warnings"]) for row in rows] == [0, 1, 0]


def test_the_checklist_asks_the_database_as_often_for_three_as_for_one(
    ready, entries, chenxiao, django_assert_num_queries
):
    for status in ("entered", "withdrawn"):
        Entry.objects.exclude(pk=entries[0].pk).update(status=status, status_reason="调离")
        with django_assert_num_queries(10):
            page_of(chenxiao, ready)


def test_the_neighbour_and_the_entrant_do_not_see_the_hall(ready, people, client, signed_in):
    browsers = [signed_in(people["huangqiang"]), client]
    assert [(page_of(each, ready).status_code, zip_of(each, ready).status_code) for each in browsers] == [
        (404, 404),
        (404, 404),
    ]


def packed(stage: Any, folder: Any, capsys: Any, *words: str) -> tuple[str, str]:
    """What the command says, and what it complains of."""
    complaint = ""
    try:
        call_command("hall_package", str(stage.pk), "--out", str(folder), *words)
    except CommandError as refused:
        complaint = str(refused)
    return capsys.readouterr().out.strip(), complaint


def test_the_folder_can_be_made_again_and_only_what_is_not_right_is_copied(ready, entries, tmp_path, capsys):
    Entry.objects.filter(pk=entries[2].pk).update(status="withdrawn", status_reason="调离")
    folder = tmp_path / "usb"
    lacking = "01 茂南区 梁秀英《一条路》: 未签承诺"
    assert packed(ready, folder, capsys) == ("3 written, 0 already there, 0 cleared away", lacking)
    film = folder / "02_茂南区_陈志远_视频.mp4"
    before = film.stat().st_mtime_ns
    (folder / "02_茂南区_陈志远_课件.pptx").write_bytes(b"half a cop")
    (folder / "笔记.txt").write_text("主持人的笔记")
    assert packed(ready, folder, capsys)[0] == "1 written, 2 already there, 0 cleared away"
    assert film.stat().st_mtime_ns == before
    # The lots are drawn anew: what was called otherwise goes, what is not the package's own stays.
    Entry.objects.filter(pk=entries[0].pk).update(order=7)
    assert packed(ready, folder, capsys)[0] == "2 written, 1 already there, 2 cleared away"
    assert sorted(path.name for path in folder.iterdir()) == [
        "01_茂南区_梁秀英_课件.pptx",
        "07_茂南区_陈志远_视频.mp4",
        "07_茂南区_陈志远_课件.pptx",
        "SHA256SUMS.txt",
        "播放列表.m3u8",
        "笔记.txt",
        "缺少的材料.txt",
    ]


def test_the_folder_takes_no_altered_file_and_says_which(ready, tmp_path, capsys):
    film = Material.objects.get(kind="video")
    store.path_of(film.file).write_bytes(b"!" * film.size)
    said, complaint = packed(ready, tmp_path / "usb", capsys)
    assert said == "2 written, 0 already there, 0 cleared away"
    assert complaint.splitlines()[0] == "02_茂南区_陈志远_视频.mp4: not what was inspected"
    assert not (tmp_path / "usb" / "02_茂南区_陈志远_视频.mp4").exists()


def test_a_folder_on_the_same_disk_may_be_links(ready, tmp_path, capsys):
    assert packed(ready, tmp_path / "usb", capsys, "--link")[0] == "3 written, 0 already there, 0 cleared away"
    film = Material.objects.get(kind="video")
    linked = tmp_path / "usb" / "02_茂南区_陈志远_视频.mp4"
    assert linked.samefile(store.path_of(film.file))
    assert hashlib.sha256(linked.read_bytes()).hexdigest() == film.sha256


def test_a_stage_that_is_not_there_and_a_place_that_is_not_a_folder_are_refused(ready, tmp_path, capsys):
    (tmp_path / "file").touch()
    assert packed(ready, tmp_path / "file", capsys)[1].startswith(f"{tmp_path / 'file'}: ")
    with pytest.raises(CommandError, match="no stage 99999"):
        call_command("hall_package", "99999", "--out", str(tmp_path))
