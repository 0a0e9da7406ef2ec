"""A first secretary's own page: what it shows, from when on, and of nobody else."""

import pytest
from django.urls import reverse

from accounts.actions import open_account
from accounts.models import User
from accounts.roles import Role
from certificates.actions.batch import ask, release
from certificates.actions.ending import replace, revoke
from certificates.making import make_due
from certificates.models import Certificate
from contest.models import Entry, Stage
from contest.models.entry import Status
from contest.models.stage import State
from contest.workflow import perform
from tests import cast
from tests.certificates.closed import DATED, asked, colleague
from tests.scoring.filling import counted, level, opened, sign


@pytest.fixture
def certified(maonan, people) -> Stage:
    """茂南区 with signed results: 陈志远 spoke first and won with 91.00; two stand level behind."""
    stage = opened(maonan, entrants=3, judges=3, by=people["chenxiao"])
    counted(stage, level(91, 80, 80, judges=3), typist=people["chenxiao"], checker=people["linfang"])
    sign(stage, by=people["chenxiao"])
    perform("certify", stage, by=people["chenxiao"], at=cast.later(5))
    return stage


@pytest.fixture
def zhiyuan(certified, heya) -> User:
    return cast.first_secretary(certified.entries.get(order=1), by=heya)


def issue(stage: Stage, by: User) -> list[Certificate]:
    cast.put(stage, State.CLOSED)
    batch = ask(stage, template="red", dated=DATED, by=by, at=cast.later(10))
    while make_due(cast.later(10)):
        pass
    release(batch, by=colleague(by), at=cast.later(11))
    return list(Certificate.objects.filter(batch=batch).in_order())


def mine(client) -> str:
    answer = client.get("/desk/mine/")
    assert answer.status_code == 200
    return answer.content.decode()


def working(client, entry) -> str:
    return client.get(f"/desk/mine/{entry.pk}/").content.decode()


@pytest.mark.parametrize("state", [State.SCORING, State.TABULATED, State.CERTIFIED])
def test_before_the_notice_zhiyuan_sees_no_result(certified, zhiyuan, signed_in, state):
    cast.put(certified, state)
    client, entry = signed_in(zhiyuan), certified.entries.get(order=1)
    page = mine(client)
    assert ("成绩公示后在这里查看" in page, "91.00" in page, "一等奖" in page) == (True, False, False)
    assert client.get(f"/desk/mine/{entry.pk}/").status_code == 404


@pytest.mark.parametrize("state", [State.PUBLISHED, State.CLOSED])
def test_from_the_notice_on_zhiyuan_sees_the_result_and_how_it_came_about(certified, zhiyuan, signed_in, state):
    cast.put(certified, state)
    client, entry = signed_in(zhiyuan), certified.entries.get(order=1)
    page = mine(client)
    assert ("91.00" in page, "一等奖" in page, f"/desk/mine/{entry.pk}/" in page) == (True, True, True)
    told = working(client, entry)
    assert "平均分＝（91＋91＋91）÷3＝91.00" in told
    assert [f"{number} 号评委" in told for number in (1, 2, 3, 4)] == [True, True, True, False]


def test_nobody_else_is_named_not_even_who_stands_level_or_who_judged(certified, heya, signed_in):
    cast.put(certified, State.PUBLISHED)
    second, third = certified.entries.get(order=2), certified.entries.get(order=3)
    client = signed_in(cast.first_secretary(second, by=heya, username="xiuying"))
    told = mine(client) + working(client, second)
    assert second.secretary.name in told
    strangers = [third.secretary.name, certified.entries.get(order=1).secretary.name, "郭明", "何静", "林涛"]
    assert [name for name in strangers if name in told] == []


def test_another_secretarys_working_is_not_there(certified, zhiyuan, signed_in):
    cast.put(certified, State.PUBLISHED)
    other = certified.entries.get(order=2)
    assert signed_in(zhiyuan).get(f"/desk/mine/{other.pk}/").status_code == 404


def test_who_was_absent_is_told_so_and_the_reason_only_after_the_notice(certified, heya, signed_in):
    entry = certified.entries.get(order=3)
    Entry.objects.filter(pk=entry.pk).update(status=Status.ABSENT, status_reason="因公外出")
    client = signed_in(cast.first_secretary(entry, by=heya, username="wangyan"))
    assert ("缺席" in mine(client), "因公外出" in mine(client)) == (True, False)
    cast.put(certified, State.PUBLISHED)
    assert "因公外出" in mine(client)


def test_the_certificate_appears_with_its_release_and_with_its_addresses(season, certified, zhiyuan, heya, signed_in):
    client = signed_in(zhiyuan)
    cast.put(certified, State.CLOSED)
    assert "证书还没有发放" in mine(client)
    first = issue(certified, heya)[0]
    page = mine(client)
    assert reverse("certificates:download", args=[first.pk]) in page
    assert (page.count("/c/"), "查验码" in page, "证书还没有发放" in page) == (2, True, False)


def test_a_revoked_certificate_says_why_and_offers_no_file(season, certified, zhiyuan, heya, signed_in):
    first = issue(certified, heya)[0]
    revoke(first, reason="材料不实", by=heya, seconded_by=colleague(heya), at=cast.later(20))
    page = mine(signed_in(zhiyuan))
    assert ("已撤销：材料不实" in page, reverse("certificates:download", args=[first.pk]) in page) == (True, False)


def test_a_replaced_certificate_gives_its_place_to_the_new_one(season, certified, zhiyuan, heya, signed_in):
    first = issue(certified, heya)[0]
    new = replace(first, reason="单位更名", by=heya, seconded_by=colleague(heya), at=cast.later(20))
    make_due(cast.later(21))
    page = mine(signed_in(zhiyuan))
    links = [reverse("certificates:download", args=[pk]) in page for pk in (first.pk, new.pk)]
    assert links == [False, True]


def test_who_takes_part_in_nothing_yet_is_told_what_comes(heya, maonan, signed_in):
    (posting,) = cast.station(maonan.district, 1)
    lonely = open_account(
        username="lonely",
        name="某书记",
        password=cast.PASSWORD,
        grants=[(Role.SECRETARY, None)],
        secretary=posting.secretary,
        must_change_password=False,
        by=heya,
        at=cast.NOW,
    )
    assert "还没有您的参赛记录" in mine(signed_in(lonely))


@pytest.mark.parametrize("username", ["heya", "chenxiao", "zhengzhi"])
def test_who_is_no_first_secretary_has_no_such_page(people, signed_in, username):
    assert signed_in(people[username]).get("/desk/mine/").status_code == 403


@pytest.mark.parametrize("stages", [1, 3])
def test_one_stage_and_three_take_as_many_queries(
    season, people, heya, maonan, dianbai, binhai, signed_in, stages, django_assert_num_queries
):
    here = asked(maonan, 1, organizer=people["chenxiao"], office=heya)
    entry = Entry.objects.select_related("secretary").get(stage=maonan)
    for stage in (dianbai, binhai)[: stages - 1]:
        # The same person in other seasons' stages; here other stages stand for them.
        Entry.objects.create(
            stage=stage, secretary=entry.secretary, posting=entry.posting, district=entry.district, order=1
        )
    make_due(cast.NOW)
    release(here, by=colleague(heya), at=cast.later(2))
    client = signed_in(cast.first_secretary(entry, by=heya))
    with django_assert_num_queries(8):
        assert mine(client).count('class="mine"') == stages
