"""Where a stage recommends by votes, each judge's ballot is typed whole, and never over another person's typing."""

import json
import re

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import LogLine
from contest.models import Entry
from scoring.actions.hold import WrongState
from scoring.actions.rules import adopt_rules
from scoring.actions.votes import (
    NotCompeting,
    NoVotesHere,
    SeenVotes,
    StaleVotes,
    TooManyVotes,
    UnconfirmedVotes,
    VacatedSeat,
    cast_votes,
    confirm_votes,
)
from scoring.models import Ballot, Ruleset, Seat, Vote
from scoring.models.ruleset import Basis
from tests import cast
from tests.scoring.dealing import deal


@pytest.fixture
def stage(maonan, heya):
    return deal(maonan, entrants=4, by=heya, basis=Basis.VOTES, votes_each=2)


@pytest.fixture
def chenxiao(people):
    return people["chenxiao"]


@pytest.fixture
def linfang(people):
    return people["linfang"]


@pytest.fixture
def entries(stage):
    return list(Entry.objects.filter(stage=stage).order_by("order"))


@pytest.fixture
def seat(stage):
    return Seat.objects.select_related("stage__season", "stage__district").get(stage=stage, number=1)


def vote(seat, entries, seen=(), *, by):
    return cast_votes(seat, entries, seen=[entry.pk for entry in seen], by=by, at=cast.later(1))


def votes_of(seat):
    return set(Vote.objects.filter(seat=seat).values_list("entry__order", flat=True))


def test_chen_xiao_types_a_ballot_and_corrects_it(seat, entries, chenxiao):
    vote(seat, entries[:2], by=chenxiao)
    assert votes_of(seat) == {1, 2}
    vote(seat, entries[1:3], entries[:2], by=chenxiao)
    assert votes_of(seat) == {2, 3}
    line = LogLine.objects.latest("id")
    assert (line.action, line.subject) == ("cast_votes", f"scoring.seat:{seat.pk}")
    assert json.loads(line.payload)["facts"] == {
        "entries": [entries[1].pk, entries[2].pk],
        "before": [entries[0].pk, entries[1].pk],
        "edit": 2,
    }
    assert line.note.words == {"votes": ["陈志远、梁秀英", "梁秀英、王䶮"]}


def test_a_ballot_may_name_fewer_and_be_taken_back(seat, entries, chenxiao):
    vote(seat, entries[:1], by=chenxiao)
    vote(seat, [], entries[:1], by=chenxiao)
    assert votes_of(seat) == set()


def test_an_empty_ballot_is_a_ballot_and_written_down_once(seat, chenxiao):
    for _time in (1, 2):
        vote(seat, [], by=chenxiao)
    assert list(Ballot.objects.values_list("seat", "edit", "typed_by")) == [(seat.pk, 1, chenxiao.pk)]
    assert LogLine.objects.filter(action="cast_votes").count() == 1


def confirm(stage, *seen, by):
    return confirm_votes(stage, [SeenVotes(*each) for each in seen], by=by, at=cast.later(5))


def test_lin_fang_confirms_what_chen_xiao_typed_and_not_what_she_typed_herself(stage, seat, entries, chenxiao, linfang):
    other = Seat.objects.select_related("stage__season", "stage__district").get(stage=stage, number=2)
    vote(seat, entries[:2], by=chenxiao)
    vote(other, [], by=linfang)
    assert confirm(stage, (seat.pk, 1), (other.pk, 1), by=linfang) == [
        UnconfirmedVotes(other.pk, "这位评委的推荐票是您录入的，须由另一人核对。")
    ]
    assert list(Ballot.objects.order_by("seat__number").values_list("confirmed_by", "confirmed_at", "edit")) == [
        (linfang.pk, cast.later(5), 2),
        (None, None, 1),
    ]
    line = LogLine.objects.latest("id")
    assert (line.action, line.actor, json.loads(line.payload)["facts"]) == (
        "confirm_votes",
        linfang,
        {"seats": {str(seat.pk): 2}},
    )


