"""Several people at the same moment: threads, or whole processes, on the tests' own database."""

import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from urllib.parse import quote

from django.db import connection, connections

from tests.house import ROOT

CHILD = """
import sys
import django
django.setup()
{setting}
print("ready", flush=True)
sys.stdin.readline()
try:
    {act}
except Exception as refused:
    print(type(refused).__name__)
else:
    print("done")
"""


def at_once(*acts: Callable[[], Any]) -> list[str]:
    """Run the acts together, each on its own connection: "done", or the name of what it was refused with."""
    together = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> str:
        together.wait()
        try:
            act()
        except Exception as refused:  # noqa: BLE001 - whatever it is, the test names what it expects
            return type(refused).__name__
        finally:
            connections.close_all()
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def in_processes(setting: str, *acts: str) -> list[str]:
    """The same with a process for each act; all have run `setting` and wait when the first act begins."""
    environ = {**os.environ, "DATABASE_URL": _address(), "DJANGO_SETTINGS_MODULE": "tests.settings"}
    children = [
        subprocess.Popen(
            [sys.executable, "-c", CHILD.format(setting=setting, act=act)],
            cwd=ROOT,
            env=environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for act in acts
    ]
    for child in children:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
    for child in children:
        assert child.stdin is not None
        child.stdin.write("go\n")
        child.stdin.flush()
    return sorted(child.communicate(timeout=60)[0].strip() for child in children)


def _address() -> str:
    """DATABASE_URL of the database these tests run on."""
    told = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite://{quote(str(told['NAME']))}"
    return f"postgres://{told['USER']}@/{told['NAME']}?host={told['HOST']}"
