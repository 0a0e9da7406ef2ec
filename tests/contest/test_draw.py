"""The draw can be replayed by anybody: here with hashlib alone, and with the shell command that the page prints."""

import hashlib
import re
import shutil
import subprocess
from html import unescape

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from accounts import log
from accounts.models import LogLine, Proposal
from accounts.permissions import NeedsSecond
from contest.actions import draw as actions
from contest.actions.entries import enter_all, leave
from contest.models import Draw, Entry
from contest.models.entry import Status
from contest.models.stage import State
from contest.rules import draw as rules
from tests import cast
from tests.races import at_once
from tests.scans import PNG

TOLD = {"witnesses": "罗平、郑直", "witness_word": "八十八"}


@pytest.fixture
def ready(maonan, people):
    """茂南区's preliminary with five entrants who have no lots yet."""
    enter_all(maonan, cast.station(maonan.district, 5), by=people["chenxiao"], at=cast.NOW)
    return cast.put(maonan, State.READY)


@pytest.fixture
def sealed(ready, people) -> Draw:
    return actions.commit_draw(ready, by=people["chenxiao"], at=cast.later(1))


def void(draw, people, *, reason="误点", by="chenxiao", second="linfang", minute=3):
    seconded_by = people[second] if second else None
    actions.void_draw(draw, reason=reason, by=people[by], seconded_by=seconded_by, at=cast.later(minute))


def drawn(draw, people, **told):
    return actions.draw_lots(draw, **TOLD | told, by=people["chenxiao"], at=cast.later(2))


def lots(seed, word, entrants):
    """The documented function, written again without the portal's code."""
    return sorted(entrants, key=lambda number: hashlib.sha256(f"{seed}:{word}:{number}".encode()).hexdigest())


def orders():
    return dict(Entry.objects.values_list("pk", "order"))


def test_a_sealed_seed_shows_only_its_hash(sealed, ready, people, signed_in):
    assert sealed.commitment == hashlib.sha256(sealed.seed.encode()).hexdigest()
    assert sealed.entrants == sorted(orders())
    assert set(orders().values()) == {None}
    page = signed_in(people["zhengzhi"]).get(f"/desk/stages/{ready.pk}/draw/").content.decode()
    assert sealed.commitment in page
    assert sealed.seed not in page
    told = LogLine.objects.get(action="commit_draw").payload
    assert sealed.commitment in told
    assert sealed.seed not in told


def test_two_seeds_differ(ready, people):
    seeds = set()
    for minute in range(3):
        draw = actions.commit_draw(ready, by=people["chenxiao"], at=cast.later(minute))
        seeds.add(draw.seed)
        void(draw, people, reason="再试", minute=minute)
    assert len(seeds) == 3
    assert {len(seed) for seed in seeds} == {64}


def test_the_order_is_what_anybody_gets_from_seed_word_and_numbers(sealed, people):
    order = drawn(sealed, people)
    draw = Draw.objects.get()
    assert order == draw.order == lots(draw.seed, "八十八", orders())
    assert {place: pk for pk, place in orders().items()} == dict(enumerate(order, start=1))


def test_the_log_holds_all_that_a_replay_needs(sealed, people):
    import json

    drawn(sealed, people)
    before, after = (json.loads(LogLine.objects.get(action=act).payload) for act in ("commit_draw", "draw_lots"))
    assert hashlib.sha256(after["facts"]["seed"].encode()).hexdigest() == before["facts"]["commitment"]
    replayed = lots(after["facts"]["seed"], after["facts"]["word"], before["facts"]["entrants"])
    assert after["facts"]["order"] == replayed


def test_another_word_gives_another_order():
    """Neither the seed nor the witness decides alone."""
    seed, entrants = "5eed" * 16, list(range(1, 13))
    orders = [rules.order(actions.mixed_seed(seed, str(word)), entrants) for word in range(40)]
    assert orders == [lots(seed, str(word), entrants) for word in range(40)]
    assert len({tuple(order) for order in orders}) == 40


