from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MaterialsConfig(AppConfig):
    name = "materials"
    verbose_name = _("参赛材料")

    def ready(self) -> None:
        from materials import belonging, commitments, removal, verbs, waiting  # noqa: F401 - importing registers them
