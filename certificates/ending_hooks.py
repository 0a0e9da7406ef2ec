"""Revoking and replacing a released certificate, proposed by one and seconded by another (DESIGN 9)."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.permissions import Action
from accounts.proposals.registry import Arguments, Further, Seconded, Told, register
from certificates import facts
from certificates.actions import ending
from certificates.models import Certificate
from certificates.models.certificate import Status


def _named(certificate: Certificate) -> dict[str, str]:
    return {"name": certificate.name, "serial": certificate.serial}


def _becomes(certificate: Certificate, after: Status) -> Told:
    what = _("%(name)s的证书 %(serial)s") % _named(certificate)
    return what, str(certificate.get_status_display()), str(after.label)


def what_is_replaced(certificate: Certificate, _arguments: Arguments) -> Iterator[Told]:
    """That it is replaced, and what the new version states otherwise."""
    yield _becomes(certificate, Status.REPLACED)
    yield from facts.changed(certificate)


def _stands_as(certificate: Certificate, _arguments: Arguments) -> list[Any]:
    """What must not change meanwhile: the paper, its standing, and what the award says today."""
    return [certificate.status, certificate.sha256, facts.living(certificate.award)]


def _cannot_revoke(certificate: Certificate, _arguments: Arguments, _at: datetime) -> Iterator[str]:
    if why := ending.not_in_force(certificate):
        yield why


def _cannot_replace(certificate: Certificate, _arguments: Arguments, _at: datetime) -> Iterator[str]:
    if why := ending.not_replaceable(certificate):
        yield why
    if why := ending.unprintable(certificate):
        yield why


def _to_the_newest(certificate: Certificate) -> Further:
    """Where one goes on: the newest version of it."""
    newest = Certificate.objects.standing().filter(award=certificate.award_id).order_by("-version")[0]
    return newest.serial, reverse("certificates:certificate", args=[newest.pk])


def _about_a_certificate(name: str, **told: Any) -> Seconded:
    return Seconded(
        name=name,
        permission=Action.ISSUE_CERTIFICATES,
        model=Certificate,
        rests_on=_stands_as,
        chain=lambda certificate: certificate.batch.stage.season.code,
        about=lambda certificate: certificate.batch.stage,
        further=_to_the_newest,
        read=Certificate.objects.whole,
        refusals=(ending.CannotEnd,),
        **told,
    )


register(
    _about_a_certificate(
        "revoke_certificate",
        act=ending.revoke,
        title=lambda certificate, _arguments: _("撤销%(name)s的证书 %(serial)s") % _named(certificate),
        tell=lambda certificate, _arguments: [_becomes(certificate, Status.REVOKED)],
        obstacles=_cannot_revoke,
    )
)
register(
    _about_a_certificate(
        "replace_certificate",
        act=ending.replace,
        title=lambda certificate, _arguments: _("换发%(name)s的证书 %(serial)s") % _named(certificate),
        tell=what_is_replaced,
        obstacles=_cannot_replace,
    )
)
