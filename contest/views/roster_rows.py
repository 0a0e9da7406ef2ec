"""What is said about the rows of a roster file on its preview: taken or left, put right, added by hand."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.once import once
from accounts.requests import SignedIn
from contest.actions import roster as actions
from contest.models import RosterImport
from contest.views import roster_import as page

# Does what was sent, or answers why not.
Say = Callable[[SignedIn, RosterImport, actions.Look], HttpResponse | None]
# As many rows as one answer may name: all of a file at once.
MOST_KEYS = 5000


@once
def answer(request: SignedIn, pk: int) -> HttpResponse:
    """Rows that are asked about: `take` or `leave` those of `row`."""
    return _said(request, pk, _answer)


@once
def change(request: SignedIn, pk: int) -> HttpResponse:
    """The town, the village or the level of one row."""
    return _said(request, pk, _change)


@once
def add(request: SignedIn, pk: int) -> HttpResponse:
    """One person whom the file lacks."""
    return _said(request, pk, _add)


def _said(request: SignedIn, pk: int, say: Say) -> HttpResponse:
    upload = page.fetched(request, pk)
    if request.method != "POST":
        return page.to_preview(request, pk)
    try:
        if upload.state != RosterImport.State.PREVIEW:
            raise actions.AlreadyDone
        found = actions.look_again(upload, on=timezone.localdate())
        refused = say(request, upload, found)
    except (*page.REFUSED, actions.AlreadyDone, actions.TooManyByHand) as error:
        refused = page.answered(request, page.fetched(request, pk), refused=str(error))
    if refused is not None:
        return refused
    messages.success(request, _("已记下，请看下面新的核对结果。"))
    return page.to_preview(request, pk)


def _answer(request: SignedIn, upload: RosterImport, found: actions.Look) -> HttpResponse | None:
    known = {row.name for row in found.plan.rows} | actions.told_answers(upload).left
    keys = set(request.POST.getlist("row")[:MOST_KEYS]) & known
    told = request.POST.get("answer")
    if not keys or told not in ("take", "leave"):
        return page.answered(request, upload, refused=_("请选择导入还是不导入。"))
    actions.answer_rows(upload, keys, take=told == "take", by=request.user, at=timezone.now())
    return None


def _change(request: SignedIn, upload: RosterImport, found: actions.Look) -> HttpResponse | None:
    key = request.POST.get("row", "")
    form = page.row_form(found, key, request.POST)
    if form is None:
        return page.answered(request, upload, refused=_("没有这样的行。"))
    if not form.is_valid():
        return page.answered(request, upload, row_form=form)
    if told := form.told():
        actions.change_row(upload, key, told, by=request.user, at=timezone.now())
    return None


def _add(request: SignedIn, upload: RosterImport, found: actions.Look) -> HttpResponse | None:
    form = page.hand_form(upload, found, request.POST)
    if not form.is_valid():
        return page.answered(request, upload, hand_form=form)
    told = {name: value for name, value in form.cleaned_data.items() if value}
    actions.add_row(upload, told, by=request.user, at=timezone.now())
    return None
