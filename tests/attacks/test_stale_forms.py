"""何雅 and 罗平 have one form open: whoever sends second undoes nothing of what the other changed elsewhere in it."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils.html import escape

from accounts.shown import FIELD
from contest.actions import season as opening
from contest.actions import season_changes as actions
from contest.forms import seasons as shape
from contest.models import Season, Stage
from contest.reads.levels import levels_of
from contest.reads.working_days import calendar_of
from tests.attacks.test_one_person import said

OVERTAKEN = "您打开页面之后有人更改过，没有保存。"


@pytest.fixture
def he(people, signed_in):
    return signed_in(people["heya"])


@pytest.fixture
def luo(people, signed_in):
    return signed_in(people["luoping"])


def edited(season) -> tuple[str, dict[str, object]]:
    """The address of the form, and what it sends when nobody touches it."""
    told = {name: "" if value is None else value for name, value in shape.shown(actions.details_of(season)).items()}
    return reverse("contest:edit_season", args=["2023"]), told | {FIELD: actions.details_as_shown(season)}


def test_a_correction_of_the_season_is_not_undone_by_an_older_form(he, luo, season):
    url, form = edited(season)
    assert luo.post(url, form | {"final_due": "2023-12-31", "reason": "延期"}).status_code == 302
    answer = he.post(url, form | {"theme": "新主题", "reason": "改主题"})
    assert said(answer, OVERTAKEN) == (400, True)
    assert said(answer, "现在登记的是：2023-12-31") == (400, True)
    assert [each.due_on for each in Season.objects.get().stages.filter(kind="final")] == [date(2023, 12, 31)]


def test_whoever_has_looked_sends_it_again_and_it_is_saved(he, luo, season):
    url, form = edited(season)
    luo.post(url, form | {"final_due": "2023-12-31", "reason": "延期"})
    page = he.post(url, form | {"theme": "新主题", "reason": "改主题"}).content.decode()
    now = actions.details_as_shown(Season.objects.get())
    assert f'value="{now}"' in page
    assert (
        he.post(url, form | {"final_due": "2023-12-31", "theme": "新主题", "reason": "改主题", FIELD: now}).status_code
        == 302
    )
    assert (Season.objects.get().theme, actions.details_of(Season.objects.get()).final_due) == (
        "新主题",
        date(2023, 12, 31),
    )


def test_a_form_that_does_not_say_what_it_showed_corrects_nothing(he, season):
    url, form = edited(season)
    answer = he.post(url, form | {"theme": "新主题", "reason": "改主题", FIELD: ""})
    assert said(answer, "没有写明您打开页面时看到的情况") == (400, True)
    assert Season.objects.get().theme == season.theme


def test_a_day_off_is_not_taken_out_by_an_older_calendar(he, luo, season):
    url = reverse("contest:calendar", args=["2023"])
    form = shape.written(calendar_of(season)) | {FIELD: actions.calendar_as_shown(season)}
    storm = form | {"off": form["off"] + "\r\n2023-12-04", "reason": "台风停工"}
    assert luo.post(url, storm).status_code == 302
    answer = he.post(url, form | {"made_up": form["made_up"] + "\r\n2023-12-09", "reason": "调休"})
    assert said(answer, OVERTAKEN) == (400, True)
    assert "2023-12-04" in Season.objects.get().days_off


def test_the_name_of_a_level_is_not_undone_by_an_older_form(he, luo, season):
    url = reverse("contest:unit_levels", args=["2023"])
    form = {FIELD: actions.levels_as_shown(season), "reason": "改名", "new-level-asked": "9"}
    for level in levels_of(season):
        told = {"name": level.name, "cells": " ".join(level.cells), "begins": " ".join(level.begins)}
        form |= {f"{level.code}-{name}": value for name, value in told.items()} | {f"{level.code}-asked": level.asked}
        form |= {"fallback": level.code} if level.is_fallback else {}
    first, second = (level.code for level in levels_of(season)[:2])
    assert luo.post(url, form | {f"{first}-name": "中央及省直"}).status_code == 302
    assert said(he.post(url, form | {f"{second}-name": "珠海单位"}), OVERTAKEN) == (400, True)
    assert levels_of(Season.objects.get())[0].name == "中央及省直"


def test_the_day_of_a_stage_is_not_put_back_by_whoever_names_the_hall(maonan, people, signed_in):
    url = reverse("contest:schedule", args=[maonan.pk])
    shown = opening.schedule_as_shown(maonan)
    chen, lin = signed_in(people["chenxiao"]), signed_in(people["linfang"])
    assert chen.post(url, {"held_on": "2023-11-26", "venue": "大会堂", FIELD: shown}).status_code == 302
    answer = lin.post(url, {"held_on": "", "venue": "小礼堂", FIELD: shown})
    assert said(answer, escape("现在登记的是：大会堂")) == (400, True)
    stage = Stage.objects.get(pk=maonan.pk)
    assert (stage.held_on, stage.venue) == (date(2023, 11, 26), "大会堂")
