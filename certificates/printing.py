"""Certificates set in type while somebody waits: one to look at, many for the print shop. Why it may not work."""

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from certificates import facts as told
from certificates import making
from certificates.models import Certificate
from certificates.paper.certificate import render_many
from certificates.paper.typeset import CannotTypeset
from contest.models import Award, Stage
from registry.fonts import NoFont


class CannotPrint(Exception):
    """The paper cannot be made now; the message says why and what to do."""


def preview(stage: Stage, template: str, dated: date) -> bytes:
    """The stage's first award as a certificate without a number. Raises CannotPrint."""
    if not Award.objects.live().filter(entry__stage=stage).exists():
        raise CannotPrint(_("成绩签字确认之后才有奖项，那时可以预览。"))
    try:
        return making.preview(stage, template, dated)
    except (CannotTypeset, NoFont) as refused:
        raise CannotPrint(str(refused)) from refused


def together(certificates: Sequence[Certificate]) -> bytes:
    """One PDF of these certificates in this order, a page each. Raises CannotPrint."""
    if not certificates:
        raise CannotPrint(_("这批证书还没有制成的。"))
    pages = [(each.facts, each.address, each.short) for each in certificates]
    try:
        return render_many(pages, told.seals_for(each.facts for each in certificates))
    except (CannotTypeset, NoFont) as refused:
        raise CannotPrint(str(refused)) from refused
