"""What certificates put on the desk, and for whom."""

import pytest

from accounts.actions import open_account
from accounts.roles import Role
from certificates.actions.batch import ask, release
from certificates.making import make_due
from certificates.models import Certificate
from certificates.waiting import batches_to_look_at, papers_to_fetch, stages_without_certificates
from contest.models.stage import State
from tests import cast
from tests.certificates.closed import DATED, asked, close, colleague, released


@pytest.fixture
def batch(heya, people, maonan):
    return asked(maonan, 3, organizer=people["chenxiao"], office=heya)


def told(todos):
    return [(todo.text, todo.url, todo.urgent) for todo in todos]


def test_a_closed_stage_waits_for_the_office_until_somebody_asks(season, maonan, people, heya):
    close(maonan, 2, by=people["chenxiao"])
    here = f"/desk/stages/{maonan.pk}/certificates/"
    assert told(stages_without_certificates(heya)) == [("茂南区初赛已生效，请制作证书", here, False)]
    ask(maonan, template="red", dated=DATED, by=heya, at=cast.NOW)
    assert told(stages_without_certificates(heya)) == []


def test_a_stage_that_is_not_closed_waits_for_nobody(season, maonan, people, heya):
    close(maonan, 2, by=people["chenxiao"])
    cast.put(maonan, State.PUBLISHED)
    assert told(stages_without_certificates(heya)) == []


def test_what_is_being_made_waits_for_nobody(batch, heya):
    assert told(batches_to_look_at(heya)) == []


def test_what_is_made_waits_to_be_released(batch, maonan, heya):
    make_due(cast.NOW)
    here = f"/desk/stages/{maonan.pk}/certificates/"
    assert told(batches_to_look_at(heya)) == []
    assert told(batches_to_look_at(colleague(heya))) == [("茂南区初赛：3 张证书已制成，等您核对发放", here, False)]
    release(batch, by=colleague(heya), at=cast.later(1))
    assert told(batches_to_look_at(heya)) == []


def test_a_parked_certificate_is_urgent_even_after_the_release(batch, maonan, heya):
    make_due(cast.NOW)
    release(batch, by=colleague(heya), at=cast.later(1))
    Certificate.objects.filter(pk=Certificate.objects.in_order()[0].pk).update(progress="parked")
    here = f"/desk/stages/{maonan.pk}/certificates/"
    assert told(batches_to_look_at(heya)) == [("茂南区初赛：1 张证书没有制成，已搁置", here, True)]


@pytest.mark.parametrize("username", ["chenxiao", "zhengzhi", "huangqiang"])
def test_the_offices_steps_wait_for_nobody_else(batch, dianbai, people, username):
    make_due(cast.NOW)
    close(dianbai, 1, by=people["huangqiang"])
    assert told(stages_without_certificates(people[username])) == []
    assert told(batches_to_look_at(people[username])) == []


def test_a_first_secretary_is_told_of_the_own_certificate_from_its_release_on(batch, heya):
    make_due(cast.NOW)
    first, second = Certificate.objects.select_related("award__entry__secretary").in_order()[:2]
    zhiyuan, xiuying = (
        open_account(
            username=username,
            name=each.name,
            password=cast.PASSWORD,
            grants=[(Role.SECRETARY, None)],
            secretary=each.award.entry.secretary,
            must_change_password=False,
            by=heya,
            at=cast.NOW,
        )
        for username, each in (("zhiyuan", first), ("xiuying", second))
    )
    assert told(papers_to_fetch(zhiyuan)) == []
    release(batch, by=colleague(heya), at=cast.later(1))
    assert told(papers_to_fetch(zhiyuan)) == [("您的证书可以下载了：茂南区初赛一等奖", "/desk/mine/", False)]
    Certificate.objects.filter(pk=first.pk).update(status="revoked", reason="误发")
    assert told(papers_to_fetch(zhiyuan)) == []
    assert told(papers_to_fetch(xiuying)) == [("您的证书可以下载了：茂南区初赛二等奖", "/desk/mine/", False)]


@pytest.mark.parametrize("stages", [1, 3])
def test_the_desk_asks_as_often_for_one_batch_as_for_three(
    heya, people, maonan, dianbai, binhai, stages, django_assert_num_queries
):
    pairs = ((maonan, "chenxiao"), (dianbai, "huangqiang"), (binhai, "xiening"))
    for stage, organizer in pairs[:stages]:
        asked(stage, 1, organizer=people[organizer], office=heya)
    make_due(cast.NOW)
    luo = colleague(heya)
    assert luo.granted
    with django_assert_num_queries(3):
        assert len([*stages_without_certificates(luo), *batches_to_look_at(luo)]) == stages


def test_the_figures_on_the_desk_are_those_within_reach(heya, people, maonan, dianbai, signed_in):
    released(maonan, 3, organizer=people["chenxiao"], office=heya)
    asked(dianbai, 2, organizer=people["huangqiang"], office=heya)
    figures = {name: stats(signed_in(people[name])) for name in ("heya", "zhengzhi", "chenxiao", "huangqiang")}
    assert figures == {
        "heya": ["3", "0", "2", "0"],
        "zhengzhi": ["3", "0", "2", "0"],
        "chenxiao": ["3", "0", "0", "0"],
        "huangqiang": ["0", "0", "2", "0"],
    }


def test_before_anything_is_asked_for_the_desk_has_no_figures(season, people, signed_in):
    assert stats(signed_in(people["heya"])) == []


def stats(client) -> list[str]:
    """The figures of the certificates' block: released, made, being made, parked."""
    page = client.get("/desk/").content.decode()
    block = page.partition("<h2>证书</h2>")[2].partition("</section>")[0]
    return [piece.partition("</span>")[0] for piece in block.split('<span class="stat-value">')[1:]]
