"""Making what is wanted: take rows, render them, write their files, then say that they are done."""

import logging
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from certificates import facts as told
from certificates import signing, store
from certificates.models import Certificate
from certificates.paper.certificate import render
from certificates.paper.typeset import CannotTypeset
from contest import work
from contest.models import Stage
from registry.fonts import NoFont

logger = logging.getLogger(__name__)
# So many rows share one claim and one closing update; their files are still written one by one.
CHUNK = 16
RESULT = ("sha256", "size")


def make_due(at: datetime) -> int:
    """Make one chunk of the certificates that are due; how many rows were taken, finished or not."""
    rows = Certificate.objects.standing().take(at, CHUNK)
    if not rows:
        return 0
    seals = told.seals_for(row.facts for row in rows)
    done = []
    for row in rows:
        try:
            pdf = signing.sign(rendered(row, seals))
            row.sha256, row.size = store.keep(row, pdf), len(pdf)
        except (CannotTypeset, NoFont, signing.CannotSign) as wrong:
            Certificate.objects.all().fail(row, str(wrong), timezone.now())
            continue
        # Whatever is wrong with one certificate must not keep the others waiting: it is tried again, then parked.
        except Exception as wrong:
            logger.exception("certificate %s was not made", row.pk)
            Certificate.objects.all().fail(row, _("程序出错：%(what)r") % {"what": wrong}, timezone.now())
            continue
        done.append(row)
    store.make_sure(done)
    Certificate.objects.all().finish(done, RESULT, timezone.now())
    return len(rows)


def work_off() -> None:
    """Work until nothing is left but what is parked; rows that rest after a failure are waited for."""
    work.work_off(Certificate.objects.standing(), make_due)


def rendered(row: Certificate, seals: dict[str, bytes]) -> bytes:
    """The bytes of one certificate before any signature: the same for the same row, whenever it is rendered."""
    return render(row.facts, url=row.address, short=row.short, seals=seals)


def again(certificate: Certificate) -> bytes:
    """The certificate rendered once more, for whoever wants to compare it with the stored file."""
    return rendered(certificate, told.seals_for([certificate.facts]))


def preview(stage: Stage, template: str, dated: date) -> bytes:
    """The certificate of the stage's first award, without a number and without a code that means anything."""
    award = told.awards_of(stage)[0]
    hosts = told.hosts_of(stage.season)
    facts = told.facts_of(award, stage, hosts=hosts, template=template, dated=dated, serial="预览")
    seals = told.seals_for([facts])
    return render(facts, url=f"{facts['base']}/verify/", short="0000-0000", seals=seals)
