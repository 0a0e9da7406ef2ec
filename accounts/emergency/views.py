"""The page of the emergency account: its seal, who broke it and why, what it did, and the form to review that."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts import hooks
from accounts.emergency import actions, reads
from accounts.emergency.forms import BreakForm, ReviewForm
from accounts.once import once
from accounts.permissions import Action, may, require
from accounts.proposals.paper import PaperRefused
from accounts.proposals.reads import lines
from accounts.requests import SignedIn

PER_PAGE = 50
RENEWED = gettext_lazy(
    "信封里的密码只能用于一次启封：用过之后，须由两位市级工作人员提请并复核“重置密码”，把新的两半装入信封重新封存。"
)


def emergency(request: SignedIn) -> HttpResponse:
    require(request.user, Action.REVIEW_EMERGENCY)
    return _page(request)


@once
def break_seal(request: SignedIn) -> HttpResponse:
    require(request.user, Action.BREAK_SEAL)
    account, form = reads.account_of(request.user), BreakForm(request.POST or None, request.FILES or None)
    refused = (
        actions.why_sealed(account, timezone.now()) if account else _("还没有应急账号，须由市级工作人员提请建立。")
    )
    if request.method == "POST" and form.is_valid() and account is not None:
        told = {"reason": form.cleaned_data["reason"], "paper": form.paper}
        try:
            actions.break_seal(account, **told, by=request.user, at=timezone.now())
        except (actions.StaysSealed, PaperRefused) as why:
            form.add_error(None, str(why))
        else:
            messages.success(request, _("应急账号已启封，24 小时后自动封存；再次启封前须重置密码、重新封存。"))
            return redirect("emergency")
    elif form.is_bound and account is None:
        form.add_error(None, refused)
    context = {
        "question": _("启封应急账号？"),
        "explanation": _("只在无人可以复核时使用。启封后 24 小时内可以登录，到时自动封存。"),
        "consequences": [
            _("应急账号只能担任第二人：复核提请，核对、公示、审定、发放他人办理的事项；自己不能提请或办理。"),
            _("启封立即显示在每位市级工作人员和监督员的待办里，并记入办理留痕。"),
            _("它办的每一件事，事后须由两位没有经手的人复查；您启封的，您不复查。"),
            RENEWED,
            *([refused] if refused else []),
        ],
        "form": form,
        "confirm_label": _("启封"),
        "danger": True,
        "cancel_url": reverse("emergency"),
        "crumbs": [(reverse("emergency"), _("应急账号"))],
    }
    status = 409 if form.is_bound and form.non_field_errors() else 400
    return render(request, "base_confirm.html", context, status=status if form.is_bound else 200)


@require_POST
@once
def review(request: SignedIn) -> HttpResponse:
    require(request.user, Action.REVIEW_EMERGENCY)
    form, chosen = ReviewForm(request.POST), request.POST.getlist("acts")
    if not form.is_valid():
        return _page(request, form=form, chosen=chosen, status=400)
    told = form.cleaned_data
    try:
        actions.review(list(told["acts"]), told["verdict"], told["words"], by=request.user, at=timezone.now())
    except actions.ReviewRefused as refused:
        form.add_error(None, str(refused))
        return _page(request, form=form, chosen=chosen, status=409)
    messages.success(request, _("复查结论已登记。"))
    return redirect("emergency")


def _page(
    request: SignedIn, *, form: ReviewForm | None = None, chosen: Sequence[str] = (), status: int = 200
) -> HttpResponse:
    account, now = reads.account_of(request.user), timezone.now()
    page = Paginator(reads.on_record(request.user), PER_PAGE).get_page(request.GET.get("page"))
    acts = reads.as_acts(list(page), request.user, hooks.titles(request))
    context: dict[str, Any] = {
        "seal": reads.seal_of(account, now) if account else None,
        "waits": lines(reads.proposed(request.user, account, now), now),
        "renewed": RENEWED,
        "page": page,
        "acts": acts,
        "headings": [_("复查"), _("事项"), _("对象"), _("时间"), _("办理人"), _("复查情况")],
        "may_review_some": any(not act.why_not for act in acts),
        "chosen": chosen,
        "form": form or ReviewForm(),
        "may_break": may(request.user, Action.BREAK_SEAL),
        "may_manage": may(request.user, Action.MANAGE_ACCOUNTS),
    }
    return render(request, "accounts/emergency.html", context, status=status)