@pytest.mark.skipif(not shutil.which("sha256sum"), reason="no sha256sum on this machine")
def test_the_command_that_the_page_prints_replays_the_draw(sealed, ready, people, signed_in):
    order = drawn(sealed, people)
    page = signed_in(people["zhengzhi"]).get(f"/desk/stages/{ready.pk}/draw/").content.decode()
    command = unescape(re.search(r'<pre class="mono">(.*?)</pre>', page, re.DOTALL)[1])
    printed = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=True).stdout.splitlines()
    # The line that ends with a dash is the seed's own hash.
    commitment = next(line for line in printed if line.endswith("-"))
    assert commitment.split()[0] == sealed.commitment
    assert [int(line.split()[1]) for line in printed if not line.endswith("-")] == order


def test_a_seed_is_sealed_once(sealed, ready, people):
    with pytest.raises(actions.DrawRefused, match="已经封存过种子"):
        actions.commit_draw(ready, by=people["linfang"], at=cast.later(2))
    assert LogLine.objects.filter(action="commit_draw").count() == 1


def test_lots_are_drawn_once(sealed, people):
    order = drawn(sealed, people)
    with pytest.raises(actions.DrawRefused, match="已经完成或作废"):
        drawn(Draw.objects.get(), people, witness_word="另一个")
    assert Draw.objects.get().order == order
    assert LogLine.objects.filter(action="draw_lots").count() == 1


@pytest.mark.parametrize("told", [{"witnesses": ""}, {"witnesses": "  "}])
def test_a_draw_has_witnesses(sealed, people, told):
    with pytest.raises(actions.DrawRefused, match="见证人姓名"):
        drawn(sealed, people, **told)
    assert set(orders().values()) == {None}


@pytest.mark.parametrize("word", ["", " ", "8 8", '8"; rm -rf /', "$(id)", "`id`", "8\n8", "八-八"])
def test_a_word_is_letters_and_digits_only(sealed, people, word):
    with pytest.raises(actions.DrawRefused, match="只能由数字、字母或汉字组成"):
        drawn(sealed, people, witness_word=word)
    assert Draw.objects.get().drawn_at is None


def test_entrants_who_changed_after_the_sealing_stop_the_draw(sealed, ready, people):
    entry = Entry.objects.select_related("stage__season").first()
    leave(entry, Status.WITHDRAWN, reason="生病", by=people["chenxiao"], at=cast.later(2))
    with pytest.raises(actions.DrawRefused, match="参赛名单有变化"):
        drawn(sealed, people)
    assert set(orders().values()) == {None}


def test_an_entrant_added_after_the_sealing_stops_the_draw(sealed, ready, people):
    enter_all(ready, cast.station(ready.district, 1, start=8), by=people["chenxiao"], at=cast.later(2))
    with pytest.raises(actions.DrawRefused, match="参赛名单有变化"):
        drawn(sealed, people)


def test_a_void_draw_stays_on_record_and_leaves_no_order(sealed, ready, people):
    drawn(sealed, people)
    void(sealed, people, reason="话筒没开，听不清见证人报的数", by="linfang", second="chenxiao")
    assert set(orders().values()) == {None}
    old = Draw.objects.get()
    assert (old.live, old.void_reason) == (False, "话筒没开，听不清见证人报的数")
    new = actions.commit_draw(ready, by=people["chenxiao"], at=cast.later(4))
    assert new.commitment != old.commitment
    assert (old.voided_by, old.void_seconded_by) == (people["linfang"], people["chenxiao"])
    line = LogLine.objects.get(action="void_draw")
    assert (line.actor, line.second) == (people["linfang"], people["chenxiao"])
    assert line.note.text == "话筒没开，听不清见证人报的数"
    names = dict(Entry.objects.values_list("pk", "secretary__name"))
    assert line.note.words == {names[pk]: [str(place), ""] for place, pk in enumerate(old.order, start=1)}


