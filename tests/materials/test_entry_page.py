"""陈志远's own page: what is wanted, what is there, what comes next; and the same facts for his organizer."""

import json
import re
from datetime import timedelta

import pytest
from django.utils import timezone

from contest import work
from contest.models import Entry
from contest.models.entry import Status
from contest.models.stage import State
from materials.actions import late, returning, terms, uploading
from materials.models import Material, Upload
from materials.time_left import time_left
from tests import cast
from tests.materials import handing, pledged


def set_terms(stage, by, *, closes_at=None, **told):
    usual = {"grace_minutes": 120, "needs_video": False, "deck_mb": 100, "video_mb": 500, "video_seconds": 300}
    terms.set_terms(stage, closes_at=closes_at, **{**usual, **told}, edit=0, by=by, at=timezone.now())


def page(client, entry) -> str:
    answer = client.get(f"/desk/entries/{entry.pk}/materials/")
    assert answer.status_code == 200
    return answer.content.decode()


def next_step(client, entry) -> str:
    """The heading of the next step, without its label."""
    found = re.search(r'<h2 id="next-head">(.*?)</h2>', page(client, entry), re.DOTALL)
    return re.sub(r"<svg.*?</svg>|<[^>]+>|下一步", "", found[1]).strip() if found else ""


def status(client, material, query="", **headers):
    return client.get(f"/desk/materials/{material.pk}/status/{query}", headers=headers or {"HX-Request": "true"})


def test_zhiyuan_who_has_nothing_is_told_to_upload_a_deck_and_until_when(client, entry, people):
    set_terms(entry.stage, people["chenxiao"], closes_at=timezone.now() + timedelta(days=3, hours=5))
    text = page(client, entry)
    assert next_step(client, entry) == "上传 PPT 课件"
    assert "<strong>还剩 3 天 4 小时</strong>" in text
    assert text.count("data-upload ") == 2
    assert "不超过 100 MB" in text
    assert "上传需要启用浏览器的 JavaScript" in text


def test_a_grace_of_nothing_is_not_told(client, entry, people):
    set_terms(entry.stage, people["chenxiao"], closes_at=timezone.now() + timedelta(days=30), grace_minutes=0)
    text = page(client, entry)
    assert ("截止前要传完" in text, "还可传一会儿" in text) == (True, False)


def test_where_a_video_is_wanted_both_are_named(client, entry, people):
    set_terms(entry.stage, people["chenxiao"], needs_video=True)
    assert next_step(client, entry) == "上传 PPT 课件和视频"
    assert "可交可不交" not in page(client, entry)


def test_step_by_step_the_page_names_the_next_one(client, entry, zhiyuan, people):
    found = [next_step(client, entry)]
    now = timezone.now()
    material = handing.arrived(entry, b"x", by=zhiyuan, at=now)
    found.append(next_step(client, entry))
    Material.objects.filter(pk=material.pk).update(progress="done", verdict="accepted", done_at=now)
    found.append(next_step(client, entry))
    pledge = pledged.signed(entry, by=zhiyuan, at=now)
    found.append(next_step(client, entry))
    pledged.confirmed(pledge, by=people["chenxiao"])
    found.append(next_step(client, entry))
    assert found == ["上传 PPT 课件", "等待检查", "签署真实性承诺", "您要做的都做完了", "全部完成"]


def test_a_refused_file_says_why_in_a_sentence_and_what_counts_still(client, entry, zhiyuan):
    handing.accepted(entry, by=zhiyuan, at=cast.NOW)
    pledged.refused(entry, by=zhiyuan)
    text = page(client, entry)
    assert "第 2 版未通过检查，请修改后重新上传。目前有效的是第 1 版。" in text
    assert "请在 WPS 或 PowerPoint 里另存为不带宏的 .pptx 再上传。" in text


def test_a_returned_file_shows_the_organizers_reason(client, entry, zhiyuan, people):
    material = handing.accepted(entry, by=zhiyuan, at=cast.NOW)
    returning.return_material(material, reason="第 3 页的数字和台账不符", by=people["chenxiao"], at=cast.NOW)
    assert "原因：第 3 页的数字和台账不符" in page(client, entry)
    assert next_step(client, entry) == "按说明修改后重新上传"


