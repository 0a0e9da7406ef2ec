"""陈志远 signs that what he tells is true and can be checked; 陈晓 puts down that the town stands by it."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from materials.forms import pledge as forms
from materials.models import Claim, Confirmation, Evidence, Pledge
from tests import cast
from tests.materials import handing, pledged
from tests.scans import PDF


@pytest.fixture
def deck(entry, zhiyuan):
    return handing.accepted(entry, b"deck", by=zhiyuan, at=cast.NOW)


@pytest.fixture
def chenxiao(people, signed_in):
    return signed_in(people["chenxiao"])


def path(entry) -> str:
    return f"/desk/entries/{entry.pk}/pledge/"


def file(name="账目.pdf", data=PDF):
    return SimpleUploadedFile(name, data)


def told(deck, **more):
    return {"agreed": "on", "deck": deck.pk, "video": "", **more}


class TestSigning:
    def test_the_page_says_what_is_promised_and_of_which_versions(self, client, entry, deck):
        text = client.get(path(entry)).content.decode()
        assert "真实、可查、可考" in text
        assert "PPT 课件第 1 版“汇报.pptx”" in text
        assert text.count('type="file"') == 10
        assert "<details" in text

    def test_zhiyuan_signs_with_claims_and_what_proves_them(self, client, entry, deck):
        form = told(deck, text_1="村集体收入 38 万元", files_1=[file(), file("合同.pdf")], text_2="修路 3 公里")
        assert client.post(path(entry), form).url == f"/desk/entries/{entry.pk}/materials/"
        assert list(Claim.objects.values_list("text", flat=True)) == ["村集体收入 38 万元", "修路 3 公里"]
        assert sorted(Evidence.objects.values_list("original_name", flat=True)) == ["合同.pdf", "账目.pdf"]
        text = client.get(path(entry)).content.decode()
        assert ("村集体收入 38 万元" in text, "账目.pdf" in text, "没有附佐证材料" in text) == (True, True, True)

    def test_without_claims_it_is_a_pledge_too(self, client, entry, deck):
        assert client.post(path(entry), told(deck)).status_code == 302
        assert (Pledge.objects.get().deck, Claim.objects.count()) == (deck, 0)

    def test_a_form_without_its_tick_keeps_the_words_and_says_which_files_to_choose_again(self, client, entry, deck):
        form = told(deck, text_1="村集体收入 38 万元", files_1=[file()], text_5="修路") | {"agreed": ""}
        answer = client.post(path(entry), form)
        text = answer.content.decode()
        assert (answer.status_code, Pledge.objects.count()) == (400, 0)
        assert "请勾选后再签署。" in text
        assert ("村集体收入 38 万元" in text, "修路" in text) == (True, True)
        assert "请重新选择：账目.pdf" in text
        assert re.search(r'<details class="fold" open>', text)

    @pytest.mark.parametrize(
        ("form", "sentence"),
        [
            ({"files_1": [file()]}, "请写明这些佐证材料证明什么。"),
            ({"text_1": "x", "files_1": [file(f"{n}.pdf") for n in range(4)]}, "每条最多附 3 个文件。"),
            ({"text_1": "x", "files_1": [file("x.exe", b"MZ")]}, "只接受 PDF、JPG 或 PNG"),
            ({"text_1": "x", "files_1": [file("空.pdf", b"")]}, "文件是空的"),
            ({"text_1": "x" * 256}, "第 1 条数据或事实："),
        ],
    )
    def test_what_cannot_be_taken_is_said_and_nothing_is_kept(self, client, entry, deck, form, sentence):
        for each in form.get("files_1", []):
            each.seek(0)
        answer = client.post(path(entry), told(deck, **form))
        assert sentence in answer.content.decode()
        assert (answer.status_code in (400, 409), Pledge.objects.count(), Evidence.objects.count()) == (True, 0, 0)

    def test_files_that_are_too_much_together_are_not_read(self, client, entry, deck, monkeypatch):
        monkeypatch.setattr(forms, "LARGEST_ALL", 20)
        form = told(deck, text_1="x", files_1=[file(), file("合同.pdf")])
        assert "佐证材料合计超过" in client.post(path(entry), form).content.decode()

    def test_what_was_replaced_meanwhile_is_not_signed_unseen(self, client, entry, deck, zhiyuan):
        second = handing.accepted(entry, by=zhiyuan, at=cast.later(1))
        answer = client.post(path(entry), told(deck))
        text = answer.content.decode()
        assert (answer.status_code, Pledge.objects.count()) == (409, 0)
        assert "材料已有新的版本" in text
        assert f'name="deck" value="{second.pk}"' in text

    def test_before_anything_passed_there_is_nothing_to_sign(self, client, entry):
        assert "还不能签署承诺" in client.get(path(entry)).content.decode()
        answer = client.post(path(entry), {"agreed": "on"})
        assert (answer.status_code, Pledge.objects.count()) == (409, 0)

    def test_a_new_version_wants_a_new_pledge(self, client, entry, deck, zhiyuan):
        pledged.signed(entry, by=zhiyuan)
        handing.accepted(entry, by=zhiyuan, at=cast.later(1))
        text = client.get(path(entry)).content.decode()
        assert ("针对旧版本的承诺" in text, "重新签署" in text) == (True, True)

    def test_sent_twice_it_is_signed_once(self, client, entry, deck):
        for _time in range(2):
            assert client.post(path(entry), told(deck, once_key="k")).status_code == 302
        assert Pledge.objects.count() == 1

    def test_nobody_signs_for_another(self, entry, deck, people, signed_in):
        codes = {who: signed_in(people[who]).post(path(entry), told(deck)).status_code for who in people}
        assert (set(codes.values()), Pledge.objects.count()) == ({404}, 0)

    def test_others_read_what_was_signed(self, entry, deck, zhiyuan, people, signed_in):
        assert "还没有签署承诺" in signed_in(people["zhengzhi"]).get(path(entry)).content.decode()
        pledged.signed(entry, by=zhiyuan)
        text = signed_in(people["zhengzhi"]).get(path(entry)).content.decode()
        assert ("2022 年村集体收入 38 万元" in text, 'name="agreed"' in text) == (True, False)


class TestConfirming:
    FORM = {"level": "town", "body": "白石镇人民政府", "person": "梁镇长", "note": ""}

    @pytest.fixture
    def pledge(self, entry, deck, zhiyuan) -> Pledge:
        return pledged.signed(entry, by=zhiyuan)

    def test_chenxiao_looks_at_claims_and_proof_and_puts_down_who_confirmed(self, chenxiao, client, entry, pledge):
        here = f"/desk/pledges/{pledge.pk}/confirm/"
        text = chenxiao.get(here).content.decode()
        assert ("2022 年村集体收入 38 万元" in text, "账目.png" in text) == (True, True)
        assert f"/desk/evidence/{Evidence.objects.get().pk}/" in text
        assert chenxiao.post(here, self.FORM).url == f"/desk/stages/{entry.stage_id}/materials/"
        assert Confirmation.objects.get().person == "梁镇长"
        assert "这份承诺已经确认。" in chenxiao.get(here).content.decode()
        own = client.get(f"/desk/entries/{entry.pk}/materials/").content.decode()
        assert "白石镇人民政府（梁镇长）已确认属实。" in own

    def test_twice_is_refused_with_a_sentence(self, chenxiao, pledge):
        here = f"/desk/pledges/{pledge.pk}/confirm/"
        assert chenxiao.post(here, self.FORM).status_code == 302
        answer = chenxiao.post(here, self.FORM)
        assert (answer.status_code, "已经有人确认" in answer.content.decode()) == (409, True)

    def test_an_old_pledge_is_not_confirmed(self, chenxiao, entry, pledge, zhiyuan):
        handing.accepted(entry, by=zhiyuan, at=cast.later(1))
        newer = pledged.signed(entry, by=zhiyuan, at=cast.later(2))
        here = f"/desk/pledges/{pledge.pk}/confirm/"
        assert f"/desk/pledges/{newer.pk}/confirm/" in chenxiao.get(here).content.decode()
        assert (chenxiao.post(here, self.FORM).status_code, Confirmation.objects.count()) == (409, 0)

    @pytest.mark.parametrize("field", ["level", "body", "person"])
    def test_who_confirmed_must_be_said(self, chenxiao, pledge, field):
        answer = chenxiao.post(f"/desk/pledges/{pledge.pk}/confirm/", self.FORM | {field: ""})
        assert (answer.status_code, Confirmation.objects.count()) == (400, 0)

    def test_nobody_else_confirms(self, client, pledge, people, signed_in):
        here = f"/desk/pledges/{pledge.pk}/confirm/"
        for each in (client, signed_in(people["huangqiang"]), signed_in(people["zhengzhi"])):
            assert (each.get(here).status_code, each.post(here, self.FORM).status_code) == (404, 404)
        assert Confirmation.objects.count() == 0
