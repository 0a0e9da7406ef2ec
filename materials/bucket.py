"""Speaking to the S3-compatible storage, where the settings name one (config/s3.py).

What it needs is installed only there, so it is imported only when it is used.
"""

from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import storages

from materials import store
from materials.store import Seen

INSIDE, PUBLIC = "materials", "materials_public"
PIECE = 1024 * 1024


class Silent(Exception):
    """The storage does not answer, or not as it should; the message is its own."""


@dataclass(frozen=True, slots=True)
class Held:
    """What the storage holds: how many bytes, and which SHA-256 they had when they were sent."""

    size: int
    sha256: str


def is_set() -> bool:
    """Whether this portal has a storage besides its disk."""
    return INSIDE in settings.STORAGES


def held(name: str) -> Held | None:
    """What is held under this name; None where there is nothing. Raises Silent."""
    try:
        with _asking():
            told = _client().head_object(Bucket=_bucket(), Key=_key(name))
    except store.Missing:
        return None
    return Held(told["ContentLength"], told["Metadata"].get("sha256", ""))


def listed() -> dict[str, Seen]:
    """Everything it holds, by name: one question for a thousand. Raises Silent."""
    with _asking():
        pages = _client().get_paginator("list_objects_v2").paginate(Bucket=_bucket(), Prefix=f"{store.FOLDER}/")
        found = [each for page in pages for each in page.get("Contents", ())]
    return {each["Key"].rpartition("/")[2]: Seen(each["Size"], each["ETag"]) for each in found}


def put(name: str, path: Path, sha256: str) -> None:
    """Send a file, piece by piece; there is none of it until all of it is there. Raises Silent."""
    told = {"ContentType": "application/octet-stream", "Metadata": {"sha256": sha256}}
    with _asking(), path.open("rb") as file:
        _client().upload_fileobj(file, _bucket(), _key(name), ExtraArgs=told, Config=_storage().transfer_config)


def pieces(name: str) -> Generator[bytes, None, None]:
    """The bytes of a file. Raises store.Missing, Silent."""
    with _asking(), closing(_client().get_object(Bucket=_bucket(), Key=_key(name))["Body"]) as body:
        yield from body.iter_chunks(PIECE)


def address(name: str, *, disposition: str, content_type: str, method: str, seconds: int) -> str:
    """Where whoever knows it may fetch the file for so long; the storage is not asked."""
    told = {"ResponseContentDisposition": disposition, "ResponseContentType": content_type}
    asked = {"Bucket": _bucket(), "Key": _key(name), **told}
    url: str = _client(PUBLIC).generate_presigned_url("get_object", asked, ExpiresIn=seconds, HttpMethod=method)
    return url


@contextmanager
def _asking() -> Iterator[None]:
    """Raises store.Missing, Silent."""
    from boto3.exceptions import Boto3Error
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as refused:
        if refused.response["Error"]["Code"] in ("404", "NoSuchKey"):
            raise store.Missing from None
        raise Silent(str(refused)) from refused
    except (Boto3Error, BotoCoreError) as wrong:
        raise Silent(str(wrong)) from wrong


def _key(name: str) -> str:
    return f"{store.FOLDER}/{name[:2]}/{name}"


def _storage() -> Any:
    return storages[INSIDE]


def _client(alias: str = INSIDE) -> Any:
    return _shared(storages[alias])


@lru_cache(maxsize=2)
def _shared(storage: Any) -> Any:
    """One client for all threads, which they may share: the storage's own, one for each thread, fills the memory."""
    return storage.connection.meta.client


def _bucket() -> str:
    name: str = _storage().bucket_name
    return name
