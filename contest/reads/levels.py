"""The levels of dispatching units that a season has, as plain values; no page asks for a level's name elsewhere."""

import json
from functools import cache

from django.conf import settings
from django.db.models import Q

from contest.models import Season, UnitLevel
from registry.excel.levels import Level, names_of, read

# The notice of 2023 as data: what a season begins with when neither it nor one before says otherwise.
SHIPPED = settings.BASE_DIR / "fixtures" / "decree-2023.json"


@cache
def shipped() -> tuple[Level, ...]:
    """The levels of the data file that comes with the portal."""
    return read(json.loads(SHIPPED.read_text(encoding="utf-8"))["levels"])


def levels_of(season: Season | None) -> tuple[Level, ...]:
    """A season's levels in its order, one query; before the first season was opened, the shipped ones."""
    rows = UnitLevel.objects.filter(season=season) if season else ()
    return tuple(as_level(row) for row in rows) or shipped()


def level_names(season: Season | None) -> dict[str, str]:
    """What a season calls its levels, by code."""
    return names_of(levels_of(season))


def of_known_level() -> Q:
    """Units whose level any season knows: it is corrected, never filled in."""
    told = UnitLevel.objects.order_by().values("code")
    return Q(level__in=told) | Q(level__in=list(names_of(shipped())))


def is_known(code: str) -> bool:
    """Whether any season has a level of this code."""
    return code in names_of(shipped()) or UnitLevel.objects.filter(code=code).exists()


def inherited() -> tuple[Level, ...]:
    """What a season that says nothing of levels begins with: those of the season before it, else the shipped ones."""
    return levels_of(Season.objects.first())


def as_level(row: UnitLevel) -> Level:
    return Level(row.code, row.name, tuple(row.cells), tuple(row.begins), row.asked, row.is_fallback)
