"""应急账号 as 何雅 and 罗平 open it, and the envelope that 郑直 keeps."""

from accounts.actions import open_account
from accounts.emergency.actions import break_seal
from accounts.halves import first_half, joined, second_half
from accounts.models import User
from accounts.roles import Role
from tests import cast

WHY = "林芳、罗平出差，今天无人复核"


def sealed(people, *, username="yingji", at=cast.NOW) -> tuple[User, str]:
    """The account with a password in two halves, and what lies in the two envelopes."""
    first, kept = first_half()
    second, password = second_half(kept)
    told = {"username": username, "name": "应急账号", "password": password}
    pair = {"by": people["heya"], "seconded_by": people["luoping"]}
    account = open_account(**told, grants=[(Role.EMERGENCY, None)], **pair, at=at, reason="无人可以复核时用")
    return account, joined(first, second)


def opened(people, *, minutes=30) -> User:
    """Its seal broken by 郑直, as the next request reads it."""
    account, _password = sealed(people)
    break_seal(account, reason=WHY, by=people["zhengzhi"], at=cast.later(minutes))
    return User.objects.get(pk=account.pk)
