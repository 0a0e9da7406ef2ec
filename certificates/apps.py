from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CertificatesConfig(AppConfig):
    name = "certificates"
    verbose_name = _("证书与反馈函")

    def ready(self) -> None:
        from certificates import belonging, commitments, ending_hooks, hooks, removal, verbs, waiting  # noqa: F401 - importing registers them
