"""A stage's certificates: asked for, tried again, given up, released (notice VI(1))."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from math import ceil
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import log
from accounts.permissions import Action, require
from accounts.shown import in_short, refuse_unless_shown
from certificates import codes
from certificates import facts as told
from certificates.making import CHUNK
from certificates.models import Batch, Certificate
from certificates.models.certificate import CertificateQuerySet, Status
from certificates.tasks import make_certificates
from contest.models import Award, Stage
from contest.models.stage import State
from contest.models.work import Progress
from contest.work import send
from contest.workflow import Problem
from registry.fonts import NoFont, unshowable

if TYPE_CHECKING:
    from accounts.models import User

THIS_MACHINE = ("127.0.0.1", "localhost", "::1", None)


class NotReady(Exception):
    """The stage's certificates cannot be made yet; `problems` says why."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__(" ".join(problem.text for problem in problems))


class NotFinished(Exception):
    """Certificates of the batch are not made, or the results are not in force; the message says what to do."""


class SamePerson(Exception):
    """Whoever asked for a batch does not release it."""


class NotAsShown(Exception):
    """The certificates are no longer as the page showed them, or the form does not say what its page showed."""


class Overtaken(Exception):
    """Certificates state what was put right since they were asked for; the message names whose."""


class TooLate(Exception):
    """The batch was released, or given up, meanwhile."""


def hindrances(stage: Stage) -> list[Problem]:
    """Everything that stands in the way of asking for the stage's certificates; `stage` comes with its season."""
    return list(_hindrances(stage, told.awards_of(stage)))


def ask(stage: Stage, *, template: str, dated: date, by: "User", at: datetime) -> Batch:
    """Ask for a certificate for every award of a closed stage, all of them numbered or none. Raises NotReady."""
    require(by, Action.ISSUE_CERTIFICATES, stage)
    try:
        with transaction.atomic():
            Stage.objects.held().get(pk=stage.pk)
            stage = Stage.objects.whole().get(pk=stage.pk)
            awards = told.awards_of(stage)
            if problems := list(_hindrances(stage, awards)):
                raise NotReady(problems)
            batch = Batch.objects.create(stage=stage, template=template, dated=dated, asked_by=by, asked_at=at)
            certificates = Certificate.objects.bulk_create(_numbered(batch, stage, awards))
            send(make_certificates, times=ceil(len(certificates) / CHUNK))
            log.write(
                stage.season.code, "ask_certificates", by=by, at=at, on=stage, batch=batch.pk, count=len(certificates)
            )
    except IntegrityError:
        if not Batch.objects.live().filter(stage=stage).exists():
            raise
        raise NotReady([_already(stage)]) from None
    return batch


def retry(batch: Batch, *, by: "User", at: datetime) -> int:
    """Give the batch's parked certificates three new attempts; how many there were."""
    require(by, Action.ISSUE_CERTIFICATES, batch)
    with transaction.atomic():
        Stage.objects.held().get(pk=batch.stage_id)
        count = Certificate.objects.standing().filter(batch=batch).unpark()
        if count:
            send(make_certificates, times=count)
            log.write(
                batch.stage.season.code, "retry_certificates", by=by, at=at, on=batch.stage, batch=batch.pk, count=count
            )
    return count


def discard(batch: Batch, *, reason: str, by: "User", at: datetime) -> None:
    """Give up a batch that was not released; its numbers are free again. Raises TooLate."""
    require(by, Action.ISSUE_CERTIFICATES, batch)
    with transaction.atomic():
        Stage.objects.held().get(pk=batch.stage_id)
        if not Batch.objects.filter(pk=batch.pk, live=True, released_at=None).update(live=False):
            raise TooLate(_("这批证书已经发放或作废，不能再作废。发放后请逐张撤销或换发。"))
        count = Certificate.objects.filter(batch=batch).update(status=Status.DISCARDED)
        log.write(
            batch.stage.season.code,
            "discard_certificates",
            by=by,
            at=at,
            on=batch.stage,
            reason=reason,
            batch=batch.pk,
            count=count,
        )


def as_shown(batch: Batch) -> str:
    """What the page shows that asks whether to release a batch: which certificates, and how each is. One query."""
    made = Certificate.objects.filter(batch=batch).order_by("pk")
    return in_short([list(row) for row in made.values_list("pk", "status", "progress", "sha256")])


def overtaken(batch: Batch) -> dict[int, told.Overtaken]:
    """The batch's certificates that state what was put right since it was asked for; none once it was released.

    A released one is replaced by itself (`actions.ending`). Two queries at most.
    """
    return {} if batch.released_at else told.overtaken(batch.certificates.in_order())


