import pytest

from scoring.rules.overtime import Deduction, NegativeTime, deduction
from scoring.rules.ruleset import OvertimeTable

TABLE = OvertimeTable()


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (0, Deduction(0, over_s=0, steps=0, points_c=0, capped=False)),
        (300, Deduction(300, over_s=0, steps=0, points_c=0, capped=False)),
        (301, Deduction(301, over_s=1, steps=0, points_c=0, capped=False)),
        (310, Deduction(310, over_s=10, steps=0, points_c=0, capped=False)),
        (311, Deduction(311, over_s=11, steps=1, points_c=20, capped=False)),
        (320, Deduction(320, over_s=20, steps=1, points_c=20, capped=False)),
        (321, Deduction(321, over_s=21, steps=2, points_c=40, capped=False)),
        (410, Deduction(410, over_s=110, steps=10, points_c=200, capped=False)),
        (411, Deduction(411, over_s=111, steps=11, points_c=200, capped=True)),
        (3600, Deduction(3600, over_s=3300, steps=329, points_c=200, capped=True)),
    ],
)
def test_ten_seconds_are_free_and_every_started_ten_after_them_cost_two_tenths(seconds, expected):
    assert deduction(seconds, TABLE) == expected


def test_another_table_charges_otherwise():
    strict = OvertimeTable(limit_s=240, free_s=0, step_s=1, per_step_c=5, most_c=1000)
    assert deduction(243, strict) == Deduction(243, over_s=3, steps=3, points_c=15, capped=False)


def test_a_negative_time_is_refused():
    with pytest.raises(NegativeTime) as refused:
        deduction(-1, TABLE)
    assert refused.value.seconds == -1
