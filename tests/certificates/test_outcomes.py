"""The circular with all results, and the list for the annual assessment."""

import io

import openpyxl
import pypdfium2
import pytest
from django.utils import translation
from docx import Document

from certificates import assessment, circular
from certificates.paper import word
from contest.models.stage import State
from tests import cast
from tests.certificates.closed import close, put_right
from tests.certificates.finals import BUREAU, SCHOOL, finish


@pytest.fixture
def awards(final, maonan, people):
    """A closed final; the preliminaries are not closed."""
    return finish(final, maonan, by=people["chenxiao"], units=[BUREAU, SCHOOL, BUREAU, SCHOOL, BUREAU])


@pytest.fixture
def all_closed(awards, maonan, dianbai, binhai, people):
    close(dianbai, 2, by=people["huangqiang"])
    close(binhai, 1, by=people["xiening"])
    cast.put(maonan, State.CLOSED)


def text_of(pdf):
    document = pypdfium2.PdfDocument(pdf)
    try:
        return "".join(page.get_textpage().get_text_range() for page in document).replace("\r\n", "")
    finally:
        document.close()


def sheet_of(answer):
    return openpyxl.load_workbook(io.BytesIO(answer.content)).active


def test_the_circular_waits_until_every_stage_is_closed(awards, season):
    with pytest.raises(circular.NotComplete) as refused:
        circular.wording(season)
    assert [problem.text for problem in refused.value.problems] == [
        "茂南区初赛还没有生效（筹备）。",
        "电白区初赛还没有生效（筹备）。",
        "滨海新区初赛还没有生效（筹备）。",
    ]


def test_a_draft_names_what_it_lacks(awards, season):
    text = circular.wording(season, partial=True)
    assert text["missing"] == ["茂南区初赛", "电白区初赛", "滨海新区初赛"]
    assert "（本稿尚缺：茂南区初赛、电白区初赛、滨海新区初赛。）" in text["paragraphs"]
    assert [part["title"] for part in text["parts"]] == ["一、市级决赛（一等奖1名，二等奖3名，三等奖1名）"]


def test_the_circular_has_the_final_first_and_everybody_in_it(all_closed, season):
    text = circular.wording(season)
    assert [part["title"] for part in text["parts"]] == [
        "一、市级决赛（一等奖1名，二等奖3名，三等奖1名）",
        "二、茂南区初赛",
        "三、电白区初赛（一等奖1名，二等奖1名）",
        "四、滨海新区初赛（一等奖1名）",
    ]
    assert text["parts"][0]["rows"][2] == ["二等奖", "王䶮", "茂南区白石镇示例3村", BUREAU]
    assert "共有8名驻村第一书记" in text["paragraphs"][0]


def test_the_circular_is_marked_as_a_draft_and_keeps_rare_characters(all_closed, season):
    pdf = circular.pdf(season)
    assert pdf == circular.pdf(season)
    text = text_of(pdf)
    assert [each for each in ("演练草稿", "王䶮", "李㛃", "黄𬱖") if each not in text] == []


def test_the_circular_in_word_opens_again_with_a_table_for_each_stage(all_closed, season):
    document = Document(io.BytesIO(word.circular(circular.wording(season))))
    tables = [[[cell.text for cell in row.cells] for row in table.rows] for table in document.tables]
    assert [len(table) - 1 for table in tables] == [5, 0, 2, 1]
    assert tables[0][5] == ["三等奖", "黄𬱖", "茂南区白石镇示例5村", BUREAU]
    assert document.paragraphs[0].text == "演练草稿 · 未经签发"


def test_a_paper_is_in_chinese_for_a_reader_of_english(all_closed, season):
    chinese = circular.wording(season)
    with translation.override("en"):
        assert circular.wording(season) == chinese


@pytest.mark.parametrize(
    ("number", "word_"), [(1, "一"), (9, "九"), (10, "十"), (11, "十一"), (20, "二十"), (21, "二十一")]
)
def test_stages_are_counted_in_chinese(number, word_):
    assert circular._numeral(number) == word_


def test_the_assessment_list_has_one_row_for_each_prize_and_says_who_shares_a_rank(final, maonan, people, season):
    finish(final, maonan, by=people["chenxiao"], units=[*[BUREAU] * 8, SCHOOL, SCHOOL], ranks={8: 8, 9: 8})
    rows = assessment.rows(season)
    assert [(row[1], row[3], row[8], row[9], row[10]) for row in rows[-2:]] == [
        (BUREAU, "周文", "三等奖", 8, "并列"),
        (SCHOOL, "吴桂香", "三等奖", 8, "并列"),
    ]
    assert (len(rows), {row[0] for row in rows}) == (9, {2023})


def test_no_cell_of_the_assessment_list_is_a_formula(awards, heya, signed_in):
    put_right(BUREAU, '=HYPERLINK("http://example.invalid")', "unit")
    put_right("陈志远", "+1+1")
    awards[0].person["post"] = "@sum"
    awards[0].save(update_fields=["person"])
    sheet = sheet_of(signed_in(heya).get("/desk/seasons/2023/assessment/"))
    cells = {cell.value: cell.data_type for row in sheet.iter_rows() for cell in row}
    assert [cells[text] for text in ('=HYPERLINK("http://example.invalid")', "+1+1", "@sum")] == ["s", "s", "s"]
    assert "f" not in cells.values()


def test_the_list_of_a_final_that_is_not_closed_is_refused(awards, final, heya, signed_in):
    cast.put(final, State.PUBLISHED)
    answer = signed_in(heya).get("/desk/seasons/2023/assessment/")
    assert (answer.status_code, "决赛还没有生效" in answer.content.decode()) == (409, True)


def test_the_page_refuses_the_circular_with_a_way_to_the_draft(awards, heya, signed_in):
    client = signed_in(heya)
    for address in ("/desk/seasons/2023/circular/", "/desk/seasons/2023/circular/word/"):
        refused = client.get(address)
        assert (refused.status_code, f"{address}?draft=1" in refused.content.decode()) == (409, True)
        assert client.get(f"{address}?draft=1").status_code == 200


def test_the_supervisor_reads_and_the_organizer_finds_nothing(all_closed, people, signed_in):
    for username, code in (("zhengzhi", 200), ("chenxiao", 404)):
        client = signed_in(people[username])
        for page in ("outcomes", "circular", "circular/word", "assessment"):
            assert (page, client.get(f"/desk/seasons/2023/{page}/").status_code) == (page, code)


@pytest.mark.parametrize("count", [1, 3])
def test_the_outcomes_cost_the_same_queries_for_one_prize_and_for_three(
    final, maonan, people, heya, signed_in, django_assert_num_queries, count
):
    finish(final, maonan, by=people["chenxiao"], units=[f"单位{number}" for number in range(count)])
    client = signed_in(heya)
    with django_assert_num_queries(9):
        assert client.get("/desk/seasons/2023/outcomes/").status_code == 200
