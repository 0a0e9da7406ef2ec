"""What the season leaves behind on paper: the circular and the list for the annual assessment."""

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import downloads
from accounts.permissions import Action, fetch, may
from accounts.requests import SignedIn
from certificates import assessment, circular
from certificates import letters as papers
from certificates.models import Letter
from certificates.paper import word
from certificates.views import handing
from contest.models import Season


def outcomes(request: SignedIn, code: str) -> HttpResponse:
    """Everything the office hands on, each with what it still waits for."""
    season = fetch(request.user, Action.SEE_LETTERS, Season.objects.all(), code=code)
    letters = list(Letter.objects.filter(season=season, live=True))
    states = [papers.state_of(each) for each in letters]
    context = {
        "season": season,
        "standings": circular.standings(season),
        "missing": circular.problems(season),
        "assessment_problems": assessment.problems(season),
        "letters": len(letters),
        "counts": {state: states.count(state) for state in ("unsent", "sent", "received")},
        "may_send": may(request.user, Action.SEND_LETTERS, season),
    }
    return render(request, "certificates/outcomes.html", context)


def circular_pdf(request: SignedIn, code: str) -> HttpResponseBase:
    season, partial, title, back = _asked(request, code)
    try:
        return handing.over(circular.pdf(season, partial=partial), title, "pdf", handing.PDF)
    except circular.NotComplete as missing:
        return handing.cannot(request, title, missing.problems, back=back, draft=f"{request.path}?draft=1")
    except handing.CANNOT_SET as wrong:
        return handing.unset(request, title, wrong, back=back)


def circular_word(request: SignedIn, code: str) -> HttpResponseBase:
    season, partial, title, back = _asked(request, code)
    try:
        return handing.over(word.circular(circular.wording(season, partial=partial)), title, "docx", word.MIME)
    except circular.NotComplete as missing:
        return handing.cannot(request, title, missing.problems, back=back, draft=f"{request.path}?draft=1")


def assessment_list(request: SignedIn, code: str) -> HttpResponseBase:
    """The list for the units' annual assessment as an Excel file (notice VI(3))."""
    season = fetch(request.user, Action.SEE_LETTERS, Season.objects.all(), code=code)
    title = _("%(year)d年度考核参考名单") % {"year": papers.year_of(season)}
    try:
        return downloads.excel(season.marked(title), assessment.headings(), assessment.rows(season))
    except assessment.NotClosed as missing:
        return handing.cannot(request, title, missing.problems, back=reverse("certificates:outcomes", args=[code]))


def _asked(request: SignedIn, code: str) -> tuple[Season, bool, str, str]:
    """The season, whether a draft without some stages will do, the paper's title, the way back."""
    season = fetch(request.user, Action.SEE_LETTERS, Season.objects.all(), code=code)
    partial = request.GET.get("draft") == "1"
    return season, partial, _("通报（草稿）"), reverse("certificates:outcomes", args=[code])
