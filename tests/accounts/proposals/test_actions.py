"""One proposes what decides and another seconds it; 陈晓 and 林芳 over the scoring of 茂南区."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from accounts.actions import change_grants, set_active
from accounts.models import LogLine, Proposal, User
from accounts.permissions import Action as May
from accounts.permissions import NeedsSecond, require_pair
from accounts.proposals import actions, reads
from accounts.proposals.paper import Paper, PaperRefused, digest_of
from accounts.roles import Role
from contest.models.stage import State
from contest.workflow import perform
from demo.paper import blank_scan
from registry.models import District
from tests import cast
from tests.scoring.filling import counted, level, opened

WHY = "3 号评委的评分表录错一格"


@pytest.fixture
def stage(maonan, people):
    """茂南区, tabulated."""
    stage = opened(maonan, entrants=3, judges=3, by=people["chenxiao"])
    counted(stage, level(90, 80, 70, judges=3), typist=people["chenxiao"], checker=people["linfang"])
    stage.refresh_from_db()
    return stage


@pytest.fixture
def proposal(stage, people):
    return actions.propose("reopen_scoring", stage, {}, reason=WHY, by=people["chenxiao"], at=cast.later(10))


def state_of(stage):
    stage.refresh_from_db()
    return stage.state


def test_a_proposal_alone_changes_nothing(stage, proposal):
    assert (state_of(stage), proposal.state) == ("tabulated", "open")
    assert proposal.changes == [["状态", "已统分", "评分"]]


def test_seconded_by_a_colleague_the_same_act_is_done_with_both_behind_it(stage, proposal, people):
    actions.second(proposal, by=people["linfang"], at=cast.later(11))
    assert (state_of(stage), proposal.state, proposal.closed_by) == ("scoring", "seconded", people["linfang"])
    lines = LogLine.objects.filter(chain="2023").order_by("-seq")[:3]
    assert [(line.action, line.actor, line.second) for line in lines] == [
        ("second", people["chenxiao"], people["linfang"]),
        ("reopen_scoring", people["chenxiao"], people["linfang"]),
        ("propose", people["chenxiao"], None),
    ]


def test_the_proposer_does_not_second(stage, proposal, people):
    with pytest.raises(actions.OwnProposal):
        actions.second(proposal, by=people["chenxiao"], at=cast.later(11))
    assert state_of(stage) == "tabulated"


def test_nor_does_the_database_let_the_proposer_second(proposal, people):
    mine = Proposal.objects.filter(pk=proposal.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        mine.update(state="seconded", closed_by=people["chenxiao"], closed_at=cast.later(11))


def test_the_neighbour_district_neither_proposes_nor_seconds(stage, proposal, people):
    with pytest.raises(PermissionDenied):
        actions.second(proposal, by=people["wumin"], at=cast.later(11))
    with pytest.raises(PermissionDenied):
        actions.propose("reopen_scoring", stage, {}, reason=WHY, by=people["wumin"], at=cast.later(11))
    assert (state_of(stage), Proposal.objects.get().state) == ("tabulated", "open")


def test_what_changed_meanwhile_is_not_seconded(stage, proposal, people):
    pair = {"by": people["chenxiao"], "seconded_by": people["linfang"]}
    perform("reopen_scoring", stage, reason="另一处", at=cast.later(11), **pair)
    perform("tabulate", stage, by=people["chenxiao"], at=cast.later(12))
    with pytest.raises(actions.Changed):
        actions.second(proposal, by=people["linfang"], at=cast.later(13))
    assert (state_of(stage), Proposal.objects.get().state) == ("tabulated", "open")


def test_a_proposer_who_lost_the_right_meanwhile_is_not_seconded(stage, proposal, people):
    dianbai = District.objects.get(code="dianbai")
    moved = [(Role.ORGANIZER, dianbai)]
    office = {"by": people["heya"], "seconded_by": people["luoping"]}
    change_grants(people["chenxiao"], moved, name="陈晓", **office, at=cast.later(11))
    with pytest.raises(actions.ProposerLostRight):
        actions.second(proposal, by=people["linfang"], at=cast.later(12))
    assert state_of(stage) == "tabulated"


def test_a_proposer_whose_account_was_closed_is_not_seconded(stage, proposal, people):
    set_active(people["chenxiao"], False, by=people["heya"], at=cast.later(11))
    with pytest.raises(actions.ProposerLostRight):
        actions.second(proposal, by=people["linfang"], at=cast.later(12))
    assert state_of(stage) == "tabulated"


def test_it_lapses_after_seven_days_to_the_moment(stage, proposal, people):
    last = proposal.proposed_at + timedelta(days=7)
    assert reads.waiting_for(people["linfang"], last) == []
    with pytest.raises(actions.Lapsed):
        actions.second(proposal, by=people["linfang"], at=last)
    actions.second(proposal, by=people["linfang"], at=last - timedelta(microseconds=1))
    assert state_of(stage) == "scoring"


def test_twice_seconded_is_refused(proposal, people):
    actions.second(proposal, by=people["linfang"], at=cast.later(11))
    with pytest.raises(actions.Settled):
        actions.second(proposal, by=people["heya"], at=cast.later(12))


def test_the_proposer_takes_it_back_and_nobody_seconds_it_any_more(stage, proposal, people):
    with pytest.raises(PermissionDenied):
        actions.withdraw(proposal, by=people["linfang"], at=cast.later(11))
    actions.withdraw(proposal, by=people["chenxiao"], at=cast.later(12))
    with pytest.raises(actions.Settled):
        actions.second(proposal, by=people["linfang"], at=cast.later(13))
    assert (state_of(stage), proposal.state) == ("tabulated", "withdrawn")


def test_declined_it_says_why_and_changes_nothing(stage, proposal, people):
    with pytest.raises(actions.NoReason):
        actions.decline(proposal, "\u200b", by=people["linfang"], at=cast.later(11))
    actions.decline(proposal, "纸质评分表无误", by=people["linfang"], at=cast.later(12))
    assert (state_of(stage), proposal.state, proposal.answer) == ("tabulated", "declined", "纸质评分表无误")


def test_a_reason_nobody_can_read_is_none(stage, people):
    for nothing in ("", " ", "\u200b", "\u3164"):
        with pytest.raises(actions.NoReason):
            actions.propose("reopen_scoring", stage, {}, reason=nothing, by=people["chenxiao"], at=cast.later(10))
    assert Proposal.objects.count() == 0


def test_the_same_thing_is_not_proposed_twice(stage, proposal, people):
    with pytest.raises(actions.AlreadyProposed) as refused:
        actions.propose("reopen_scoring", stage, {}, reason="也是", by=people["linfang"], at=cast.later(11))
    assert refused.value.proposal == proposal


def test_what_stands_in_the_way_is_said_when_proposing(maonan, people):
    with pytest.raises(actions.Obstructed, match="状态已经变化"):
        actions.propose("reopen_scoring", maonan, {}, reason=WHY, by=people["chenxiao"], at=cast.later(10))


def test_each_is_told_what_waits_for_them_and_nobody_else_is(proposal, people):
    waits = {name: reads.waiting_for(user, cast.later(11)) for name, user in people.items()}
    assert {name for name, found in waits.items() if found} == {"linfang", "heya", "luoping"}
    assert waits["linfang"] == [proposal]


def test_one_and_three_proposals_are_told_with_the_same_queries(
    stage, dianbai, binhai, proposal, people, django_assert_num_queries
):
    heya = User.objects.get(username="heya")
    with django_assert_num_queries(2):
        assert len(reads.waiting_for(heya, cast.later(11))) == 1
    for other in (dianbai, binhai):
        cast.put(other, State.TABULATED)
        actions.propose("reopen_scoring", other, {}, reason=WHY, by=people["luoping"], at=cast.later(11))
    heya = User.objects.get(username="heya")
    with django_assert_num_queries(2):
        assert len(reads.waiting_for(heya, cast.later(12))) == 3


def test_a_paper_comes_along_and_the_act_names_its_digest(stage, people):
    pages = [("纪要.pdf", blank_scan("会议纪要")), ("签字页.pdf", blank_scan("会议纪要"))]
    paper = Paper("minutes", date(2023, 11, 24), "茂乡振纪〔2023〕3号", pages)
    made = actions.propose(
        "reopen_scoring", stage, {}, reason=WHY, paper=paper, by=people["chenxiao"], at=cast.later(10)
    )
    assert [(p.number, p.original_name) for p in made.basis.pages.all()] == [(1, "纪要.pdf"), (2, "签字页.pdf")]
    actions.second(made, by=people["linfang"], at=cast.later(11))
    line = LogLine.objects.get(chain="2023", action="reopen_scoring")
    assert f'"basis":"{digest_of(made.basis)}"' in line.payload


def test_a_paper_without_pages_or_of_another_kind_of_file_is_refused(stage, people):
    for pages in ([], [("网页.png", b"<html>")]):
        paper = Paper("minutes", date(2023, 11, 24), "", pages)
        with pytest.raises(PaperRefused):
            actions.propose(
                "reopen_scoring", stage, {}, reason=WHY, paper=paper, by=people["chenxiao"], at=cast.later(10)
            )
    assert Proposal.objects.count() == 0


def test_papers_leave_the_disk_its_reserve_and_one_person_a_limit(stage, people, settings):
    scan = blank_scan("会议纪要")
    paper = Paper("minutes", date(2023, 11, 24), "", [("纪要.pdf", scan)])
    told = {"reason": WHY, "paper": paper, "by": people["chenxiao"], "at": cast.later(10)}
    for quota, reserve, sentence in ((1 << 30, 1 << 60, "存储空间不足"), (len(scan) - 1, 0, "上限")):
        settings.MATERIAL_QUOTA, settings.MATERIAL_RESERVE = quota, reserve
        with pytest.raises(PaperRefused, match=sentence):
            actions.propose("reopen_scoring", stage, {}, **told)
    assert Proposal.objects.count() == 0


def test_two_different_people_with_the_right_make_a_pair(stage, people):
    require_pair(people["chenxiao"], people["linfang"], May.REOPEN_SCORING, stage)
    for other in (None, people["chenxiao"]):
        with pytest.raises(NeedsSecond):
            require_pair(people["chenxiao"], other, May.REOPEN_SCORING, stage)
    with pytest.raises(PermissionDenied):
        require_pair(people["chenxiao"], people["wumin"], May.REOPEN_SCORING, stage)


def test_nothing_in_the_hall_is_done_at_once_that_does_not_allow_it(stage, people):
    paper = Paper("hall_form", date(2023, 11, 25), "", [("签字表.pdf", blank_scan("会议纪要"))])
    with pytest.raises(actions.NotInHall):
        actions.act_at_once(
            "reopen_scoring", stage, {}, reason=WHY, paper=paper, by=people["chenxiao"], at=cast.later(10)
        )
    assert state_of(stage) == "tabulated"
