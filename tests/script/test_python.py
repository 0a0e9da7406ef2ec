"""What the scripts say on a machine whose Python does not fit."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings


def machine(folder: Path, pythons: dict[str, str]) -> Path:
    """A PATH with these programs only; each is given by its shell text."""
    for name, text in pythons.items():
        (folder / name).write_text(f"#!/bin/sh\n{text}\n")
        (folder / name).chmod(0o755)
    return folder


def look(path: Path) -> subprocess.CompletedProcess[str]:
    """What find_python of script/_python.sh does with this PATH."""
    code = f'. "{settings.BASE_DIR}/script/_python.sh"; find_python && echo "$found"'
    return subprocess.run(["/bin/sh", "-c", code], env={"PATH": str(path)}, capture_output=True, text=True)


def test_a_fitting_python_is_found(tmp_path):
    found = look(machine(tmp_path, {"python3.12": f'exec {sys.executable} "$@"'}))
    assert (found.stdout, found.stderr, found.returncode) == ("python3.12\n", "", 0)


OLD = 'case $1 in --version) echo "Python 3.9.18";; *) echo version;; esac'
NO_VENV = 'case $1 in --version) echo "Python 3.11.2";; *) echo no-venv;; esac'


@pytest.mark.parametrize(
    ("pythons", "sentence"),
    [
        ({}, "No Python was found. Install Python 3.11, 3.12, 3.13 or 3.14 and put it on PATH.\n"),
        # A launcher that is there but starts nothing, as version managers leave them.
        ({"python3": "exit 127"}, "No Python was found. Install Python 3.11, 3.12, 3.13 or 3.14 and put it on PATH.\n"),
        (
            {"python3": OLD},
            "This portal runs on Python 3.11, 3.12, 3.13 or 3.14; only Python 3.9.18 was found. "
            "Put one of them on PATH.\n",
        ),
        (
            {"python3": NO_VENV, "python": OLD},
            "Python 3.11.2 lacks its venv module. On Debian and Ubuntu: apt-get install python3-venv\n",
        ),
    ],
)
def test_an_unfit_machine_gets_a_sentence_that_says_what_to_do(tmp_path, pythons, sentence):
    found = look(machine(tmp_path, pythons))
    assert (found.stdout, found.stderr, found.returncode) == ("", sentence, 1)


NEWER = 'case $1 in --version) echo "Python 3.15.0";; -c) exit 1;; *) ;; esac'


def test_a_newer_python_is_used_with_a_warning(tmp_path):
    found = look(machine(tmp_path, {"python3": NEWER}))
    warning = "Python 3.15.0 is newer than 3.14, the last that this portal was tried on; it is used all the same.\n"
    assert (found.stdout, found.stderr, found.returncode) == ("python3\n", warning, 0)


def test_the_python_of_this_test_is_used_without_a_word(tmp_path):
    found = look(machine(tmp_path, {"python3": f'exec {sys.executable} "$@"'}))
    assert (found.stdout, found.stderr) == ("python3\n", "")
