from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("账号与权限")

    def ready(self) -> None:
        # Importing registers them.
        from accounts import commitments, triggers  # noqa: F401
        from accounts.emergency import registered  # noqa: F401
        from accounts.proposals import accounts, waiting  # noqa: F401

        post_migrate.connect(triggers.after_migrate, sender=self)
