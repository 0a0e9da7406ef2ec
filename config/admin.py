"""Django's admin under the portal's own site: read-only, for support."""

from django.contrib.admin.apps import AdminConfig


class SupportConfig(AdminConfig):
    default_site = "accounts.support.SupportSite"
