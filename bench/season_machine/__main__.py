"""A season in the hands of ten people who press at random: does what is decided stay decided?

    python -m bench.season_machine [--examples 500] [--steps 60] [--seed N]

Two office members, two organizers in each of three districts, the supervisor and whoever is named deputy try every act
of the workflow of two preliminaries and a final, with the right to it and without; between them two who know their work
lead a stage on or back. After every act what is decided is compared with before, and when every walk has ended the log
is verified, every tabulation recounted, and every stage led out of where it stands. Printed are examples, steps, how
often each act took effect and was refused, where the walks came. Exit status 1 when a promise was broken, with the
steps that break it. The database is an SQLite file in a folder of its own, or the server that DATABASE_URL names.
"""

import argparse
import os
import shutil
import sys
import tempfile
import time
import traceback
from collections import Counter
from typing import TYPE_CHECKING

from bench.databases import own_database

if TYPE_CHECKING:
    from bench.season_machine.desk import Tally


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--examples", type=int, default=500)
    parser.add_argument("--steps", type=int, default=60)
    parser.add_argument("--seed", type=int, default=0, help="0: another walk each time")
    parser.add_argument("--shrink", action="store_true", help="look for the shortest walk that breaks a promise")
    told = parser.parse_args()
    with own_database("season_machine") as url:
        os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
        os.environ["DATABASE_URL"] = url
        import django

        django.setup()
        media = tempfile.mkdtemp(prefix="season-machine-")
        try:
            return _run(told, media)
        finally:
            shutil.rmtree(media, ignore_errors=True)


def _run(told: argparse.Namespace, media: str) -> int:
    from django.conf import settings
    from django.core.management import call_command
    from django.db import transaction
    from django.utils import translation

    from bench.season_machine import walks
    from bench.season_machine.desk import Tally
    from bench.season_machine.world import build

    settings.MEDIA_ROOT = media
    call_command("migrate", verbosity=0)
    tally, began = Tally(), time.monotonic()
    with translation.override("zh-hans"), transaction.atomic():
        try:
            wanted = {name: getattr(told, name) for name in ("examples", "steps", "seed", "shrink")}
            walks.walk(build(), tally, **wanted)
            failed = False
        except Exception:  # noqa: BLE001 - whatever it is, it is what we look for
            traceback.print_exc()
            failed = True
        transaction.set_rollback(True)
    print(report(tally, time.monotonic() - began))
    return 1 if failed else 0


def report(tally: "Tally", seconds: float) -> str:
    """What a run did, to be read by a person."""
    each = seconds / max(1, tally.examples)
    lines = [
        f"examples {tally.examples}, steps {tally.steps}, {seconds:.0f} s, {each:.2f} s an example",
        f"acts {tally.done.total()} done, {tally.refused.total()} refused",
        f"promises looked at {tally.promises} times, tabulations recounted {tally.recounts}",
        "",
        f"{'act':28}{'done':>8}{'refused':>9}",
        *(f"{act:28}{tally.done[act]:>8}{tally.refused[act]:>9}" for act in sorted(tally.done | tally.refused)),
        *_table("reached", tally.reached),
        *_table("stood at the end, and was left again", tally.left),
    ]
    return "\n".join(lines)


def _table(title: str, counts: Counter[str]) -> list[str]:
    return ["", title, *(f"  {what:38}{counts[what]:>8}" for what in sorted(counts))]


if __name__ == "__main__":
    sys.exit(main())
