from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ContestConfig(AppConfig):
    name = "contest"
    verbose_name = _("活动")

    def ready(self) -> None:
        # Importing registers them.
        from contest import blockers, commitments, draw_hooks, hooks, season_hooks, verbs, waiting  # noqa: F401
        from contest.reads import belonging, identity  # noqa: F401
