"""The Celery application; its settings are the CELERY_… names in settings.py."""

import os
from pathlib import Path
from typing import Any

from celery import Celery
from celery.signals import worker_ready
from django.conf import settings

from config import broker

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("config")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@app.on_after_configure.connect
def _name_the_folders(sender: Celery, **_: Any) -> None:
    if sender.conf.broker_url.startswith("filesystem:"):
        sender.conf.broker_transport_options = broker.filesystem_options(settings.VAR)


@worker_ready.connect
def _tell_the_supervisor(**_: Any) -> None:
    if path := os.environ.get("PORTAL_READY_FILE"):
        Path(path).touch()
