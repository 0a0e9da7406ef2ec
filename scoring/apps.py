from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ScoringConfig(AppConfig):
    name = "scoring"
    verbose_name = _("评分")

    def ready(self) -> None:
        from scoring import (  # noqa: F401 - importing registers them
            belonging,
            blockers,
            commitments,
            hooks,
            moves,
            verbs,
            waiting,
        )
