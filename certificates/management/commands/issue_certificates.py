"""Does at the terminal what the background does: for an office whose queue is not running."""

import json
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.models import User
from certificates import making
from certificates.actions.batch import NotReady, ask
from certificates.models import Batch, Certificate
from certificates.models.certificate import Template
from contest.models import Season, Stage
from contest.models.stage import State
from contest.models.work import Progress


class Command(BaseCommand):
    help = "Make the certificates of a season's closed stages, here and now, without the queue."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("season", nargs="?", help="the season's code; the newest season by default")
        parser.add_argument("--by", help="user name of the office person who asks for batches that are not asked for")
        parser.add_argument("--dated", type=date.fromisoformat, help="the date printed on them; today by default")
        parser.add_argument("--template", choices=Template.values, default=Template.RED.value)
        parser.add_argument("--json", action="store_true")

    def handle(self, *, season: str | None, by: str | None, dated: date | None, template: str, **options: Any) -> None:
        here = (Season.objects.filter(code=season) if season else Season.objects.all()).first()
        if here is None:
            raise CommandError(f"There is no season {season!r}." if season else "There is no season yet.")
        if by is not None:
            _ask_for_the_rest(here, by, dated or timezone.localdate(), template)
        making.work_off()
        told = Certificate.objects.standing().filter(batch__stage__season=here)
        counts = {str(each): told.filter(progress=each).count() for each in Progress}
        self.stdout.write(
            json.dumps(counts) if options["json"] else f"{counts['done']} made, {counts['parked']} parked"
        )
        if counts["parked"]:
            raise CommandError("Some certificates are parked; their page says why.")


def _ask_for_the_rest(season: Season, username: str, dated: date, template: str) -> None:
    office = User.objects.filter(username=username, is_active=True).first()
    if office is None:
        raise CommandError(f"There is no active account {username!r}.")
    asked = Batch.objects.live().filter(stage__season=season).values("stage")
    for stage in Stage.objects.whole().filter(season=season, state=State.CLOSED).exclude(pk__in=asked):
        try:
            ask(stage, template=template, dated=dated, by=office, at=timezone.now())
        except NotReady as reason:
            raise CommandError(str(reason)) from None
