"""One version: what it is, what was found, how it looks; returned by 陈晓 with a reason, looked at again."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import LogLine
from contest.models.stage import State
from materials.actions import late
from materials.models import Material, Preview
from tests import cast
from tests.materials import handing, pledged


@pytest.fixture
def deck(entry, zhiyuan) -> Material:
    return handing.accepted(entry, b"deck", by=zhiyuan, at=cast.NOW, facts={"slides": 24})


@pytest.fixture
def chenxiao(people, signed_in):
    return signed_in(people["chenxiao"])


def page(client, material) -> str:
    answer = client.get(f"/desk/materials/{material.pk}/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_facts_the_digest_and_the_moments_stand_on_it(client, deck):
    text = page(client, deck)
    told = ["汇报.pptx", deck.sha256, "2023-11-25 09:00:00", "陈志远", "有效版本，会场使用这一版。", "24"]
    assert [each for each in told if each not in text] == []
    assert f'href="/desk/materials/{deck.pk}/file/"' in text


def test_every_page_of_a_deck_is_a_picture_with_a_number_behind_a_link(client, deck):
    Preview.objects.create(material=deck, progress="done", source="pages", pages=3)
    text = page(client, deck)
    assert text.count('loading="lazy"') == 3
    assert 'alt="第 3 页"' in text
    assert text.count(f'<a href="/desk/materials/{deck.pk}/pages/') == 3
    assert "由服务器转成图片，共 3 页" in text


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"source": "thumbnail", "why": "no_converter"}, "只有文件自带的封面缩略图，不是全部页面。"),
        ({"source": "none", "why": "no_converter"}, "没有预览，请下载后查看。"),
        ({"progress": "parked"}, "预览没有生成，不影响参赛"),
    ],
)
def test_it_says_which_kind_of_preview_there_is(client, deck, fields, sentence):
    Preview.objects.create(material=deck, **{"progress": "done", **fields})
    assert sentence in page(client, deck)


def test_while_the_preview_is_drawn_the_page_asks_again(client, deck):
    Preview.objects.create(material=deck)
    text = page(client, deck)
    assert "正在生成预览" in text
    assert f"/desk/materials/{deck.pk}/status/?page=accepted-wanted" in text


def test_a_video_plays_in_the_page(client, entry, zhiyuan):
    video = handing.accepted(entry, b"v", by=zhiyuan, kind="video", at=cast.NOW, poster="ab12")
    text = page(client, video)
    assert f'controls preload="metadata" src="/desk/materials/{video.pk}/play/"' in text
    assert f'poster="/desk/materials/{video.pk}/poster/"' in text


def test_a_refused_file_is_gone_and_says_why(client, entry, zhiyuan):
    text = page(client, pledged.refused(entry, by=zhiyuan))
    assert "未通过的文件不保留，没有预览。" in text
    assert "请在 WPS 或 PowerPoint 里另存为不带宏的 .pptx 再上传。" in text
    assert "下载原文件" not in text


def test_what_came_in_late_says_with_whose_leave(client, entry, zhiyuan, people):
    at = timezone.now()
    told = {"reason": "停电", "expires_at": at + timedelta(hours=1), "by": people["chenxiao"], "at": at}
    given, code = late.give_late_code(entry, **told)
    late.redeem(entry, code, by=zhiyuan, at=at)
    cast.put(entry.stage, State.READY)
    material = handing.arrived(entry, b"x", by=zhiyuan, at=at)
    assert material.late == given
    assert "凭补交码：停电" in page(client, material)


def test_all_versions_are_a_link_away(client, deck, entry, zhiyuan):
    second = handing.accepted(entry, by=zhiyuan, at=cast.later(1))
    text = page(client, deck)
    assert "有效的是第 2 版。" in text
    assert f'<a href="/desk/materials/{second.pk}/">第 2 版</a>' in text


@pytest.mark.parametrize("who", ["huangqiang"])
def test_the_neighbour_finds_nothing(deck, people, signed_in, who):
    client = signed_in(people[who])
    found = [client.get(f"/desk/materials/{deck.pk}/{more}").status_code for more in ("", "return/")]
    found.append(client.post(f"/desk/materials/{deck.pk}/recheck/").status_code)
    assert found == [404, 404, 404]


class TestReturning:
    """Nobody alters what was handed in; the organizer may give it back."""

    def test_chenxiao_returns_it_and_zhiyuan_reads_the_reason(self, chenxiao, client, deck):
        path = f"/desk/materials/{deck.pk}/return/"
        assert "退回陈志远的PPT 课件第 1 版？" in chenxiao.get(path).content.decode()
        assert chenxiao.post(path, {"reason": "数字不符"}).url == f"/desk/materials/{deck.pk}/"
        assert "原因：数字不符" in page(client, deck)
        assert LogLine.objects.filter(action="return_material").count() == 1

    def test_without_a_reason_nothing_happens(self, chenxiao, deck):
        answer = chenxiao.post(f"/desk/materials/{deck.pk}/return/", {"reason": " "})
        deck.refresh_from_db()
        assert (answer.status_code, deck.returned_at) == (400, None)

    def test_twice_is_refused_with_a_sentence(self, chenxiao, deck):
        path = f"/desk/materials/{deck.pk}/return/"
        chenxiao.post(path, {"reason": "数字不符"})
        answer = chenxiao.post(path, {"reason": "又一次"})
        assert (answer.status_code, "请刷新页面" in answer.content.decode()) == (409, True)

    def test_once_the_contest_has_begun_there_is_no_button(self, chenxiao, deck):
        assert "退回，写明原因" in page(chenxiao, deck)
        cast.put(deck.entry.stage, State.SCORING)
        assert "退回，写明原因" not in page(chenxiao, deck)

    def test_zhiyuan_and_the_supervisor_have_none(self, client, deck, people, signed_in):
        for each in (client, signed_in(people["zhengzhi"])):
            assert "退回，写明原因" not in page(each, deck)
            assert each.post(f"/desk/materials/{deck.pk}/return/", {"reason": "x"}).status_code == 404


class TestParked:
    """An inspection that failed three times waits for a person."""

    @pytest.fixture
    def parked(self, entry, zhiyuan) -> Material:
        material = handing.arrived(entry, b"x", by=zhiyuan, at=cast.NOW)
        told = {"progress": "parked", "attempts": 3, "failure": "检查程序意外中断：超时"}
        Material.objects.filter(pk=material.pk).update(**told)
        return material

    def test_chenxiao_has_it_looked_at_again(self, chenxiao, parked):
        text = page(chenxiao, parked)
        assert ("已搁置" in text, "检查程序意外中断：超时" in text, "重新检查" in text) == (True, True, True)
        answer = chenxiao.post(f"/desk/materials/{parked.pk}/recheck/", {"once_key": "k"})
        parked.refresh_from_db()
        assert (answer.status_code, parked.progress, parked.attempts) == (302, "wanted", 0)

    def test_what_is_not_parked_is_left_alone(self, chenxiao, deck):
        answer = chenxiao.post(f"/desk/materials/{deck.pk}/recheck/", follow=True)
        assert "这份材料没有搁置的检查，预览也是全的。" in answer.content.decode()
        assert LogLine.objects.filter(action="recheck_material").count() == 0

    def test_zhiyuan_waits_and_has_no_button(self, client, parked):
        assert "/recheck/" not in page(client, parked)
        assert client.post(f"/desk/materials/{parked.pk}/recheck/").status_code == 404

    def test_a_preview_without_pages_is_drawn_again_when_chenxiao_asks(self, chenxiao, deck):
        Preview.objects.update_or_create(
            material=deck, defaults={"progress": "done", "source": "thumbnail", "why": "no_office", "attempts": 1}
        )
        assert "重新生成预览" in page(chenxiao, deck)
        assert chenxiao.post(f"/desk/materials/{deck.pk}/recheck/").status_code == 302
        assert Preview.objects.values_list("progress", "attempts").get() == ("wanted", 0)
        Preview.objects.update(progress="done", source="pages", pages=1)
        assert "重新生成预览" not in page(chenxiao, deck)
