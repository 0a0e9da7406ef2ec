"""The draw can be replayed by anybody: here with hashlib alone, and with the shell command that the page prints."""

import hashlib
import re
import shutil
import subprocess
from html import unescape

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from accounts import log
from accounts.models import LogLine
from contest.actions import draw as actions
from contest.actions.entries import enter_all, leave
from contest.models import Draw, Entry
from contest.models.entry import Status
from contest.models.stage import State
from contest.rules import draw as rules
from tests import cast
from tests.races import at_once

TOLD = {"witnesses": "罗平、郑直", "witness_word": "八十八"}


@pytest.fixture
def ready(maonan, people):
    """茂南区's preliminary with five entrants who have no lots yet."""
    enter_all(maonan, cast.station(maonan.district, 5), by=people["chenxiao"], at=cast.NOW)
    return cast.put(maonan, State.READY)


@pytest.fixture
def sealed(ready, people) -> Draw:
    return actions.commit_draw(ready, by=people["chenxiao"], at=cast.later(1))


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
        actions.void_draw(draw, reason="再试", by=people["chenxiao"], at=cast.later(minute))
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
    actions.void_draw(sealed, reason="话筒没开，听不清见证人报的数", by=people["linfang"], at=cast.later(3))
    assert set(orders().values()) == {None}
    old = Draw.objects.get()
    assert (old.live, old.void_reason) == (False, "话筒没开，听不清见证人报的数")
    new = actions.commit_draw(ready, by=people["chenxiao"], at=cast.later(4))
    assert new.commitment != old.commitment
    assert LogLine.objects.get(action="void_draw").note.text == "话筒没开，听不清见证人报的数"


def test_voiding_wants_a_reason_and_works_once(sealed, people):
    with pytest.raises(actions.DrawRefused, match="请写明作废的原因"):
        actions.void_draw(sealed, reason=" ", by=people["chenxiao"], at=cast.later(3))
    actions.void_draw(sealed, reason="误点", by=people["chenxiao"], at=cast.later(3))
    with pytest.raises(actions.DrawRefused, match="已经作废"):
        actions.void_draw(sealed, reason="误点", by=people["chenxiao"], at=cast.later(3))
    with pytest.raises(actions.DrawRefused, match="已经完成或作废"):
        drawn(sealed, people)


@pytest.mark.parametrize("state", [state for state in State if state != State.READY])
def test_nothing_is_drawn_before_or_after_the_stage_is_ready(sealed, ready, people, state):
    cast.put(ready, state)
    for act in (
        lambda: actions.commit_draw(ready, by=people["chenxiao"], at=cast.NOW),
        lambda: drawn(sealed, people),
        lambda: actions.void_draw(sealed, reason="误点", by=people["chenxiao"], at=cast.NOW),
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
        lambda: actions.void_draw(sealed, reason="误点", by=people[username], at=cast.NOW),
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


def test_chenxiao_seals_draws_and_voids_on_the_page(ready, people, signed_in):
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
    assert client.post(f"/desk/draws/{draw.pk}/void/", {"reason": "误点"}).url == path
    assert "作废的抽签" in client.get(path).content.decode()


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
    assert answer.status_code == 409
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
