"""manage.py first_account: the office's first two accounts, made on the server."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from accounts.actions import first_password, open_account
from accounts.models import User
from accounts.roles import Role


class Command(BaseCommand):
    help = (
        "Make the first two municipal accounts, also beside a demo. What decides takes two people, so one alone cannot "
        "run an office. Hand each password to its owner only; the other accounts are made on the page 账号."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("name")
        parser.add_argument("second_username")
        parser.add_argument("second_name")

    def handle(self, *args: Any, **options: Any) -> None:
        people = [(options[f"{which}username"], options[f"{which}name"]) for which in ("", "second_")]
        if User.objects.filter(rehearsal="").exists():
            raise CommandError("there are accounts already; add others on the page 账号")
        try:
            with transaction.atomic():
                made = [(username, self._open(username, name)) for username, name in people]
        except ValidationError as refused:
            raise CommandError("; ".join(refused.messages)) from None
        for username, password in made:
            self.stdout.write(f"{username} may sign in with {password} and must then choose a password")

    def _open(self, username: str, name: str) -> str:
        """The first password of an office account; nobody lets in the first two."""
        password = first_password()
        open_account(
            username=username, name=name, password=password, grants=[(Role.OFFICE, None)], by=None, at=timezone.now()
        )
        return password