def test_votes_typed_anew_wait_again_and_a_page_from_before_confirms_nothing(stage, seat, entries, chenxiao, linfang):
    vote(seat, entries[:2], by=chenxiao)
    confirm(stage, (seat.pk, 1), by=linfang)
    vote(seat, entries[2:3], entries[:2], by=chenxiao)
    assert list(Ballot.objects.values_list("confirmed_by", "confirmed_at", "edit")) == [(None, None, 3)]
    assert confirm(stage, (seat.pk, 1), by=linfang) == [
        UnconfirmedVotes(seat.pk, "您打开页面之后，这位评委的推荐票又有改动，请对照纸质推荐票重新核对。")
    ]


def test_the_database_too_refuses_a_typist_who_confirms_votes(seat, entries, chenxiao):
    vote(seat, entries[:1], by=chenxiao)
    with pytest.raises(IntegrityError), transaction.atomic():
        Ballot.objects.update(confirmed_by=chenxiao, confirmed_at=cast.NOW)


@pytest.mark.parametrize("username", ["wumin", "zhengzhi"])
def test_nobody_else_confirms_votes_here(stage, seat, entries, chenxiao, people, username):
    vote(seat, entries[:1], by=chenxiao)
    with pytest.raises(PermissionDenied):
        confirm(stage, (seat.pk, 1), by=people[username])


def test_the_same_ballot_again_changes_nothing(seat, entries, chenxiao):
    vote(seat, entries[:2], by=chenxiao)
    lines = LogLine.objects.count()
    vote(seat, entries[:2], by=chenxiao)
    assert (votes_of(seat), LogLine.objects.count()) == ({1, 2}, lines)


def test_lin_fang_who_saw_an_empty_ballot_does_not_write_over_chen_xiaos(seat, entries, chenxiao, people):
    vote(seat, entries[:2], by=chenxiao)
    with pytest.raises(StaleVotes) as stale:
        vote(seat, entries[2:], by=people["linfang"])
    assert stale.value.now == {entries[0].pk, entries[1].pk}
    assert votes_of(seat) == {1, 2}


def test_three_names_are_too_many_for_two_seats(seat, entries, chenxiao):
    with pytest.raises(TooManyVotes, match="最多推荐 2 名，您选了 3 名"):
        vote(seat, entries[:3], by=chenxiao)


def test_nobody_votes_for_who_withdrew_or_competes_elsewhere(seat, entries, chenxiao, dianbai, heya):
    Entry.objects.filter(pk=entries[0].pk).update(status="withdrawn", status_reason="因病")
    stranger = Entry.objects.get(stage=deal(dianbai, entrants=1, by=heya))
    for wanted in (entries[0], stranger):
        with pytest.raises(NotCompeting):
            vote(seat, [wanted], by=chenxiao)


def test_a_judge_who_left_votes_no_more(seat, entries, chenxiao):
    Seat.objects.filter(pk=seat.pk).update(vacated_at=cast.NOW, vacated_reason="因公离席")
    with pytest.raises(VacatedSeat):
        vote(seat, entries[:1], by=chenxiao)


def test_where_recommendation_goes_by_score_there_are_no_votes(dianbai, heya, people):
    stage = deal(dianbai, by=heya)
    with pytest.raises(NoVotesHere):
        vote(Seat.objects.get(stage=stage, number=1), [], by=people["wumin"])


@pytest.mark.parametrize("username", ["wumin", "zhengzhi"])
def test_nobody_else_types_ballots_here(seat, entries, people, username):
    with pytest.raises(PermissionDenied):
        vote(seat, entries[:1], by=people[username])


def test_no_ballot_is_typed_after_tabulation(stage, seat, entries, chenxiao):
    cast.put(stage, "tabulated")
    with pytest.raises(WrongState):
        vote(seat, entries[:1], by=chenxiao)


# The pages


def test_a_ballot_ticked_on_the_page_shows_in_the_table(stage, seat, entries, signed_in, chenxiao):
    client = signed_in(chenxiao)
    there = reverse("scoring:seat_votes", args=[seat.pk])
    assert client.get(there).content.decode().count('type="checkbox"') == 4
    answer = client.post(there, {"entry": [entries[0].pk, entries[3].pk]}, follow=True)
    assert answer.redirect_chain == [(reverse("scoring:votes", args=[stage.pk]), 302)]
    page = answer.content.decode()
    assert (page.count('<span class="visually-hidden">推荐</span>'), "2/2" in page) == (2, True)
    assert client.get(there).content.decode().count("checked") == 2


