"""Large files over a network that breaks, into a server that is killed, sent by a client that somebody else wrote.

    python -m bench.upload_drill [--times 20] [--mb 500] [--mb-per-s 60] [--life 2 5] [--client tuspy|js] [--json]

A proxy cuts the connection every few seconds; once in each upload the web server and all its workers are killed
(SIGKILL) at a random moment and started again. Afterwards the file on the disk must be the file that was sent, to the
bit. Exit status 1 when one is not. `--client js` fetches tus-js-client with npm.
"""

import argparse
import hashlib
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.cutting_proxy import CuttingProxy
from bench.databases import own_database
from bench.web import TOP, Web, prepare, sign_in

MB = 1024 * 1024
PATIENCE_S = 600
# What tuspy sends at once; the JavaScript client sends all in one piece.
PIECE = 16 * MB


def entrant() -> tuple[int, str, str]:
    """A rehearsal season that collects: the id of an entry, and how its first secretary signs in."""
    from django.db import transaction
    from django.utils import timezone

    from contest.models import Entry
    from demo.build import PASSWORD, build
    from materials.actions.terms import set_terms

    with transaction.atomic():
        here = build(code="net", until="collecting", size="small", now=timezone.now())
        entry = Entry.objects.select_related("stage__season").get(secretary__account__username="maonan-s")
        set_terms(
            entry.stage,
            closes_at=None,
            grace_minutes=0,
            needs_video=False,
            deck_mb=1,
            video_mb=4096,
            video_seconds=300,
            edit=0,
            by=here.people["shi-a"],
            at=timezone.now(),
        )
    return entry.pk, "maonan-s", PASSWORD


def command(client: str, url: str, path: Path, room: Path) -> list[str]:
    if client == "js":
        return ["node", str(TOP / "bench" / "tus_client.mjs"), url, str(path), str(room)]
    return [sys.executable, "-m", "bench.tus_client", url, str(path), str(PIECE)]


def upload(
    web: Web, proxy: CuttingProxy, words: list[str], told: dict[str, Any], size: int, dice: random.Random
) -> str:
    """One upload during which the server is killed once; the token of its file."""
    from materials import store
    from materials.models import Upload

    newest = Upload.objects.order_by("-pk").values_list("token", flat=True)
    before = newest.first()
    process = subprocess.Popen(words, cwd=TOP, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin
    process.stdin.write(json.dumps(told))
    process.stdin.close()
    moment, killed, deadline = dice.uniform(0.1, 0.9) * size, False, time.monotonic() + PATIENCE_S
    while process.poll() is None:
        assert time.monotonic() < deadline, "the upload does not end"
        token = newest.first()
        if not killed and token not in (None, before) and store.size_of(token) >= moment:
            web.kill()
            web.start()
            killed = True
        web.look()
        time.sleep(0.05)
    assert process.returncode == 0, "the client gave up"
    assert killed, "the server was not killed"
    token = newest.first()
    assert token
    return token


def drill(times: int, mb: int, speed: float, lives: tuple[float, float], client: str, state: Path) -> dict[str, Any]:
    """Prepare, send, kill, compare; the figures. Django's environment is set already."""
    import django

    prepare()
    django.setup()
    from materials import store
    from materials.models import Material, Upload

    if client == "js":
        subprocess.run(
            ["npm", "install", "--silent", "--no-audit", "--no-fund", "tus-js-client"], cwd=state, check=True
        )
    entry, username, password = entrant()
    web = Web("config.wsgi:application", state / "web.log")
    web.start()
    # Code and pages are loaded by the first requests: memory is counted from there.
    headers = [sign_in(web.port, username, password) for _each in range(4)][-1]
    idle_kb = web.look()
    proxy = CuttingProxy(web.port, speed * MB, lives)
    url = f"http://127.0.0.1:{proxy.port}/desk/uploads/"
    dice, path, size = random.Random(), state / "film.mp4", mb * MB
    equal, seconds = 0, []
    try:
        for _each in range(times):
            _random_file(path, size)
            metadata = {"entry": str(entry), "kind": "video", "filename": "驻村.mp4"}
            began = time.monotonic()
            words = command(client, url, path, state)
            token = upload(web, proxy, words, {"headers": headers, "metadata": metadata}, size, dice)
            seconds.append(time.monotonic() - began)
            equal += _sha256(store.path_of(token)) == _sha256(path)
            store.remove(token)
            print(f"{len(seconds)}/{times}: {seconds[-1]:.1f} s, {proxy.cuts} cuts so far", file=sys.stderr, flush=True)
    finally:
        proxy.close()
        web.close()
    return {
        "client": client,
        "complete": Upload.objects.filter(state=Upload.State.WHOLE, length=size).count(),
        "times": times,
        "sha256_equal": equal,
        "materials": Material.objects.filter(size=size).count(),
        "cuts": proxy.cuts,
        "kills": times,
        "sent_again_percent": round(100 * (proxy.sent - times * size) / (times * size), 2),
        "peak_worker_mb": round(web.peak_kb / 1024, 1),
        "idle_worker_mb": round(idle_kb / 1024, 1),
        "seconds_each": [round(each, 1) for each in seconds],
    }


def _random_file(path: Path, size: int) -> None:
    with path.open("wb") as file:
        for _each in range(size // MB):
            file.write(os.urandom(MB))


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def run() -> None:
    """As a benchmark: the drill in a process of its own, since it sets up its own database."""
    subprocess.run([sys.executable, "-m", "bench.upload_drill"], check=True)


def main() -> int:
    """Exit status 0 when every file arrived as it was."""
    parser = argparse.ArgumentParser(prog="python -m bench.upload_drill")
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--mb", type=int, default=500)
    parser.add_argument("--mb-per-s", type=float, default=60)
    parser.add_argument("--life", type=float, nargs=2, default=(2, 5), metavar="SECONDS")
    parser.add_argument("--client", choices=["tuspy", "js"], default="tuspy")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="upload-drill-") as name, own_database("upload_drill") as url:
        os.environ |= {"DJANGO_SETTINGS_MODULE": "config.settings", "DATABASE_URL": url, "PORTAL_VAR": name}
        # Nobody inspects what is only noise, and every version stays on its entrant's account.
        os.environ |= {"CELERY_BROKER_URL": "memory://", "PORTAL_QUOTA_MB": str(options.times * options.mb * 2)}
        told = drill(options.times, options.mb, options.mb_per_s, tuple(options.life), options.client, Path(name))
        from django.db import connections

        connections.close_all()
    print(json.dumps(told, ensure_ascii=False, indent=None if options.json else 1))
    return int(not told["complete"] == told["sha256_equal"] == told["materials"] == told["times"])


if __name__ == "__main__":
    sys.exit(main())
