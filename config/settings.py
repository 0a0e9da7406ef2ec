"""Settings of the portal. What an office may want to change comes from the environment; see docs/operations.md."""

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from config import s3
from config.environment.reading import (
    broker,
    flag,
    folder,
    function,
    hosts,
    networks,
    number,
    origin,
    origins,
    seconds,
    text,
)

# openpyxl writes through lxml where it is installed, and lxml turns a carriage return in a cell into a line feed.
os.environ.setdefault("OPENPYXL_LXML", "False")

BASE_DIR = Path(__file__).resolve().parent.parent
VAR = Path(text("PORTAL_VAR") or BASE_DIR / "var").resolve()
try:
    VAR.mkdir(parents=True, exist_ok=True)
except OSError as refused:
    raise ImproperlyConfigured(f"PORTAL_VAR names {VAR}, which cannot be made: {refused.strerror}.") from refused


def secret_key() -> str:
    """PORTAL_SECRET_KEY, or a key made once and kept in the state folder, readable by the portal's own user only."""
    if given := text("PORTAL_SECRET_KEY"):
        return given
    path = VAR / "secret-key"
    try:
        with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as new:
            new.write(secrets.token_urlsafe(50))
    except FileExistsError:
        pass
    return path.read_text()


def database(url: str) -> dict[str, Any]:
    """A DATABASES entry from DATABASE_URL; empty means SQLite in the state folder."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as fault:
        raise ImproperlyConfigured(f"DATABASE_URL cannot be read: {fault}.") from fault
    if parts.scheme == "sqlite" or not url:
        name = "/" + unquote(parts.path).lstrip("/") if url else str(VAR / "portal.sqlite3")
        if Path(name).is_dir() or not Path(name).parent.is_dir():
            wanted = "a file in a folder that exists: sqlite:////path"
            raise ImproperlyConfigured(f"DATABASE_URL must name {wanted}, not {url!r}.")
        return {
            "ENGINE": "config.gate",
            "NAME": name,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": seconds("PORTAL_SQLITE_TIMEOUT", 30),
                "gate": not flag("PORTAL_NO_WRITE_GATE"),
                "busy": seconds("PORTAL_SQLITE_BUSY", 3600),
                "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA foreign_keys=ON;",
            },
            # A real file: the test servers and race drills use several processes.
            "TEST": {"NAME": str(VAR / "test.sqlite3")},
        }
    if parts.scheme in ("postgres", "postgresql"):
        if not parts.path.lstrip("/"):
            raise ImproperlyConfigured("DATABASE_URL names no database: postgres://user:password@host/name.")
        query = dict(pair.split("=", 1) for pair in parts.query.split("&") if "=" in pair)
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": unquote(query.get("host", parts.hostname or "")),
            "PORT": str(port or query.get("port", "")),
            "CONN_MAX_AGE": 60,
        }
    raise ImproperlyConfigured(f"DATABASE_URL starts with {parts.scheme}://; postgres:// and sqlite:/// are known")


DEBUG = flag("PORTAL_DEBUG")
SECRET_KEY = secret_key()
ALLOWED_HOSTS = hosts("PORTAL_HOSTS", "127.0.0.1,localhost,[::1]")
# How the world reaches the portal: printed into every certificate's QR code.
PUBLIC_URL = origin("PORTAL_URL", "http://127.0.0.1:8000")
# Codes of certificates are derived with this key; whoever loses it can no longer print one of them again.
CERTIFICATE_KEY = text("PORTAL_CERTIFICATE_KEY") or SECRET_KEY
# A dotted path to a function from PDF bytes to signed PDF bytes; see docs/operations.md.
CERTIFICATE_SIGNER = function("PORTAL_CERTIFICATE_SIGNER")
# Where the fonts of printed paper are looked for first.
FONT_DIR = folder("PORTAL_FONT_DIR")
# Behind HTTPS the cookies are Secure and carry the __Host- prefix; a closed hall network may run plain HTTP.
HTTPS = flag("PORTAL_HTTPS")
# Finished materials go here, where a bucket is named; they come in and are inspected on the disk all the same.
BUCKET = s3.storages(os.environ, https=HTTPS)

INSTALLED_APPS = [
    "registry",
    "accounts",
    "contest",
    "materials",
    "scoring",
    "quota",
    "certificates",
    "demo",
    "crispy_forms",
    "django_htmx",
    "config.admin.SupportConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "config.web.headers.on_every_answer",
    "config.web.wellformed.readable_cookies",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.web.busy.Sessions",
    "django.middleware.locale.LocaleMiddleware",
    "config.web.wellformed.WellFormed",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.NotedAccess",
    "accounts.middleware.OpenInBrowser",
    "accounts.middleware.TryAgain",
    "accounts.middleware.LittleFromStrangers",
    "accounts.middleware.SignInFirst",
    "accounts.middleware.SealedAgain",
    "accounts.middleware.FirstPassword",
    "accounts.middleware.FormsWhereTaken",
    "accounts.middleware.private_pages",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "accounts.frame.frame",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static", "accounts.templatetags.once"],
        },
    }
]
CRISPY_ALLOWED_TEMPLATE_PACKS = ("portal",)
CRISPY_TEMPLATE_PACK = "portal"
CRISPY_FAIL_SILENTLY = False

DATABASES = {"default": database(text("DATABASE_URL"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "desk"
LOGOUT_REDIRECT_URL = "sign_in"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    # First passwords that two people hand over.
    "accounts.halves.HalvesHasher",
]
# Of PBKDF2 with SHA-256, for each half; together as many as Django asks of a whole password.
FIRST_PASSWORD_ROUNDS = 500_000
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
# Each proxy in front of the portal adds the address it was asked from; without one nobody's word for it is taken.
PROXIES = number("PORTAL_PROXIES", 0)
PRIVATE = "127.0.0.0/8,::1/128,10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,fc00::/7"
PROXY_NETWORKS = networks("PORTAL_PROXY_NETWORKS", PRIVATE)


SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-sessionid" if HTTPS else "sessionid"
CSRF_FAILURE_VIEW = "accounts.refused_forms.csrf_failure"
CSRF_COOKIE_NAME = "__Host-csrftoken" if HTTPS else "csrftoken"
DEVICE_COOKIE_NAME = "__Host-device" if HTTPS else "device"
CSRF_COOKIE_HTTPONLY = True
CSRF_TRUSTED_ORIGINS = origins("PORTAL_ORIGINS")
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "media-src": [SELF, *s3.origins(BUCKET)],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("简体中文")), ("en", _("英文"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = HTTPS
TIME_ZONE = "Asia/Shanghai"
USE_I18N = USE_TZ = True
USE_THOUSAND_SEPARATOR = False

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = VAR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "config.statics.Statics"},
    **BUCKET,
}
WHITENOISE_USE_FINDERS = DEBUG
# Uploaded files live outside every folder that a web server serves.
MEDIA_ROOT = VAR / "media"
MEDIA_URL = "media-is-served-by-views-only/"
FILE_UPLOAD_PERMISSIONS = 0o640
# In bytes: what one entrant may keep here, what all may (0: what the disk holds), and what is left to the scores.
MATERIAL_QUOTA = number("PORTAL_QUOTA_MB", 2048, least=1) * 1024 * 1024
MATERIAL_STORE = number("PORTAL_STORE_MB", 0) * 1024 * 1024
MATERIAL_RESERVE = number("PORTAL_RESERVE_MB", 2048) * 1024 * 1024
# Pieces that one web process takes in at the same time: the other threads stay with the scores.
UPLOADS_AT_ONCE = number("PORTAL_UPLOADS_AT_ONCE", 8, least=1)
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

CELERY_BROKER_URL = text("CELERY_BROKER_URL") or broker("REDIS_URL", "redis://127.0.0.1:6379/0")
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = 300
CELERY_TASK_SOFT_TIME_LIMIT = 240
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = TIME_ZONE
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 900,
    # kombu looks for lost tasks only at every tenth poll and tenth interval unless told otherwise.
    "unacked_restore_interval": 2,
    "unacked_restore_throttle": 1,
    # Seconds that a request may wait for a queue that does not answer.
    "socket_connect_timeout": 2,
    # A refused connection is tried once more, at once.
    "max_retries": 1,
    "interval_start": 0,
}
CELERY_BEAT_SCHEDULE = {
    "tidy-rosters": {"task": "contest.tasks.tidy", "schedule": 3600.0},
    "check-the-log": {"task": "accounts.tasks.check_the_log", "schedule": 3600.0},
    # A sweep that nobody ran in time is not run later: the next one does the same.
    "sweep-certificates": {"task": "certificates.tasks.sweep", "schedule": 10.0, "options": {"expires": 10}},
    "sweep-materials": {"task": "materials.tasks.sweep", "schedule": 10.0, "options": {"expires": 10}},
    "put-away-materials": {"task": "materials.tasks.put_away", "schedule": 10.0, "options": {"expires": 10}},
    "tidy-materials": {"task": "materials.tasks.tidy", "schedule": 3600.0},
    "tidy-certificates": {"task": "certificates.tasks.tidy", "schedule": 3600.0},
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
}