def test_after_the_deadline_the_page_says_so_and_leads_to_the_late_code(client, entry, zhiyuan, people):
    set_terms(entry.stage, people["chenxiao"], closes_at=timezone.now() - timedelta(minutes=1))
    text = page(client, entry)
    assert next_step(client, entry) == "现在不能上传"
    assert "确需补交的，请向组织者申请补交码。" in text
    assert f'href="/desk/entries/{entry.pk}/late/redeem/">我有补交码' in text
    assert "data-upload " not in text
    _given, code = late.give_late_code(
        entry,
        reason="停电",
        expires_at=timezone.now() + timedelta(hours=2, minutes=1),
        by=people["chenxiao"],
        at=timezone.now(),
    )
    late.redeem(entry, code, by=zhiyuan, at=timezone.now())
    text = page(client, entry)
    assert text.count("data-upload ") == 2
    assert "还剩 2 小时 0 分" in text
    assert "（补交）" in text


def test_an_unfinished_upload_is_offered_again_with_what_its_file_is_known_by(client, entry, zhiyuan):
    told = {"kind": "video", "name": "村.mp4", "length": 1000, "fingerprint": "f" * 64}
    upload = uploading.begin(entry, **told, by=zhiyuan, at=timezone.now())
    handing.started(upload, b"x" * 639, at=timezone.now())
    text = page(client, entry)
    assert "已上传 63%" in text
    assert "选择同一个文件“村.mp4”（1000\xa0字节）即可继续。" in text
    found = re.search(r'data-kind="video".*?data-unfinished="([^"]*)"', text)
    assert json.loads(found[1].replace("&quot;", '"')) == [
        {"url": f"/desk/uploads/{upload.token}/", "fingerprint": "f" * 64, "length": 1000, "name": "村.mp4"}
    ]


def test_an_upload_whose_time_is_over_is_not_offered(client, entry, zhiyuan):
    upload = uploading.begin(entry, kind="deck", name="x.pptx", length=10, by=zhiyuan, at=timezone.now())
    handing.started(upload, at=timezone.now())
    assert "data-unfinished-of" in page(client, entry)
    Upload.objects.update(begun_at=cast.NOW - timedelta(days=1), ends_at=cast.NOW)
    assert "data-unfinished-of" not in page(client, entry)


def test_a_beginning_that_nothing_came_of_is_no_unfinished_file(client, entry, zhiyuan):
    uploading.begin(entry, kind="deck", name="x.pptx", length=10, by=zhiyuan, at=timezone.now())
    assert "data-unfinished-of" not in page(client, entry)


def test_chenxiao_sees_the_same_facts_and_cannot_upload(entry, zhiyuan, people, signed_in):
    handing.accepted(entry, by=zhiyuan, at=cast.NOW)
    upload = uploading.begin(entry, kind="video", name="村.mp4", length=10, by=zhiyuan, at=timezone.now())
    handing.started(upload, at=timezone.now())
    text = page(signed_in(people["chenxiao"]), entry)
    assert "陈志远的参赛材料" in text
    assert "第 1 版通过检查，已提交。" in text
    assert "文件“村.mp4”" in text
    assert f"/desk/entries/{entry.pk}/late/" in text
    assert ("data-upload " in text, upload.token in text, "下一步" in text) == (False, False, False)


def test_the_neighbour_and_another_secretary_find_nothing(entries, entry, heya, people, signed_in):
    other = cast.first_secretary(entries[1], by=heya, username="xiuying")
    for who in (people["huangqiang"], other):
        assert signed_in(who).get(f"/desk/entries/{entry.pk}/materials/").status_code == 404


def test_who_left_the_list_cannot_upload(client, entry):
    Entry.objects.filter(pk=entry.pk).update(status=Status.WITHDRAWN, status_reason="调离")
    assert "已不在参赛名单中" in page(client, entry)


def test_in_english_the_page_opens_too(client, entry):
    client.post("/language/", {"language": "en"})
    assert client.get(f"/desk/entries/{entry.pk}/materials/").status_code == 200


