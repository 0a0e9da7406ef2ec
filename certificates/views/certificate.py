"""The desk's list of certificates, and one certificate: what it states, its versions, and its end."""

from collections.abc import Sequence
from datetime import date

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import downloads, log
from accounts.once import once
from accounts.permissions import Action, fetch, may, require
from accounts.proposals import reads as proposals
from accounts.proposals.views import propose_from, proposed
from accounts.requests import SignedIn
from certificates import certificate_list, facts
from certificates.actions import ending
from certificates.certificate_list import Wanted, as_cells, headings, standing_of
from certificates.forms.ending import EndForm, ReplaceForm, RevokeForm
from certificates.models import Certificate
from certificates.models.certificate import Status
from contest.models.work import Progress
from contest.reads.page_season import season_of

PER_PAGE = 50


def certificates(request: SignedIn) -> HttpResponse:
    require(request.user, Action.SEE_CERTIFICATES)
    wanted = Wanted.of(request)
    found = certificate_list.certificates(request.user, season_of(request), wanted)
    page = Paginator(found.values_list(*certificate_list.FIELDS), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": certificate_list.rows(page),
        "wanted": wanted,
        "choices": certificate_list.choices(request.user, season_of(request)),
    }
    return render(request, "certificates/certificates.html", context)


def export_certificates(request: SignedIn) -> HttpResponse:
    """The list as an Excel file: exactly what the page shows, on all its pages."""
    require(request.user, Action.SEE_CERTIFICATES)
    here = certificate_list.certificates(request.user, season_of(request), Wanted.of(request))
    found = here.values_list(*certificate_list.FIELDS)
    season = season_of(request)
    title = season.marked(_("证书清单")) if season else _("证书清单")
    return downloads.excel(title, headings(), [as_cells(row) for row in certificate_list.rows(found)])


def certificate(request: SignedIn, pk: int) -> HttpResponse:
    here = fetch(request.user, Action.SEE_CERTIFICATES, Certificate.objects.whole(), pk=pk)
    released = here.batch.released_at
    given_again = here.status == Status.REVOKED and ending.given_again(here)
    in_force = here.status == Status.VALID and released is not None and here.progress == Progress.DONE
    context = {
        "certificate": here,
        "facts": here.facts,
        "dated": date.fromisoformat(here.facts["dated"]),
        "standing": standing_of(here.status, released),
        "versions": _versions(here),
        "changed": facts.changed(here) if here.status == Status.VALID else [],
        "waits": _waits(here) if in_force or given_again else [],
        "may_end": in_force and may(request.user, Action.ISSUE_CERTIFICATES, here),
        "may_give_again": given_again and may(request.user, Action.ISSUE_CERTIFICATES, here),
    }
    return render(request, "certificates/certificate.html", context)


@once
def revoke(request: SignedIn, pk: int) -> HttpResponse:
    """Propose that a certificate be revoked; a colleague seconds it."""
    here = fetch(request.user, Action.ISSUE_CERTIFICATES, Certificate.objects.whole(), pk=pk)
    consequences = [
        _("复核后，扫描这张证书的人即刻看到“已撤销”和原因类别。"),
        _("这张证书不再恢复；获奖记录不变，只是没有有效的证书。撤销有误的，由两人换发新的一版。"),
    ]
    question = _("提请撤销 %(name)s 的证书？") % {"name": here.name}
    return _propose(request, "revoke_certificate", here, RevokeForm, question, consequences)


@once
def replace(request: SignedIn, pk: int) -> HttpResponse:
    """Propose that a certificate be replaced by one that states what is so now; a colleague seconds it."""
    here = fetch(request.user, Action.ISSUE_CERTIFICATES, Certificate.objects.whole(), pk=pk)
    question = _("提请换发 %(name)s 的证书？") % {"name": here.name}
    return _propose(request, "replace_certificate", here, ReplaceForm, question, _what_changes(here))


def _what_changes(here: Certificate) -> list[str]:
    changes = [
        _("%(what)s：由“%(paper)s”改为“%(today)s”。") % {"what": what, "paper": paper, "today": today}
        for what, paper, today in facts.changed(here)
    ]
    return [
        *(changes or [_("现在的获奖记录与这张证书相同，新证书的内容不会改变。")]),
        *([_("这张证书是撤销了的：换发后获奖人重新有一张有效的证书。")] if here.status == Status.REVOKED else []),
        _("新证书沿用原来的序号，二维码和查验码是新的；扫描旧证书的人看到“已换发”。"),
    ]


def _versions(here: Certificate) -> Sequence[tuple[Certificate, certificate_list.Standing]]:
    """Every certificate of this award but those given up, newest first."""
    found = (
        Certificate.objects.standing()
        .filter(award_id=here.award_id)
        .select_related("batch", "ended_by", "ended_second")
    )
    return [(each, standing_of(each.status, each.batch.released_at)) for each in found.order_by("-version")]


def _propose(
    request: SignedIn, verb: str, here: Certificate, shape: type[EndForm], question: str, consequences: list[str]
) -> HttpResponse:
    """The question before the end of a certificate; 409 when it cannot be ended as it now stands."""
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = shape(*sent)
    if form.is_valid():
        reason, at = form.full_reason, timezone.now()
        made = propose_from(form, verb, here, {}, reason=reason, paper=form.paper, by=request.user, at=at)
        if made is not None:
            return proposed(request, made)
    cancel = reverse("certificates:certificate", args=[here.pk])
    context = {
        "question": question,
        "explanation": f"{here.serial} · {here.facts['stage']} · {here.facts['tier']}",
        "consequences": [*consequences, _("提请后由另一位有权限的同事复核，复核后才生效。")],
        "form": form,
        "confirm_label": _("提请复核"),
        "cancel_url": cancel,
        "danger": True,
        "crumbs": [(reverse("certificates:certificates"), _("证书清单")), (cancel, here.serial)],
    }
    refused = form.is_bound and not form.errors.keys() - {"__all__"}
    return render(request, "base_confirm.html", context, status=(409 if refused else 400) if form.is_bound else 200)


def _waits(here: Certificate) -> list[proposals.Line]:
    """Where it was proposed to end it, and nobody has seconded it yet."""
    subject, now = log.subject(here), timezone.now()
    waiting = proposals.about(log.subject(here.batch.stage), now)
    return proposals.lines([each for each in waiting if each.subject == subject], now)
