"""What was handed in and promised, altered beside the log."""

from datetime import timedelta

import pytest

from accounts import log
from accounts.models import LogLine
from materials import store
from materials.actions.late import give_late_code, redeem
from materials.actions.returning import return_material
from materials.inspecting import work_off
from materials.models import Confirmation, Evidence, LateCode, Material, Pledge
from tests import cast
from tests.materials import handing, pledged
from tests.materials.test_inspecting import deck as deck_of_two_pages


def faults():
    return [str(fault) for fault in log.verify("2023")[2]]


@pytest.fixture
def deck(entry, zhiyuan):
    """陈志远's deck, inspected and accepted."""
    handing.arrived(entry, deck_of_two_pages(), by=zhiyuan, at=cast.later(1))
    work_off()
    assert faults() == []
    return Material.objects.get()


VERSION = "有参赛材料的版本、检查结果或退回与日志不符"


@pytest.mark.parametrize(
    "change",
    [
        {"sha256": "0" * 64},
        {"version": 7},
        {"verdict": "refused"},
        {"returned_at": cast.later(2), "return_reason": "x"},
    ],
)
def test_a_version_altered_by_hand_is_found(deck, change):
    Material.objects.update(**change)
    assert VERSION in faults()


def test_a_version_put_in_or_taken_away_by_hand_is_found(deck):
    row = Material.objects.get()
    row.pk, row.version, row.upload, row.file = None, 2, None, ""
    row.save(force_insert=True)
    assert faults() == [VERSION]
    row.delete()
    assert faults() == []
    deck.preview.delete()
    deck.delete()
    assert faults() == [VERSION]


def test_a_file_that_is_gone_from_the_disk_is_found_and_one_put_away_is_not_looked_for(deck):
    store.path_of(deck.file).unlink()
    assert faults() == [f"参赛材料 {deck.pk} 的文件不见了或长度不符"]
    Material.objects.update(put_away_at=cast.later(3))
    assert faults() == []


def test_a_return_is_lawful_and_its_reason_is_kept(deck, people):
    return_material(deck, reason="第 3 页看不清", by=people["chenxiao"], at=cast.later(2))
    assert faults() == []
    Material.objects.update(return_reason="不合要求")
    assert faults() == [f"参赛材料 {deck.pk} 退回的原因与日志不符"]


def test_a_late_code_given_and_used_is_lawful_and_prolonged_by_hand_is_found(entry, zhiyuan, people):
    told = {"reason": "断网", "expires_at": cast.later(9), "by": people["chenxiao"], "at": cast.later(1)}
    _given, code = give_late_code(entry, **told)
    redeem(entry, code, by=zhiyuan, at=cast.later(2))
    assert faults() == []
    LateCode.objects.update(expires_at=cast.later(9) + timedelta(days=9))
    assert faults() == ["有补交码与日志不符"]


def test_a_pledge_its_evidence_and_its_confirmation_altered_by_hand_are_found(deck, entry, zhiyuan, people):
    pledge = pledged.signed(entry, by=zhiyuan, at=cast.later(2))
    pledged.confirmed(pledge, by=people["chenxiao"], at=cast.later(3))
    assert faults() == []
    Confirmation.objects.update(level="county")
    assert faults() == ["有属实确认与日志不符"]
    Confirmation.objects.update(level="town")
    Evidence.objects.update(sha256="0" * 64)
    assert faults() == ["有佐证材料与日志不符"]
    Pledge.objects.update(signed_at=cast.later(8))
    assert set(faults()) == {"有佐证材料与日志不符", "有真实性承诺与日志不符"}
    assert LogLine.objects.filter(action="confirm_pledge").count() == 1
