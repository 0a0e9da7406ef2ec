"""Letters to the units that sent a prize winner of the final (notice VI(3))."""

import hashlib
import io
import zipfile
from datetime import date

import pypdfium2
import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from docx import Document

from accounts import log
from accounts.models import LogLine
from certificates import letters
from certificates.actions import letters as actions
from certificates.actions.seals import keep_seal
from certificates.models import Letter
from certificates.paper import word
from contest.models import Award, Season
from contest.models.stage import State
from registry.models import Posting, Secretary, Unit
from tests import cast
from tests.certificates.closed import put_right
from tests.certificates.finals import BUREAU, SCHOOL, finish
from tests.certificates.paper.papers import saved, stamp

DATED = date(2023, 11, 24)
TODAY = date(2023, 11, 25)


@pytest.fixture
def awards(final, maonan, people):
    """陈志远, 王䶮 and 黄𬱖 of the bureau, 梁秀英 and 李㛃 of the school; 郑启 is tenth, without a letter."""
    units = [BUREAU, SCHOOL, BUREAU, SCHOOL, BUREAU, *["茂名市示例医院"] * 4, "茂名市示例协会"]
    return finish(final, maonan, by=people["chenxiao"], units=units, talks={1: "一条路走出一片天"})


@pytest.fixture
def written(awards, season, heya):
    return actions.write_letters(season, dated=DATED, by=heya, at=cast.NOW)


def people_of(letter):
    return [(each["name"], each["tier"]) for each in letter.facts["people"]]


def text_of(pdf):
    document = pypdfium2.PdfDocument(pdf)
    try:
        return "".join(page.get_textpage().get_text_range() for page in document).replace("\r\n", "")
    finally:
        document.close()


def paragraphs(docx):
    return [each.text for each in Document(io.BytesIO(docx)).paragraphs]


def test_a_unit_with_three_prize_winners_gets_one_letter_that_names_them_all(written):
    assert [(letter.facts["unit"], people_of(letter)) for letter in written] == [
        (BUREAU, [("陈志远", "一等奖"), ("王䶮", "二等奖"), ("黄𬱖", "三等奖")]),
        (SCHOOL, [("梁秀英", "二等奖"), ("李㛃", "二等奖")]),
        ("茂名市示例医院", [("张三", "三等奖"), ("欧阳明", "三等奖"), ("周文", "三等奖"), ("吴桂香", "三等奖")]),
    ]


def test_a_shared_rank_within_the_third_prize_is_in_the_letter_like_any_other(final, maonan, people, season, heya):
    finish(final, maonan, by=people["chenxiao"], units=[BUREAU] * 9, ranks={8: 8, 9: 8})
    (letter,) = actions.write_letters(season, dated=DATED, by=heya, at=cast.NOW)
    assert people_of(letter)[-2:] == [("周文", "三等奖"), ("吴桂香", "三等奖")]


def test_letters_of_a_rehearsal_are_numbered_without_a_gap_and_say_so(written):
    assert [str(letter) for letter in written] == ["演练函〔2023〕1号", "演练函〔2023〕2号", "演练函〔2023〕3号"]


def test_a_rehearsals_number_has_the_year_of_the_letters_date(awards, season, heya):
    (first, *_more) = actions.write_letters(season, dated=date(2024, 1, 8), by=heya, at=cast.NOW)
    assert (str(first), first.facts["year"]) == ("演练函〔2024〕1号", 2023)


@pytest.fixture
def real(awards, season, heya):
    """The letters of a real season: nobody has numbered them yet."""
    for host in season.hosts:
        keep_seal(season, host=host, data=saved(stamp(400)), by=heya, at=cast.NOW)
    Season.objects.update(is_rehearsal=False)
    season.refresh_from_db()
    return actions.write_letters(season, dated=DATED, by=heya, at=cast.NOW)


def test_the_portal_proposes_no_number_for_a_real_letter(real):
    assert [letter.facts["serial"] for letter in real] == ["", "", ""]
    assert str(real[0]) == "第 1 封（待填文号）"
    assert "〔" not in letters.wording(real[0].facts)["serial"]


