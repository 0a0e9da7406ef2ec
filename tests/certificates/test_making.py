"""Making what is wanted: each certificate once, whatever dies on the way."""

import hashlib
from datetime import timedelta

import pytest
from django.utils import timezone

from certificates import making, store
from certificates.actions.seals import keep_seal
from certificates.models import Certificate
from certificates.tasks import sweep
from contest.models.work import ATTEMPTS, PAUSE
from contest.work import is_alive
from tests import cast
from tests.certificates.closed import asked
from tests.certificates.paper.papers import saved, stamp

NOW = cast.NOW


@pytest.fixture
def batch(heya, people, maonan):
    return asked(maonan, 3, organizer=people["chenxiao"], office=heya)


def spoil(number: int) -> Certificate:
    """A certificate whose paper cannot be set: the font has no glyph for the village's name."""
    row = Certificate.objects.order_by("pk")[number]
    row.facts["village"] = "\U0002e9f5村"
    row.save(update_fields=["facts"])
    return row


def test_a_chunk_is_made_and_its_files_are_what_the_rows_say(batch):
    assert making.make_due(NOW) == 3
    assert batch.counts() == {"wanted": 0, "taken": 0, "done": 3, "parked": 0}
    for row in Certificate.objects.all():
        pdf = store.read(row)
        assert (pdf[:5], hashlib.sha256(pdf).hexdigest(), len(pdf)) == (b"%PDF-", row.sha256, row.size)
    assert making.make_due(NOW) == 0


def test_rendered_again_the_bytes_are_the_same(batch):
    making.make_due(NOW)
    for row in Certificate.objects.all():
        assert hashlib.sha256(making.again(row)).hexdigest() == row.sha256


def test_a_file_that_was_changed_is_not_handed_out(batch):
    making.make_due(NOW)
    row = Certificate.objects.all()[0]
    path = store.path_of(row)
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(store.Missing):
        store.read(row)


def test_rows_whose_worker_died_are_taken_again_one_by_one_after_the_lease(batch):
    dead = Certificate.objects.all().take(NOW, making.CHUNK)
    assert len(dead) == 3
    assert making.make_due(NOW + Certificate.LEASE - timedelta(microseconds=1)) == 0
    assert [making.make_due(NOW + Certificate.LEASE) for _ in range(4)] == [1, 1, 1, 0]
    assert batch.counts()["done"] == 3


def test_a_worker_that_comes_back_late_changes_nothing(batch):
    late = Certificate.objects.all().take(NOW, making.CHUNK)
    while making.make_due(NOW + Certificate.LEASE):
        pass
    made = dict(Certificate.objects.values_list("pk", "sha256"))
    for row in late:
        row.sha256 = "0" * 64
    assert Certificate.objects.all().finish(late, ["sha256"], NOW + 2 * Certificate.LEASE) == 0
    Certificate.objects.all().fail(late[0], "too late", NOW + 2 * Certificate.LEASE)
    assert dict(Certificate.objects.values_list("pk", "sha256")) == made
    assert batch.counts()["done"] == 3


def test_a_poisoned_certificate_is_parked_after_three_attempts_while_the_others_finish(batch):
    bad = spoil(1)
    at = NOW
    taken = []
    for _round in range(6):
        taken.append(making.make_due(at))
        at = timezone.now() + PAUSE
    assert taken == [3, 1, 1, 0, 0, 0]
    assert batch.counts() == {"wanted": 0, "taken": 0, "done": 2, "parked": 1}
    bad.refresh_from_db()
    assert (bad.attempts, bad.progress, "\U0002e9f5" in bad.failure) == (ATTEMPTS, "parked", True)


def test_a_seal_whose_file_is_gone_is_missed_by_its_hosts_name(heya, people, maonan, season):
    seal = keep_seal(season, host=season.hosts[0], data=saved(stamp(400)), by=heya, at=NOW)
    batch = asked(maonan, 1, organizer=people["chenxiao"], office=heya)
    seal.file.storage.delete(seal.file.name)
    making.work_off()
    assert batch.counts()["parked"] == 1
    assert "茂名市乡村振兴局" in Certificate.objects.get().failure


def test_what_kills_its_worker_three_times_is_parked(batch):
    at = NOW
    row = Certificate.objects.order_by("pk")[0]
    Certificate.objects.exclude(pk=row.pk).update(progress="done", sha256="x")
    for _life in range(ATTEMPTS):
        assert [each.pk for each in Certificate.objects.all().take(at, 16)] == [row.pk]
        at += Certificate.LEASE
    assert Certificate.objects.all().take(at, 16) == []
    assert Certificate.objects.all().park_worn_out(at) == 1
    row.refresh_from_db()
    assert (row.progress, row.failure) == ("parked", "处理中断了 3 次。")


def test_the_sweep_makes_what_the_queue_forgot_and_shows_that_it_was_there(batch):
    assert is_alive("certificates", timezone.now()) is False
    sweep()
    assert batch.counts()["done"] == 3
    assert is_alive("certificates", timezone.now()) is True
    assert is_alive("certificates", timezone.now() + timedelta(minutes=2)) is False


def test_at_the_terminal_the_same_work_is_done_to_the_end(batch):
    spoil(0)
    making.work_off()
    assert batch.counts() == {"wanted": 0, "taken": 0, "done": 2, "parked": 1}


def test_a_file_left_half_written_is_cleared_away_an_hour_later_and_no_other(batch):
    making.make_due(NOW)
    folder = store.path_of(Certificate.objects.all()[0]).parent
    (folder / f"{store.BEGUN}x").write_bytes(b"%PDF")
    assert store.forget_leftovers(timezone.now()) == 0
    assert store.forget_leftovers(timezone.now() + timedelta(hours=2)) == 1
    assert len(list(folder.iterdir())) == 3


def test_given_up_certificates_are_not_made(batch, heya):
    Certificate.objects.update(status="discarded")
    assert making.make_due(NOW) == 0


@pytest.mark.parametrize("count", [1, 3])
def test_a_chunk_costs_the_same_statements_for_one_and_for_three(
    heya, people, maonan, count, django_assert_num_queries
):
    asked(maonan, count, organizer=people["chenxiao"], office=heya)
    with django_assert_num_queries(6):
        making.make_due(NOW)
