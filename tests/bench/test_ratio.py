"""The benchmark's own measure, on work whose ratio is known."""

import pytest

from bench import ratio


def test_work_that_does_the_floor_s_work_four_times_costs_four_times_as_much(capsys):
    def floor():
        return sum(range(20_000))

    def work():
        return [floor() for _ in range(4)]

    found = ratio("four sums", work, floor, rounds=9)
    assert found.least <= found.middle <= found.greatest
    # Two cores shared with other tests: the middle of nine rounds is steady, the ends are not.
    assert found.middle == pytest.approx(4, rel=0.25)
    assert capsys.readouterr().out == f"{found}\n"
