"""The password that the README prints: who still has it, others instead, and whether others could use it."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from accounts import log
from accounts.actions import first_password
from accounts.models import User
from demo.build import PASSWORD


def reached_by_others() -> bool:
    """Whether this portal was ever started for other machines to reach; a demo built then has passwords of its own."""
    return _mark().exists()


def remember_others() -> None:
    """Keep that other machines reach this portal."""
    _mark().touch()


def _mark() -> Path:
    return Path(settings.VAR) / "reached-by-others"


def holders() -> list[User]:
    """Everybody who could be signed in as by a reader of the README, whoever made the account."""
    return [user for user in User.objects.filter(is_active=True).order_by("pk") if user.check_password(PASSWORD)]


@transaction.atomic
def renew(users: Iterable[User], *, at: datetime) -> dict[str, str]:
    """Give each of them another password; returns these by user name. They are stored nowhere else."""
    made = {}
    for user in users:
        made[user.username] = first_password()
        user.set_password(made[user.username])
        user.save(update_fields=["password"])
        log.write(log.PORTAL, "reset_password", by=None, at=at, on=user)
    return made
