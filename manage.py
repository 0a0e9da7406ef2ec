#!/usr/bin/env python3
"""Django's command line for the contest portal."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line
    from django.db import DatabaseError

    try:
        execute_from_command_line(sys.argv)
    except DatabaseError:
        from config.tables import FIRST, behind

        if not behind():
            raise
        sys.exit(FIRST)


if __name__ == "__main__":
    main()
