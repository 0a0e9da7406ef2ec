"""A few kills of web workers while marks are typed; two hundred with `python -m bench.worker_drill`."""

import re
import subprocess
import sys

import pytest

from script import chromium

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(chromium.find() is None, reason="no Chromium"),
]


def test_whatever_worker_is_killed_all_that_was_typed_is_saved_in_the_end_and_once():
    command = [sys.executable, "-m", "bench.worker_drill", "--saves", "20", "--kills", "2"]
    told = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
    assert told.returncode == 0, told.stdout + told.stderr
    figures = re.sub(r"in \d+ s", "in time", told.stdout.splitlines()[0])
    assert figures == (
        "20 marks typed into 20 cells, 2 workers killed, in time: 0 lost, 0 doubled, 0 otherwise untrue, 0 reloads"
    )
