"""What was put on notice: every publication of a stage, and each as it stood there."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts.permissions import Action, fetch
from accounts.requests import SignedIn
from contest.models import Stage
from scoring.reads.publications import frozen_of, publications_of


def show_publications(request: SignedIn, pk: int) -> HttpResponse:
    stage = fetch(request.user, Action.SEE_MARKS, Stage.objects.whole(), pk=pk)
    headings = [_("版本"), _("公示时间"), _("公示期"), _("成绩版次"), _("公示人"), _("效力")]
    context = {"stage": stage, "notices": publications_of(stage), "headings": headings}
    return render(request, "scoring/publications.html", context)


def show_publication(request: SignedIn, pk: int, version: int) -> HttpResponse:
    stage = fetch(request.user, Action.SEE_MARKS, Stage.objects.whole(), pk=pk)
    page = frozen_of(stage, version)
    if page is None:
        raise Http404
    # The season's calendar may have been put right since: the end that holds now stands beside the one printed then.
    moved = page.notice.live and stage.notice_until != page.notice.until
    context = {"stage": stage, "page": page, "ends_now": stage.notice_until if moved else None}
    return render(request, "scoring/publication.html", context)
