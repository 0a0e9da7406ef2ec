"""The portal's settings in tests: a state folder of their own, removed afterwards."""

import atexit
import os
import shutil
import tempfile

# Before the settings are read: they make this folder.
os.environ["PORTAL_VAR"] = tempfile.mkdtemp(prefix="portal-test-")
# WhiteNoise warns when there is no such folder; nothing is collected into it here.
os.mkdir(os.path.join(os.environ["PORTAL_VAR"], "static"))
atexit.register(shutil.rmtree, os.environ["PORTAL_VAR"], ignore_errors=True)
os.environ.setdefault("PORTAL_SECRET_KEY", "tests sign with this key and nothing else does")
os.environ["CELERY_BROKER_URL"] = "memory://"

from config.settings import *  # noqa: E402, F403

# Static files as they lie in the checkout: pages name them without a manifest, which only collectstatic writes.
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Argon2 is slow on purpose; hundreds of people sign in here.
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.MD5PasswordHasher",
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "accounts.halves.HalvesHasher",
]
FIRST_PASSWORD_ROUNDS = 1_000
# The disk of whoever runs the tests may be nearly full; how a full one is met has tests of its own.
MATERIAL_RESERVE = 0
