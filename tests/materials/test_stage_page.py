"""陈晓 sees who in 茂南区 has handed in what, and sets until when."""

import io
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from accounts.models import LogLine
from contest.models import Entry
from contest.models.stage import State
from materials import collected
from materials.actions import late, returning
from materials.models import Material, Terms, Upload
from materials.standing import Step
from tests import cast
from tests.materials import handing, pledged

TERMS = {
    "closes_on": "2026-11-30",
    "closes_time": "18:00",
    "grace_minutes": "90",
    "needs_video": "on",
    "deck_mb": "50",
    "video_mb": "400",
    "video_seconds": "300",
    "edit": "0",
}


@pytest.fixture
def chenxiao(people, signed_in):
    return signed_in(people["chenxiao"])


@pytest.fixture
def everybody(entries, heya) -> list:
    """The accounts of the three entrants."""
    return [cast.first_secretary(each, by=heya, username=f"s{each.order}") for each in entries]


def listed(client, stage, query="") -> list[tuple[str, str]]:
    """Name and last word of each line."""
    answer = client.get(f"/desk/stages/{stage.pk}/materials/{query}")
    assert answer.status_code == 200
    rows = re.findall(r'<tr>\s*<td class="num".*?</tr>', answer.content.decode(), re.DOTALL)
    names = [re.findall(r'<th scope="row"><a [^>]*>([^<]+)', row)[0] for row in rows]
    words = [re.findall(r'data-label="情况"><span class="chip[^"]*">([^<]+)', row)[0] for row in rows]
    return list(zip(names, words, strict=True))


def test_each_entrant_stands_at_the_step_that_is_still_to_be_done(chenxiao, entries, everybody, people):
    stage = entries[0].stage
    assert listed(chenxiao, stage) == [("陈志远", "缺材料"), ("梁秀英", "缺材料"), ("王䶮", "缺材料")]
    handing.accepted(entries[0], by=everybody[0], at=cast.NOW)
    pledged.refused(entries[1], by=everybody[1])
    handing.arrived(entries[2], b"x", by=everybody[2], at=cast.NOW)
    assert listed(chenxiao, stage) == [("陈志远", "待签承诺"), ("梁秀英", "未通过"), ("王䶮", "检查中")]
    pledge = pledged.signed(entries[0], by=everybody[0])
    handing.accepted(entries[1], by=everybody[1], at=cast.NOW)
    assert listed(chenxiao, stage)[:2] == [("陈志远", "待确认"), ("梁秀英", "待签承诺")]
    pledged.confirmed(pledge, by=people["chenxiao"])
    assert listed(chenxiao, stage)[0] == ("陈志远", "已确认")
    handing.accepted(entries[0], by=everybody[0], at=cast.later(1))
    assert listed(chenxiao, stage)[0] == ("陈志远", "待签承诺")


def test_the_list_is_narrowed_sorted_and_searched(chenxiao, entries, everybody):
    stage = entries[0].stage
    handing.accepted(entries[1], by=everybody[1], at=cast.NOW)
    pledged.signed(entries[1], by=everybody[1])
    assert listed(chenxiao, stage, "?step=unconfirmed") == [("梁秀英", "待确认")]
    assert listed(chenxiao, stage, "?step=missing&sort=-order") == [("王䶮", "缺材料"), ("陈志远", "缺材料")]
    assert listed(chenxiao, stage, "?sort=-step")[0] == ("梁秀英", "待确认")
    assert listed(chenxiao, stage, "?q=志远") == [("陈志远", "缺材料")]
    assert listed(chenxiao, stage, "?q=志远&step=unconfirmed") == []
    assert len(listed(chenxiao, stage, "?step=nonsense&sort=nonsense")) == 3


def tabs(page: str) -> list[int]:
    """The counts of a tab bar: of all, then of each tab that is shown."""
    return [int(count) for count in re.findall(r'class="tab-count">(\d+)<', page)]


def test_everybody_stands_under_one_tab_and_their_counts_add_up(chenxiao, entries, everybody, people):
    """Three entrants, one of whom is whole and waits to be confirmed: never 3, and 2 + 1 + 1."""
    path = f"/desk/stages/{entries[0].stage_id}/materials/"
    for number, entry in enumerate(entries[:2]):
        handing.accepted(entry, by=everybody[number], at=cast.NOW)
    pledged.confirmed(pledged.signed(entries[0], by=everybody[0]), by=people["chenxiao"])
    pledged.signed(entries[1], by=everybody[1])
    assert tabs(chenxiao.get(path).content.decode()) == [3, 1, 1, 1]
    assert set(collected.FILTERS) == set(Step)


