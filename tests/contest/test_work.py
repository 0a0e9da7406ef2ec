"""The queue is only a hint: without one everything goes on."""

import os
import subprocess
import sys

from django.conf import settings

SEND = """
import django
django.setup()
from certificates.tasks import make_certificates
from contest.work import send
send(make_certificates, times=300)
print("went on")
"""


def test_without_a_queue_the_request_goes_on_and_the_log_says_so_once():
    environ = {
        **os.environ,
        "CELERY_BROKER_URL": f"redis+socket://{settings.VAR}/nobody-listens.sock",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PORTAL_VAR": str(settings.VAR),
        "DATABASE_URL": "",
    }
    done = subprocess.run(
        [sys.executable, "-c", SEND], env=environ, cwd=settings.BASE_DIR, capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stdout.strip()) == (0, "went on"), done.stderr
    assert done.stderr.count("the queue did not take certificates.tasks.make_certificates") == 1