@pytest.mark.parametrize("reason", [" ", "", "\u200b", "\u3164\u2060"])
def test_voiding_wants_a_reason_that_can_be_read(sealed, people, reason):
    with pytest.raises(actions.DrawRefused, match="请写明作废的原因"):
        void(sealed, people, reason=reason)
    assert Draw.objects.get().live


def test_voiding_works_once(sealed, people):
    void(sealed, people)
    with pytest.raises(actions.DrawRefused, match="已经作废"):
        void(sealed, people)
    with pytest.raises(actions.DrawRefused, match="已经完成或作废"):
        drawn(sealed, people)


@pytest.mark.parametrize("second", ["", "chenxiao"])
def test_nobody_voids_alone(sealed, people, second):
    """Issue 8, attack 5: one person voided and drew again five times in seconds."""
    order = drawn(sealed, people)
    with pytest.raises(NeedsSecond):
        void(sealed, people, second=second)
    assert [pk for pk, _place in sorted(orders().items(), key=lambda each: each[1])] == order


@pytest.mark.parametrize("second", ["huangqiang", "zhengzhi"])
def test_who_may_not_draw_does_not_second_either(sealed, people, second):
    with pytest.raises(PermissionDenied):
        void(sealed, people, second=second)
    assert Draw.objects.get().live


# By hand, from slips of paper.


def entered(stage, people, order, *, by="chenxiao", second="linfang", witnesses="罗平、郑直", reason="停电，改用签纸"):
    return actions.enter_order(
        stage,
        order,
        witnesses=witnesses,
        reason=reason,
        basis=None,
        by=people[by],
        seconded_by=people[second] if second else None,
        at=cast.later(5),
    )


def test_an_order_drawn_from_slips_is_entered_by_two(ready, people):
    order = sorted(orders(), reverse=True)
    draw = entered(ready, people, order)
    assert orders() == {pk: place for place, pk in enumerate(order, start=1)}
    assert (draw.by_hand, draw.order, draw.seed, draw.commitment) == (True, order, "", "")
    line = LogLine.objects.get(action="enter_order")
    assert (line.actor, line.second) == (people["chenxiao"], people["linfang"])
    names = dict(Entry.objects.values_list("pk", "secretary__name"))
    assert line.note.words == {names[pk]: ["", str(place)] for place, pk in enumerate(order, start=1)}


@pytest.mark.parametrize("second", ["", "chenxiao"])
def test_nobody_enters_an_order_alone(ready, people, second):
    with pytest.raises(NeedsSecond):
        entered(ready, people, sorted(orders()), second=second)
    assert (set(orders().values()), Draw.objects.count()) == ({None}, 0)


def test_an_order_names_everybody_once(ready, people):
    everybody = sorted(orders())
    for order in (
        everybody[1:],
        [*everybody, everybody[0]],
        [everybody[0], *everybody[:-1]],
        [*everybody[:-1], 999],
        [],
    ):
        with pytest.raises(actions.DrawRefused, match="每一位参赛者，每人一次"):
            entered(ready, people, order)
    assert (set(orders().values()), Draw.objects.count()) == ({None}, 0)


def test_where_something_was_drawn_it_is_voided_first(sealed, ready, people):
    with pytest.raises(actions.DrawRefused, match="先提请作废"):
        entered(ready, people, sorted(orders()))
    void(sealed, people)
    assert entered(ready, people, sorted(orders())).live


@pytest.mark.parametrize(
    ("told", "sentence"), [({"reason": "\u200b"}, "为什么手工"), ({"witnesses": "\u200b"}, "见证人")]
)
def test_reason_and_witnesses_can_be_read(ready, people, told, sentence):
    with pytest.raises(actions.DrawRefused, match=sentence):
        entered(ready, people, sorted(orders()), **told)


# Two places swapped.


def at_place(*places):
    return [Entry.objects.whole().get(order=place) for place in places]


