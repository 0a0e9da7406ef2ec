"""What the commands say where nobody has made the tables yet."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from config.tables import FIRST

ROOT = Path(__file__).resolve().parent.parent.parent


def manage(var: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """As typed in a shell, on a SQLite file of its own."""
    env = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE")}
    env["PORTAL_VAR"] = str(var)
    return subprocess.run(
        [sys.executable, "manage.py", *words], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    "words",
    [
        ("demo",),
        ("verify_log",),
        ("first_account", "heya", "何雅", "luoping", "罗平"),
        ("remove_rehearsal", "yanlian", "--by", "heya"),
    ],
)
def test_on_a_database_without_tables_a_command_says_what_to_run_first(tmp_path, words):
    told = manage(tmp_path, *words)
    assert (told.returncode, told.stdout, told.stderr.strip()) == (1, "", FIRST)


def test_with_the_tables_there_the_same_command_works(tmp_path):
    assert manage(tmp_path, "migrate", "-v0").returncode == 0
    told = manage(tmp_path, "verify_log")
    assert (told.returncode, FIRST in told.stderr) == (0, False)
