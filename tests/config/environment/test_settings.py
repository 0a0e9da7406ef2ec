"""Each setting of docs/operations.md changes something; blank is as if not set; what cannot work stops the start."""

import os
import re
import runpy
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from tests.house import ROOT

BUCKET = {
    "PORTAL_S3_BUCKET": "materials",
    "PORTAL_S3_ENDPOINT": "https://s3.example",
    "PORTAL_S3_KEY": "key",
    "PORTAL_S3_SECRET": "secret",
}
# Name: what an office sets · the setting of Django that it becomes · what that is then.
CASES: dict[str, tuple[str, str, Any]] = {
    "PORTAL_HOSTS": (" portal.example , .maoming.example", "ALLOWED_HOSTS", ["portal.example", ".maoming.example"]),
    "PORTAL_ORIGINS": ("https://portal.example/,", "CSRF_TRUSTED_ORIGINS", ["https://portal.example"]),
    "PORTAL_HTTPS": ("1", "SESSION_COOKIE_NAME", "__Host-sessionid"),
    "PORTAL_PROXIES": ("2", "PROXIES", 2),
    "PORTAL_URL": ("https://portal.example/", "PUBLIC_URL", "https://portal.example"),
    "PORTAL_CERTIFICATE_KEY": ("another", "CERTIFICATE_KEY", "another"),
    "PORTAL_SECRET_KEY": ("another", "SECRET_KEY", "another"),
    "REDIS_URL": ("redis://redis.example/1", "CELERY_BROKER_URL", "redis://redis.example/1"),
    "PORTAL_CERTIFICATE_SIGNER": ("json.dumps", "CERTIFICATE_SIGNER", "json.dumps"),
    "PORTAL_FONT_DIR": ("/", "FONT_DIR", "/"),
    "PORTAL_QUOTA_MB": ("3", "MATERIAL_QUOTA", 3 * 1024 * 1024),
    "PORTAL_STORE_MB": ("4", "MATERIAL_STORE", 4 * 1024 * 1024),
    "PORTAL_RESERVE_MB": ("0", "MATERIAL_RESERVE", 0),
    "PORTAL_UPLOADS_AT_ONCE": ("1", "UPLOADS_AT_ONCE", 1),
    "PORTAL_DEBUG": ("1", "DEBUG", True),
}
# Told by what they become, each in a test of its own below.
OTHERS = {"PORTAL_VAR", "DATABASE_URL", "PORTAL_SQLITE_TIMEOUT", "PORTAL_PROXY_NETWORKS", "PORTAL_S3_…"}
# Read by the signer that they belong to (tests/certificates).
ELSEWHERE = {"PORTAL_SIGNING_KEY", "PORTAL_SIGNING_PASSPHRASE"}
CANNOT_WORK = [
    *(("PORTAL_HTTPS", value) for value in ("yes", "2", "True", "１")),
    *(("PORTAL_DEBUG", value) for value in ("on", "-1", "0.0")),
    *(("PORTAL_PROXIES", value) for value in ("-1", "1.5", "one", "²", "1_0", "9" * 13)),
    *(("PORTAL_QUOTA_MB", value) for value in ("0", "2 GB", "1e3")),
    *(("PORTAL_STORE_MB", value) for value in ("-1", "much")),
    *(("PORTAL_RESERVE_MB", value) for value in ("-5", "½")),
    *(("PORTAL_UPLOADS_AT_ONCE", value) for value in ("0", "many")),
    *(("PORTAL_SQLITE_TIMEOUT", value) for value in ("0", "-1", "nan", "inf", "1_0", "30s")),
    *(("PORTAL_HOSTS", value) for value in ("https://portal.example", "portal.example:8000", ",", "a b")),
    *(("PORTAL_ORIGINS", value) for value in ("portal.example", "https://", "https://a.example/path", "ftp://a")),
    *(("PORTAL_URL", value) for value in ("portal.example", "http://a b", "https://a.example/c?d", "http://[", "x:y")),
    *(("PORTAL_PROXY_NETWORKS", value) for value in ("10.0.0.0/99", "proxy", "10.0.0.1;10.0.0.2")),
    *(("PORTAL_FONT_DIR", value) for value in ("/no/such/folder", "/etc/hostname")),
    *(("PORTAL_CERTIFICATE_SIGNER", value) for value in ("sign", "no.such.module.sign", "..", "json.1x")),
    *(("REDIS_URL", value) for value in ("redis.example:6379", "http://redis.example", "amqp://x")),
    *(("DATABASE_URL", value) for value in ("mysql://x/y", "sqlite://", "sqlite:///", "sqlite:////no/such/x.db")),
    *(("DATABASE_URL", value) for value in ("postgres://host:port/name", "postgres://host", "portal.sqlite3")),
    ("PORTAL_VAR", "/dev/null/var"),
    ("PORTAL_S3_BUCKET", "materials"),
]


