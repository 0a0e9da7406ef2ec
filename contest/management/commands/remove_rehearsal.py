"""manage.py remove_rehearsal: a rehearsal leaves, and nothing of it stays but its log."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Action, may
from contest.actions.removal import NotRemoved, remove_rehearsal
from contest.models import Season


class Command(BaseCommand):
    help = "Remove a rehearsal: its rows, its files, the accounts that act only there. Its log stays."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("code", help="The rehearsal's code.")
        parser.add_argument("--by", required=True, help="User name of somebody of the municipal office.")

    def handle(self, *args: Any, **options: Any) -> None:
        season = Season.objects.filter(code=options["code"]).first()
        if season is None:
            raise CommandError(_("没有代码为 %(code)s 的届次。") % {"code": options["code"]})
        user = User.objects.filter(username=options["by"], is_active=True).first()
        if user is None or not may(user, Action.MANAGE_SEASON):
            raise CommandError(_("没有可用的账号 %s。") % options["by"])
        try:
            counts = remove_rehearsal(season, by=user, at=timezone.now())
        except NotRemoved as refused:
            raise CommandError(str(refused)) from None
        told = {"code": options["code"], "rows": sum(counts.values())}
        self.stdout.write(_("已移除演练 %(code)s：%(rows)d 条记录。日志保留。") % told)
