"""What has arrived is looked at by a child, and the verdict is written once, whoever dies meanwhile."""

import io
import json
from datetime import timedelta

import pytest
from django.utils import timezone
from pptx import Presentation

from accounts.models import LogLine
from contest.models.work import ATTEMPTS, Progress
from materials import inspecting, sandbox, store, tasks
from materials.models import Material, Preview
from tests.cast import NOW
from tests.materials.handing import arrived


def deck(pages: int = 2) -> bytes:
    made, file = Presentation(), io.BytesIO()
    for _each in range(pages):
        made.slides.add_slide(made.slide_layouts[0]).shapes.title.text = "驻村两年"
    made.save(file)
    return file.getvalue()


@pytest.fixture
def material(entry, zhiyuan):
    return arrived(entry, deck(), by=zhiyuan, at=NOW)


def last_verdict() -> dict:
    return json.loads(LogLine.objects.filter(action="inspect_material").latest("seq").payload)["facts"]


def test_a_good_deck_is_accepted_and_waits_for_its_pictures(material):
    assert inspecting.inspect_due(timezone.now()) == 1
    material.refresh_from_db()
    assert (material.verdict, material.format, material.findings, material.facts["slides"]) == (
        "accepted",
        "pptx",
        [],
        2,
    )
    assert store.path_of(material.file).read_bytes() == deck_of(material)
    assert Preview.objects.get().progress == Progress.WANTED
    assert last_verdict() == {"verdict": "accepted", "findings": [], "sha256": material.sha256}


def deck_of(material: Material) -> bytes:
    """The stored file, if it is the one whose digest was written down."""
    import hashlib

    data = store.path_of(material.file).read_bytes()
    assert hashlib.sha256(data).hexdigest() == material.sha256
    return data


def test_a_refused_file_is_thrown_away_and_its_reasons_stay(entry, zhiyuan, django_capture_on_commit_callbacks):
    material = arrived(entry, b"<html><script>alert(1)</script>", by=zhiyuan, at=NOW)
    path = store.path_of(material.file)
    with django_capture_on_commit_callbacks(execute=True):
        assert inspecting.inspect_due(timezone.now()) == 1
    material.refresh_from_db()
    assert (material.verdict, material.file, material.progress, path.exists()) == ("refused", "", Progress.DONE, False)
    assert [each["level"] for each in material.findings] == ["refuse"]
    assert Preview.objects.count() == 0


def test_a_file_that_kills_whoever_looks_at_it_is_refused_at_the_second_try(material, monkeypatch):
    """The limit of memory is so low that the child cannot even begin."""
    monkeypatch.setattr(inspecting, "MEMORY", 12 * 1024 * 1024)
    at = timezone.now()
    assert inspecting.inspect_due(at) == 1
    material.refresh_from_db()
    assert (material.verdict, material.progress, material.attempts) == ("", Progress.WANTED, 1)
    assert "意外中断" in material.failure
    assert inspecting.inspect_due(at + timedelta(minutes=1)) == 1
    material.refresh_from_db()
    assert (material.verdict, [each["code"] for each in material.findings]) == ("refused", ["too_demanding"])


def test_a_file_that_is_not_there_is_parked_for_somebody_to_look(material):
    store.remove(material.file)
    at = timezone.now()
    for attempt in range(ATTEMPTS):
        assert inspecting.inspect_due(at + timedelta(minutes=attempt)) == 1
    material.refresh_from_db()
    assert (material.progress, material.verdict) == (Progress.PARKED, "")
    assert "不在存放处" in material.failure


def test_whoever_is_killed_in_the_middle_leaves_the_row_to_the_next(material):
    at = timezone.now()
    assert [row.pk for row in Material.objects.all().take(at, 1)] == [material.pk]
    assert inspecting.inspect_due(at + Material.LEASE - timedelta(microseconds=1)) == 0
    assert inspecting.inspect_due(at + Material.LEASE) == 1
    assert Material.objects.get().verdict == "accepted"


def test_a_verdict_that_comes_after_the_lease_was_taken_over_changes_nothing(material):
    at = timezone.now()
    [late] = Material.objects.all().take(at, 1)
    [next_one] = Material.objects.all().take(at + Material.LEASE, 1)
    here = Material.objects.whole().get(pk=material.pk)
    refused = {"verdict": "refused", "findings": []}
    assert inspecting._decide(here, late.claim, refused, "") is False
    assert inspecting._decide(here, next_one.claim, {**refused, "verdict": "accepted"}, "") is True
    assert (Material.objects.get().verdict, Preview.objects.count()) == ("accepted", 1)


def test_the_sweep_finds_what_the_queue_forgot(material):
    tasks.sweep()
    material.refresh_from_db()
    assert (material.verdict, Preview.objects.get().progress) == ("accepted", Progress.DONE)


def test_the_child_is_shut_in_where_this_machine_can(material, monkeypatch):
    asked = []
    run = sandbox.run

    def listen(*args, **kwargs):
        asked.append(kwargs["shut_in"])
        return run(*args, **kwargs)

    monkeypatch.setattr(sandbox, "run", listen)
    inspecting.inspect_due(timezone.now())
    assert asked == [sandbox.can_shut_in()]
