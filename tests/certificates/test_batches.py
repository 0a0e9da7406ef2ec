"""The office makes a stage's certificates through the pages."""

import pytest
from django.urls import reverse
from django.utils import timezone

from certificates import store
from certificates.actions.batch import release
from certificates.making import make_due
from certificates.models import Batch, Certificate
from contest.models import Season
from contest.models.stage import State
from contest.work import beat
from tests import cast
from tests.certificates.closed import asked, close, colleague, put_right

CHOSEN = {"template": "plain", "dated": "2023-12-25"}


@pytest.fixture
def he(signed_in, heya):
    return signed_in(heya)


@pytest.fixture
def batch(heya, people, maonan):
    return asked(maonan, 3, organizer=people["chenxiao"], office=heya)


def url(name, pk):
    return reverse(f"certificates:{name}", args=[pk])


def text(answer):
    return answer.content.decode()


def test_heya_chooses_confirms_and_asks_for_all(he, people, maonan):
    close(maonan, 3, by=people["chenxiao"])
    page = text(he.get(url("stage", maonan.pk)))
    assert page.count("3 位参赛者，每人一张。") == 1
    confirmation = text(he.get(url("ask", maonan.pk), CHOSEN))
    assert "制作茂南区初赛的 3 张证书？" in confirmation
    assert Batch.objects.count() == 0
    answer = he.post(url("ask", maonan.pk), CHOSEN)
    assert (answer.status_code, answer["Location"]) == (302, url("stage", maonan.pk))
    made = Batch.objects.get()
    assert (made.template, made.dated.isoformat(), made.counts()["wanted"]) == ("plain", "2023-12-25", 3)


def test_a_stage_that_is_not_closed_says_so_and_offers_no_button(he, people, maonan):
    close(maonan, 3, by=people["chenxiao"])
    cast.put(maonan, State.CERTIFIED)
    page = text(he.get(url("stage", maonan.pk)))
    assert page.count("茂南区初赛还没有生效；公示期满并生效后才能制证。") == 1
    assert "下一步：制作全部" not in page
    refused = he.post(url("ask", maonan.pk), CHOSEN)
    assert (refused.status_code, Batch.objects.count()) == (409, 0)


def test_a_missing_seal_is_named_with_the_way_to_upload_it(he, people, maonan):
    close(maonan, 1, by=people["chenxiao"])
    Season.objects.update(is_rehearsal=False)
    page = text(he.get(url("stage", maonan.pk)))
    assert page.count("茂名市乡村振兴局的印章还没有上传。") == 1
    assert reverse("certificates:seals", args=["2023"]) in page


@pytest.mark.parametrize("dated", ["", "2023-13-01", "1999-01-01", "2190-01-01", "x"])
def test_a_day_that_cannot_be_is_refused_at_the_field(he, people, maonan, dated):
    close(maonan, 1, by=people["chenxiao"])
    answer = he.post(url("ask", maonan.pk), CHOSEN | {"dated": dated})
    assert (answer.status_code, Batch.objects.count()) == (400, 0)
    assert "落款日期" in text(answer)


def test_one_certificate_is_previewed_before_all_are_asked_for(he, people, maonan):
    close(maonan, 2, by=people["chenxiao"])
    answer = he.get(url("preview", maonan.pk), CHOSEN)
    assert (answer.status_code, answer["Content-Type"], answer.content[:5]) == (200, "application/pdf", b"%PDF-")
    assert Certificate.objects.count() == 0


def test_the_page_tells_when_nobody_is_there_to_make_them(he, batch, maonan):
    assert "后台没有在工作" in text(he.get(url("stage", maonan.pk)))
    beat("certificates", timezone.now())
    page = text(he.get(url("stage", maonan.pk)))
    assert "后台没有在工作" not in page
    assert page.count("已制成 0 / 3 张") == 1


