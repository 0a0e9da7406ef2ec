"""Whatever the emergency account does is put down to be reviewed, in the transaction of the line that tells of it."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.utils.translation import gettext as _

from accounts.models import EmergencyAct, LogLine, Unsealing, User

# From what an act is done on and the facts of its line: the users whose half of a paired act it completes.
OtherHalf = Callable[[Any, Mapping[str, Any]], Iterable[int | None]]
_halves: dict[str, list[OtherHalf]] = defaultdict(list)


def completes(*verbs: str) -> Callable[[OtherHalf], OtherHalf]:
    """Register whose half an act of these verbs completes; use as a decorator.

    They do not review what they took part in. Whoever the line itself names beside the account needs no registering.
    """

    def register(function: OtherHalf) -> OtherHalf:
        for verb in verbs:
            _halves[verb].append(function)
        return function

    return register


def put_down(
    line: LogLine, *, by: Model | None, seconded_by: User | None, on: Model | None, facts: Mapping[str, Any]
) -> None:
    """Where the emergency account stands behind this line, make what is to be reviewed; asks nothing otherwise.

    Raises PermissionDenied while the account is sealed: nothing is ever written in its name then.
    """
    people = [user for user in (by, seconded_by) if isinstance(user, User)]
    account = next((user for user in people if user.is_emergency), None)
    if account is None:
        return
    unsealing = Unsealing.objects.filter(account=account, at__lte=line.at, until__gt=line.at).first()
    if unsealing is None:
        raise PermissionDenied(_("应急账号处于封存状态，不能办理任何事项。"))
    others = {user.pk for user in people} | {pk for half in _halves[line.action] for pk in half(on, facts) if pk}
    EmergencyAct.objects.create(line=line, unsealing=unsealing, chain=line.chain, others=sorted(others - {account.pk}))
