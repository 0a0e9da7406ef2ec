"""CPU of the web server for one gigabyte of uploads, over that of a plain streamed copy under the same gunicorn.

In pieces as the browser sends them (4 MB, each with its SHA-256), and in one piece as other tus clients do.
"""

import base64
import hashlib
import http.client
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

from django.conf import settings
from django.db import connections

from bench.upload_drill import entrant
from bench.web import Web, prepare, sign_in
from materials import store

MB = 1024 * 1024
SIZE = 1024 * MB
ROUNDS = 3
BLOCK = os.urandom(4 * MB)


def run() -> None:
    prepare()
    entry, username, password = entrant()
    connections.close_all()
    limits = {"PORTAL_QUOTA_MB": str(ROUNDS * 3 * 1024)}
    bare = Web("bench.bare_upload:application", Path(settings.VAR) / "bare.log")
    ours = Web("config.wsgi:application", Path(settings.VAR) / "web.log", limits)
    try:
        bare.start()
        ours.start()
        headers = [sign_in(ours.port, username, password) for _each in range(4)][-1]
        ways: dict[str, Callable[[], float]] = {
            "one PATCH": lambda: _whole(ours, headers, entry),
            "PATCHes of 4 MB with SHA-256": lambda: _pieces(ours, headers, entry),
        }
        _floor(bare)
        spent: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
        for _round in range(ROUNDS):
            floor = _floor(bare)
            for name, way in ways.items():
                spent[name].append((way(), floor))
        for name, pairs in spent.items():
            ratios = [work / floor for work, floor in pairs]
            work_s, floor_s = median(work for work, _ in pairs), median(floor for _, floor in pairs)
            told = f"{median(ratios):9.2f} × ({min(ratios):.2f} … {max(ratios):.2f})"
            print(f"1 GB in {name:44} {told:32} {work_s:9.2f} s over {floor_s:.2f} s of CPU", flush=True)
    finally:
        bare.close()
        ours.close()


def _floor(bare: Web) -> float:
    before = bare.cpu()
    line = http.client.HTTPConnection("127.0.0.1", bare.port, timeout=120)
    line.request("POST", "/", _blocks(), {"Content-Length": str(SIZE)})
    line.getresponse().read()
    line.close()
    return bare.cpu() - before


def _whole(ours: Web, headers: dict[str, str], entry: int) -> float:
    before = ours.cpu()
    line, where = _begun(ours, headers, entry)
    told = {**headers, **_patch(0), "Content-Length": str(SIZE)}
    line.request("PATCH", where, _blocks(), told)
    _over(line, where, 204)
    return ours.cpu() - before


def _pieces(ours: Web, headers: dict[str, str], entry: int) -> float:
    before = ours.cpu()
    line, where = _begun(ours, headers, entry)
    checksum = "sha256 " + base64.b64encode(hashlib.sha256(BLOCK).digest()).decode()
    for offset in range(0, SIZE, len(BLOCK)):
        line.request("PATCH", where, BLOCK, {**headers, **_patch(offset), "Upload-Checksum": checksum})
        answer = line.getresponse()
        answer.read()
        assert answer.status == 204, answer.status
    _over(line, where)
    return ours.cpu() - before


def _begun(ours: Web, headers: dict[str, str], entry: int) -> tuple[http.client.HTTPConnection, str]:
    line = http.client.HTTPConnection("127.0.0.1", ours.port, timeout=120)
    named = {"entry": str(entry), "kind": "video", "filename": "a.mp4"}
    told = ",".join(f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in named.items())
    first = {**headers, "Tus-Resumable": "1.0.0", "Upload-Length": str(SIZE), "Upload-Metadata": told}
    line.request("POST", "/desk/uploads/", headers=first)
    answer = line.getresponse()
    answer.read()
    assert answer.status == 201, answer.status
    return line, answer.headers["Location"]


def _patch(offset: int) -> dict[str, str]:
    return {"Tus-Resumable": "1.0.0", "Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}


def _over(line: http.client.HTTPConnection, where: str, status: int | None = None) -> None:
    """Read the answer that is still to come, and throw the file away: the disk is not what is measured."""
    if status is not None:
        answer = line.getresponse()
        answer.read()
        assert answer.status == status, answer.status
    line.close()
    store.remove(where.rstrip("/").rpartition("/")[2])


def _blocks() -> Iterator[bytes]:
    for _each in range(SIZE // len(BLOCK)):
        yield BLOCK