def swapped(one, two, people, *, by="chenxiao", second="linfang", reason="高铁晚点，双方同意"):
    seconded_by = people[second] if second else None
    return actions.swap_places(one, two, reason=reason, by=people[by], seconded_by=seconded_by, at=cast.later(6))


def test_two_change_places_and_the_draw_stays_as_it_was(sealed, people):
    order = drawn(sealed, people)
    one, two = at_place(1, 4)
    swapped(one, two, people)
    expected = [order[3], order[1], order[2], order[0], order[4]]
    assert orders() == {pk: place for place, pk in enumerate(expected, start=1)}
    assert Draw.objects.get().order == order
    line = LogLine.objects.get(action="swap_places")
    assert (line.actor, line.second) == (people["chenxiao"], people["linfang"])
    assert line.note.words == {one.secretary.name: ["1", "4"], two.secretary.name: ["4", "1"]}
    assert (
        Draw.objects.get().swaps.get().text == f"{one.secretary.name}（第 1 位）与 {two.secretary.name}（第 4 位）对调"
    )


@pytest.mark.parametrize("second", ["", "chenxiao"])
def test_nobody_swaps_alone(sealed, people, second):
    drawn(sealed, people)
    before = orders()
    with pytest.raises(NeedsSecond):
        swapped(*at_place(1, 2), people, second=second)
    assert orders() == before


def test_a_swap_of_what_has_changed_meanwhile_is_refused_whole(sealed, people):
    drawn(sealed, people)
    (one, two), (same, three) = at_place(1, 2), at_place(1, 3)
    swapped(one, two, people)
    before = orders()
    with pytest.raises(actions.DrawRefused, match="已有变化"):
        swapped(same, three, people)
    assert orders() == before


@pytest.mark.parametrize("state", [state for state in State if state not in (State.READY, State.SCORING)])
def test_places_are_swapped_between_the_draw_and_the_tabulation(sealed, ready, people, state):
    drawn(sealed, people)
    pair = at_place(1, 2)
    cast.put(ready, state)
    with pytest.raises(actions.DrawRefused, match="抽签之后、统分之前"):
        swapped(*pair, people)


def test_places_are_swapped_on_the_day_too(sealed, ready, people):
    drawn(sealed, people)
    pair = at_place(1, 2)
    cast.put(ready, State.SCORING)
    swapped(*pair, people)
    assert [each.pk for each in at_place(2, 1)] == [each.pk for each in pair]


def test_without_a_draw_there_is_nothing_to_swap(ready, people):
    one, two = Entry.objects.whole()[:2]
    with pytest.raises(actions.DrawRefused, match="都要有出场顺序"):
        swapped(one, two, people)
    with pytest.raises(actions.DrawRefused, match="同一赛段的两位"):
        swapped(one, one, people)


@pytest.mark.parametrize("state", [state for state in State if state != State.READY])
def test_nothing_is_drawn_before_or_after_the_stage_is_ready(sealed, ready, people, state):
    cast.put(ready, state)
    for act in (
        lambda: actions.commit_draw(ready, by=people["chenxiao"], at=cast.NOW),
        lambda: drawn(sealed, people),
        lambda: void(sealed, people),
        lambda: entered(ready, people, sorted(orders())),
    ):
        with pytest.raises(actions.DrawRefused, match="抽签只在“待赛”时进行"):
            act()


def test_nobody_to_draw_for_is_told(maonan, people):
    cast.put(maonan, State.READY)
    with pytest.raises(actions.DrawRefused, match="还没有参赛者"):
        actions.commit_draw(maonan, by=people["chenxiao"], at=cast.NOW)