def test_a_letter_carries_the_number_that_the_offices_system_gave(real, heya):
    actions.number_letter(real[0], serial=" 茂乡振函〔2023〕12号 ", by=heya, at=cast.later(1))
    here = Letter.objects.get(pk=real[0].pk)
    assert (str(here), here.sha256) == ("茂乡振函〔2023〕12号", actions.fingerprint(here))
    assert "茂乡振函〔2023〕12号" in text_of(letters.pdf([here]))
    assert "茂乡振函〔2023〕12号" in paragraphs(word.letter(letters.wording(here.facts)))
    assert LogLine.objects.get(action="number_letter").note.words == {"serial": ["", "茂乡振函〔2023〕12号"]}


@pytest.mark.parametrize(
    ("serial", "why"),
    [
        ("", "请填写公文系统给出的文号"),
        ("\u200b", "请填写公文系统给出的文号"),
        ("文" * 65, "不超过 64 个字"),
        ("茂乡振函〔2022〕12号", "与落款日期（2023年）不一致"),
        ("茂乡振函[2024]12号", "与落款日期（2023年）不一致"),
        ("茂\U00030edd函〔2023〕12号", "没有字形"),
    ],
)
def test_a_number_that_cannot_be_the_letters_is_refused(real, heya, serial, why):
    with pytest.raises(actions.WrongNumber, match=why):
        actions.number_letter(real[0], serial=serial, by=heya, at=cast.later(1))
    assert Letter.objects.get(pk=real[0].pk).facts["serial"] == ""


def test_two_letters_do_not_carry_the_same_number(real, heya):
    actions.number_letter(real[0], serial="茂乡振函〔2023〕12号", by=heya, at=cast.later(1))
    with pytest.raises(actions.WrongNumber, match="另一封函"):
        actions.number_letter(real[1], serial="茂乡振函〔2023〕12号", by=heya, at=cast.later(2))


def test_a_letter_without_its_number_is_not_sent_and_a_sent_one_keeps_it(real, heya):
    with pytest.raises(actions.NoNumber):
        actions.send_letter(real[0], on=DATED, how="机要交换", by=heya, at=cast.later(1))
    actions.number_letter(real[0], serial="茂乡振函〔2023〕12号", by=heya, at=cast.later(2))
    actions.send_letter(real[0], on=DATED, how="机要交换", by=heya, at=cast.later(3))
    with pytest.raises(actions.AlreadySent):
        actions.number_letter(real[0], serial="茂乡振函〔2023〕13号", by=heya, at=cast.later(4))


def test_the_page_takes_the_number_and_a_county_does_not(real, people, signed_in):
    url = reverse("certificates:number_letter", args=[real[0].pk])
    client = signed_in(people["heya"])
    assert client.post(url, {"serial": "茂乡振函〔2022〕12号"}).status_code == 400
    assert client.post(url, {"serial": "茂乡振函〔2023〕12号"}).status_code == 302
    page = client.get(reverse("certificates:letter", args=[real[0].pk])).content.decode()
    assert "茂乡振函〔2023〕12号" in page
    assert signed_in(people["chenxiao"]).post(url, {"serial": "x"}).status_code == 404


def test_written_twice_nothing_changes(written, season, heya):
    before = list(Letter.objects.values_list())
    assert actions.write_letters(season, dated=TODAY, by=heya, at=cast.later(1)) == []
    assert list(Letter.objects.values_list()) == before
    assert LogLine.objects.filter(action="write_letters").count() == 1


def test_a_unit_that_comes_later_gets_the_next_number(written, season, heya):
    Unit.objects.create(name="新单位", level="county")
    put_right(Award.objects.get(person__name="吴桂香").person["unit"], "新单位", "unit", of="吴桂香")
    (new,) = actions.write_letters(season, dated=TODAY, by=heya, at=cast.later(1))
    assert (new.number, new.facts["unit"], people_of(new)) == (4, "新单位", [("吴桂香", "三等奖")])