def test_the_bar_asks_again_until_all_are_made(he, batch):
    htmx = {"HX-Request": "true"}
    first = he.get(url("progress", batch.pk), headers=htmx)
    assert ("hx-get" in text(first), "HX-Refresh" in first) == (True, False)
    make_due(cast.NOW)
    last = he.get(url("progress", batch.pk), headers=htmx)
    assert ("hx-get" in text(last), last["HX-Refresh"]) == (False, "true")
    assert he.get(url("progress", batch.pk))["Location"] == url("stage", batch.stage_id)


def test_what_was_parked_is_shown_with_its_reason_and_tried_again(he, batch, maonan):
    Certificate.objects.filter(number=1, series__endswith="一").update(
        progress="parked", attempts=3, failure="打印字体里没有这些字"
    )
    make_due(cast.NOW)
    page = text(he.get(url("stage", maonan.pk)))
    assert (page.count("处理搁置的 1 张"), page.count("打印字体里没有这些字")) == (1, 1)
    he.post(url("retry", batch.pk))
    assert batch.counts() == {"wanted": 1, "taken": 0, "done": 2, "parked": 0}


def test_luo_ping_looks_and_releases_what_he_ya_asked_for(he, batch, maonan, people, signed_in):
    luo = signed_in(people["luoping"])
    refused = luo.post(url("release", batch.pk))
    assert (refused.status_code, Certificate.objects.released().count()) == (409, 0)
    make_due(cast.NOW)
    offered = [url("release", batch.pk) in text(each.get(url("stage", maonan.pk))) for each in (he, luo)]
    assert offered == [False, True]
    assert "由 何雅 以外的市级工作人员核对发放。" in text(he.get(url("stage", maonan.pk)))
    alone = he.post(url("release", batch.pk))
    assert (alone.status_code, "须由另一位市级工作人员核对发放" in text(alone)) == (409, True)
    assert Certificate.objects.released().count() == 0
    assert "发放茂南区初赛的 3 张证书？" in text(luo.get(url("release", batch.pk)))
    assert luo.post(url("release", batch.pk)).status_code == 302
    assert Certificate.objects.released().count() == 3
    assert luo.post(url("release", batch.pk)).status_code == 409


def test_a_batch_is_given_up_with_a_reason_and_asked_for_again(he, batch, maonan):
    assert he.post(url("discard", batch.pk), {"reason": ""}).status_code == 400
    assert he.post(url("discard", batch.pk), {"reason": "印章更换"}).status_code == 302
    page = text(he.get(url("stage", maonan.pk)))
    assert ("已作废的批次（1）" in page, "下一步：制作全部" in page) == (True, True)


def test_the_supervisor_and_the_organizer_look_and_cannot_press(batch, maonan, people, signed_in):
    make_due(cast.NOW)
    for name in ("zhengzhi", "chenxiao"):
        client = signed_in(people[name])
        page = text(client.get(url("stage", maonan.pk)))
        assert ("已制成 3 / 3 张" in page, url("release", batch.pk) in page) == (True, False)
        for move in ("release", "discard", "retry"):
            assert client.post(url(move, batch.pk)).status_code == 404


def test_a_neighbours_organizer_finds_nothing(batch, maonan, people, signed_in):
    client = signed_in(people["huangqiang"])
    for name, pk in (("stage", maonan.pk), ("zip", batch.pk), ("print", batch.pk), ("progress", batch.pk)):
        assert client.get(url(name, pk)).status_code == 404
    assert "茂南区" not in text(client.get(reverse("certificates:batches", args=["2023"])))


@pytest.mark.parametrize("stages", [1, 3])
def test_the_seasons_page_costs_the_same_for_one_stage_and_for_three(
    he, heya, people, maonan, dianbai, binhai, stages, django_assert_num_queries
):
    pairs = ((maonan, "chenxiao"), (dianbai, "huangqiang"), (binhai, "xiening"))
    for stage, organizer in pairs[:stages]:
        asked(stage, 1, organizer=people[organizer], office=heya)
    he.get(reverse("certificates:batches", args=["2023"]))
    with django_assert_num_queries(10):
        he.get(reverse("certificates:batches", args=["2023"]))


