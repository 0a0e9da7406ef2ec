"""Many people type at the same moment, and nothing that was acknowledged is lost."""

import json
import subprocess
import sys
from functools import partial

import pytest
from django.db import connection
from django.db.models import F

from scoring.actions import sheets
from scoring.actions.sheets import Change, Saved, save_marks
from scoring.models import Sheet
from tests import cast
from tests.house import ROOT
from tests.races import at_once
from tests.scoring.dealing import deal, marks_of, sheet_of

pytestmark = pytest.mark.race
# SQLite's own waiting is kept short, so that only the gate makes writers wait their turn.
DRILL = [sys.executable, "-m", "bench.grid_drill", "--saves", "3", "--busy", "0.1", "--json"]
WINDOWS = 8


def drill(*options):
    done = subprocess.run([*DRILL, *options], cwd=ROOT, capture_output=True, text=True, timeout=600, check=False)
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout.splitlines()[-1])


@pytest.mark.slow
def test_fifty_people_type_over_http_and_every_answer_is_true():
    status, told = drill()
    assert (told["failures"], told["untrue"], told["said"]) == ({}, [], [])
    assert (status, told["writers"], told["acknowledged"]) == (0, 50, 150)
    assert told["conflicts"] > 0


@pytest.mark.slow
@pytest.mark.skipif(connection.vendor != "sqlite", reason="the gate is SQLite's")
def test_without_the_write_gate_the_same_fifty_are_turned_away():
    """The negative control: what was acknowledged is still true, but many are told to send it again."""
    status, told = drill("--no-gate")
    assert (status, told["untrue"]) == (1, [])
    assert told["failures"]["HTTP 503"] > 0


def type_together(stage, clerk):
    """Eight windows that have seen the same sheet type eight different marks at the same moment: those told "saved"."""
    sheet = sheet_of(stage)
    answers = []

    def put(mark_c):
        change = Change(sheet.pk, sheet.edit, {"achievement": mark_c})
        answers.extend(save_marks(stage, [change], by=clerk, at=cast.later(2)))

    assert at_once(*(partial(put, 1500 + 50 * window) for window in range(WINDOWS))) == ["done"] * WINDOWS
    return [answer for answer in answers if isinstance(answer, Saved)]


@pytest.fixture
def stage(transactional_db, maonan, heya):
    stage = deal(maonan, by=heya)
    save_marks(stage, [Change(sheet_of(stage).pk, 0, {"achievement": 1000})], by=heya, at=cast.later(1))
    return stage


def test_of_eight_who_saw_the_same_sheet_one_is_saved_and_seven_are_told(stage, heya):
    (saved,) = type_together(stage, heya)
    sheet = Sheet.objects.get(pk=saved.sheet_id)
    assert (sheet.edit, marks_of(sheet)) == (2, {"achievement": saved.marks["achievement"]})


def test_without_looking_at_the_edit_eight_are_told_saved_and_seven_are_lost(stage, heya, monkeypatch):
    """The negative control."""

    def claim_blindly(sheet_id, edit, *states, **fields):
        return bool(Sheet.objects.filter(pk=sheet_id).update(edit=F("edit") + 1, **fields))

    monkeypatch.setattr(sheets, "_unseen", lambda change, page: False)
    monkeypatch.setattr(sheets, "claim", claim_blindly)
    saved = type_together(stage, heya)
    stands = marks_of(Sheet.objects.get(pk=saved[0].sheet_id))["achievement"]
    assert sorted(each.marks["achievement"] == stands for each in saved) == [False] * 7 + [True]
