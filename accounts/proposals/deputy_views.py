"""The pages on which the office names a deputy for a day, and ends that early."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import hooks
from accounts.models import Grant
from accounts.once import once
from accounts.permissions import Action, fetch, require
from accounts.proposals import deputies
from accounts.proposals.forms import DeputyForm
from accounts.requests import SignedIn
from accounts.roles import Role


@once
def name_deputy(request: SignedIn) -> HttpResponse:
    require(request.user, Action.MANAGE_ACCOUNTS)
    season = hooks.page_season(request).season
    form = DeputyForm(request.POST or None, by=request.user, rehearsal=season.code if season.rehearsal else "")
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            made = deputies.name_deputy(
                told["user"], told["district"], reason=told["reason"], by=request.user, at=timezone.now()
            )
        except deputies.NotSuitable as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("已指定：%(who)s。") % {"who": made.user})
            return redirect("accounts")
    context = {
        "question": _("指定临时复核员"),
        "explanation": _("县区无人可以复核时，请另一部门或另一镇街的人代为复核，24 小时后自动结束。"),
        "consequences": [
            _("只能复核该县区组织者可以复核的提请，可以查看赛段和分数；不能办理其他任何事项。"),
            _("您自己提请的事项，您指定的人不能复核。"),
        ],
        "form": form,
        "confirm_label": _("指定"),
        "cancel_url": reverse("accounts"),
        "crumbs": [(reverse("accounts"), _("账号"))],
    }
    return render(request, "base_confirm.html", context, status=400 if form.is_bound else 200)


@require_POST
@once
def end_deputy(request: SignedIn, pk: int) -> HttpResponse:
    found = Grant.objects.filter(role=Role.DEPUTY).select_related("user", "district")
    grant = fetch(request.user, Action.MANAGE_ACCOUNTS, found, pk=pk)
    try:
        deputies.end_deputy(grant, by=request.user, at=timezone.now())
    except deputies.AlreadyOver as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("已结束%(who)s的临时复核。") % {"who": grant.user})
    return redirect("accounts")
