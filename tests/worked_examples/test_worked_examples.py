from pathlib import Path

import pytest

from scoring.rules.ruleset import problems

from .example import Example

FILES = sorted(Path(__file__).parent.glob("*.csv"))


def test_there_are_worked_examples():
    assert len(FILES) >= 8


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_rules_give_what_the_example_says(path):
    example = Example(path)
    assert problems(example.ruleset) == []
    assert example.found == example.expected
    assert len(example.given("结果")) == len(example.entrants)