@pytest.mark.parametrize("count", [1, 3])
def test_a_batchs_page_costs_the_same_for_one_and_for_three(he, heya, people, maonan, count, django_assert_num_queries):
    asked(maonan, count, organizer=people["chenxiao"], office=heya)
    he.get(url("stage", maonan.pk))
    with django_assert_num_queries(10):  # one asks what was put right since
        he.get(url("stage", maonan.pk))
    for name in ("陈志远", "梁秀英", "王䶮")[:count]:
        put_right(name, f"{name}二")
    with django_assert_num_queries(11):  # and one which of the certificates that concerns
        he.get(url("stage", maonan.pk))


def test_the_office_is_told_on_the_desk_what_waits(he, batch, heya, people, signed_in):
    luo = signed_in(people["luoping"])
    assert "3 张证书已制成" not in text(luo.get(reverse("desk")))
    make_due(cast.NOW)
    assert "茂南区初赛：3 张证书已制成，等您核对发放" in text(luo.get(reverse("desk")))
    assert "3 张证书已制成" not in text(he.get(reverse("desk")))
    Certificate.objects.filter(number=1, series__endswith="一").update(progress="parked")
    assert "茂南区初赛：1 张证书没有制成，已搁置" in text(he.get(reverse("desk")))
    Certificate.objects.update(progress="done")
    release(batch, by=colleague(heya), at=cast.later(9))
    assert "等您核对发放" not in text(luo.get(reverse("desk")))


def test_who_releases_is_told_whose_record_was_corrected_and_led_to_make_them_again(
    he, batch, maonan, people, signed_in
):
    make_due(cast.NOW)
    luo = signed_in(people["luoping"])
    shown = told_when_asked(luo.get(url("release", batch.pk)))
    put_right("陈志远", "陈致远")
    for page in (luo.get(url("stage", maonan.pk)), luo.get(url("release", batch.pk))):
        told = text(page)
        assert (
            "1 张证书与更正后的记录不同，不能发放" in told,
            told.count("陈志远（姓名“陈志远”已更正为“陈致远”）"),
        ) == (
            True,
            1,
        )
        assert (url("discard", batch.pk) in told, f'href="{url("release", batch.pk)}"' in told) == (True, False)
        assert told.count("有更正") == 1
    refused = luo.post(url("release", batch.pk), {"shown": shown})
    assert (refused.status_code, "没有发放：陈志远（姓名" in text(refused)) == (409, True)
    assert Certificate.objects.released().count() == 0


def test_what_was_released_before_the_correction_is_replaced_one_by_one_as_before(he, heya, batch, maonan):
    while make_due(cast.NOW):
        pass
    release(batch, by=colleague(heya), at=cast.later(9))
    put_right("陈志远", "陈致远")
    page = text(he.get(url("stage", maonan.pk)))
    assert ("不能发放" in page, "有错的证书在它自己的页面撤销或换发" in page) == (False, True)


def told_when_asked(page):
    return page.context["kept"]["shown"]


def test_a_changed_name_is_listed_as_the_paper_has_it_and_marked(he, batch, maonan):
    make_due(cast.NOW)
    put_right("陈志远", "陈致远")
    page = text(he.get(url("stage", maonan.pk)))
    assert (">陈志远</a></th>" in page, "陈致远</a></th>" in page, page.count("有更正")) == (True, False, 1)


def test_a_file_that_is_gone_is_told_by_its_number_and_nothing_breaks(he, batch):
    make_due(cast.NOW)
    row = Certificate.objects.get(series__endswith="一")
    store.path_of(row).unlink()
    for answer in (he.get(url("download", row.pk)), he.get(url("zip", batch.pk))):
        assert (answer.status_code, row.serial in text(answer)) == (410, True)
