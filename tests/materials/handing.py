"""Entrants who hand in: a stage that collects, first secretaries with accounts, files sent in pieces."""

import base64
import hashlib
from datetime import datetime
from typing import Any

from django.test import Client

from accounts.models import User
from contest.models import Entry, Stage
from contest.models.stage import State
from materials import store
from materials.actions import uploading
from materials.models import Kind, Material, Upload, Verdict
from tests import cast

TUS = {"Tus-Resumable": "1.0.0"}


def collecting(stage: Stage, *, by: User, entrants: int = 1) -> list[Entry]:
    """Entrants of a stage that collects; 陈志远 is the first of them."""
    entries = cast.enter_people(stage, entrants, by=by)
    here = cast.put(stage, State.COLLECTING)
    for entry in entries:
        entry.stage = here
    return entries


def arrived(
    entry: Entry, data: bytes, *, by: User, kind: str = Kind.DECK, name: str = "汇报.pptx", at: datetime
) -> Material:
    """A file that has come in whole and is not inspected yet."""
    upload = uploading.begin(entry, kind=kind, name=name, length=len(data), by=by, at=at)
    store.room_for(upload.token).write_bytes(data)
    return uploading.complete(upload, at=at)


def accepted(
    entry: Entry, data: bytes = b"x", *, by: User, kind: str = Kind.DECK, at: datetime, **fields: Any
) -> Material:
    """A file that was found good, without looking: for tests of what comes after."""
    material = arrived(entry, data, by=by, kind=kind, at=at)
    fields = {"format": "pptx" if kind == Kind.DECK else "mp4", "sha256": hashlib.sha256(data).hexdigest(), **fields}
    Material.objects.filter(pk=material.pk).update(progress="done", done_at=at, verdict=Verdict.ACCEPTED, **fields)
    material.refresh_from_db()
    return material


def started(upload: Upload, data: bytes = b"1", *, at: datetime) -> Upload:
    """An upload of which these bytes have come."""
    uploading.place(upload, at=at)
    store.room_for(upload.token).write_bytes(data)
    return upload


def metadata(**told: Any) -> str:
    return ",".join(f"{name} {base64.b64encode(str(value).encode()).decode()}" for name, value in told.items())


def create(
    client: Client, entry: Entry, length: int, *, kind: str = "deck", filename: str = "汇报.pptx", **more: str
) -> Any:
    """The answer to the beginning of an upload over HTTP."""
    told = metadata(entry=entry.pk, kind=kind, filename=filename, **more)
    return client.post("/desk/uploads/", headers={**TUS, "Upload-Length": str(length), "Upload-Metadata": told})


def send(client: Client, where: str, data: bytes, offset: int, **headers: str) -> Any:
    """The answer to a piece."""
    told = {**TUS, "Upload-Offset": str(offset), **{name.replace("_", "-"): value for name, value in headers.items()}}
    return client.patch(where, data, content_type="application/offset+octet-stream", headers=told)


def there(client: Client, where: str) -> Any:
    return client.head(where, headers=TUS)


def upload_of(where: str) -> Upload:
    return Upload.objects.get(token=where.rstrip("/").rpartition("/")[2])
