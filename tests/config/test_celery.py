"""The queue made of files carries a message from one process to another."""

import os
import subprocess
import sys

from django.conf import settings

SEND = "from config.celery import app; app.send_task('celery.ping', queue='hall')"
RECEIVE = """
from config.celery import app
with app.connection_for_read() as line:
    message = line.SimpleQueue("hall").get(timeout=10)
    print(message.headers["task"])
    message.ack()
"""


def test_a_task_sent_by_one_process_reaches_another_through_files():
    environ = {
        **os.environ,
        "CELERY_BROKER_URL": "filesystem://localhost",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PORTAL_VAR": str(settings.VAR),
    }
    said = []
    for code in (SEND, RECEIVE):
        done = subprocess.run(
            [sys.executable, "-c", code], env=environ, cwd=settings.BASE_DIR, capture_output=True, text=True, timeout=60
        )
        assert done.returncode == 0, done.stderr
        said.append(done.stdout.strip())
    assert said == ["", "celery.ping"]