def test_what_the_registry_says_later_changes_no_letter(written, season, heya):
    Secretary.objects.filter(name="陈志远").update(name="陈致远")
    Posting.objects.filter(secretary__name="吴桂香").update(unit=Unit.objects.create(name="新单位", level="county"))
    assert [row.changes for row in letters.rows_of(season)] == [[], [], []]
    assert actions.write_letters(season, dated=TODAY, by=heya, at=cast.later(1)) == []


def test_the_log_tells_numbers_and_hashes_and_no_name(written):
    line = LogLine.objects.get(action="write_letters")
    assert all(letter.sha256 in line.payload for letter in written)
    assert all(letter.sha256 == hashlib.sha256(log.canonical(letter.facts).encode()).hexdigest() for letter in written)
    assert "陈志远" not in line.payload
    assert log.verify("2023")[2] == []


def test_a_final_that_is_not_closed_has_no_letters(awards, final, season, heya):
    cast.put(final, State.PUBLISHED)
    with pytest.raises(actions.NotReady, match="决赛还没有生效"):
        actions.write_letters(season, dated=DATED, by=heya, at=cast.NOW)
    assert Letter.objects.count() == 0


def test_a_final_without_prizes_has_no_letters(awards, season, heya):
    Award.objects.update(tier="merit")
    with pytest.raises(actions.NotReady, match="没有一至三等奖"):
        actions.write_letters(season, dated=DATED, by=heya, at=cast.NOW)


def test_a_real_season_wants_its_seals_first(awards, season, heya):
    Season.objects.update(is_rehearsal=False)
    season.refresh_from_db()
    with pytest.raises(actions.NotReady) as refused:
        actions.write_letters(season, dated=DATED, by=heya, at=cast.NOW)
    assert [problem.text for problem in refused.value.problems] == [
        f"{host}的印章还没有上传。" for host in season.hosts
    ]


def test_a_character_without_a_glyph_is_named_before_a_letter_is_written(awards, season, heya):
    put_right("陈志远", "陈\U00030edd")
    with pytest.raises(actions.NotReady, match="“陈\U00030edd”中的“\U00030edd”"):
        actions.write_letters(season, dated=DATED, by=heya, at=cast.NOW)


@pytest.mark.parametrize("username", ["chenxiao", "zhengzhi"])
def test_only_the_office_writes_sends_and_rewrites(written, season, people, username):
    user, letter = people[username], written[0]
    for act in (
        lambda: actions.write_letters(season, dated=DATED, by=user, at=cast.NOW),
        lambda: actions.rewrite_letter(letter, reason="x", by=user, at=cast.NOW),
        lambda: actions.send_letter(letter, on=TODAY, how="挂号信", by=user, at=cast.NOW),
        lambda: actions.receive_letter(letter, on=TODAY, received_by="某人", by=user, at=cast.NOW),
    ):
        with pytest.raises(PermissionDenied):
            act()
    assert set(Letter.objects.values_list("sent_on", "received_on", "version")) == {(None, None, 1)}


