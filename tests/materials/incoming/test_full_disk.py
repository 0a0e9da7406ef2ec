"""A disk that fills in the middle of an upload: the file waits for room, and the scores do not notice."""

import functools
import json
import shutil
import subprocess
import sys

import pytest

from tests.house import ROOT

SMALL_DISK = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c"]


@functools.cache
def may_mount() -> bool:
    """Whether this machine lets somebody mount a disk of their own."""
    if shutil.which("unshare") is None:
        return False
    return subprocess.run([*SMALL_DISK, "mount -t tmpfs none /mnt"], capture_output=True, check=False).returncode == 0


@pytest.mark.slow
@pytest.mark.any_database
def test_a_disk_that_fills_in_the_middle_stops_the_upload_and_not_the_scores(tmp_path):
    if not may_mount():
        pytest.skip("this machine lets nobody mount a small disk of their own (unshare --user --mount)")
    act = "mount -t tmpfs -o size=8m none $1 && exec $0 -m tests.materials.incoming.full_disk $1"
    words = [*SMALL_DISK, act, sys.executable, str(tmp_path)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == {
        "full": [507, "服务器存储空间已满，已收到的部分保留着。请稍后继续。"],
        "kept": True,
        "another": 507,
        "scored": 30,
        "rest": 204,
        "same": True,
    }
