"""manage.py recover_account: the last way into an office that nobody can enter any more (DESIGN 9)."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.actions import NotOfOffice, first_password, recover_office
from accounts.models import User
from accounts.words import written


class Command(BaseCommand):
    help = (
        "Give an account of the office a new first password and open it again, when no two of the office are left to "
        "do it on the pages. The log says that it was done on the server, and why."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument(
            "--reason", required=True, help="why, and on whose decision; anybody can read it in the log"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not written(options["reason"]):
            raise CommandError("give the reason in words")
        user = User.objects.filter(username=options["username"]).first()
        if user is None:
            raise CommandError(f"there is no account {options['username']}")
        password = first_password()
        try:
            recover_office(user, password, reason=written(options["reason"]), at=timezone.now())
        except NotOfOffice:
            raise CommandError("only an account of the office; the others are reset on the page 账号") from None
        self.stdout.write(f"{user.username} may sign in with {password} and must then choose a password")
