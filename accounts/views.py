"""Signing in, the desk, accounts."""

from datetime import datetime
from math import ceil
from typing import Any

from django.contrib import messages
from django.contrib.auth import login, logout, update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import BadRequest, ValidationError
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts import actions, desk, hooks, log, search
from accounts.access import noting
from accounts.access.noting import Kind
from accounts.forms import AccountForm, PasswordForm, SignInForm
from accounts.guessing import actions as guessing
from accounts.guessing import devices
from accounts.guessing.addresses import address_of, network_of
from accounts.halves import first_half
from accounts.log import told
from accounts.middleware import ENDED
from accounts.models import Grant, User
from accounts.models.people import describe
from accounts.once import once, takes_forms
from accounts.permissions import Action, NeedsSecond, fetch, may, require, within_reach
from accounts.proposals import deputies
from accounts.proposals.accounts import written_out
from accounts.proposals.reads import about as proposals_about
from accounts.proposals.views import propose_from, propose_page, proposed
from accounts.requests import SignedIn
from accounts.roles import Role

PER_PAGE = 50
# As long as the column of User.
LONGEST_NAME = 150


@login_not_required
@never_cache
@takes_forms
def sign_in(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect("desk")
    form = SignInForm(request, data=request.POST or None)
    if request.POST.get("username"):
        network, at = network_of(address_of(request)), timezone.now()
        attempt = guessing.begin(request.POST["username"], network, devices.of(request), at)
        if not attempt.is_refused and form.is_valid():
            return _signed_in(request, form.get_user(), attempt)
        if attempt.locked_until is not None:
            return _locked_out(request, attempt.locked_until, at)
    if form.is_bound:
        noting.note(Kind.FAILED, request, at=timezone.now(), user=_meant(request))
    return render(
        request,
        "accounts/sign_in.html",
        {"form": form, "next": request.GET.get("next", ""), "ended": ENDED in request.GET},
        status=400 if form.is_bound else 200,
    )


def _signed_in(request: HttpRequest, user: User, attempt: guessing.Attempt) -> HttpResponse:
    guessing.succeeded(attempt)
    login(request, user)
    noting.note(Kind.SIGNED_IN, request, at=timezone.now(), user=user)
    response = HttpResponseRedirect(_next(request))
    devices.remember(request, response, user)
    return response


def _locked_out(request: HttpRequest, until: datetime, at: datetime) -> HttpResponse:
    """Too many wrong passwords: for this name from here, for this name, or from here (accounts.guessing)."""
    noting.note(Kind.LOCKED, request, at=at, user=_meant(request))
    response = render(request, "accounts/locked_out.html", {"until": until}, status=429)
    response["Retry-After"] = str(ceil((until - at).total_seconds()))
    return response


@login_not_required
@require_POST
@takes_forms
def sign_out(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        noting.note(Kind.SIGNED_OUT, request, at=timezone.now(), user=request.user)
    logout(request)
    messages.success(request, _("您已退出登录。"))
    return redirect("sign_in")


@once
def change_password(request: SignedIn) -> HttpResponse:
    form = PasswordForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            actions.choose_password(request.user, form.cleaned_data["new"], at=timezone.now())
        except ValidationError as weak:
            form.add_error("new", weak)
        else:
            update_session_auth_hash(request, request.user)
            messages.success(request, _("密码已修改。"))
            return redirect("desk")
    return render(request, "accounts/change_password.html", {"form": form}, status=400 if form.is_bound else 200)


def show_desk(request: SignedIn) -> HttpResponse:
    page, todos = hooks.page_season(request), desk.grouped(desk.waiting(request.user))
    here = desk.of_season(todos, page.season)
    return render(
        request,
        "accounts/desk.html",
        {
            "todos": [todo for todo in here if not todo.waits],
            "waits": [todo for todo in here if todo.waits],
            "elsewhere": desk.elsewhere(todos, page),
            "blocks": desk.overviews(request),
            "may_review": may(request.user, Action.REVIEW_EMERGENCY),
            **_state_of_the_log(request),
        },
    )


def _state_of_the_log(request: SignedIn) -> dict[str, Any]:
    """Whether every chain was whole when it was last looked at, for those who may look into it."""
    if not may(request.user, Action.SEE_LOG):
        return {}
    checks, titles = told.last_checks(), hooks.titles(request)
    return {
        "broken": [(told.titled(check.chain, titles), check, log.found(check)) for check in checks if check.faults],
        "checked": {"at": min(check.at for check in checks), "count": sum(c.count for c in checks)} if checks else None,
    }


def list_accounts(request: SignedIn) -> HttpResponse:
    require(request.user, Action.MANAGE_ACCOUNTS)
    wanted = search.wanted(request)
    lasting = Prefetch("grants", Grant.objects.exclude(role=Role.DEPUTY).select_related("district"))
    found = within_reach(request.user, Action.MANAGE_ACCOUNTS, User.objects.prefetch_related(lasting))
    if wanted:
        found = found.filter(username__icontains=wanted) | found.filter(search.named("name", wanted))
    page = Paginator(found.order_by("username"), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "filters": [search.Filter("q", _("查找"), wanted, hint=_("姓名或用户名"))],
        "headings": [_("姓名"), _("用户名"), _("角色"), _("最近登录"), _("状态")],
        "deputies": deputies.serving(timezone.now()),
        "deputy_headings": [_("姓名"), _("地区"), _("截止"), _("指定人"), _("操作")],
    }
    return render(request, "accounts/accounts.html", context)


@once
def new_account(request: SignedIn) -> HttpResponse:
    require(request.user, Action.MANAGE_ACCOUNTS)
    season = hooks.page_season(request).season
    rehearsal = season.code if season.rehearsal else ""
    form = AccountForm(request.POST or None, request.FILES or None, by=request.user, rehearsal=rehearsal)
    if request.method == "POST" and form.is_valid():
        answer = _propose_opening(request, form) if form.takes_two else _open(request, form)
        if answer is not None:
            return answer
    return render(request, "accounts/account_form.html", {"form": form}, status=400 if form.is_bound else 200)


@once
def edit_account(request: SignedIn, pk: int) -> HttpResponse:
    user = fetch(request.user, Action.MANAGE_ACCOUNTS, User.objects.all(), pk=pk)
    form = AccountForm(request.POST or None, request.FILES or None, by=request.user, user=user)
    if request.method == "POST" and form.is_valid():
        answer = _propose_raising(request, user, form) if form.takes_two else _change(request, user, form)
        if answer is not None:
            return answer
    return _show_account(request, user, form, status=400 if form.is_bound else 200)


@once
def reset_password(request: SignedIn, pk: int) -> HttpResponse:
    """Ask once, then give a new first password; for accounts that decide nothing."""
    user = fetch(request.user, Action.MANAGE_ACCOUNTS, User.objects.all(), pk=pk)
    if request.method != "POST":
        ends = _("现在的密码立即作废，此人在各处的登录随即结束。")
        shows = _("首次登录密码只显示一次，请抄下转告本人；本人登录后改成自己的。")
        return _ask(request, user, _("重置%(name)s的密码？"), [ends, shows], _("重置密码"), danger=True)
    try:
        password = actions.reset_password(user, by=request.user, at=timezone.now())
    except (actions.OwnAccount, NeedsSecond) as refused:
        messages.error(request, str(refused))
        return _show_account(request, user, AccountForm(by=request.user, user=user), status=409)
    request.session["first_password"] = [user.pk, password]
    messages.success(request, _("已重置%(name)s的密码，首次登录密码见下。") % {"name": user})
    return redirect("account", pk=pk)


@once
def propose_reset(request: SignedIn, pk: int) -> HttpResponse:
    """A new first password in two halves; the first is shown in the answer itself and nowhere else."""
    user = fetch(request.user, Action.MANAGE_ACCOUNTS, User.objects.all(), pk=pk)
    half, kept = first_half() if request.method == "POST" else ("", "")
    return propose_page(
        request,
        "reset_password",
        user,
        {"half": kept},
        question=_("重置%(name)s的密码？") % {"name": user},
        explanation=_(
            "新密码分两半：前半在提请后显示给您，后半在复核后显示给复核人。本人向两位各取一半，登录后改成自己的。"
        ),
        back=reverse("account", args=[pk]),
        crumbs=_crumbs(user),
        half=half,
    )


@once
def propose_reopening(request: SignedIn, pk: int) -> HttpResponse:
    user = fetch(request.user, Action.MANAGE_ACCOUNTS, User.objects.all(), pk=pk)
    return propose_page(
        request,
        "reopen_account",
        user,
        {},
        question=_("恢复%(name)s的账号？") % {"name": user},
        explanation=_("恢复后，本人用原来的密码登录，权限与停用前相同。"),
        back=reverse("account", args=[pk]),
        crumbs=_crumbs(user),
    )


@require_POST
@once
def unlock_account(request: SignedIn, pk: int) -> HttpResponse:
    user = fetch(request.user, Action.MANAGE_ACCOUNTS, User.objects.all(), pk=pk)
    guessing.unlock(user, by=request.user, at=timezone.now())
    messages.success(request, _("已解锁，现在可以登录。"))
    return redirect("account", pk=pk)


@once
def set_active(request: SignedIn, pk: int) -> HttpResponse:
    """Ask once, then close an account, or open one again that decides nothing."""
    user = fetch(request.user, Action.MANAGE_ACCOUNTS, User.objects.all(), pk=pk)
    if request.method != "POST":
        return _ask_active(request, user)
    if request.POST.get("active") not in ("0", "1"):
        raise BadRequest("neither closed nor open")
    try:
        actions.set_active(user, request.POST["active"] == "1", by=request.user, at=timezone.now())
    except (actions.OwnAccount, actions.LastOffice, actions.AlreadySo, NeedsSecond) as refused:
        messages.error(request, str(refused))
    else:
        done = _("已恢复%(name)s的账号，可以登录。") if user.is_active else _("已停用%(name)s的账号，此人不能再登录。")
        messages.success(request, done % {"name": user})
        return redirect("account", pk=pk)
    user.refresh_from_db()
    return _show_account(request, user, AccountForm(by=request.user, user=user), status=409)


def _ask_active(request: SignedIn, user: User) -> HttpResponse:
    """The question before an account is closed, or opened again."""
    if user.is_active:
        told = [
            _("此人立即不能登录，在各处的登录随即结束；办过的事项和记录都保留。"),
            _("有事等此人办理的，由其他有权限的人接着办。"),
        ]
        return _ask(request, user, _("停用%(name)s的账号？"), told, _("停用账号"), danger=True, active="0")
    told = [_("此人用原来的密码即可登录，权限同停用之前。")]
    return _ask(request, user, _("恢复%(name)s的账号？"), told, _("恢复账号"), active="1")


def _ask(
    request: SignedIn,
    user: User,
    question: str,
    consequences: list[str],
    label: str,
    *,
    danger: bool = False,
    **kept: str,
) -> HttpResponse:
    """The page that asks once before something is done with somebody's account."""
    context = {
        "question": question % {"name": user},
        "explanation": f"{user.username} · {describe(user.grants.all())}",
        "consequences": consequences,
        "kept": kept,
        "confirm_label": label,
        "danger": danger,
        "cancel_url": reverse("account", args=[user.pk]),
        "crumbs": _crumbs(user),
    }
    return render(request, "base_confirm.html", context)


def _open(request: SignedIn, form: AccountForm) -> HttpResponse | None:
    """Open an account that decides nothing; None when it is refused, and the form then says why."""
    told, password = form.cleaned_data, actions.first_password()
    names = {"username": told["username"], "name": told["name"], "secretary": told["secretary"]}
    try:
        user = actions.open_account(**names, password=password, grants=form.grants, by=request.user, at=timezone.now())
    except ValidationError as refused:
        form.refuse(refused)
        return None
    request.session["first_password"] = [user.pk, password]
    return redirect("account", pk=user.pk)


def _change(request: SignedIn, user: User, form: AccountForm) -> HttpResponse | None:
    name = form.cleaned_data["name"]
    try:
        actions.change_grants(user, form.grants, name=name, by=request.user, at=timezone.now())
    except (actions.OwnAccount, actions.LastOffice, NeedsSecond) as refused:
        form.add_error("role", str(refused))
    except ValidationError as refused:
        form.refuse(refused)
    else:
        messages.success(request, _("已保存。"))
        return redirect("account", pk=user.pk)
    return None


def _propose_opening(request: SignedIn, form: AccountForm) -> HttpResponse | None:
    half, kept = first_half()
    told = {"username": form.cleaned_data["username"], "name": form.cleaned_data["name"], "half": kept}
    told["grants"] = written_out(form.grants)
    return _propose(request, "open_account", request.user, told, form, half)


def _propose_raising(request: SignedIn, user: User, form: AccountForm) -> HttpResponse | None:
    half, kept = first_half() if form.raises else ("", "")
    told = {"name": form.cleaned_data["name"], "grants": written_out(form.grants), "half": kept}
    return _propose(request, "change_grants", user, told, form, half)


def _propose(
    request: SignedIn, verb: str, on: User, told: dict[str, Any], form: AccountForm, half: str
) -> HttpResponse | None:
    reason, at = form.cleaned_data["reason"], timezone.now()
    made = propose_from(form, verb, on, told, reason=reason, paper=form.paper, by=request.user, at=at)
    return proposed(request, made, half=half) if made is not None else None


def _show_account(request: SignedIn, user: User, form: AccountForm, status: int) -> HttpResponse:
    context = {
        "form": form,
        "account": user,
        "password": _password_once(request, user),
        # Nobody closes their own account or resets their own password here: no button for that.
        "own": user == request.user,
        "takes_two": actions.guards(actions.granted_to(user)),
        "locked_until": guessing.locked_until(user, timezone.now()),
        "proposals": proposals_about(log.subject(user), timezone.now()),
    }
    return render(request, "accounts/account_form.html", context, status=status)


def _crumbs(user: User) -> list[tuple[str, str]]:
    return [(reverse("accounts"), _("账号")), (reverse("account", args=[user.pk]), str(user))]


def _meant(request: HttpRequest) -> User | None:
    """The account that somebody tried to sign in with; what else was typed for a name is nobody's to read."""
    typed = request.POST.get("username", "")
    return (
        User.objects.filter(username=typed).first() if 0 < len(typed) <= LONGEST_NAME and typed.isprintable() else None
    )


def _next(request: HttpRequest) -> str:
    """Where the person wanted to go, if it is on this site."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    here = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    if here and wanted.startswith("/"):
        return wanted
    return reverse("desk")


def _password_once(request: SignedIn, user: User) -> str:
    """A first password just made for this account: shown on one page, then gone."""
    if request.method == "GET" and request.session.get("first_password", [None])[0] == user.pk:
        return request.session.pop("first_password")[1]
    return ""
