"""What stood on notice stays readable as it stood, and says by what it was replaced, since when and why."""

import pytest

from contest.actions.correction import record_correction
from contest.models import Entry, Season, Stage
from contest.workflow import perform
from registry.models import Secretary
from scoring.models import Publication, Seat
from tests import cast
from tests.scoring.publishing import published, put_on_notice, take_back, take_out_the_winner, two
from tests.scoring.views.test_results import url, words


@pytest.fixture
def chenxiao(people, signed_in):
    return signed_in(people["chenxiao"])


@pytest.fixture
def corrected(maonan, people):
    """On notice, 陈志远 disqualified, on notice again."""
    return put_on_notice(take_out_the_winner(published(maonan, people), people, at=8), people, at=9)


def page(client, stage, version):
    return words(client.get(url("publication", stage, version)).content.decode())


def listed(client, stage):
    html = client.get(url("publications", stage)).content.decode()
    rows = html.split("<tbody>")[1].split("</tbody>")[0].split("</tr>")[:-1]
    return [words('<main id="main"' + row) for row in rows]


def test_before_anything_was_published_the_list_says_so(maonan, chenxiao):
    assert "还没有留存的公示" in chenxiao.get(url("publications", maonan)).content.decode()
    assert chenxiao.get(url("publication", maonan, 1)).status_code == 404


def test_the_list_has_every_version_with_its_period_and_what_became_of_it(corrected, chenxiao):
    assert listed(chenxiao, corrected) == [
        "第 2 版公示 2023-11-25 09:10 2023-11-25 09:10 至 2023年12月1日（含） 第 2 版 罗平 现行",
        "第 1 版公示 2023-11-25 09:06 2023-11-25 09:06 至 2023年12月1日（含） 第 1 版 罗平 已更正，以第 2 版为准"
        " 2023-11-25 09:08 起失效，何雅提请、罗平复核；原因：材料数据不实",
    ]


def test_the_one_in_force_shows_what_stands_on_notice(corrected, chenxiao):
    text = page(chenxiao, corrected, 2)
    assert "茂南区初赛 · 第 2 版公示 赋能百千万 驻村话振兴（2023）" in text
    assert "1 梁秀英 茂南区白石镇示例2村 茂名市示例局 80.00 总分 一等奖" in text
    assert "陈志远 · 取消资格 · 材料数据不实" in text
    assert ("以第" in text, "3 位评委计分" in text) == (False, True)


def test_an_old_one_still_says_what_it_said_under_a_banner_that_leads_to_the_newer(corrected, chenxiao):
    html = chenxiao.get(url("publication", corrected, 1)).content.decode()
    text = words(html)
    assert "1 陈志远 茂南区白石镇示例1村 茂名市示例局 89.40 总分 一等奖" in text
    assert "陈志远 · 取消资格" not in text
    assert "李㛃 · 缺席 · 因公出差" in text
    assert "已更正，以第 2 版为准 查看第 2 版" in text
    assert "2023-11-25 09:08 起失效，何雅提请、罗平复核；原因：材料数据不实" in text
    assert "第 2 版自 2023-11-25 09:10 起公示。" in text
    assert f'href="{url("publication", corrected, 2)}"' in html


def test_one_that_was_withdrawn_and_not_replaced_says_so(maonan, people, chenxiao):
    stage = take_back(published(maonan, people), people, at=7)
    assert "已撤回，尚未重新公示" in page(chenxiao, stage, 1)
    assert listed(chenxiao, stage)[0].endswith(
        "已撤回，尚未重新公示 2023-11-25 09:07 起失效，何雅提请、罗平复核；原因：姓名有误"
    )


def test_nothing_of_it_is_read_from_the_tables(maonan, people, chenxiao):
    stage = published(maonan, people)
    before = page(chenxiao, stage, 1)
    Secretary.objects.update(name="某人")
    Seat.objects.filter(stage=stage).update(judge="某评委")
    Entry.objects.filter(stage=stage, order=4).update(status_reason="别的原因")
    Stage.objects.filter(pk=stage.pk).update(venue="别处", held_on=None)
    Season.objects.update(title="别的届次", notice_working_days=9)
    after = page(chenxiao, stage, 1)
    assert after == before


def test_a_name_put_right_later_stands_beside_the_one_that_was_published(maonan, people, chenxiao):
    stage = published(maonan, people)
    for order, new in ((1, "陈致远"), (4, "李娃")):
        secretary = Entry.objects.get(stage=stage, order=order).secretary
        told = {"reason": "名册录入有误", **two(people), "at": cast.later(8)}
        record_correction(secretary, "name", secretary.name, new, **told)
    text = page(chenxiao, stage, 1)
    assert "1 陈致远 更正 姓名原为“陈志远” 茂南区白石镇" in text
    assert "李娃 更正 姓名原为“李㛃” · 缺席 · 因公出差" in text


def test_a_name_that_was_erased_says_so(maonan, people, chenxiao):
    stage = published(maonan, people)
    row = Publication.objects.get()
    winner = Entry.objects.get(stage=stage, order=1).pk
    row.leaves.pop(f"person:{winner}")
    row.save()
    assert "1 （已隐去）" in page(chenxiao, stage, 1)


def test_an_end_that_the_calendar_moved_stands_beside_the_one_that_was_printed(maonan, people, chenxiao):
    stage = published(maonan, people)
    Stage.objects.filter(pk=stage.pk).update(notice_until=cast.later(60))
    text = page(chenxiao, stage, 1)
    assert "2023-11-25 09:06 至 2023年12月1日（含） 公示后日历有更正，现至 2023-11-25 10:00" in text


def test_the_neighbour_finds_no_publication_and_the_supervisor_reads_all(corrected, people, signed_in):
    addresses = [url("publications", corrected), url("publication", corrected, 1), url("publication", corrected, 2)]
    found = {
        who: {signed_in(people[who]).get(address).status_code for address in addresses}
        for who in ("wumin", "linfang", "heya", "zhengzhi")
    }
    assert found == {"wumin": {404}, "linfang": {200}, "heya": {200}, "zhengzhi": {200}}


def test_stage_and_results_lead_to_the_publications(maonan, people, chenxiao):
    stage = published(maonan, people)
    there = f'href="{url("publications", stage)}"'
    pages = [stage.get_absolute_url(), url("results", stage)]
    assert [there in chenxiao.get(each).content.decode() for each in pages] == [True, True]


@pytest.mark.parametrize("versions", [1, 3])
def test_the_pages_ask_as_often_for_one_version_as_for_three(
    maonan, people, chenxiao, versions, django_assert_num_queries
):
    stage = published(maonan, people)
    for at in range(8, 6 + 2 * versions, 2):
        stage = take_back(stage, people, at=at)
        perform("publish", stage, by=people["luoping"], at=cast.later(at + 1))
        stage = Stage.objects.whole().get(pk=stage.pk)
    assert Publication.objects.count() == versions
    for name, queries in (("publications", 6), ("publication", 7)):
        address = url(name, stage, *([1] if name == "publication" else []))
        with django_assert_num_queries(queries):
            assert chenxiao.get(address).status_code == 200
