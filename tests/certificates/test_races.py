"""Several workers and several clerks at the same moment."""

import json
import subprocess
import sys
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from certificates.actions.batch import ask
from certificates.models import Batch, Certificate
from contest.models.work import Progress
from tests import cast
from tests.certificates.closed import DATED, asked, close
from tests.house import ROOT
from tests.races import at_once

WORKERS = 4


@pytest.fixture
def wanted(transactional_db, heya, people, maonan):
    asked(maonan, 12, organizer=people["chenxiao"], office=heya)
    connection.close()


def taken_by(take) -> list[int]:
    """The rows (ids) that four workers have taken when each took as long as there was something to take."""
    hands: list[list[int]] = [[] for _ in range(WORKERS)]

    def work(hand: list[int]) -> None:
        while rows := take():
            hand.extend(row.pk for row in rows)

    assert at_once(*(lambda hand=hand: work(hand) for hand in hands)) == ["done"] * WORKERS
    return sorted(pk for hand in hands for pk in hand)


@pytest.mark.race
def test_four_workers_take_every_row_once(wanted):
    assert taken_by(lambda: Certificate.objects.all().take(timezone.now(), 2)) == sorted(
        Certificate.objects.values_list("pk", flat=True)
    )


@pytest.mark.race
def test_without_the_claim_rows_are_taken_twice(wanted):
    """The negative control: look first, mark afterwards."""
    together = Barrier(WORKERS)

    def look_then_mark() -> list[Certificate]:
        rows = list(Certificate.objects.all().due(timezone.now()).order_by("pk")[:2])
        together.wait(timeout=30)
        Certificate.objects.filter(pk__in=[row.pk for row in rows]).update(progress=Progress.DONE, sha256="x")
        together.wait(timeout=30)
        return rows

    assert len(taken_by(look_then_mark)) == WORKERS * Certificate.objects.count()


@pytest.mark.race
def test_two_who_ask_at_once_make_one_batch(transactional_db, heya, people, maonan):
    close(maonan, 4, by=people["chenxiao"])
    for each in people.values():
        each.granted  # noqa: B018 - read before the threads start
    connection.close()
    told = at_once(
        lambda: ask(maonan, template="red", dated=DATED, by=heya, at=cast.NOW),
        lambda: ask(maonan, template="red", dated=DATED, by=people["luoping"], at=cast.NOW),
    )
    assert sorted(told) == ["NotReady", "done"]
    assert (Batch.objects.count(), Certificate.objects.count()) == (1, 4)


@pytest.mark.slow
@pytest.mark.any_database
def test_every_certificate_is_made_though_its_worker_and_the_queue_are_killed():
    """The drill in short; `python -m bench.certificate_drill` is the long one."""
    words = ("--size", "small", "--kills", "1", "--guesses", "2000", "--json")
    done = subprocess.run(
        [sys.executable, "-m", "bench.certificate_drill", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.stdout, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert (told["wrong"], told["hits"], told["spoiled"]) == ([], 0, {"progress": "parked", "attempts": 3})
    assert told["made"] == told["awards"] == told["files"] == 62
    assert len(told["kills"]) == 2
    assert done.returncode == 0
