"""The people and the season every test begins with: opened once by the portal's own acts, then written again as rows.

Opening nine accounts and a season takes a third of a small test's time. The first test of a process does it by the
actions; what they wrote is kept and inserted for the tests after it. Where the log does not stand where it stood
then, or rows are in the way, the actions are called again.
"""

from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.core.management.color import no_style
from django.db import IntegrityError, connection, transaction
from django.db.models import Model

from accounts.models import LogHead

Row = tuple[Any, ...]
Heads = dict[str, tuple[int, str]]

_kept: dict[str, "Remembered"] = {}


class Remembered:
    """What an act wrote: rows by model, and where the log's chains stood before and after."""

    def __init__(self, act: Callable[[], Any]) -> None:
        before, self.came_from = _rows(), _heads()
        act()
        after, self.led_to = _rows(), _heads()
        self.made: dict[type[Model], list[Model]] = {}
        for model, rows in after.items():
            had = before[model]
            assert all(rows.get(pk) == row for pk, row in had.items()), f"{model.__name__} was not only added to"
            if new := [pk for pk in rows if pk not in had]:
                self.made[model] = list(model._base_manager.filter(pk__in=new).order_by("pk"))

    def again(self) -> bool:
        """Write it once more; False where the database stands otherwise than it did."""
        if _heads() != self.came_from:
            return False
        try:
            with transaction.atomic():
                for model, rows in self.made.items():
                    model._base_manager.bulk_create(rows)
                with connection.cursor() as cursor:
                    # Keys written by hand: PostgreSQL's sequences have to go on behind them.
                    for statement in connection.ops.sequence_reset_sql(no_style(), list(self.made)):
                        cursor.execute(statement)
                self._lead_the_log()
        except IntegrityError:
            return False
        return True

    def _lead_the_log(self) -> None:
        """The triggers let a head begin empty, and grow by one at a time."""
        for chain, (count, hash) in self.led_to.items():
            had, _hash = self.came_from.get(chain, (0, ""))
            if chain not in self.came_from:
                LogHead.objects.create(chain=chain)
            for number in range(had + 1, count + 1):
                LogHead.objects.filter(chain=chain).update(count=number, hash=hash)


def once(name: str, act: Callable[[], Any], *, after: str = "") -> None:
    """Do `act`, or write again what it wrote when it was done before; it comes right after the act called `after`."""
    if (kept := _kept.get(name)) is not None:
        if not kept.again():
            act()
    elif _heads() == (_kept[after].led_to if after in _kept else {}):
        _kept[name] = Remembered(act)
    else:
        act()


def _rows() -> dict[type[Model], dict[Any, Row]]:
    """Every row of every table but the log's heads, by model and primary key."""
    return {
        model: {row[0]: row for row in model._base_manager.values_list("pk", *(f.attname for f in model._meta.fields))}
        for model in apps.get_models(include_auto_created=True)
        if model is not LogHead
    }


def _heads() -> Heads:
    return {chain: (count, hash) for chain, count, hash in LogHead.objects.values_list("chain", "count", "hash")}