def test_half_written_is_not_written(awards, season, heya, monkeypatch):
    monkeypatch.setattr(log, "write", lambda *_a, **_k: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        actions.write_letters(season, dated=DATED, by=heya, at=cast.NOW)
    assert Letter.objects.count() == 0


# Sent and received.


def test_a_letter_is_sent_and_then_received(written, heya):
    letter = written[0]
    actions.send_letter(letter, on=DATED, how="机要交换 0012", by=heya, at=cast.NOW)
    actions.receive_letter(letter, on=TODAY, received_by="郭明", by=heya, at=cast.later(1))
    letter.refresh_from_db()
    told = (letter.sent_on, letter.sent_how, letter.received_on, letter.received_by)
    assert told == (DATED, "机要交换 0012", TODAY, "郭明")
    assert letters.state_of(letter) == "received"
    assert LogLine.objects.filter(action__in=("send_letter", "receive_letter")).count() == 2


def test_no_letter_goes_out_while_the_finals_results_are_being_put_right(written, final, heya):
    letter = written[0]
    cast.put(final, State.TABULATED)
    with pytest.raises(actions.LetterRefused, match="正在更正"):
        actions.send_letter(letter, on=DATED, how="机要交换 0012", by=heya, at=cast.NOW)
    letter.refresh_from_db()
    assert letter.sent_on is None


def test_what_was_not_sent_cannot_be_received(written, heya):
    with pytest.raises(actions.NotSent):
        actions.receive_letter(written[0], on=TODAY, received_by="郭明", by=heya, at=cast.NOW)
    assert Letter.objects.exclude(received_on=None).count() == 0


def test_sent_or_received_twice_the_first_stays(written, heya):
    letter = written[0]
    actions.send_letter(letter, on=DATED, how="挂号信", by=heya, at=cast.NOW)
    with pytest.raises(actions.AlreadySent):
        actions.send_letter(letter, on=TODAY, how="当面", by=heya, at=cast.NOW)
    actions.receive_letter(letter, on=TODAY, received_by="郭明", by=heya, at=cast.NOW)
    with pytest.raises(actions.AlreadyReceived):
        actions.receive_letter(letter, on=TODAY, received_by="何静", by=heya, at=cast.NOW)
    letter.refresh_from_db()
    assert (letter.sent_how, letter.received_by) == ("挂号信", "郭明")


@pytest.mark.parametrize("day", [date(2023, 11, 23), date(2023, 11, 26)])
def test_a_letter_is_sent_neither_before_its_date_nor_tomorrow(written, heya, day):
    with pytest.raises(actions.WrongDay):
        actions.send_letter(written[0], on=day, how="挂号信", by=heya, at=cast.NOW)


def test_a_letter_is_not_received_before_it_was_sent(written, heya):
    actions.send_letter(written[0], on=TODAY, how="挂号信", by=heya, at=cast.NOW)
    with pytest.raises(actions.WrongDay, match="2023年11月25日"):
        actions.receive_letter(written[0], on=DATED, received_by="郭明", by=heya, at=cast.NOW)


# Written again.


def test_a_corrected_name_shows_as_a_difference_and_is_written_as_a_new_version(written, season, heya):
    actions.send_letter(written[0], on=DATED, how="挂号信", by=heya, at=cast.NOW)
    put_right("陈志远", "陈致远")
    (row,) = [row for row in letters.rows_of(season) if row.changes]
    assert [(each.what, each.paper.split()[0], each.today.split()[0]) for each in row.changes] == [
        ("陈志远", "陈志远", "陈致远")
    ]
    new = actions.rewrite_letter(written[0], reason="姓名更正", by=heya, at=cast.later(1))
    assert (new.number, new.version, new.facts["dated"], new.sent_on) == (1, 2, "2023-11-25", None)
    assert people_of(new)[0] == ("陈致远", "一等奖")
    assert "此前所发同号函作废" in "".join(letters.wording(new.facts)["paragraphs"])
    assert list(Letter.objects.filter(number=1).values_list("version", "live")) == [(1, False), (2, True)]
    assert [row.changes for row in letters.rows_of(season)] == [[], [], []]


def test_a_letter_that_says_what_the_awards_say_is_not_written_again(written, heya):
    with pytest.raises(actions.Unchanged):
        actions.rewrite_letter(written[0], reason="再来", by=heya, at=cast.NOW)
    assert Letter.objects.count() == 3


def test_a_letter_that_was_replaced_is_neither_sent_nor_written_again(written, heya):
    put_right("陈志远", "陈致远")
    actions.rewrite_letter(written[0], reason="姓名更正", by=heya, at=cast.NOW)
    for act in (
        lambda: actions.send_letter(written[0], on=TODAY, how="挂号信", by=heya, at=cast.NOW),
        lambda: actions.rewrite_letter(written[0], reason="再来", by=heya, at=cast.NOW),
    ):
        with pytest.raises(actions.NotLive):
            act()


def test_a_unit_without_a_prize_winner_gets_no_new_version(written, heya):
    put_right(SCHOOL, BUREAU, "unit")
    with pytest.raises(actions.NobodyLeft):
        actions.rewrite_letter(written[1], reason="单位更正", by=heya, at=cast.NOW)
    assert Letter.objects.get(pk=written[1].pk).live is True


# On paper.


def test_the_letter_says_what_the_notice_wants(written):
    text = letters.wording(written[0].facts)
    assert text["to"] == "茂名市示例局："
    assert text["paragraphs"][1] == (
        "1．陈志远同志，茂南区白石镇示例1村驻村第一书记，演讲题目《一条路走出一片天》，获市级决赛一等奖；"
    )
    assert "请作为2023年年度考核的参考依据" in text["paragraphs"][4]
    assert [host["name"] for host in text["hosts"]] == [
        "茂名市乡村振兴局",
        "中共茂名市委组织部",
        "珠海市驻茂名市帮扶指挥部",
    ]


def test_rare_characters_come_out_of_the_pdf_byte_for_byte_and_the_bytes_are_the_same_each_time(written):
    pdf = letters.pdf(written)
    assert pdf == letters.pdf(written)
    assert pdf.startswith(b"%PDF-1.7")
    text = text_of(pdf)
    assert [name for name in ("陈志远", "王䶮", "黄𬱖", "李㛃", "演练函〔2023〕3号") if name not in text] == []


def test_the_word_file_opens_again_with_every_sentence_and_its_layout(written):
    text = letters.wording(written[0].facts)
    made = word.letter(text)
    assert made == word.letter(text)
    assert [line for line in (*text["paragraphs"], text["to"], text["serial"]) if line not in paragraphs(made)] == []
    document = Document(io.BytesIO(made))
    page = document.sections[0]
    assert [round(each.mm) for each in (page.page_width, page.page_height, page.top_margin, page.left_margin)] == [
        210,
        297,
        37,
        28,
    ]
    body = next(each for each in document.paragraphs if each.text == text["paragraphs"][0])
    assert (body.runs[0].font.size.pt, body.paragraph_format.line_spacing.pt) == (16, 28)
    fonts = zipfile.ZipFile(io.BytesIO(made)).read("word/fontTable.xml").decode()
    assert 'w:name="仿宋"' in fonts


def test_what_xml_cannot_carry_breaks_no_word_file(written):
    facts = written[0].facts | {"unit": "局\x0b\ufffe=1+1\U0002c0a9"}
    assert "局=1+1\U0002c0a9：" in paragraphs(word.letter(letters.wording(facts)))


# The pages.


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_queries_for_one_letter_and_for_three(
    final, maonan, people, season, heya, signed_in, django_assert_num_queries, count
):
    finish(final, maonan, by=people["chenxiao"], units=[f"单位{number}" for number in range(count)])
    actions.write_letters(season, dated=DATED, by=heya, at=cast.NOW)
    client = signed_in(heya)
    with django_assert_num_queries(17):  # one asks who lost the preliminary and still stands in the final
        page = client.get("/desk/seasons/2023/letters/").content.decode()
    assert page.count("登记寄送") == count


def test_heya_writes_sends_and_receives_on_the_pages(awards, heya, signed_in):
    client = signed_in(heya)
    assert "将为下列 3 个单位" in client.get("/desk/seasons/2023/letters/write/").content.decode()
    assert client.post("/desk/seasons/2023/letters/write/", {"dated": "2023-11-24"}).status_code == 302
    letter = Letter.objects.get(number=1)
    refused = client.post(f"/desk/letters/{letter.pk}/receive/", {"on": "2023-11-25", "received_by": "郭明"})
    assert (refused.status_code, "请先登记寄送" in refused.content.decode()) == (400, True)
    client.post(f"/desk/letters/{letter.pk}/send/", {"on": "2023-11-24", "how": "挂号信"})
    client.post(f"/desk/letters/{letter.pk}/receive/", {"on": "2023-11-25", "received_by": "郭明"})
    page = client.get("/desk/seasons/2023/letters/?state=received").content.decode()
    assert ("演练函〔2023〕1号" in page, "演练函〔2023〕2号" in page, "郭明" in page) == (True, False, True)
    page = client.get("/desk/seasons/2023/letters/?q=李㛃").content.decode()
    assert ("演练函〔2023〕1号" in page, "演练函〔2023〕2号" in page) == (False, True)


def test_the_zip_holds_what_the_list_shows(written, heya, signed_in):
    answer = signed_in(heya).get("/desk/seasons/2023/letters/zip/?q=学校")
    names = zipfile.ZipFile(io.BytesIO(b"".join(answer))).namelist()
    assert names == [f"演练函〔2023〕2号 {SCHOOL}.pdf", f"演练函〔2023〕2号 {SCHOOL}.docx"]


def test_the_print_is_one_pdf_with_a_page_for_each_letter(written, heya, signed_in):
    answer = signed_in(heya).get("/desk/seasons/2023/letters/print/")
    document = pypdfium2.PdfDocument(b"".join(answer))
    assert (len(document), answer["Content-Disposition"].split(";")[0]) == (5, "inline")
    document.close()


def test_nothing_to_print_is_said(awards, heya, signed_in):
    answer = signed_in(heya).get("/desk/seasons/2023/letters/print/")
    assert (answer.status_code, "没有可打印的反馈函" in answer.content.decode()) == (409, True)


def test_the_supervisor_looks_and_has_nothing_to_press(written, people, signed_in):
    client = signed_in(people["zhengzhi"])
    for path in ("/desk/seasons/2023/letters/", f"/desk/letters/{written[0].pk}/"):
        page = client.get(path).content.decode()
        assert ("陈志远" in page, "登记寄送" in page) == (True, False)
    for step in ("send", "receive", "rewrite"):
        assert client.post(f"/desk/letters/{written[0].pk}/{step}/").status_code == 404
    assert client.get("/desk/seasons/2023/letters/write/").status_code == 404


def test_no_organizer_sees_a_letter(written, people, signed_in):
    client = signed_in(people["chenxiao"])
    codes = {
        client.get(path).status_code for path in ("/desk/seasons/2023/letters/", f"/desk/letters/{written[0].pk}/")
    }
    assert codes == {404}


def test_a_change_is_shown_on_the_page_before_it_is_written(written, heya, signed_in):
    put_right("陈志远", "陈致远")
    client = signed_in(heya)
    assert "已有更正" in client.get("/desk/seasons/2023/letters/").content.decode()
    assert "陈致远" in client.get(f"/desk/letters/{written[0].pk}/rewrite/").content.decode()
    answer = client.post(f"/desk/letters/{written[0].pk}/rewrite/", {"reason": "姓名更正"})
    new = Letter.objects.get(number=1, live=True)
    assert (answer.status_code, answer["Location"]) == (302, f"/desk/letters/{new.pk}/")
    old = client.get(f"/desk/letters/{written[0].pk}/").content.decode()
    assert ("这是旧版" in old, "登记寄送" in old) == (True, False)


def test_the_desk_asks_the_office_to_write_and_then_to_send(awards, season, heya, people, signed_in):
    client = signed_in(heya)
    assert "请拟制给选派单位的反馈函" in client.get("/desk/").content.decode()
    written = actions.write_letters(season, dated=DATED, by=heya, at=cast.NOW)
    actions.send_letter(written[0], on=DATED, how="挂号信", by=heya, at=cast.NOW)
    assert "2 封反馈函还没有登记寄送" in client.get("/desk/").content.decode()
    assert "反馈函" not in signed_in(people["zhengzhi"]).get("/desk/").content.decode()


def test_a_letter_whose_seal_is_gone_is_not_printed_and_the_host_is_named(awards, season, heya, signed_in):
    seal = keep_seal(season, host=season.hosts[0], data=saved(stamp(400)), by=heya, at=cast.NOW)
    letter = actions.write_letters(season, dated=DATED, by=heya, at=cast.NOW)[0]
    seal.file.storage.delete(seal.file.name)
    answer = signed_in(heya).get(reverse("certificates:letter_pdf", args=[letter.pk]))
    assert (answer.status_code, season.hosts[0] + "的印章图片" in answer.content.decode()) == (409, True)
