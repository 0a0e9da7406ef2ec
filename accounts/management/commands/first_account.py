"""manage.py first_account: the office's first account, made on the server."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.actions import first_password, open_account
from accounts.models import User
from accounts.roles import Role


class Command(BaseCommand):
    help = "Make the first municipal account; the others are made on the page 账号."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("name")

    def handle(self, *args: Any, **options: Any) -> None:
        if User.objects.exists():
            raise CommandError("there are accounts already; add others on the page 账号")
        password = first_password()
        try:
            open_account(
                username=options["username"],
                name=options["name"],
                password=password,
                grants=[(Role.OFFICE, None)],
                by=None,
                at=timezone.now(),
            )
        except ValidationError as refused:
            raise CommandError("; ".join(refused.messages)) from None
        self.stdout.write(f"{options['username']} may sign in with {password} and must then choose a password")
