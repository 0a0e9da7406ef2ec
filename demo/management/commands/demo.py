"""manage.py demo: a whole rehearsal season, built by calling the actions."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from accounts.models import LogLine
from contest.models import Season
from demo.build import DECREE, PASSWORD, STEPS, build, smaller
from demo.passwords import reached_by_others, renew
from demo.summary import summary
from quota.decree import load_decree


class Command(BaseCommand):
    help = "Build a rehearsal season of clearly synthetic people."

    def add_arguments(self, parser: ArgumentParser) -> None:
        decree = load_decree(DECREE)
        told = f"{decree['stated_headcount']} secretaries, or {smaller(decree)['stated_headcount']} for a quick look"
        parser.add_argument("--size", choices=["full", "small"], default="full", help=told)
        parser.add_argument("--until", choices=list(STEPS), default="closed", help="stop after this step")
        parser.add_argument("--code", default="yanlian", help="the season's code")
        parser.add_argument(
            "--new-passwords",
            action="store_true",
            help="passwords that are not in the README, printed once; always so once other machines reached the portal",
        )
        parser.add_argument("--json", action="store_true", help="print the summary as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        if Season.objects.filter(code=options["code"]).exists():
            raise CommandError(f"a season with the code {options['code']} is there already; nothing was changed")
        if LogLine.objects.filter(chain=options["code"]).exists():
            raise CommandError(f"the code {options['code']} was another season's; give a new one with --code")
        passwords: dict[str, str] = {}
        with transaction.atomic():
            rehearsal = build(code=options["code"], until=options["until"], size=options["size"], now=timezone.now())
            if options["new_passwords"] or reached_by_others():
                passwords = renew(rehearsal.people.values(), at=timezone.now())
        told = summary(rehearsal)
        if options["json"]:
            told |= {"passwords": passwords} if passwords else {}
            self.stdout.write(json.dumps(told, ensure_ascii=False, indent=2))
            return
        self.stdout.write(f"{told['season']}: {told['entrants']} entrants, {told['finalists']} finalists")
        if passwords:
            for username, password in passwords.items():
                self.stdout.write(f"{username}  {password}")
            self.stdout.write("These passwords are shown this once.")
            return
        names = (rehearsal.people[name].username for name in ("shi-a", "shi-b", "jiandu", "maonan-a", "maonan-b"))
        self.stdout.write(f"Sign in as {', '.join(names)} …; password {PASSWORD}")
