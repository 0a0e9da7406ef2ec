"""What fills the disk besides material: evidence and photos. None of it takes what the scores need."""

import shutil

import pytest
from django.core.files.base import ContentFile

from contest.models.profile import Profile
from materials.actions.pledging import PledgeRefused, Told, sign
from materials.actions.uploading import begin
from materials.incoming import room
from materials.models import Evidence, Pledge
from registry.disk import reserve
from tests.cast import NOW, later
from tests.materials.handing import accepted
from tests.scans import PDF

PROOF = [Told("村集体收入 30 万元", [("账本.pdf", PDF)])]


@pytest.fixture
def deck(entry, zhiyuan):
    return accepted(entry, by=zhiyuan, at=NOW)


def files_in(settings) -> int:
    return sum(path.is_file() for path in settings.MEDIA_ROOT.rglob("evidence/**/*"))


def test_evidence_counts_against_its_entrants_quota(entry, zhiyuan, deck, settings):
    settings.MATERIAL_QUOTA = 3 * len(PDF) + 10
    for minute in (1, 2, 3):
        sign(entry, claims=PROOF, by=zhiyuan, at=later(minute))
    with pytest.raises(PledgeRefused, match="每人"):
        sign(entry, claims=PROOF, by=zhiyuan, at=later(4))
    assert (Pledge.objects.count(), Evidence.objects.count(), files_in(settings)) == (3, 3, 3)
    # Without anything to prove with there is nothing to keep.
    sign(entry, claims=[Told("新修村道 3 公里")], by=zhiyuan, at=later(5))


def test_several_files_of_one_signing_count_together(entry, zhiyuan, deck, settings):
    settings.MATERIAL_QUOTA = 3 * len(PDF)
    with pytest.raises(PledgeRefused, match="每人"):
        sign(entry, claims=[Told("30 万元", [(f"{n}.pdf", PDF) for n in range(3)])], by=zhiyuan, at=later(1))
    assert files_in(settings) == 0


def test_evidence_leaves_less_for_uploads(entry, zhiyuan, deck, settings):
    settings.MATERIAL_QUOTA = 2 * len(PDF)
    sign(entry, claims=PROOF, by=zhiyuan, at=later(1))
    with pytest.raises(room.TooMuch):
        begin(entry, kind="deck", name="x.pptx", length=len(PDF), by=zhiyuan, at=later(2))


def test_evidence_leaves_the_disk_its_reserve(entry, zhiyuan, deck, settings):
    settings.MATERIAL_RESERVE = 1 << 60
    with pytest.raises(PledgeRefused, match="存储空间不足"):
        sign(entry, claims=PROOF, by=zhiyuan, at=later(1))
    assert files_in(settings) == 0


def test_evidence_counts_in_the_store(entry, zhiyuan, deck, settings):
    settings.MATERIAL_STORE = len(PDF) + 10
    sign(entry, claims=PROOF, by=zhiyuan, at=later(1))
    with pytest.raises(PledgeRefused, match="材料库已满"):
        sign(entry, claims=PROOF, by=zhiyuan, at=later(2))


def test_one_entrants_evidence_takes_nothing_from_another(entries, zhiyuan, deck, settings):
    settings.MATERIAL_QUOTA = len(PDF) + 10
    sign(entries[0], claims=PROOF, by=zhiyuan, at=later(1))
    room.check(entries[1], len(PDF))


def test_the_photo_for_the_press_counts(entry, zhiyuan, settings):
    settings.MATERIAL_QUOTA = 100
    profile = Profile(secretary=entry.secretary, changed_by=zhiyuan, changed_at=NOW)
    profile.photo.save("x.jpg", ContentFile(b"x" * 60), save=True)
    with pytest.raises(room.TooMuch):
        room.check(entry, 41)
    room.check(entry, 40)
    shutil.rmtree(settings.MEDIA_ROOT)
    room.check(entry, 41)


@pytest.mark.parametrize(("length", "kept", "fits"), [(5, 5, True), (6, 5, False), (10, 0, True), (11, 0, False)])
def test_one_place_keeps_no_more_than_an_entrant_may(settings, length, kept, fits):
    settings.MATERIAL_QUOTA = 10
    if fits:
        reserve.check(length, kept=kept)
    else:
        with pytest.raises(reserve.NoRoom, match="上限"):
            reserve.check(length, kept=kept)
