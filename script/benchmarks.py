"""Runs benchmarks, each in a process of its own and on an empty state folder of its own."""

import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
RUN = """
import importlib, sys
import django
from django.core.management import call_command
django.setup()
call_command("migrate", interactive=False, verbosity=0)
importlib.import_module(f"bench.{sys.argv[1]}").run()
"""


def main(wanted: list[str]) -> int:
    """Exit status 0 when every benchmark ran; 2 when a name is unknown."""
    known = sorted(path.stem for path in (TOP / "bench").glob("*.py") if not path.stem.startswith("_"))
    if unknown := sorted(set(wanted) - set(known)):
        print(f"unknown: {', '.join(unknown)}; known: {', '.join(known)}", file=sys.stderr)
        return 2
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}; CPU time, one process")
    failed = False
    for name in wanted or known:
        print(f"\n=== {name}", flush=True)
        with tempfile.TemporaryDirectory(prefix="portal-bench-") as state:
            environ = {
                **os.environ,
                "DJANGO_SETTINGS_MODULE": "config.settings",
                "PORTAL_VAR": state,
                "CELERY_BROKER_URL": "memory://",
            }
            failed |= bool(subprocess.run([sys.executable, "-c", RUN, name], env=environ, check=False).returncode)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
