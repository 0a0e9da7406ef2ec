"""The drill of uploads in short; `python -m bench.upload_drill` is the long one."""

import json
import subprocess
import sys

import pytest

from tests.house import ROOT


@pytest.mark.slow
@pytest.mark.any_database
def test_a_file_arrives_whole_though_the_line_is_cut_and_the_server_killed():
    words = ("--times", "2", "--mb", "24", "--mb-per-s", "12", "--life", "0.4", "1.2", "--json")
    done = subprocess.run(
        [sys.executable, "-m", "bench.upload_drill", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.stdout, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert (told["complete"], told["sha256_equal"], told["kills"], done.returncode) == (2, 2, 2, 0)
    assert told["cuts"] > 0