def test_who_left_is_not_waited_for(chenxiao, entries):
    Entry.objects.filter(pk=entries[0].pk).update(status="withdrawn", status_reason="调离")
    assert [name for name, _word in listed(chenxiao, entries[0].stage)] == ["梁秀英", "王䶮"]


def test_a_long_list_has_pages(chenxiao, maonan, people):
    handing.collecting(maonan, by=people["chenxiao"], entrants=51)
    assert (len(listed(chenxiao, maonan)), len(listed(chenxiao, maonan, "?page=2"))) == (50, 1)


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_as_often_for_one_as_for_three(chenxiao, maonan, people, heya, count, django_assert_num_queries):
    for entry in handing.collecting(maonan, by=people["chenxiao"], entrants=count):
        user = cast.first_secretary(entry, by=heya, username=f"s{entry.order}")
        handing.accepted(entry, by=user, at=cast.NOW)
        pledged.confirmed(pledged.signed(entry, by=user), by=people["chenxiao"])
    with django_assert_num_queries(10):
        assert len(listed(chenxiao, maonan)) == count


def test_the_file_has_what_the_page_shows(chenxiao, entries, everybody, people):
    handing.accepted(entries[0], by=everybody[0], at=cast.NOW)
    pledged.confirmed(pledged.signed(entries[0], by=everybody[0]), by=people["chenxiao"])
    answer = chenxiao.get(f"/desk/stages/{entries[0].stage_id}/materials/export/?step=confirmed")
    rows = [list(row) for row in load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True)]
    line = next(row for row in rows if "陈志远" in row)
    assert line[7:14] == ["通过", 1, "未上传", None, "2023-11-25 09:00", "白石镇人民政府", "已确认"]
    assert not any("梁秀英" in row for row in rows)


def test_others_read_it_or_find_nothing(entries, everybody, people, signed_in):
    path = f"/desk/stages/{entries[0].stage_id}/materials/"
    found = {who: signed_in(people[who]).get(path).status_code for who in ("heya", "zhengzhi", "huangqiang")}
    assert found == {"heya": 200, "zhengzhi": 200, "huangqiang": 404}
    assert signed_in(everybody[0]).get(path).status_code == 404
    text = signed_in(people["zhengzhi"]).get(path).content.decode()
    assert ("征集要求" in text, "/late/" in text, "陈志远" in text) == (False, False, True)


def test_after_the_scoring_has_begun_there_is_no_late_code_to_give(chenxiao, entries):
    assert "/late/" in chenxiao.get(f"/desk/stages/{entries[0].stage_id}/materials/").content.decode()
    cast.put(entries[0].stage, State.SCORING)
    assert "/late/" not in chenxiao.get(f"/desk/stages/{entries[0].stage_id}/materials/").content.decode()


def test_who_was_let_in_afterwards_is_marked(chenxiao, entries, everybody, people):
    at = timezone.now()
    told = {"reason": "停电", "expires_at": at + timedelta(hours=1), "by": people["chenxiao"]}
    _given, code = late.give_late_code(entries[0], **told, at=at)
    page = f"/desk/stages/{entries[0].stage_id}/materials/"
    assert "补交中" not in chenxiao.get(page).content.decode()
    late.redeem(entries[0], code, by=everybody[0], at=at)
    assert "补交中" in chenxiao.get(page).content.decode()


def test_a_returned_version_gives_its_place_to_the_one_before(chenxiao, entries, everybody, people):
    for minute in (0, 1):
        material = handing.accepted(entries[0], by=everybody[0], at=cast.later(minute))
    returning.return_material(material, reason="换回旧版", by=people["chenxiao"], at=cast.later(2))
    text = chenxiao.get(f"/desk/stages/{entries[0].stage_id}/materials/").content.decode()
    assert "有效的是第 1 版" in text


