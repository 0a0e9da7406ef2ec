"""What the desk says of materials: to 陈志远 what he has to do, to 陈晓 who keeps her waiting."""

from datetime import timedelta

import pytest
from django.utils import timezone

from contest.models import Stage
from contest.models.stage import State
from contest.progress import Progress
from materials.actions import late, returning, terms, uploading
from materials.models import Material, Terms
from materials.waiting import collecting, materials_whole, own_steps, parked_inspections
from tests import cast
from tests.materials import handing, pledged


def told(todos) -> list[tuple[str, str, bool]]:
    return [(todo.text, todo.url, todo.urgent) for todo in todos]


def closes_in(stage, **left) -> None:
    """Set the end, with half a minute for the test itself."""
    closes_at = timezone.now() + timedelta(**left, seconds=30)
    Terms.objects.update_or_create(stage=stage, defaults={"closes_at": closes_at})


def whole(entry, user, chenxiao=None) -> None:
    handing.accepted(entry, by=user, at=timezone.now())
    pledge = pledged.signed(entry, by=user, at=timezone.now())
    if chenxiao:
        pledged.confirmed(pledge, by=chenxiao)


class TestOwnSteps:
    def test_zhiyuan_is_asked_to_upload_more_urgently_towards_the_end(self, entry, zhiyuan):
        here = f"/desk/entries/{entry.pk}/materials/"
        assert told(own_steps(zhiyuan)) == [("茂南区初赛：请上传 PPT 课件", here, False)]
        closes_in(entry.stage, days=4)
        assert told(own_steps(zhiyuan))[0][2] is False
        closes_in(entry.stage, days=2)
        (todo,) = own_steps(zhiyuan)
        assert (todo.urgent, "还剩 2 天 0 小时" in todo.detail) == (True, True)

    def test_after_the_end_the_late_code_is_named_and_with_one_the_upload_again(self, entry, zhiyuan, people):
        closes_in(entry.stage, hours=-1)
        (todo,) = own_steps(zhiyuan)
        assert (todo.text, todo.detail) == (
            "茂南区初赛：材料没有交齐，征集已截止",
            "确需补交的，请向组织者申请补交码。",
        )
        at = timezone.now()
        given = {"reason": "停电", "expires_at": at + timedelta(hours=1), "by": people["chenxiao"], "at": at}
        _late, code = late.give_late_code(entry, **given)
        late.redeem(entry, code, by=zhiyuan, at=at)
        assert [text for text, *_rest in told(own_steps(zhiyuan))] == ["茂南区初赛：请上传 PPT 课件"]

    def test_what_was_refused_or_returned_comes_back_with_its_reason(self, entry, zhiyuan, people):
        pledged.refused(entry, by=zhiyuan)
        assert told(own_steps(zhiyuan)) == [
            ("茂南区初赛：PPT 课件第 1 版未通过检查，请修改后重新上传", f"/desk/entries/{entry.pk}/materials/", True)
        ]
        material = handing.accepted(entry, by=zhiyuan, at=cast.later(1))
        returning.return_material(material, reason="数字不符", by=people["chenxiao"], at=cast.later(2))
        (todo,) = own_steps(zhiyuan)
        assert (todo.text, todo.detail) == (
            "茂南区初赛：组织者退回了PPT 课件第 2 版，请修改后重新上传",
            "数字不符",
        )

    def test_the_pledge_is_asked_for_and_again_after_a_new_version(self, entry, zhiyuan):
        here = f"/desk/entries/{entry.pk}/pledge/"
        handing.accepted(entry, by=zhiyuan, at=timezone.now())
        assert told(own_steps(zhiyuan)) == [("茂南区初赛：请签署真实性承诺", here, True)]
        pledged.signed(entry, by=zhiyuan, at=timezone.now())
        assert told(own_steps(zhiyuan)) == []
        handing.accepted(entry, by=zhiyuan, at=timezone.now())
        (todo,) = own_steps(zhiyuan)
        assert todo.detail == "材料换了版本，须重新签署。"

    def test_within_the_grace_the_pledge_may_still_be_signed_and_not_after(self, entry, zhiyuan):
        handing.accepted(entry, by=zhiyuan, at=timezone.now())
        closes_in(entry.stage, minutes=-119)
        assert len(told(own_steps(zhiyuan))) == 1
        closes_in(entry.stage, minutes=-121)
        assert told(own_steps(zhiyuan)) == []

    def test_an_upload_that_stopped_is_offered(self, entry, zhiyuan):
        upload = uploading.begin(entry, kind="video", name="村.mp4", length=10, by=zhiyuan, at=timezone.now())
        assert told(own_steps(zhiyuan))[0][0] == "茂南区初赛：请上传 PPT 课件"
        handing.started(upload, at=timezone.now())
        assert told(own_steps(zhiyuan))[0] == (
            "茂南区初赛：“村.mp4”还没有传完",
            f"/desk/entries/{entry.pk}/materials/",
            True,
        )

    @pytest.mark.parametrize("state", [State.PREPARING, State.SCORING, State.CLOSED])
    def test_before_and_after_the_collecting_nothing_is_asked(self, entry, zhiyuan, state):
        cast.put(entry.stage, state)
        assert told(own_steps(zhiyuan)) == []

    def test_others_are_not_asked(self, entry, people):
        assert [told(own_steps(people[who])) for who in ("chenxiao", "heya", "zhengzhi")] == [[], [], []]

    @pytest.mark.parametrize("stages", [1, 3])
    def test_the_desk_asks_as_often_for_one_stage_as_for_three(
        self, entry, zhiyuan, dianbai, binhai, people, stages, django_assert_num_queries
    ):
        for stage in (dianbai, binhai)[: stages - 1]:
            (other,) = handing.collecting(stage, by=people["heya"], entrants=1)
            type(other).objects.filter(pk=other.pk).update(secretary=entry.secretary)
        assert zhiyuan.granted
        with django_assert_num_queries(6):
            assert len(told(own_steps(zhiyuan))) == stages


