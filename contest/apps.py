from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ContestConfig(AppConfig):
    name = "contest"
    verbose_name = _("活动")

    def ready(self) -> None:
        from contest import blockers, commitments, draw_hooks, hooks, verbs, waiting  # noqa: F401 - importing registers them
        from contest.reads import belonging  # noqa: F401
