"""A stage's certificates asked for, given up, released."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import translation

from accounts import log
from accounts.models import LogLine
from certificates.actions.batch import (
    NotFinished,
    NotReady,
    Overtaken,
    SamePerson,
    TooLate,
    ask,
    discard,
    hindrances,
    release,
    retry,
)
from certificates.making import make_due
from certificates.models import Batch, Certificate, Seal
from contest.models import Season
from contest.models.stage import State
from tests import cast
from tests.certificates.closed import DATED, asked, award, close, colleague, put_right


@pytest.fixture
def chen(people):
    return people["chenxiao"]


def serials(batch):
    return list(Certificate.objects.filter(batch=batch).order_by("pk").values_list("series", "number", "name"))


def told_by(refused):
    return [problem.text for problem in refused.value.problems]


def test_everybody_of_a_closed_stage_gets_a_number_and_no_series_has_a_gap(heya, chen, maonan):
    batch = asked(maonan, 6, organizer=chen, office=heya)
    assert serials(batch) == [
        ("演〔2023〕茂南初一", 1, "陈志远"),
        ("演〔2023〕茂南初二", 1, "梁秀英"),
        ("演〔2023〕茂南初二", 2, "王䶮"),
        ("演〔2023〕茂南初三", 1, "李㛃"),
        ("演〔2023〕茂南初优", 1, "黄𬱖"),
        ("演〔2023〕茂南初优", 2, "张三"),
    ]
    line = LogLine.objects.filter(action="ask_certificates").get()
    assert '"count":6' in line.payload
    assert log.verify("2023")[2] == []


def test_the_final_counts_by_itself(heya, people, maonan, final):
    entries = cast.enter_people(maonan, 2, by=people["chenxiao"])
    for entry in entries:
        entry.pk, entry.stage = None, final
        entry.save(force_insert=True)
    award(entries)
    batch = ask(cast.put(final, State.CLOSED), template="plain", dated=DATED, by=heya, at=cast.NOW)
    assert [series for series, _number, _name in serials(batch)] == ["演〔2023〕市决一", "演〔2023〕市决二"]


def test_the_paper_states_what_the_registry_says_today(heya, chen, maonan):
    asked(maonan, 1, organizer=chen, office=heya)
    assert Certificate.objects.get().facts == {
        "name": "陈志远",
        "unit": "茂名市示例局",
        "district": "茂南区",
        "town": "茂南区白石镇",
        "village": "示例1村",
        "tier": "一等奖",
        "tier_code": "first",
        "template": "red",
        "serial": "演〔2023〕茂南初一001号",
        "season": "赋能百千万 驻村话振兴（2023）",
        "theme": "赋能百千万 驻村话振兴",
        "stage": "茂南区初赛",
        "kind": "preliminary",
        "hosts": [
            {"name": "茂名市乡村振兴局", "seal": ""},
            {"name": "中共茂名市委组织部", "seal": ""},
            {"name": "珠海市驻茂名市帮扶指挥部", "seal": ""},
        ],
        "dated": "2023-12-25",
        "rehearsal": True,
        "base": "http://127.0.0.1:8000",
    }


def test_paper_is_in_chinese_whoever_asks(heya, chen, maonan):
    with translation.override("en"):
        asked(maonan, 1, organizer=chen, office=heya)
    assert Certificate.objects.get().facts["stage"] == "茂南区初赛"


def test_a_stage_that_is_not_closed_gets_none(heya, chen, maonan):
    close(maonan, 2, by=chen)
    cast.put(maonan, State.PUBLISHED)
    with pytest.raises(NotReady) as refused:
        ask(maonan, template="red", dated=DATED, by=heya, at=cast.NOW)
    assert told_by(refused) == ["茂南区初赛还没有生效；公示期满并生效后才能制证。"]
    assert (Batch.objects.count(), Certificate.objects.count()) == (0, 0)


def test_asked_twice_the_second_is_told_so(heya, chen, maonan):
    asked(maonan, 2, organizer=chen, office=heya)
    with pytest.raises(NotReady) as refused:
        ask(maonan, template="red", dated=DATED, by=heya, at=cast.NOW)
    assert told_by(refused) == ["茂南区初赛的证书已经制作。"]
    assert Certificate.objects.count() == 2


def test_a_real_season_needs_its_seals_and_its_address(heya, chen, maonan, settings):
    close(maonan, 1, by=chen)
    Season.objects.update(is_rehearsal=False)
    maonan.season.refresh_from_db()
    for host in maonan.season.hosts[:2]:
        Seal.objects.create(
            season=maonan.season, host=host, file="x", sha256=host, size=1, uploaded_by=heya, uploaded_at=cast.NOW
        )
    assert [problem.text for problem in hindrances(maonan)] == [
        "珠海市驻茂名市帮扶指挥部的印章还没有上传。",
        "门户的公开网址还没有设置（PORTAL_URL），证书上的二维码会打不开。请联系系统管理员。",
    ]
    settings.PUBLIC_URL = "https://huodong.maoming.example"
    assert len(hindrances(maonan)) == 1


def test_a_name_without_a_glyph_is_found_before_anything_is_made(heya, chen, maonan):
    close(maonan, 2, by=chen)
    put_right("梁秀英", "梁\U00030edd\U0002f9ff𫩏")
    texts = [problem.text for problem in hindrances(maonan)]
    assert len(texts) == 1
    assert texts[0].startswith("“梁\U00030edd\U0002f9ff𫩏”中的“")
    with pytest.raises(NotReady):
        ask(maonan, template="red", dated=DATED, by=heya, at=cast.NOW)


def test_only_the_office_may_ask(people, maonan):
    close(maonan, 1, by=people["chenxiao"])
    for name in ("chenxiao", "zhengzhi"):
        with pytest.raises(PermissionDenied):
            ask(maonan, template="red", dated=DATED, by=people[name], at=cast.NOW)
    assert Certificate.objects.count() == 0


def test_a_batch_given_up_frees_its_numbers(heya, chen, maonan):
    first = asked(maonan, 3, organizer=chen, office=heya)
    discard(first, reason="落款日期写错", by=heya, at=cast.later(1))
    second = ask(maonan, template="red", dated=date(2023, 12, 26), by=heya, at=cast.later(2))
    assert serials(second) == serials(first)
    assert list(Certificate.objects.standing().values_list("batch", flat=True)) == [second.pk] * 3
    with pytest.raises(TooLate):
        discard(first, reason="再来一次", by=heya, at=cast.later(3))


def test_nothing_is_released_before_all_is_made(heya, chen, maonan):
    batch = asked(maonan, 3, organizer=chen, office=heya)
    with pytest.raises(NotFinished) as refused:
        release(batch, by=colleague(heya), at=cast.later(1))
    assert str(refused.value) == "还有 3 张证书没有制作完成，完成后再发放。"
    batch.refresh_from_db()
    assert (batch.released_at, Certificate.objects.released().count()) == (None, 0)


def test_nothing_is_released_while_the_results_are_being_put_right(heya, chen, maonan):
    batch = asked(maonan, 3, organizer=chen, office=heya)
    make_due(cast.NOW)
    cast.put(maonan, State.PUBLISHED)
    with pytest.raises(NotFinished, match="正在更正"):
        release(batch, by=colleague(heya), at=cast.later(1))
    assert Certificate.objects.released().count() == 0
    cast.put(maonan, State.CLOSED)
    release(batch, by=colleague(heya), at=cast.later(2))
    assert Certificate.objects.released().count() == 3


def test_what_is_released_is_known_and_cannot_be_given_up(heya, chen, maonan):
    batch = asked(maonan, 3, organizer=chen, office=heya)
    make_due(cast.NOW)
    release(batch, by=colleague(heya), at=cast.later(1))
    assert Certificate.objects.released().count() == 3
    for again in (
        lambda: release(batch, by=colleague(heya), at=cast.later(2)),
        lambda: discard(batch, reason="x", by=heya, at=cast.later(2)),
    ):
        with pytest.raises(TooLate):
            again()


def test_parked_certificates_are_tried_again_from_the_beginning(heya, chen, maonan):
    batch = asked(maonan, 3, organizer=chen, office=heya)
    Certificate.objects.filter(number=1, series__endswith="一").update(
        progress="parked", attempts=3, failure="字形缺失"
    )
    assert retry(batch, by=heya, at=cast.later(1)) == 1
    assert batch.counts() == {"wanted": 3, "taken": 0, "done": 0, "parked": 0}
    assert retry(batch, by=heya, at=cast.later(2)) == 0


@pytest.mark.parametrize("count", [1, 3])
def test_asking_costs_the_same_statements_for_one_and_for_many(heya, chen, maonan, count, django_assert_num_queries):
    close(maonan, count, by=chen)
    heya.granted  # noqa: B018 - read once a request, before any action; the first test of a process has read it
    with django_assert_num_queries(16):
        ask(maonan, template="red", dated=DATED, by=heya, at=cast.NOW)


def test_whoever_asked_does_not_release_whatever_the_code_does(heya, chen, maonan):
    batch = asked(maonan, 1, organizer=chen, office=heya)
    while make_due(cast.NOW):
        pass
    with pytest.raises(SamePerson):
        release(batch, by=heya, at=cast.later(1))
    with pytest.raises(IntegrityError), transaction.atomic():
        Batch.objects.filter(pk=batch.pk).update(released_by=heya, released_at=cast.later(1))
    release(batch, by=colleague(heya), at=cast.later(1))
    assert Batch.objects.get().released_by == colleague(heya)


CORRECTED = [
    ("name", "陈志远", "陈致远", "姓名“陈志远”已更正为“陈致远”"),
    ("unit", "茂名市示例局", "茂名市示范局", "选派单位“茂名市示例局”已更正为“茂名市示范局”"),
    ("village", "示例1村", "示例一村", "村“示例1村”已更正为“示例一村”"),
]


@pytest.mark.parametrize("made", [False, True], ids=["before they are made", "after they were made"])
@pytest.mark.parametrize(("field", "old", "new", "told"), CORRECTED)
def test_a_batch_that_states_what_was_corrected_since_is_not_released(heya, chen, maonan, field, old, new, told, made):
    batch = asked(maonan, 3, organizer=chen, office=heya)
    steps = [lambda: put_right(old, new, field, of="陈志远"), lambda: make_due(cast.NOW)]
    for step in reversed(steps) if made else steps:
        step()
    with pytest.raises(Overtaken) as refused:
        release(batch, by=colleague(heya), at=cast.later(1))
    assert str(refused.value) == (f"有 1 张证书与更正后的记录不同，没有发放：陈志远（{told}）。请整批作废，重新制作。")
    batch.refresh_from_db()
    assert (batch.released_at, Certificate.objects.released().count()) == (None, 0)


def test_made_again_it_says_what_is_on_record_and_is_released(heya, chen, maonan):
    batch = asked(maonan, 3, organizer=chen, office=heya)
    put_right("陈志远", "陈致远")
    discard(batch, reason="姓名已更正", by=heya, at=cast.later(1))
    again = ask(maonan, template="red", dated=DATED, by=heya, at=cast.later(2))
    while make_due(cast.NOW):
        pass
    release(again, by=colleague(heya), at=cast.later(3))
    assert set(Certificate.objects.released().values_list("name", flat=True)) == {"陈致远", "梁秀英", "王䶮"}


def test_what_was_put_right_of_somebody_else_holds_nothing_up(heya, chen, people, maonan, dianbai):
    batch = asked(maonan, 1, organizer=chen, office=heya)
    asked(dianbai, 1, organizer=people["huangqiang"], office=heya)
    put_right("电白区", "茂名市电白区", "district")
    while make_due(cast.NOW):
        pass
    release(batch, by=colleague(heya), at=cast.later(1))
    assert Certificate.objects.released().count() == 1