def release(batch: Batch, *, shown: str | None = None, by: "User", at: datetime) -> None:
    """Let the secretaries and the public know of a batch that is wholly made; never by whoever asked for it.

    `shown` is what the page showed. Raises SamePerson, NotFinished, Overtaken, NotAsShown and TooLate.
    """
    require(by, Action.RELEASE_CERTIFICATES, batch, at=at)
    if batch.asked_by_id == by.pk:
        raise SamePerson(_("这批证书是您制作的，须由另一位市级工作人员核对发放。"))
    with transaction.atomic():
        stage = Stage.objects.held().get(pk=batch.stage_id)
        if stage.state != State.CLOSED:
            raise NotFinished(_("成绩正在更正，重新生效后再发放证书。"))
        claimed = Batch.objects.filter(pk=batch.pk, live=True, released_at=None).update(released_at=at, released_by=by)
        if not claimed:
            raise TooLate(_("这批证书已经发放或作废。"))
        made = Certificate.objects.filter(batch=batch, status=Status.VALID)
        if unfinished := made.exclude(progress=Progress.DONE).count():
            raise NotFinished(_("还有 %(count)d 张证书没有制作完成，完成后再发放。") % {"count": unfinished})
        _refuse_overtaken(made)
        refuse_unless_shown(shown, as_shown(batch), NotAsShown, _("证书在您打开页面之后有变化。请核对后再发放。"))
        files = {str(pk): sha256 for pk, sha256 in made.order_by("pk").values_list("pk", "sha256")}
        log.write(
            batch.stage.season.code,
            "release_certificates",
            by=by,
            at=at,
            on=batch.stage,
            batch=batch.pk,
            count=len(files),
            files=files,
        )


def _refuse_overtaken(made: CertificateQuerySet) -> None:
    if found := told.overtaken(made.in_order()):
        people = _("、").join(str(each) for each in found.values())
        raise Overtaken(
            _("有 %(count)d 张证书与更正后的记录不同，没有发放：%(people)s。请整批作废，重新制作。")
            % {"count": len(found), "people": people}
        )


def _hindrances(stage: Stage, awards: list[Award]) -> Iterator[Problem]:
    if stage.state != State.CLOSED:
        yield Problem(
            _("%(stage)s还没有生效；公示期满并生效后才能制证。") % {"stage": stage.title}, stage.get_absolute_url()
        )
    elif not awards:
        yield Problem(_("%(stage)s没有获奖人员。") % {"stage": stage.title}, stage.get_absolute_url())
    if Batch.objects.live().filter(stage=stage).exists():
        yield _already(stage)
    if not stage.season.is_rehearsal:
        yield from _hindrances_of_the_real_thing(stage)
    try:
        yield from _hindrances_of_the_font(awards)
    except NoFont as missing:
        yield Problem(str(missing))


def _hindrances_of_the_font(awards: list[Award]) -> Iterator[Problem]:
    for text in dict.fromkeys(text for award in awards for text in told.living(award).values()):
        if missing := unshowable(text):
            yield Problem(
                _("“%(text)s”中的“%(characters)s”在证书字体中没有字形，请联系系统管理员更换字体（PORTAL_FONT_DIR）。")
                % {"text": text, "characters": "".join(missing)}
            )


def _hindrances_of_the_real_thing(stage: Stage) -> Iterator[Problem]:
    for host in told.hosts_of(stage.season):
        if not host["seal"]:
            yield Problem(
                _("%(host)s的印章还没有上传。") % {"host": host["name"]},
                reverse("certificates:seals", args=[stage.season.code]),
            )
    if urlsplit(settings.PUBLIC_URL).hostname in THIS_MACHINE:
        yield Problem(_("门户的公开网址还没有设置（PORTAL_URL），证书上的二维码会打不开。请联系系统管理员。"))


def _already(stage: Stage) -> Problem:
    return Problem(
        _("%(stage)s的证书已经制作。") % {"stage": stage.title},
        reverse("certificates:batches", args=[stage.season.code]),
    )


def _numbered(batch: Batch, stage: Stage, awards: list[Award]) -> Iterator[Certificate]:
    """A row for each award; each series counts on, without a gap, from what was released before in any season."""
    hosts = told.hosts_of(stage.season)
    named = [(award, told.series_of(award, stage, batch.dated)) for award in awards]
    earlier = Certificate.objects.standing().filter(series__in={series for _award, series in named}).order_by()
    taken = earlier.values("series").annotate(last=Max("number"))
    last: Counter[str] = Counter(dict(taken.values_list("series", "last")))
    for award, series in named:
        last[series] += 1
        yield new_row(batch, award, stage, series=series, number=last[series], hosts=hosts)


def new_row(
    batch: Batch, award: Award, stage: Stage, *, series: str, number: int, hosts: list[dict[str, str]], version: int = 1
) -> Certificate:
    """A certificate that is wanted, with all that it will state."""
    serial = told.serial_of(series, number, version)
    facts = told.facts_of(award, stage, hosts=hosts, template=batch.template, dated=batch.dated, serial=serial)
    nonce = codes.new_nonce()
    return Certificate(
        batch=batch,
        award=award,
        version=version,
        series=series,
        number=number,
        name=facts["name"],
        facts=facts,
        nonce=nonce,
        code_hash=codes.hash_of_code(codes.code_of(nonce)),
        short_hash=codes.hash_of_short(codes.short_of(nonce)),
    )
