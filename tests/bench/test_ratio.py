"""The benchmark's own measure, on a clock that the work itself moves."""

import time

import bench


def test_work_that_takes_four_times_as_long_as_its_floor_is_reported_as_four(monkeypatch, capsys):
    now = 0.0

    def taking(seconds: float):
        def work():
            nonlocal now
            now += seconds

        return work

    monkeypatch.setattr(time, "process_time", lambda: now)
    found = bench.ratio("a talk", taking(2.0), taking(0.5), rounds=3)
    assert found == bench.Ratio("a talk", least=4, middle=4, greatest=4, work_ms=2000, floor_ms=500)
    assert capsys.readouterr().out == f"{found}\n"


def test_a_short_work_is_repeated_until_the_clock_can_see_it(monkeypatch):
    now = calls = 0

    def work():
        nonlocal now, calls
        now += 1
        calls += 1

    # A clock that ticks in milliseconds, and work that takes one.
    monkeypatch.setattr(time, "process_time", lambda: now / 1000)
    assert bench.cpu(work) == 0.001
    assert calls == 5
