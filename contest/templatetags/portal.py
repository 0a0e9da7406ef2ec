"""What every page needs to print: points, moments, icons, and small helpers of the shared partials."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.core.paginator import Page
from django.forms import BoundField
from django.template import Context
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from contest.icons import ICONS
from contest.reads import working_days
from registry import places
from registry.models import Village

register = template.Library()

# The notice's deadlines, and everything printed, are in the contest's own time zone.
SHANGHAI = ZoneInfo("Asia/Shanghai")
NOTHING = "—"


@register.simple_tag(takes_context=True)
def list_url(context: Context, name: str) -> str:
    """The address of a list that shows one season's things, such that it shows those of this page's season."""
    carry = context["portal"]["carry"] if "portal" in context else ""
    return reverse(name) + carry


@register.filter
def within(village: Village, district: object) -> str:
    """Town and village where the district stands beside them, which is not said again."""
    return places.within(str(district or ""), village.town.name, village.name)


@register.simple_tag
def place(*names: str) -> str:
    """District, town and village in one, or what of them there is."""
    return places.joined(*names)


@register.simple_tag
def place_within(district: str, *names: str) -> str:
    return places.within(district, *names)


@register.filter
def points(hundredths: int | None) -> str:
    """Write a whole number of hundredths of a point as points: 9250 is "92.50"; anything but a number is a dash."""
    if not isinstance(hundredths, int):
        return NOTHING
    sign = "-" if hundredths < 0 else ""
    whole, rest = divmod(abs(hundredths), 100)
    return f"{sign}{whole}.{rest:02d}"


@register.filter
def moment(at: datetime | None) -> str:
    """Write an aware datetime as "2023-11-25 14:03" in Asia/Shanghai; None is a dash."""
    return f"{_local(at):%Y-%m-%d %H:%M}" if at else NOTHING


@register.filter
def day(at: date | datetime | None) -> str:
    """Write a date, or the Asia/Shanghai date of an aware datetime, as "2023年11月25日" ("Nov. 25, 2023" in English).

    None is a dash.
    """
    if not at:
        return NOTHING
    return date_format(_local(at) if isinstance(at, datetime) else at)


@register.filter
def through(until: datetime | None) -> str:
    """Write the end of a notice as its last day, "2023年12月1日（含）"; None is a dash."""
    return working_days.through(until) if until else NOTHING


@register.simple_tag
def stamp(at: datetime | None, form: str = "minute") -> str:
    """
    A <time> element in Asia/Shanghai.

    `form` is "minute" (2023-11-25 14:03), "second" (2023-11-25 14:03:22), "clock" (14:03:22) or "short" (11-25 14:03).
    """
    if not at:
        return NOTHING
    local = _local(at)
    return format_html('<time datetime="{}">{}</time>', local.isoformat(timespec="seconds"), f"{local:{STAMPS[form]}}")


STAMPS = {"minute": "%Y-%m-%d %H:%M", "second": "%Y-%m-%d %H:%M:%S", "clock": "%H:%M:%S", "short": "%m-%d %H:%M"}


def _local(at: datetime) -> datetime:
    return timezone.localtime(at, SHANGHAI)


@register.simple_tag
def icon(name: str) -> SafeString:
    """One of the icons of `contest.icons`, decorative: the words beside it carry the meaning."""
    # The drawings are constants of this project, never input.
    return mark_safe(  # noqa: S308
        '<svg class="icon" viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" focusable="false">'
        f"{ICONS[name]}</svg>"
    )


@register.filter
def beside(cells: Iterable[Any], headings: Sequence[Any]) -> Iterator[tuple[Any, Any]]:
    """Pair a row's cells with the headings they stand under; a row of another length raises ValueError."""
    return zip(headings, cells, strict=True)


@register.filter
def page_numbers(page: Page) -> list[int | None]:
    """The page numbers worth a link around the current one; None stands for a gap."""
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)
    return [number if isinstance(number, int) else None for number in numbers]


@register.filter
def first_control(field: BoundField) -> str:
    """The id of the control a link to this field should put the focus on; radio lists have one id per choice."""
    return f"{field.auto_id}_0" if field.use_fieldset else field.auto_id
