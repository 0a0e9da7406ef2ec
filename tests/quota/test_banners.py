"""何雅 and 罗平 revoked the approval of 茂南区's list, and nothing else yet: its pages say what is next."""

import pytest
from django.urls import reverse
from django.utils import timezone

from contest.models import Stage
from contest.models.stage import State
from quota.actions.approval import approve, revoke_approval
from quota.actions.shortlist import draw_up, submit
from quota.models import Shortlist
from tests import cast
from tests.quota.lists import announce, held, table

pytestmark = pytest.mark.django_db

SAME = "接下来：成绩要更正的，继续走更正程序；成绩无误的，由县区重新拟定名单，报送审定。"
NEWER = "接下来：成绩已更正为第 2 版，由县区按新的成绩重新拟定名单，报送审定。"
REVOKED = "推荐名单的审定已撤销：何雅 提请、罗平 复核。"


@pytest.fixture
def approved(maonan, people) -> Shortlist:
    table(maonan.season, by=people["heya"])
    held(maonan, [95, 90, 88, 85], by=people["heya"])
    announce(maonan, until=timezone.now())
    shortlist = draw_up(maonan, by=people["chenxiao"], at=cast.later(1))
    submit(shortlist, by=people["chenxiao"], at=cast.later(2))
    approve(shortlist, by=people["luoping"], at=cast.later(3))
    return shortlist


@pytest.fixture
def revoked(approved, people) -> Shortlist:
    pair = {"by": people["heya"], "seconded_by": people["luoping"]}
    revoke_approval(approved, reason="录错一格", **pair, at=cast.later(4))
    return approved


@pytest.fixture
def pages(maonan, people, signed_in):
    """The stage's own page and its list's, as somebody reads them."""

    def read(who: str) -> list[str]:
        names = ("contest:stage", "quota:shortlist")
        client = signed_in(people[who])
        return [client.get(reverse(name, args=[maonan.pk])).content.decode() for name in names]

    return read


def test_while_the_approval_stands_no_page_says_so(approved, pages):
    assert [(SAME in page, REVOKED in page) for page in pages("chenxiao")] == [(False, False)] * 2


@pytest.mark.parametrize("who", ["chenxiao", "heya", "zhengzhi"])
def test_both_pages_say_what_must_be_done_next_and_why(revoked, pages, maonan, who):
    stage, own = pages(who)
    assert (SAME in stage, SAME in own) == (True, True)
    assert (REVOKED in stage, "录错一格" in stage, "录错一格" in own) == (True, True, True)
    assert f'href="{reverse("contest:way_back", args=[maonan.pk])}">更正程序' in stage


def test_once_the_results_are_others_they_say_to_draw_it_up_by_those(revoked, pages, maonan):
    Stage.objects.filter(pk=maonan.pk).update(revision=2)
    assert [(NEWER in page, SAME in page) for page in pages("chenxiao")] == [(True, False)] * 2


def test_once_it_is_drawn_up_again_nothing_is_said(revoked, pages, maonan, people):
    draw_up(Stage.objects.whole().get(pk=maonan.pk), by=people["chenxiao"], at=cast.later(5))
    assert [SAME in page for page in pages("chenxiao")] == [False, False]


def test_nor_where_the_results_went_back_already(revoked, pages, maonan):
    """Then the stage itself says that it is being put right."""
    cast.put(maonan, State.SCORING)
    assert REVOKED not in pages("chenxiao")[0]