@pytest.fixture
def read(monkeypatch, tmp_path):
    """The settings as they are read with these variables and no others."""

    def with_these(**told: str) -> dict[str, Any]:
        for name in [name for name in os.environ if name.startswith(("PORTAL_", "CELERY_", "REDIS_", "DATABASE_"))]:
            monkeypatch.delenv(name)
        for name, value in {"PORTAL_VAR": str(tmp_path), "PORTAL_SECRET_KEY": "of a test", **told}.items():
            monkeypatch.setenv(name, value)
        return runpy.run_path(str(ROOT / "config" / "settings.py"))

    return with_these


def test_every_setting_that_is_documented_is_tried_here():
    table = (ROOT / "docs" / "operations.md").read_text().split("## Which database")[0]
    named = {name for row in re.findall(r"^\| (`.+?) \|", table, re.MULTILINE) for name in re.findall(r"`(.+?)`", row)}
    assert named == {*CASES, *OTHERS, *ELSEWHERE}


@pytest.mark.parametrize("name", CASES)
def test_what_an_office_sets_is_what_the_portal_takes(read, name):
    value, setting, wanted = CASES[name]
    assert (read()[setting] == wanted, read(**{name: value})[setting]) == (False, wanted)


@pytest.mark.parametrize("blank", ["", "  "])
@pytest.mark.parametrize("name", [*CASES, "DATABASE_URL", "PORTAL_SQLITE_TIMEOUT", "PORTAL_PROXY_NETWORKS"])
def test_blank_is_as_if_it_were_not_set(read, name, blank):
    if name == "PORTAL_SECRET_KEY":
        assert len(read(PORTAL_SECRET_KEY=blank)["SECRET_KEY"]) > 40
        return
    told = [read(), read(**{name: blank})]
    settings = [{key: value for key, value in each.items() if key.isupper() and key != "BUCKET"} for each in told]
    assert settings[0] == settings[1]


@pytest.mark.parametrize(("name", "value"), CANNOT_WORK)
def test_what_cannot_work_stops_the_start_with_a_sentence_that_names_it(read, name, value):
    with pytest.raises(ImproperlyConfigured, match=name):
        read(**{name: value})


def test_the_state_folder_holds_all_state_and_is_made(read, tmp_path):
    told = read(PORTAL_VAR=str(tmp_path / "state" / "of 2023"))
    assert (told["VAR"], told["VAR"].is_dir()) == (tmp_path / "state" / "of 2023", True)
    assert [told["MEDIA_ROOT"].parent, told["STATIC_ROOT"].parent] == [told["VAR"]] * 2
    assert told["DATABASES"]["default"]["NAME"] == str(told["VAR"] / "portal.sqlite3")


def test_the_database_is_the_one_that_is_named(read, tmp_path):
    lite = read(DATABASE_URL=f"sqlite:///{tmp_path}/a%20b.sqlite3")["DATABASES"]["default"]
    server = read(DATABASE_URL="postgres://heya:p%40ss@db.example:5433/portal")["DATABASES"]["default"]
    assert (lite["ENGINE"], lite["NAME"]) == ("config.gate", f"{tmp_path}/a b.sqlite3")
    assert [server[name] for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT")] == [
        "portal",
        "heya",
        "p@ss",
        "db.example",
        "5433",
    ]


def test_the_deadline_of_writers_is_the_one_that_is_set(read):
    told = [
        read(**each)["DATABASES"]["default"]["OPTIONS"]["timeout"] for each in ({}, {"PORTAL_SQLITE_TIMEOUT": "1.5"})
    ]
    assert told == [30, 1.5]


def test_proxies_are_known_by_their_networks(read):
    default, own = read()["PROXY_NETWORKS"], read(PORTAL_PROXY_NETWORKS="192.0.2.7, 2001:db8::/32")["PROXY_NETWORKS"]
    assert ["127.0.0.0/8" in map(str, default), [str(each) for each in own]] == [
        True,
        ["192.0.2.7/32", "2001:db8::/32"],
    ]


def test_a_bucket_is_where_materials_go(read):
    pytest.importorskip("storages")
    assert "materials" in read(**BUCKET)["STORAGES"]


def test_https_secures_every_cookie(read):
    told = read(PORTAL_HTTPS="1")
    names = [told[f"{cookie}_COOKIE_NAME"] for cookie in ("SESSION", "CSRF", "DEVICE")]
    assert (names, told["SECURE_HSTS_SECONDS"] > 0) == (["__Host-sessionid", "__Host-csrftoken", "__Host-device"], True)
