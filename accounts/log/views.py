"""The pages of the audit log: reading it, looking whether it is whole, taking it away as Excel."""

from collections.abc import Mapping, Sequence

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import hooks, log, search, verbs
from accounts.downloads import excel
from accounts.log import told
from accounts.models import LogLine, User
from accounts.once import once
from accounts.permissions import Action, require, within_reach
from accounts.requests import SignedIn

PER_PAGE = 50


def show_log(request: SignedIn) -> HttpResponse:
    require(request.user, Action.SEE_LOG)
    asked = _asked(request)
    found = told.lines(within_reach(request.user, Action.SEE_LOG, LogLine.objects.all()), asked)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    chains, titles = _chains(request.user), hooks.titles(request)
    checks = [check for check in told.last_checks() if check.chain in chains]
    context = {
        "asked": asked,
        "filters": _filters(asked, chains, titles),
        "page": page,
        "lines": told.tell(page, verbs.WORDS, verbs.FIELDS),
        # What no line within reach is about is not named either.
        "about": told.about(asked.on) if page.paginator.count else None,
        "check": next((check for check in checks if check.chain == asked.chain), None),
        "broken": [(told.titled(check.chain, titles), check, log.found(check)) for check in checks if check.faults],
    }
    return render(request, "accounts/log.html", context)


def export_log(request: SignedIn) -> HttpResponse:
    """The lines that the page's filters leave, all of them, newest first."""
    require(request.user, Action.SEE_LOG)
    asked = _asked(request)
    found = told.lines(within_reach(request.user, Action.SEE_LOG, LogLine.objects.all()), asked)
    rows = told.rows(told.tell(found.iterator(chunk_size=2000), verbs.WORDS, verbs.FIELDS))
    title = _("操作日志 %(chain)s") % {"chain": told.title(asked.chain)}
    return excel(hooks.titled(request, title), told.headings(), rows)


@require_POST
@once
def check_log(request: SignedIn) -> HttpResponse:
    require(request.user, Action.SEE_LOG)
    checks = log.check_all(_chains(request.user))
    if any(check.faults for check in checks):
        messages.error(request, _("日志核验发现问题，请查看下方明细并立即报告。"))
    else:
        messages.success(request, _("日志核验通过，共 %(count)d 条。") % {"count": sum(c.count for c in checks)})
    return redirect("log")


def _asked(request: SignedIn) -> told.Asked:
    words = {name: search.wanted(request, name) for name in ("chain", "on", "who", "verb", "day")}
    here = hooks.page_season(request).season.code
    chain = words["chain"] or here or told.newest_chain()
    return told.Asked.read(request.user.rehearsal or chain, words)


def _filters(asked: told.Asked, chains: Sequence[str], titles: Mapping[str, str]) -> list[search.Filter]:
    """The bar above the lines; the codes that papers print stand beside the seasons' titles."""
    codes = {chain: f" · {chain}" for chain in chains if chain in titles}
    done = sorted((verb, str(verbs.WORDS.get(verb, verb))) for verb in told.verbs_of(asked.chain))
    offered = [(chain, told.titled(chain, titles) + codes.get(chain, "")) for chain in chains]
    return [
        search.choice("chain", _("范围"), asked.chain, offered, anything=False),
        search.choice("who", _("操作人或复核人"), asked.who, told.people(asked.chain)),
        search.choice("verb", _("事项"), asked.verb, done),
        search.day("day", _("日期"), asked.day),
        *([search.Filter("on", "", asked.on, kind="hidden")] if asked.on else []),
    ]


def _chains(user: User) -> list[str]:
    """The chains that somebody may look at: all of them, or for those made up for a rehearsal its own."""
    return [chain for chain in log.chains() if user.rehearsal in ("", chain)]