class TestTerms:
    """What is wanted, until when, how large."""

    @pytest.fixture
    def path(self, entries):
        return f"/desk/stages/{entries[0].stage_id}/materials/terms/"

    def test_chenxiao_sets_them_in_her_own_time(self, chenxiao, path, entries):
        assert chenxiao.post(path, TERMS).url == f"/desk/stages/{entries[0].stage_id}/materials/"
        terms = Terms.objects.get()
        assert terms.closes_at == datetime(2026, 11, 30, 10, 0, tzinfo=UTC)
        assert (terms.grace_minutes, terms.needs_video, terms.deck_mb, terms.video_mb) == (90, True, 50, 400)
        text = chenxiao.get(path).content.decode()
        assert ('value="2026-11-30"' in text, 'value="18:00"' in text) == (True, True)
        assert LogLine.objects.filter(action="set_terms").count() == 1

    def test_without_a_day_and_a_time_nothing_closes(self, chenxiao, path):
        assert chenxiao.post(path, {**TERMS, "closes_on": "", "closes_time": ""}).status_code == 302
        assert Terms.objects.get().closes_at is None

    @pytest.mark.parametrize(
        ("told", "sentence"),
        [
            ({"closes_time": ""}, "填了日期，请把时刻也填上。"),
            ({"closes_on": ""}, "填了时刻，请把日期也填上。"),
            ({"deck_mb": "0"}, "PPT 大小上限（MB）："),
            ({"video_mb": "99999"}, "大小上限应在 1 到 4096 MB 之间。"),
            ({"grace_minutes": "9999"}, "宽限最多 2 天"),
            ({"closes_on": "2026-02-30"}, "截止日期"),
        ],
    )
    def test_what_cannot_be_is_said_and_nothing_is_kept(self, chenxiao, path, told, sentence):
        answer = chenxiao.post(path, TERMS | told)
        assert (answer.status_code, sentence in answer.content.decode(), Terms.objects.count()) == (400, True, 0)

    def test_two_who_set_them_at_once_see_both(self, chenxiao, path, people, signed_in):
        linfang = signed_in(people["linfang"])
        assert linfang.post(path, {**TERMS, "deck_mb": "80"}).status_code == 302
        answer = chenxiao.post(path, TERMS)
        text = answer.content.decode()
        assert (answer.status_code, ">80</td>" in text, ">50</td>" in text) == (409, True, True)
        assert Terms.objects.get().deck_mb == 80
        again = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', text.partition('class="conflict"')[2]))
        assert chenxiao.post(path, {name: again[name] for name in TERMS}).status_code == 302
        assert (Terms.objects.get().deck_mb, Terms.objects.get().edit) == (50, 2)

    def test_sent_twice_it_counts_once(self, chenxiao, path):
        answers = [chenxiao.post(path, {**TERMS, "once_key": "k"}).status_code for _time in range(2)]
        assert (answers, Terms.objects.get().edit) == ([302, 302], 1)

    def test_it_says_what_a_change_means_for_files_on_their_way(self, chenxiao, path, entries, everybody):
        from materials.actions import uploading

        upload = uploading.begin(entries[0], kind="deck", name="x.pptx", length=9, by=everybody[0], at=timezone.now())
        handing.started(upload, at=timezone.now())
        text = chenxiao.get(path).content.decode()
        assert "现在有 1 个文件正在上传。" in text
        assert "新的截止和宽限对它们同样有效" in text
        chenxiao.post(path, TERMS)
        terms = Terms.objects.get()
        assert Upload.objects.get().ends_at == terms.closes_at + terms.grace

    def test_once_scoring_has_begun_they_stay(self, chenxiao, path, entries):
        cast.put(entries[0].stage, State.SCORING)
        assert "征集要求不能再改" in chenxiao.get(path).content.decode()
        answer = chenxiao.post(path, TERMS)
        assert (answer.status_code, Terms.objects.count()) == (400, 0)

    def test_nobody_else_sets_them(self, path, people, signed_in, everybody):
        for who in (people["huangqiang"], people["zhengzhi"], everybody[0]):
            assert signed_in(who).post(path, TERMS).status_code == 404
        assert Terms.objects.count() == 0


def test_a_material_that_is_gone_from_the_list_is_still_counted_once(chenxiao, entries, everybody):
    """Two refused versions of one entrant are one entrant who has not passed."""
    pledged.refused(entries[0], by=everybody[0])
    pledged.refused(entries[0], by=everybody[0])
    text = chenxiao.get(f"/desk/stages/{entries[0].stage_id}/materials/").content.decode()
    assert '未通过<span class="tab-count">1</span>' in text
    assert Material.objects.count() == 2