def test_before_the_basis_is_chosen_the_page_says_so_and_not_that_it_is_the_score(dianbai, heya, signed_in, people):
    client = signed_in(people["wumin"])

    def title():
        page = client.get(reverse("scoring:votes", args=[dianbai.pk])).content.decode()
        return re.findall(r'<p class="empty-title">(.*?)</p>', page)

    assert title() == ["还没有选定推荐依据"]
    Ruleset.objects.filter(stage=dianbai).delete()
    adopt_rules(dianbai, by=heya, at=cast.NOW)
    assert title() == ["还没有选定推荐依据"]
    Ruleset.objects.filter(stage=dianbai).update(basis="score")
    assert title() == ["本赛段按总得分推荐，不录推荐票"]


def test_a_page_made_from_an_older_ballot_shows_both(seat, entries, signed_in, chenxiao, people):
    vote(seat, entries[:2], by=chenxiao)
    answer = signed_in(people["linfang"]).post(
        reverse("scoring:seat_votes", args=[seat.pk]), {"entry": entries[2].pk, "seen": []}
    )
    page = answer.content.decode()
    assert (answer.status_code, page.count("对方已勾选"), page.count("checked")) == (409, 2, 1)
    assert votes_of(seat) == {1, 2}


def test_somebody_unknown_on_a_ballot_gets_a_sentence(seat, entries, signed_in, chenxiao):
    there = reverse("scoring:seat_votes", args=[seat.pk])
    answer = signed_in(chenxiao).post(there, {"entry": [entries[0].pk, 999_999]})
    assert (answer.status_code, "不在评比之列" in answer.content.decode()) == (400, True)
    assert votes_of(seat) == set()


def test_lin_fang_confirms_every_ballot_but_her_own_over_the_page(
    stage, seat, entries, signed_in, chenxiao, linfang, people
):
    other = Seat.objects.select_related("stage__season", "stage__district").get(stage=stage, number=2)
    vote(seat, entries[:2], by=chenxiao)
    vote(other, [], by=linfang)
    there = reverse("scoring:votes", args=[stage.pk])
    lin = signed_in(linfang)
    page = lin.get(there).content.decode()
    assert re.findall(r'name="votes" value="([\d:]+)"', page) == [f"{seat.pk}:1"]
    assert ("核对这 1 位评委的推荐票" in page, page.count("须由另一人核对")) == (True, 1)
    answer = lin.post(there, {"votes": f"{seat.pk}:1"}, follow=True)
    assert "已核对 1 位评委的推荐票。" in answer.content.decode()
    again = lin.post(there, {"votes": f"{seat.pk}:1"})
    assert (again.status_code, "已由林芳核对" in again.content.decode()) == (409, True)
    assert lin.post(there, {"votes": "x"}).status_code == 400
    zheng = signed_in(people["zhengzhi"])
    assert ('name="votes"' in zheng.get(there).content.decode(), zheng.post(there).status_code) == (False, 404)


@pytest.mark.parametrize("entry", ["abc", "-1", "٣", "9" * 40, ""])
def test_what_is_no_number_names_nobody(seat, signed_in, chenxiao, entry):
    there = reverse("scoring:seat_votes", args=[seat.pk])
    assert signed_in(chenxiao).post(there, {"entry": entry, "seen": entry}).status_code == 302
    assert votes_of(seat) == set()


def test_the_neighbours_find_no_ballots(stage, seat, signed_in, people):
    client = signed_in(people["wumin"])
    assert client.get(reverse("scoring:votes", args=[stage.pk])).status_code == 404
    assert client.get(reverse("scoring:seat_votes", args=[seat.pk])).status_code == 404


@pytest.mark.parametrize("entrants", [1, 3])
def test_the_table_takes_as_many_queries_for_three_entrants_as_for_one(
    maonan, heya, signed_in, chenxiao, django_assert_num_queries, entrants
):
    stage = deal(maonan, entrants=entrants, by=heya, basis=Basis.VOTES, votes_each=1)
    client = signed_in(chenxiao)
    client.get(reverse("scoring:votes", args=[stage.pk]))
    with django_assert_num_queries(9):
        client.get(reverse("scoring:votes", args=[stage.pk]))