@pytest.mark.parametrize("username", ["huangqiang", "zhengzhi"])
def test_nobody_else_draws(sealed, ready, people, username):
    for act in (
        lambda: actions.commit_draw(ready, by=people[username], at=cast.NOW),
        lambda: actions.draw_lots(sealed, **TOLD, by=people[username], at=cast.NOW),
        lambda: void(sealed, people, by=username),
        lambda: entered(ready, people, sorted(orders()), by=username),
    ):
        with pytest.raises(PermissionDenied):
            act()


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_who_draw_at_once_draw_one_order(sealed, people):
    draws = [Draw.objects.select_related("stage__season", "stage__district").get() for _ in range(2)]
    acts = [
        lambda draw=draw, word=word: actions.draw_lots(
            draw, witnesses="罗平", witness_word=word, by=people["chenxiao"], at=cast.later(2)
        )
        for draw, word in zip(draws, ("1", "2"), strict=True)
    ]
    connection.close()
    assert sorted(at_once(*acts)) == ["DrawRefused", "done"]
    draw = Draw.objects.get()
    assert draw.order == lots(draw.seed, draw.witness_word, orders())
    assert {place: pk for pk, place in orders().items()} == dict(enumerate(draw.order, start=1))
    assert log.verify("2023")[2] == []


# The page.


def test_chenxiao_seals_and_draws_on_the_page_and_linfang_seconds_that_it_is_void(ready, people, signed_in):
    client = signed_in(people["chenxiao"])
    path = f"/desk/stages/{ready.pk}/draw/"
    assert "第一步：封存种子" in client.get(path).content.decode()
    assert client.post(path + "commit/").url == path
    draw = Draw.objects.get()
    assert "第二步：当场抽签" in client.get(path).content.decode()
    assert client.post(f"/desk/draws/{draw.pk}/lots/", TOLD).url == path
    page = client.get(path).content.decode()
    assert Draw.objects.get().seed in page
    assert "罗平、郑直" in page
    second(client.post(f"/desk/draws/{draw.pk}/void/", {"reason": "误点"}), client, signed_in(people["linfang"]))
    page = client.get(path).content.decode()
    assert ("作废的抽签" in page, "第一步：封存种子" in page) == (True, True)


def second(answer, proposer, other):
    """What was proposed stands still until the other one seconds it."""
    assert answer.status_code == 302
    before = (orders(), list(Draw.objects.values_list("pk", "live")))
    assert proposer.post(answer.url + "second/").status_code == 409
    assert (orders(), list(Draw.objects.values_list("pk", "live"))) == before
    assert other.post(answer.url + "second/").status_code == 302


def photographed(**told):
    return {
        "reason": "停电，改用签纸",
        "paper_kind": "hall_form",
        "paper_dated": "2023-11-25",
        "paper_pages": SimpleUploadedFile("抽签记录.png", PNG),
        **told,
    }


def test_what_was_drawn_from_slips_is_proposed_with_the_photograph_and_seconded(ready, people, signed_in):
    client, path = signed_in(people["chenxiao"]), f"/desk/stages/{ready.pk}/draw/"
    order = sorted(orders(), reverse=True)
    places = {f"place_{pk}": place for place, pk in enumerate(order, start=1)}
    answer = client.post(path + "by-hand/", photographed(witnesses="罗平、郑直", **places))
    assert "待复核" in client.get(path).content.decode()
    second(answer, client, signed_in(people["linfang"]))
    assert orders() == {pk: place for place, pk in enumerate(order, start=1)}
    page = client.get(path).content.decode()
    assert ("手工抽签" in page, "罗平、郑直" in page, "怎样复算" in page) == (True, True, False)


def test_a_place_given_twice_or_no_paper_is_told_on_the_page(ready, people, signed_in):
    client, path = signed_in(people["chenxiao"]), f"/desk/stages/{ready.pk}/draw/by-hand/"
    places = {f"place_{pk}": place for place, pk in enumerate(orders(), start=1)}
    twice = places | {next(iter(places)): 2}
    for told, sentence in (
        (photographed(witnesses="罗平", **twice), "填了同一个位置"),
        (photographed(witnesses="\u200b", **places), "witnesses"),
        (photographed(witnesses="罗平", **places) | {"reason": "\u200b"}, "请写明原因。"),
        (photographed(witnesses="罗平", **places) | {"paper_pages": ""}, "请附上依据"),
    ):
        answer = client.post(path, told)
        assert (answer.status_code, sentence in str(answer.context["form"].errors)) == (400, True)
    assert not Proposal.objects.exists()


