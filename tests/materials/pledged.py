"""Entrants further on: inspected, pledged, confirmed; as the actions leave them."""

from datetime import datetime
from typing import Any

from accounts.models import User
from contest.models import Entry
from materials.actions import pledging
from materials.actions.pledging import Told
from materials.models import Confirmation, Kind, Material, Pledge, Verdict
from tests import cast
from tests.materials import handing
from tests.scans import PNG

MACRO = {"code": "macro", "level": "refuse", "args": {}}


def refused(entry: Entry, *, by: User, at: datetime = cast.NOW, kind: str = Kind.DECK) -> Material:
    """A file with macros; what was refused is thrown away."""
    material = handing.arrived(entry, b"x", by=by, kind=kind, at=at)
    told: dict[str, Any] = {"verdict": Verdict.REFUSED, "findings": [MACRO], "file": ""}
    Material.objects.filter(pk=material.pk).update(progress="done", done_at=at, **told)
    material.refresh_from_db()
    return material


def signed(entry: Entry, *, by: User, at: datetime = cast.NOW) -> Pledge:
    """One claim, with one photo that proves it."""
    claims = [Told("2022 年村集体收入 38 万元", [("账目.png", PNG)]), Told("新修村道 3 公里")]
    return pledging.sign(entry, claims=claims, by=by, at=at)


def confirmed(pledge: Pledge, *, by: User, at: datetime = cast.NOW) -> Confirmation:
    told = {"level": "town", "body": "白石镇人民政府", "person": "梁镇长"}
    return pledging.confirm(pledge, **told, by=by, at=at)
