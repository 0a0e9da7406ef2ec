"""manage.py demo: a whole rehearsal season, built by calling the actions."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from contest.models import Season
from demo.build import DECREE, PASSWORD, STEPS, build, smaller
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
        parser.add_argument("--json", action="store_true", help="print the summary as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        if Season.objects.filter(code=options["code"]).exists():
            raise CommandError(f"a season with the code {options['code']} is there already; nothing was changed")
        with transaction.atomic():
            rehearsal = build(code=options["code"], until=options["until"], size=options["size"], now=timezone.now())
        told = summary(rehearsal)
        if options["json"]:
            self.stdout.write(json.dumps(told, ensure_ascii=False, indent=2))
            return
        self.stdout.write(f"{told['season']}: {told['entrants']} entrants, {told['finalists']} finalists")
        self.stdout.write(f"Sign in as shi-a, shi-b, jiandu, maonan-a, maonan-b …; password {PASSWORD}")
