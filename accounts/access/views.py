"""The page of the access log."""

from dataclasses import dataclass
from datetime import date

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import hooks, search
from accounts.downloads import excel
from accounts.log.told import day_of, within
from accounts.models import AccessLine, User
from accounts.permissions import Action, require, within_reach
from accounts.requests import SignedIn

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class Asked:
    """Which lines somebody wants to see; everything may be empty."""

    who: int | None
    kind: str
    day: date | None

    @property
    def narrowed(self) -> bool:
        return bool(self.who or self.kind or self.day)


def show_access(request: SignedIn) -> HttpResponse:
    require(request.user, Action.SEE_LOG)
    asked = _asked(request)
    page = Paginator(_lines(request, asked), PER_PAGE).get_page(request.GET.get("page"))
    seen = within_reach(request.user, Action.SEE_LOG, AccessLine.objects.exclude(user=None)).order_by().values("user")
    people = User.objects.filter(pk__in=seen).order_by("name", "pk").values_list("pk", "name")
    filters = [
        search.choice("who", _("账号"), asked.who, people),
        search.choice("kind", _("类别"), asked.kind, AccessLine.Kind.choices),
        search.day("day", _("日期"), asked.day),
    ]
    context = {"asked": asked, "page": page, "filters": filters, "headings": _headings()}
    return render(request, "accounts/access.html", context)


def export_access(request: SignedIn) -> HttpResponse:
    """The lines that the page's filters leave, all of them, newest first."""
    require(request.user, Action.SEE_LOG)
    rows = [
        [
            f"{timezone.localtime(line.at):%Y-%m-%d %H:%M:%S}",
            str(line.user or ""),
            line.get_kind_display(),
            line.what,
            line.path,
            line.address or "",
        ]
        for line in _lines(request, _asked(request))
    ]
    return excel(hooks.titled(request, _("查阅及操作记录")), _headings(), rows)


def _headings() -> list[str]:
    return [_("时间"), _("账号"), _("类别"), _("内容"), _("页面"), _("来自")]


def _asked(request: HttpRequest) -> Asked:
    who, kind = search.wanted(request, "who"), search.wanted(request, "kind")
    return Asked(
        who=int(who) if who.isascii() and who.isdecimal() and len(who) < 19 else None,
        kind=kind if kind in AccessLine.Kind.values else "",
        day=day_of(search.wanted(request, "day")),
    )


def _lines(request: SignedIn, asked: Asked) -> QuerySet[AccessLine]:
    wanted = Q()
    if asked.who is not None:
        wanted &= Q(user=asked.who)
    if asked.kind:
        wanted &= Q(kind=asked.kind)
    if asked.day is not None:
        wanted &= within(asked.day)
    return within_reach(request.user, Action.SEE_LOG, AccessLine.objects.filter(wanted)).select_related("user")