class TestStatus:
    """The page asks how the inspection is."""

    def test_nothing_new_is_no_content_and_a_verdict_is_drawn_with_the_next_step(self, client, entry, zhiyuan):
        material = handing.arrived(entry, b"x", by=zhiyuan, at=timezone.now() - timedelta(minutes=1))
        assert status(client, material, "?seen=checking-1").status_code == 204
        work.beat("materials", timezone.now())
        awake = status(client, material, "?seen=checking-1").content.decode()
        assert ("后台没有在工作" in awake, 'hx-trigger="every 2s"' in awake) == (False, True)
        assert status(client, material, "?seen=checking-0").status_code == 204
        Material.objects.filter(pk=material.pk).update(progress="done", verdict="accepted")
        text = status(client, material, "?seen=checking-0").content.decode()
        assert 'data-news="PPT 课件：第 1 版通过检查，已提交。"' in text
        assert "hx-get" not in text
        assert 'id="materials-progress" data-elsewhere hx-swap-oob="true"' in text
        assert "签署真实性承诺" in text

    def test_while_the_background_sleeps_the_page_says_so(self, client, entry, zhiyuan):
        material = handing.arrived(entry, b"x", by=zhiyuan, at=timezone.now())
        found = ["后台没有在工作，文件暂时不会检查。" in page(client, entry)]
        Material.objects.filter(pk=material.pk).update(completed_at=timezone.now() - timedelta(seconds=21))
        found.append("后台没有在工作，文件暂时不会检查。" in page(client, entry))
        # Whoever has only just sent it waits as long as the background takes to come by.
        assert found == [False, True]

    def test_the_page_of_a_version_is_told_to_load_anew(self, client, entry, zhiyuan):
        material = handing.arrived(entry, b"x", by=zhiyuan, at=timezone.now())
        assert status(client, material, "?page=checking-").headers.get("HX-Refresh") is None
        Material.objects.filter(pk=material.pk).update(progress="done", verdict="accepted")
        assert status(client, material, "?page=checking-").headers["HX-Refresh"] == "true"

    def test_somebody_who_opens_it_by_itself_is_led_to_the_page(self, client, entry, zhiyuan):
        material = handing.arrived(entry, b"x", by=zhiyuan, at=timezone.now())
        assert status(client, material, Accept="text/html").url == f"/desk/entries/{entry.pk}/materials/"

    def test_the_neighbour_finds_nothing(self, entry, zhiyuan, people, signed_in):
        material = handing.arrived(entry, b"x", by=zhiyuan, at=timezone.now())
        assert status(signed_in(people["huangqiang"]), material).status_code == 404


class TestMine:
    """Where the navigation leads."""

    def test_to_the_stage_that_collects(self, client, entry):
        assert client.get("/desk/my-materials/").url == f"/desk/entries/{entry.pk}/materials/"
        assert 'href="/desk/my-materials/" aria-current="page"' in page(client, entry)

    def test_to_the_newest_when_none_collects(self, client, entry):
        cast.put(entry.stage, State.SCORING)
        assert client.get("/desk/my-materials/").url == f"/desk/entries/{entry.pk}/materials/"

    def test_to_the_results_where_there_is_nothing(self, client, entry):
        Entry.objects.filter(pk=entry.pk).delete()
        assert client.get("/desk/my-materials/").url == "/desk/mine/"

    def test_nowhere_for_the_others(self, entry, people, signed_in):
        assert signed_in(people["chenxiao"]).get("/desk/my-materials/").status_code == 403


@pytest.mark.any_database
@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"days": 3, "hours": 4, "minutes": 59}, "还剩 3 天 4 小时"),
        ({"days": 1}, "还剩 1 天 0 小时"),
        ({"hours": 23, "minutes": 59, "seconds": 59}, "还剩 23 小时 59 分"),
        ({"minutes": 59, "seconds": 59}, "还剩 59 分钟"),
        ({"seconds": 59}, "还剩不到 1 分钟"),
        ({"seconds": -1}, "已过"),
    ],
)
def test_the_time_left_is_never_more_than_there_is(told, words):
    assert time_left(cast.NOW + timedelta(**told), cast.NOW) == words
