"""Seconded is what was told: once a proposal's words would be others, it is another proposal."""

from dataclasses import replace

import pytest
from django.urls import reverse
from django.utils import translation

from accounts.models import Proposal
from accounts.proposals.registry import all_verbs
from contest.actions.draw import commit_draw, draw_lots
from contest.models import Draw, Entry
from scoring.models import Seat
from tests import cast, hall
from tests.attacks.test_one_person import second, vacating
from tests.scoring.filling import make_ready, opened


@pytest.mark.parametrize("verb", all_verbs(), ids=lambda verb: verb.name)
def test_whatever_a_verb_tells_is_part_of_its_fingerprint(verb, db):
    told = {"title": lambda _obj, _told: "甲", "rests_on": lambda _obj, _told: None}
    one = replace(verb, tell=lambda _obj, _told: [("乙", "丙", "丁")], **told)
    same = replace(verb, tell=lambda _obj, _told: iter([("乙", "丙", "丁")]), **told)
    other = replace(verb, tell=lambda _obj, _told: [("乙", "丙", "戊")], **told)
    named = replace(one, title=lambda _obj, _told: "己")
    prints = [each.fingerprint(verb.model(pk=1), {}) for each in (one, same, other, named)]
    assert prints[0] == prints[1]
    assert len(set(prints)) == 3


def test_a_proposal_is_the_same_in_whatever_language_its_second_person_reads(maonan, people, chen, signed_in):
    stage = opened(maonan, entrants=2, judges=4, by=people["chenxiao"])
    with translation.override("en"):
        assert chen.post(vacating(stage, 4), {"reason": "病", "way": "propose"}).status_code == 302
    lin = signed_in(people["linfang"])
    lin.cookies["django_language"] = "en"
    assert second(lin, Proposal.objects.get()).status_code == 302


def test_a_draw_is_voided_with_the_order_that_was_told_not_with_that_after_a_swap(maonan, people, chen, lin):
    stage = make_ready(maonan, entrants=3, judges=3, by=people["chenxiao"])
    Entry.objects.filter(stage=stage).update(order=None)
    drawing = {"by": people["chenxiao"], "at": cast.NOW}
    draw = commit_draw(stage, **drawing)
    order = draw_lots(draw, witnesses="罗平", witness_word="427", **drawing)
    assert chen.post(reverse("contest:void_draw", args=[draw.pk]), {"reason": "有误"}).status_code == 302
    void = Proposal.objects.get(verb="void_draw")
    told = {"first": order[0], "second": order[1], "reason": "晚到"}
    assert chen.post(reverse("contest:swap_places", args=[stage.pk]), told).status_code == 302
    assert second(lin, Proposal.objects.get(verb="swap_places")).status_code == 302
    assert (second(lin, void).status_code, Draw.objects.get().live) == (409, True)
    assert chen.post(reverse("withdraw_proposal", args=[void.pk])).status_code == 302
    assert chen.post(reverse("contest:void_draw", args=[draw.pk]), {"reason": "有误"}).status_code == 302
    names = dict(Entry.objects.filter(stage=stage).values_list("pk", "secretary__name"))
    swapped = [order[1], order[0], order[2]]
    again = Proposal.objects.get(verb="void_draw", state="open")
    assert again.changes == [[names[pk], str(place), ""] for place, pk in enumerate(swapped, start=1)]
    assert second(lin, again).status_code == 302


def test_a_judge_made_chief_since_does_not_leave_as_one_of_many(maonan, people, chen, lin):
    stage = opened(maonan, entrants=2, judges=4, by=people["chenxiao"])
    assert chen.post(vacating(stage, 4), {"reason": "病", "way": "propose"}).status_code == 302
    Seat.objects.filter(stage=stage, number=4).update(is_chief=True)
    assert second(lin, Proposal.objects.get()).status_code == 409
    page = chen.get(vacating(stage, 4)).content.decode()
    assert "离席后负责人暂缺，须另行指定。" in page


def test_both_are_told_that_a_judge_who_leaves_takes_the_panel_below_its_minimum(maonan, people, chen, lin):
    stage = opened(maonan, entrants=2, judges=4, by=people["chenxiao"])
    told = {"reason": "临时公务", "way": "propose"}
    for number in (3, 4):
        assert "少于统分所需" not in chen.get(vacating(stage, number)).content.decode()
        assert chen.post(vacating(stage, number), told).status_code == 302
    third, fourth = Proposal.objects.order_by("pk")
    assert second(lin, third).status_code == 302
    assert second(lin, fourth).status_code == 409
    page = chen.get(vacating(stage, 4)).content.decode()
    assert "离席后在席评委 2 位，少于统分所需的至少 3 位：届时不能统分。" in page
    assert chen.post(reverse("withdraw_proposal", args=[fourth.pk])).status_code == 302
    assert chen.post(vacating(stage, 4), told).status_code == 302
    again = Proposal.objects.get(state="open")
    assert ["在席评委", "3 位", "2 位，少于统分所需的至少 3 位：届时不能统分"] in again.changes
    assert second(lin, again).status_code == 302


def test_a_form_signed_in_the_hall_tells_of_the_minimum_too(maonan, people, chen):
    stage = opened(maonan, entrants=2, judges=3, by=people["chenxiao"])
    assert chen.post(vacating(stage, 3), {"reason": "病", **hall.photographed()}).status_code == 302
    assert Proposal.objects.get().changes[-1][0] == "在席评委"
