"""What the press may print of a first secretary: written by themselves, or by their organizer for them."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.once import once
from accounts.permissions import Action, fetch
from accounts.requests import SignedIn
from certificates.forms.profile import ProfileForm
from contest.actions import profile as actions
from contest.models import Entry, Profile
from contest.photo import PhotoRefused


@once
def profile(request: SignedIn, pk: int) -> HttpResponse:
    entry = _entry(request, pk)
    here, own = actions.profile_of(entry), actions.is_own(entry, request.user)
    form = ProfileForm(*_sent(request), profile=here, own=own)
    if form.is_valid():
        told = form.cleaned_data
        try:
            actions.edit_profile(
                entry,
                biography=told["biography"],
                photo=form.picture,
                remove_photo=told["remove_photo"],
                consent=form.consent,
                edit=told["edit"],
                by=request.user,
                at=timezone.now(),
            )
        except PhotoRefused as refused:
            form.add_error("photo", str(refused))
        except actions.ProfileRefused as refused:
            form.add_error(None, str(refused))
        except actions.StaleProfile as stale:
            return _conflict(request, entry, form, stale.now)
        else:
            messages.success(request, _("宣传资料已保存。"))
            return redirect("certificates:profile", pk=pk)
    context = {"entry": entry, "profile": here, "own": own, "form": form}
    return render(request, "certificates/profile.html", context, status=400 if form.is_bound else 200)


def photo(request: SignedIn, pk: int) -> FileResponse:
    """The photo, as the portal keeps it, to whoever may change it."""
    here = actions.profile_of(_entry(request, pk))
    if here is None or not here.photo:
        raise Http404
    try:
        file = here.photo.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    return FileResponse(file, content_type="image/jpeg", filename="photo.jpg")


def _entry(request: SignedIn, pk: int) -> Entry:
    return fetch(request.user, Action.EDIT_PROFILE, Entry.objects.whole(), pk=pk)


def _sent(request: SignedIn) -> tuple[Any, Any]:
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)


def _conflict(request: SignedIn, entry: Entry, form: ProfileForm, now: Profile | None) -> HttpResponse:
    """Both versions side by side, and the form once more with the version it would replace now."""
    told = form.cleaned_data
    theirs = {
        "biography": now.biography if now else "",
        "photo": _("有照片") if now and now.photo else _("没有照片"),
        "consent": _("已同意") if now and now.agreed_at else _("未同意"),
    }
    yours = {
        "biography": told["biography"],
        "photo": _("新选择的照片，须重新选择") if told.get("photo") else _("不更换"),
        "consent": _consent_told(form),
    }
    labels = {"biography": _("个人简介"), "photo": _("照片"), "consent": _("宣传同意")}
    rows = [
        {
            "label": label,
            "theirs": theirs[name],
            "yours": yours[name],
            "differs": theirs[name] != yours[name] and yours[name] not in (_("不更换"), _("不变")),
        }
        for name, label in labels.items()
    ]
    context = {
        "entry": entry,
        "rows": rows,
        "theirs_by": now.changed_by if now else None,
        "theirs_at": now.changed_at if now else None,
        "resubmit": [*_again(form), ("edit", now.edit if now else 0)],
    }
    return render(request, "certificates/profile_stale.html", context, status=409)


def _consent_told(form: ProfileForm) -> str:
    consent = form.consent
    if consent.withdrawn:
        return _("未同意") if form.own else _("撤回同意")
    if consent.given or consent.on_paper:
        return _("已同意")
    return _("不变")


def _again(form: ProfileForm) -> list[tuple[str, str]]:
    """The fields of the form as a browser would send them again; a file cannot be."""
    told = form.cleaned_data
    ticks = [(name, "on") for name in ("agreed", "withdrawn", "remove_photo") if told.get(name)]
    day = told.get("on_paper")
    return [("biography", told["biography"]), *ticks, *([("on_paper", day.isoformat())] if day else [])]
