"""Who lost the preliminary after the final had begun: it is on everybody's page who has to decide about the final."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.desk import waiting
from contest.models import Entry, Stage
from contest.models.stage import State
from quota.actions.approval import approve
from quota.actions.shortlist import draw_up, submit
from quota.models import Shortlist
from quota.reads.undecided import to_decide, undecided
from quota.wording import state_of
from tests import cast
from tests.quota.lists import announce, held, table

pytestmark = pytest.mark.django_db

SAID = "陈志远 已被取消初赛资格，仍在决赛排名中；是否同时取消决赛资格，请凭处理决定办理。"
ON_THE_DESK = "陈志远 已被取消初赛资格，仍在决赛排名中：是否同时取消决赛资格，请凭处理决定办理"


@pytest.fixture
def listed(maonan, final, people):
    """陈志远 and two more of 茂南区 are in the final, whose scoring has opened."""
    table(maonan.season, by=people["heya"])
    held(maonan, [95, 90, 88, 85], by=people["heya"])
    shortlist = draw_up(maonan, by=people["chenxiao"], at=cast.later(1))
    submit(shortlist, by=people["chenxiao"], at=cast.later(2))
    approve(shortlist, by=people["luoping"], at=cast.later(3))
    cast.put(final, State.SCORING)
    return Shortlist.objects.whole().get(pk=shortlist.pk)


def disqualify(stage, name="陈志远"):
    """What a decision on the preliminary leaves behind: the person is out, the others stand in a new revision."""
    Entry.objects.filter(stage=stage, secretary__name=name).update(status="disqualified", status_reason="材料不实")
    Stage.objects.filter(pk=stage.pk).update(revision=2)
    announce(stage, until=timezone.now() + timedelta(days=7))


def desk(user):
    return [todo.text for todo in waiting(user)]


def texts(final):
    return [each.text for each in to_decide(final.season_id)]


def test_the_office_has_to_decide_until_the_person_has_left_the_final(listed, maonan, final, people):
    assert (texts(final), ON_THE_DESK in desk(people["heya"])) == ([], False)
    disqualify(maonan)
    assert (texts(final), desk(people["heya"]).count(ON_THE_DESK)) == ([SAID], 1)
    assert ON_THE_DESK not in desk(people["chenxiao"])
    cast.put(final, State.CLOSED)
    assert desk(people["luoping"]).count(ON_THE_DESK) == 1
    Entry.objects.filter(stage=final, secretary__name="陈志远").update(status="disqualified", status_reason="材料不实")
    assert (texts(final), ON_THE_DESK in desk(people["heya"])) == ([], False)


def test_several_of_one_final_are_one_line(listed, maonan, final, people):
    for name in ("陈志远", "梁秀英"):
        disqualify(maonan, name)
    told = [each for each in desk(people["heya"]) if "仍在决赛排名中" in each]
    assert told == [ON_THE_DESK.replace("陈志远", "陈志远、梁秀英")]


def test_who_was_only_absent_or_was_never_in_the_final_is_nobodys_task(listed, maonan, final):
    Entry.objects.filter(stage=maonan, secretary__name="陈志远").update(status="absent", status_reason="未到场")
    disqualify(maonan, "李㛃")
    assert texts(final) == []


def test_while_the_final_may_change_its_people_the_list_is_where_it_is_done(listed, maonan, final):
    cast.put(final, State.READY)
    disqualify(maonan)
    assert undecided([final.season_id]) == []


def test_the_finals_page_and_the_entrants_list_lead_there(listed, maonan, final, people, signed_in):
    disqualify(maonan)
    page = signed_in(people["heya"]).get(reverse("contest:stage", args=[final.pk])).content.decode()
    assert (page.count(ON_THE_DESK), reverse("contest:entries", args=[final.pk]) in page) == (1, True)


def test_the_list_stays_in_force_marks_the_pick_and_offers_no_reserve(listed, maonan, final, people, signed_in):
    chenxiao, url = signed_in(people["chenxiao"]), reverse("quota:shortlist", args=[maonan.pk])
    disqualify(maonan)
    page = chenxiao.get(url).content.decode()
    assert (page.count("初赛资格已取消"), "有条件审定" in page, "有人不能参加决赛" in page) == (1, False, False)
    assert "决赛评分已经开始，人员变动只能凭处理决定办理。" in page
    asked = chenxiao.get(reverse("quota:propose", args=[listed.pk]), follow=True)
    assert (asked.redirect_chain[-1][0], "不能再退出和递补" in asked.content.decode()) == (url, True)
    overview = signed_in(people["luoping"]).get(reverse("quota:shortlists", args=["2023"]))
    assert [(row.label, row.waiting_for) for row in overview.context["rows"]][:1] == [("已审定", "已进入决赛")]


@pytest.mark.parametrize(("state", "called"), [(State.READY, "有条件审定"), (State.SCORING, "已审定")])
def test_a_list_is_conditional_only_until_the_final_begins(listed, maonan, final, state, called):
    """Also where the notice is taken back and goes out again in the same revision."""
    cast.put(final, state)
    announce(maonan, until=timezone.now() + timedelta(days=3))
    assert state_of(Shortlist.objects.get(pk=listed.pk), maonan, timezone.now()) == called
    Stage.objects.filter(pk=maonan.pk).update(state=State.CERTIFIED, notice_from=None, notice_until=None)
    maonan.refresh_from_db()
    assert state_of(Shortlist.objects.get(pk=listed.pk), maonan, timezone.now()) == called


@pytest.mark.parametrize("name", ["certificates:stage", "certificates:letters"])
def test_before_papers_of_the_final_go_out_the_open_question_is_told(listed, maonan, final, people, signed_in, name):
    heya = signed_in(people["heya"])
    key = "2023" if name == "certificates:letters" else final.pk
    assert "已被取消初赛资格" not in heya.get(reverse(name, args=[key])).content.decode()
    disqualify(maonan)
    page = heya.get(reverse(name, args=[key])).content.decode()
    assert (page.count(SAID), page.count("决定之前，不宜发放决赛的证书和反馈函。")) == (1, 1)
    mine = reverse("certificates:stage", args=[maonan.pk])
    assert "已被取消初赛资格" not in heya.get(mine).content.decode()
