from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class QuotaConfig(AppConfig):
    name = "quota"
    verbose_name = _("决赛名额")

    def ready(self) -> None:
        from quota import banners, belonging, blockers, commitments, headcounts, hooks, verbs, waiting  # noqa: F401
