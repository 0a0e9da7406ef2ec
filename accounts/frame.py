"""What every page's frame shows: where one can go, as whom, and whether this is a rehearsal."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import hooks
from accounts.models.people import describe
from accounts.permissions import Action, may

# (URL name, label, the action that makes the link useful; None for everybody who is signed in)
NAVIGATION: list[tuple[str, Any, Action | None]] = [
    ("desk", gettext_lazy("待办"), None),
    ("contest:seasons", gettext_lazy("届次"), Action.SEE_SEASON),
    ("contest:stages", gettext_lazy("赛段"), Action.SEE_STAGE),
    ("contest:roster", gettext_lazy("名册"), Action.SEE_ROSTER),
    ("materials:mine", gettext_lazy("我的材料"), Action.SUBMIT_MATERIAL),
    ("certificates:newest", gettext_lazy("证书"), Action.SEE_CERTIFICATES),
    ("certificates:mine", gettext_lazy("我的成绩与证书"), Action.SEE_OWN_RESULT),
    ("proposals", gettext_lazy("复核"), Action.SEE_PROPOSALS),
    ("accounts", gettext_lazy("账号"), Action.MANAGE_ACCOUNTS),
    ("log", gettext_lazy("办理留痕"), Action.SEE_LOG),
]
# The apps whose other pages all belong to a stage.
OF_A_STAGE = ("contest", "materials", "scoring", "quota")


def frame(request: HttpRequest) -> dict[str, Any]:
    """The context processor; lazy, so an error page or a fragment costs no query."""
    return {"portal": SimpleLazyObject(lambda: _frame(request))}


def _frame(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)
    grants = user.granted + user.deputizes(timezone.now()) if user is not None and user.is_authenticated else None
    page = hooks.page_season(request)
    return {
        "name": _("赋能百千万 驻村话振兴"),
        "who": describe(grants or []),
        "nav": _navigation(request, page.carry) if grants is not None else [],
        "public_nav": [
            (reverse("home"), _("首页"), request.path == reverse("home")),
            (reverse("verify:look_up"), _("证书查验"), request.path == reverse("verify:look_up")),
        ],
        "season": page.season,
        "seasons": [each for each in page.offered if each.pk != page.season.pk] if grants is not None else [],
        "carry": page.carry,
        "switch_back": request.path if page.stays else reverse("desk"),
        "rehearsal": page.season.rehearsal,
        "hosts": page.season.hosts,
    }


def _navigation(request: HttpRequest, carry: str) -> list[tuple[str, Any, bool]]:
    """The links, each into the season of this page."""
    links = [
        (reverse(name), label)
        for name, label, action in NAVIGATION
        if action is None or may(request.user, action)  # type: ignore[arg-type]
    ]
    here = _whereabouts(request)
    return [(url + carry, label, url == here) for url, label in links]


def _whereabouts(request: HttpRequest) -> str:
    """The link under which the page lies: the longest that its path begins with, the desk for itself alone.

    What belongs to a stage but has a path of its own (a sheet, an entrant, a seat) lies under the stages; a season's
    certificates lie under the certificates.
    """
    urls = [reverse(name) for name, _label, _action in NAVIGATION if name != "desk"]
    under = max((url for url in urls if request.path.startswith(url)), key=len, default="")
    match = request.resolver_match
    app = match.app_names[0] if match and match.app_names else ""
    if app == "certificates" and under in ("", reverse("contest:seasons")):
        return reverse("certificates:newest")
    if app == "materials" and not may(request.user, Action.SEE_STAGE):  # type: ignore[arg-type]
        return reverse("materials:mine")
    if not under and app in OF_A_STAGE:
        return reverse("contest:stages")
    return under or request.path
