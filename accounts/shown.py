"""What a page showed when its form was made: whoever decides decides on what they saw (DESIGN 9)."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.log import canonical, digest

FIELD = "shown"


class ChangedSince(Exception):
    """Somebody changed what a form corrects since its page was opened."""


def told_by(request: HttpRequest) -> str:
    """What the form says that its page showed; empty where it does not say."""
    return request.POST.get(FIELD, "")


def in_short(*told: Any) -> str:
    """What a page shows, as JSON, in so few characters that a form carries them."""
    return digest(canonical(list(told)))[:32]


def refuse_unless_shown(shown: str | None, now: str, refusal: Callable[[str], Exception], changed: str) -> None:
    """Refuse a form whose page showed something else than what is there `now`, or that does not say what it showed.

    `shown` is None for what is done without a page. Raises what `refusal` makes of the sentence: `changed`, or that
    the form says nothing.
    """
    if shown is None or shown == now:
        return
    raise refusal(
        changed if shown else _("这张表单没有写明您打开页面时看到的情况，没有办理。请重新打开页面，核对后再办理。")
    )


def refuse_changed(shown: str | None, now: str) -> None:
    """As `refuse_unless_shown`, for a form that corrects several things at once. Raises ChangedSince."""
    changed = _(
        "您打开页面之后有人更改过，没有保存。下面仍是您填写的内容；与现在登记的不同之处已标出，请核对后再保存。"
    )
    refuse_unless_shown(shown, now, ChangedSince, changed)
