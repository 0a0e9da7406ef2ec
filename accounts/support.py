"""The support pages under /admin/: what is in the tables, for looking only, for superusers only."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache


class ReadOnly:
    """Shown, never changed: every change goes through an action, where it is checked and logged."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class SupportSite(admin.AdminSite):
    """Signing in and out happens on the portal's own pages, with its lockout and its log line."""

    site_header = site_title = _("数据查看（只读）")
    index_title = _("改动请在工作台办理，这里只看不改")
    site_url = "/desk/"
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        """Superusers, once they have a password of their own."""
        user: Any = request.user
        return bool(user.is_active and user.is_superuser and not user.must_change_password)

    @method_decorator(never_cache)
    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The portal's sign-in; whoever is signed in and has no business here finds nothing."""
        if request.user.is_authenticated and not self.has_permission(request):
            raise Http404
        return redirect_to_login(request.GET.get("next") or "/admin/")

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Whatever an app registers, its own or somebody else's, is read-only here."""
        base = admin_class or admin.ModelAdmin
        made = type(base.__name__, (ReadOnly, base), {"__module__": base.__module__})
        super().register(model_or_iterable, made, **options)
