"""A reason in which nothing can be read is no reason, at whatever address it is sent (issue 8, attack 5)."""

import importlib
import inspect
from typing import Any

import pytest
from django import forms
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.fields import ReasonField, WrittenField
from contest.models import Stage
from contest.models.stage import State
from tests import house
from tests.test_matrix import FILLED, TABLE, TRACES, address, everything  # noqa: F401 - the world is a fixture

# What stands where somebody is to say why, how or who.
TOLD = ("reason", "answer", "how", "received_by")
# Whoever signs out sends no more; a seat whose sheets are dealt can be removed only in a state put on this world.
OUT = ("sign_out", "scoring:remove_seat")
BLANK, UNSEEN, SAID = "", "\u200b\u3164\u2060", "纸质评分表上为 36.5"


def forms_of_the_house() -> list[type[forms.BaseForm]]:
    found = {}
    for path in house.sources(*house.apps()):
        if "forms" in path.relative_to(house.ROOT).parts or path.name == "forms.py":
            module = importlib.import_module(".".join(path.relative_to(house.ROOT).with_suffix("").parts))
            for _name, each in inspect.getmembers(module, inspect.isclass):
                if issubclass(each, forms.BaseForm) and each.__module__.split(".")[0] in house.apps():
                    found[f"{each.__module__}.{each.__qualname__}"] = each
    return list(found.values())


def test_every_form_that_asks_why_asks_with_a_field_that_reads():
    told = {
        f"{form.__module__}.{form.__qualname__}.{name}": isinstance(field, WrittenField)
        for form in forms_of_the_house()
        for name, field in getattr(form, "base_fields", {}).items()
        if name in TOLD and field.required
    }
    assert [name for name, reads in told.items() if not reads] == []
    assert len(told) > 12


@pytest.mark.parametrize("said", [BLANK, " ", UNSEEN, "\u2800", "\u0301", "\u202e\u00ad"])
def test_the_field_says_that_a_reason_is_missing(said):
    with pytest.raises(forms.ValidationError, match="请写明原因。"):
        ReasonField().clean(said)


def test_what_surrounds_a_reason_unseen_is_left_out():
    assert ReasonField().clean(f"\u200b {SAID}\u2060 ") == SAID


@pytest.fixture
def send(everything, people, signed_in):  # noqa: F811 - the fixture imported above
    """Send a filled-in form in which this is said; what it does is taken back. Gives status and tables written."""
    clients = {name: signed_in(people[name]) for name in ("chenxiao", "heya")}
    keys = iter(range(100_000))

    def post(name: str, who: str, said: str) -> tuple[int, tuple[str, ...]]:
        told: dict[str, Any] = {**FILLED, **dict.fromkeys(TOLD, said), "on": "2023-11-25", "cause": "other"}
        told |= {"expires_on": "2099-01-01", "expires_at": "12:00", "once_key": f"key-{next(keys)}"}
        with transaction.atomic(), CaptureQueriesContext(connection) as queries:
            answer = clients[who].post(address(name, everything), told)
            transaction.set_rollback(True)
        return answer.status_code, tuple(sorted(written_tables(queries)))

    return post


def written_tables(queries) -> set[str]:
    words = (query["sql"].replace('"', "").replace("(", " ").split() for query in queries)
    verbs = {"INSERT": 2, "UPDATE": 1, "DELETE": 2}
    return {told[verbs[told[0]]] for told in words if told and told[0] in verbs} - TRACES


@pytest.mark.parametrize("state", [State.SCORING, State.CERTIFIED])
def test_words_that_nobody_sees_do_no_more_than_none(send, state):
    """Every address that takes a form, by those who may; a reason in words is the control."""
    Stage.objects.update(state=state)
    taking = {name: row for name, (_args, _reading, row) in TABLE.items() if "y" in row and name not in OUT}
    differ, asks = {}, set()
    for name, row in taking.items():
        who = "chenxiao" if row[1] == "y" else "heya"
        blank, unseen, said = (send(name, who, words) for words in (BLANK, UNSEEN, SAID))
        if unseen != blank:
            differ[name] = (blank, unseen)
        if said != blank:
            asks.add(name)
    assert differ == {}
    assert len(asks) >= 2
