"""Brings database and static files up to date before the server starts, and fills an empty database with the demo."""

import argparse
import hashlib
import io
import os
import sys

import django
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import OperationalError
from django.utils import timezone

NOT_SO = (
    "Other machines are not let in like this: start once with --new-passwords, which gives them others and prints "
    "them, or listen on 127.0.0.1 only."
)


def main() -> int:
    """Exit status 0 when the portal can start."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--no-demo", action="store_true")
    parser.add_argument("--new-passwords", action="store_true")
    parser.add_argument("--to-others", action="store_true", help="other machines will reach the portal")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        django.setup()
    except ImproperlyConfigured as wrong:
        print(f"The portal does not start: {wrong}", file=sys.stderr)
        return 1
    try:
        call_command("migrate", interactive=False, verbosity=0, skip_checks=True)
    except OperationalError as refused:
        print(f"The database cannot be used: {refused}", file=sys.stderr)
        return 1
    collect()
    if not options.no_demo:
        rehearse()
    status = lock_up(to_others=options.to_others, new_passwords=options.new_passwords)
    if options.to_others and status == 0:
        from demo.passwords import remember_others

        remember_others()
    return status


def rehearse() -> None:
    """Build the demo season where there never was a season: one that was removed is not built again."""
    from accounts import log
    from contest.models import Season
    from demo.passwords import reached_by_others

    if not Season.objects.exists() and set(log.chains()) <= {log.PORTAL}:
        print("Building the demo season, which takes a moment …", file=sys.stderr, flush=True)
        # Passwords of its own are shown this once.
        call_command("demo", stdout=sys.stderr if reached_by_others() else io.StringIO())


def lock_up(*, to_others: bool, new_passwords: bool) -> int:
    """Exit status 1 when everybody who has read the README could sign in from another machine."""
    from accounts.models import User
    from demo.build import PASSWORD
    from demo.passwords import holders, renew

    if new_passwords:
        for username, password in renew(holders(), at=timezone.now()).items():
            print(f"{username}  {password}", file=sys.stderr)
        print("These passwords are shown this once.", file=sys.stderr, flush=True)
    elif to_others:
        if known := holders():
            print(f"{len(known)} accounts have the password that the README prints. {NOT_SO}", file=sys.stderr)
            return 1
    elif (somebody := User.objects.exclude(rehearsal="").first()) and somebody.check_password(PASSWORD):
        print(f"Sign in to the demo season as shi-a, maonan-a …; password {PASSWORD}", file=sys.stderr, flush=True)
    return 0


def collect() -> None:
    """Collect the static files unless none has changed since the last time."""
    stamp = settings.VAR / "static.sha256"
    present = sources()
    if not (settings.STATIC_ROOT.exists() and stamp.exists() and stamp.read_text() == present):
        call_command("collectstatic", interactive=False, verbosity=0, skip_checks=True)
        stamp.write_text(present)


def sources() -> str:
    """A digest of the static files' names, sizes and times, which changes when any of them does."""
    listed = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            about = os.stat(storage.path(name))
            listed.update(f"{storage.path(name)} {about.st_size} {about.st_mtime_ns}\n".encode())
    return listed.hexdigest()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