def test_two_places_are_swapped_by_proposal(sealed, ready, people, signed_in):
    drawn(sealed, people)
    client, path = signed_in(people["chenxiao"]), f"/desk/stages/{ready.pk}/draw/"
    one, two = at_place(1, 4)
    told = {"first": one.pk, "second": two.pk, "reason": "高铁晚点，双方同意"}
    assert client.post(path + "swap/", told | {"second": one.pk}).status_code == 400
    second(client.post(path + "swap/", told), client, signed_in(people["linfang"]))
    assert [each.pk for each in at_place(4, 1)] == [one.pk, two.pk]
    assert f"{one.secretary.name}（第 1 位）与 {two.secretary.name}（第 4 位）对调" in client.get(path).content.decode()


def test_a_proposal_that_another_act_overtook_is_not_seconded(sealed, ready, people, signed_in):
    drawn(sealed, people)
    client, other = signed_in(people["chenxiao"]), signed_in(people["linfang"])
    one, two, three = at_place(1, 2, 3)
    path = f"/desk/stages/{ready.pk}/draw/swap/"
    first = client.post(path, {"first": one.pk, "second": two.pk, "reason": "双方同意"})
    later = client.post(path, {"first": one.pk, "second": three.pk, "reason": "双方同意"})
    assert other.post(first.url + "second/").status_code == 302
    before = orders()
    answer = other.post(later.url + "second/")
    assert (answer.status_code, "情况有变化" in answer.content.decode()) == (409, True)
    assert orders() == before


def test_a_refused_step_says_why_on_the_page(sealed, ready, people, signed_in):
    client = signed_in(people["chenxiao"])
    answer = client.post(f"/desk/stages/{ready.pk}/draw/commit/")
    assert answer.status_code == 409
    assert "已经封存过种子" in answer.content.decode()
    drawn(sealed, people)
    answer = client.post(f"/desk/draws/{sealed.pk}/lots/", TOLD)
    assert answer.status_code == 409
    assert "这次抽签已经完成或作废" in answer.content.decode()
    cast.put(ready, State.SCORING)
    answer = client.post(f"/desk/draws/{sealed.pk}/void/", {"reason": "误点"})
    assert answer.status_code in (400, 409)
    assert "抽签只在“待赛”时进行" in answer.content.decode()


@pytest.mark.parametrize("told", [{}, {"witnesses": "罗平"}, {"witness_word": "8"}, {"witness_word": "8" * 65}])
def test_a_form_that_lacks_something_is_told_beside_the_field(sealed, people, signed_in, told):
    answer = signed_in(people["chenxiao"]).post(f"/desk/draws/{sealed.pk}/lots/", told)
    assert answer.status_code == 400
    assert answer.context["draw_form"].errors
    assert Draw.objects.get().drawn_at is None


def test_the_neighbour_finds_nothing_and_the_supervisor_only_looks(sealed, ready, people, signed_in):
    far, looking = signed_in(people["huangqiang"]), signed_in(people["zhengzhi"])
    assert far.get(f"/desk/stages/{ready.pk}/draw/").status_code == 404
    assert looking.get(f"/desk/stages/{ready.pk}/draw/").status_code == 200
    for client in (far, looking):
        assert client.post(f"/desk/stages/{ready.pk}/draw/commit/").status_code == 404
        assert client.post(f"/desk/draws/{sealed.pk}/lots/", TOLD).status_code == 404
        assert client.post(f"/desk/draws/{sealed.pk}/void/", {"reason": "x"}).status_code == 404
    assert Draw.objects.get().drawn_at is None
