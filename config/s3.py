"""Where finished materials are kept, when it is an S3-compatible storage: PORTAL_S3_… become entries of STORAGES."""

from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

NEEDED = ("PORTAL_S3_BUCKET", "PORTAL_S3_ENDPOINT", "PORTAL_S3_KEY", "PORTAL_S3_SECRET")
KNOWN = (*NEEDED, "PORTAL_S3_REGION", "PORTAL_S3_PUBLIC_ENDPOINT", "PORTAL_S3_ADDRESSING")
MB = 1024 * 1024


def storages(environ: Mapping[str, str], *, https: bool = False) -> dict[str, Any]:
    """What STORAGES gets: `materials` as the portal reaches it, `materials_public` as browsers do.

    Empty without a bucket. Raises ImproperlyConfigured where something is missing or cannot work.
    """
    given = {name: environ[name] for name in KNOWN if environ.get(name)}
    if not given:
        return {}
    if missing := [name for name in NEEDED if name not in given]:
        raise ImproperlyConfigured(f"{', '.join(given)} also needs {', '.join(missing)}")
    if find_spec("storages") is None or find_spec("boto3") is None:
        raise ImproperlyConfigured("PORTAL_S3_BUCKET needs the packages of requirements-s3.txt")
    endpoint = _endpoint(given, "PORTAL_S3_ENDPOINT")
    public = _endpoint(given, "PORTAL_S3_PUBLIC_ENDPOINT") if "PORTAL_S3_PUBLIC_ENDPOINT" in given else endpoint
    if https and urlsplit(public).scheme != "https":
        raise ImproperlyConfigured(f"PORTAL_HTTPS=1, but browsers would be sent to {public}: they block that")
    return {"materials": _entry(given, endpoint), "materials_public": _entry(given, public)}


def origins(entries: Mapping[str, Any]) -> list[str]:
    """Where browsers fetch videos from, for the Content-Security-Policy; empty without a bucket."""
    if not entries:
        return []
    options = entries["materials_public"]["OPTIONS"]
    parts = urlsplit(options["endpoint_url"])
    is_virtual = options["client_config"].s3["addressing_style"] == "virtual"
    return [f"{parts.scheme}://{options['bucket_name']}.{parts.netloc}" if is_virtual else options["endpoint_url"]]


def _endpoint(given: Mapping[str, str], name: str) -> str:
    url = given[name].rstrip("/")
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or url != f"{parts.scheme}://{parts.netloc}":
        raise ImproperlyConfigured(f"{name} must look like https://s3.example, not {given[name]!r}")
    if "@" in parts.netloc:
        raise ImproperlyConfigured(f"{name} must not hold a password: PORTAL_S3_KEY and PORTAL_S3_SECRET do")
    return url


def _entry(given: Mapping[str, str], endpoint: str) -> dict[str, Any]:
    from boto3.s3.transfer import TransferConfig
    from botocore.config import Config

    addressing = given.get("PORTAL_S3_ADDRESSING", "path")
    if addressing not in ("path", "virtual"):
        raise ImproperlyConfigured(f"PORTAL_S3_ADDRESSING must be path or virtual, not {addressing!r}")
    config = Config(
        signature_version="s3v4",
        # The signature holds the SHA-256 of each piece: a storage refuses what arrives otherwise, and each kind of
        # storage can, which is not so with the newer checksums.
        s3={"addressing_style": addressing, "payload_signing_enabled": True},
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        # In seconds: a page of the hall waits no longer for a storage that is away.
        connect_timeout=3,
        read_timeout=30,
        retries={"total_max_attempts": 2, "mode": "standard"},
    )
    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": given["PORTAL_S3_BUCKET"],
            "endpoint_url": endpoint,
            "region_name": given.get("PORTAL_S3_REGION", "us-east-1"),
            "access_key": given["PORTAL_S3_KEY"],
            "secret_key": given["PORTAL_S3_SECRET"],
            "default_acl": None,
            "client_config": config,
            # One piece at a time in memory, whatever the size of the file.
            "transfer_config": TransferConfig(
                multipart_threshold=8 * MB, multipart_chunksize=8 * MB, use_threads=False
            ),
        },
    }
