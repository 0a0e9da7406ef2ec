"""Brings database and static files up to date before the server starts, and fills an empty database with the demo."""

import argparse
import os
import sys

import django
from django.core.management import call_command, get_commands
from django.db import OperationalError


def main() -> int:
    """Exit status 0 when the portal can start."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--no-demo", action="store_true")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    try:
        call_command("migrate", interactive=False, verbosity=0)
    except OperationalError as refused:
        print(f"The database cannot be reached: {refused}", file=sys.stderr)
        return 1
    call_command("collectstatic", interactive=False, verbosity=0)
    if not options.no_demo and "demo" in get_commands() and is_empty():
        print("Building the demo season …", file=sys.stderr, flush=True)
        call_command("demo")
    return 0


def is_empty() -> bool:
    """Whether the portal knows no season yet."""
    from contest.models import Season

    return not Season.objects.exists()


if __name__ == "__main__":
    sys.exit(main())