class TestOrganizer:
    @pytest.fixture
    def everybody(self, entries, heya) -> list:
        return [cast.first_secretary(each, by=heya, username=f"s{each.order}") for each in entries]

    def test_pledges_wait_for_her_confirmation(self, entries, everybody, people):
        for entry, user in zip(entries[:2], everybody[:2], strict=True):
            whole(entry, user)
        here = f"/desk/stages/{entries[0].stage_id}/materials/?step=unconfirmed"
        assert told(collecting(people["chenxiao"])) == [("茂南区初赛：2 份承诺等镇街或县区确认", here, False)]

    def test_three_days_before_the_end_she_is_told_how_many_are_missing(self, entries, everybody, people):
        closes_in(entries[0].stage, days=4)
        assert told(collecting(people["chenxiao"])) == []
        closes_in(entries[0].stage, days=2)
        whole(entries[0], everybody[0], people["chenxiao"])
        here = f"/desk/stages/{entries[0].stage_id}/materials/?sort=step"
        assert told(collecting(people["chenxiao"])) == [("茂南区初赛：还有 2 人没有交齐材料", here, True)]
        closes_in(entries[0].stage, hours=-1)
        assert told(collecting(people["chenxiao"])) == []

    def test_an_inspection_that_was_parked_comes_first(self, entries, everybody, people):
        material = handing.arrived(entries[0], b"x", by=everybody[0], at=timezone.now())
        Material.objects.filter(pk=material.pk).update(progress="parked", attempts=3)
        expected = [("1 份材料没有检查成，已搁置", f"/desk/materials/{material.pk}/", True)]
        assert told(parked_inspections(people["chenxiao"])) == expected
        assert told(parked_inspections(people["heya"])) == expected
        for who in (people["huangqiang"], people["zhengzhi"], everybody[0]):
            assert told(parked_inspections(who)) == []

    def test_a_countys_pledges_do_not_wait_for_the_office_or_the_neighbour(self, entries, everybody, people):
        whole(entries[0], everybody[0])
        for who in ("heya", "huangqiang", "zhengzhi"):
            assert told(collecting(people[who])) == []

    @pytest.mark.parametrize("stages", [1, 3])
    def test_the_desk_asks_as_often_for_one_stage_as_for_three(
        self, maonan, dianbai, binhai, people, heya, stages, django_assert_num_queries
    ):
        chenxiao = people["chenxiao"]
        for number, stage in enumerate((maonan, dianbai, binhai)[:stages]):
            (entry,) = handing.collecting(stage, by=heya)
            whole(entry, cast.first_secretary(entry, by=heya, username=f"s{number}"))
            if stage != maonan:
                chenxiao.grants.create(role="organizer", district=stage.district)
        assert chenxiao.granted
        with django_assert_num_queries(6):
            assert len([*collecting(chenxiao), *parked_inspections(chenxiao)]) == stages


def test_how_many_have_handed_in_and_signed_is_measured(entries, heya, people, dianbai, django_assert_num_queries):
    user = cast.first_secretary(entries[0], by=heya)
    handing.accepted(entries[0], by=user, at=cast.NOW)
    stages = list(Stage.objects.all())
    maonan = entries[0].stage_id
    assert materials_whole(stages) == {maonan: Progress("材料齐全", 0, 3)}
    pledged.signed(entries[0], by=user, at=cast.NOW)
    handing.collecting(dianbai, by=heya, entrants=2)
    stages = list(Stage.objects.all())
    with django_assert_num_queries(4):
        found = materials_whole(stages)
    assert found == {maonan: Progress("材料齐全", 1, 3), dianbai.pk: Progress("材料齐全", 0, 2)}


def test_where_a_video_is_wanted_a_deck_alone_is_not_whole(entry, zhiyuan, people):
    usual = {"closes_at": None, "grace_minutes": 0, "deck_mb": 1, "video_mb": 1, "video_seconds": 300, "edit": 0}
    whole(entry, zhiyuan)
    terms.set_terms(entry.stage, **usual, needs_video=True, by=people["chenxiao"], at=cast.NOW)
    assert materials_whole([entry.stage])[entry.stage_id].done == 0
    assert [text for text, *_rest in told(own_steps(zhiyuan))] == ["茂南区初赛：请上传视频"]
