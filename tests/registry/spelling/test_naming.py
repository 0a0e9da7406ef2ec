"""One name in every spelling of it."""

import re

import pytest

from registry.spelling import naming


@pytest.mark.parametrize("dot", [*naming.DOTS, " · ", "··", "• "])
def test_any_dot_is_one_dot_and_u_00b7_is_kept(dot: str):
    typed = f"买买提{dot}吐尔逊"
    assert naming.stored(typed) == "买买提\u00b7吐尔逊"
    assert naming.key(typed) == naming.key("买买提·吐尔逊")
    assert re.fullmatch(naming.pattern("买买提" + dot.strip() + "吐尔逊"), "买买提·吐尔逊")
    assert re.search(naming.pattern("买提·吐"), typed.replace(" ", "").replace("··", "·"))


@pytest.mark.parametrize("selector", ["\ufe00", "\ufe0e", "\U000e0100", "\U000e01ef", "\u180b"])
def test_a_name_with_a_selector_is_the_name_without_and_keeps_it(selector: str):
    typed = f"葛{selector}示例"
    assert naming.stored(typed) == typed
    assert naming.key(typed) == naming.key("葛示例")
    assert re.fullmatch(naming.pattern("葛示例"), typed)
    assert re.fullmatch(naming.pattern(typed), "葛示例")


def test_different_people_stay_different():
    assert len({naming.key(name) for name in ("买买提·吐尔逊", "买买提吐尔逊", "买买提", "葛示例", "诸葛示例")}) == 5


def test_the_full_stop_of_a_latin_name_is_no_dot_of_a_name():
    assert naming.stored("John F. Kennedy") == "John F. Kennedy"
    assert naming.stored("J.R.Smith") == "J.R.Smith"


def test_signs_of_a_pattern_are_only_signs():
    assert re.search(naming.pattern("(a|b)*\\"), "(a|b)*\\")
    assert re.search(naming.pattern("(a|b)"), "a") is None
