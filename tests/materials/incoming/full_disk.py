"""Run by test_full_disk.py where the media lie on a disk of 8 MB: fills it during an upload, while 电白区 scores.

Prints what was seen as JSON.
"""

import json
import os
import sys

import django

MB = 1024 * 1024
ENTRANTS = 10


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.test.utils import setup_test_environment
    from django.utils import translation

    settings.MEDIA_ROOT = sys.argv[1]
    setup_test_environment()
    call_command("migrate", interactive=False, verbosity=0)
    with translation.override("zh-hans"):
        print(json.dumps(seen()))


def seen() -> dict[str, object]:
    from django.test import Client

    from contest.models import Stage
    from materials import store
    from materials.models import Material
    from scoring.models import Sheet
    from tests import cast
    from tests.materials import handing
    from tests.scoring.filling import fill, level, opened

    heya = cast.first_office()
    cast.season(heya)
    people = cast.colleagues(heya)
    stages = {code: Stage.objects.whole().get(district__code=code) for code in ("maonan", "dianbai")}
    entry = handing.collecting(stages["maonan"], by=people["chenxiao"])[0]
    scoring = opened(stages["dianbai"], entrants=ENTRANTS, judges=3, by=people["huangqiang"])
    client = Client()
    client.force_login(cast.first_secretary(entry, by=heya), backend="django.contrib.auth.backends.ModelBackend")
    data = os.urandom(5 * MB)
    where = handing.create(client, entry, len(data))["Location"]
    handing.send(client, where, data[:1000], 0)
    filler = store.top() / "filler"
    filler.write_bytes(b"x" * (4 * MB))
    full = handing.send(client, where, data[1000:], 1000)
    offset = int(handing.there(client, where)["Upload-Offset"])
    refused = handing.create(client, entry, 6 * MB)
    fill(scoring, level(*[80] * ENTRANTS, judges=3), typist=people["huangqiang"])
    filler.unlink()
    rest = handing.send(client, where, data[offset:], offset)
    material = Material.objects.get()
    return {
        "full": [full.status_code, full.content.decode()],
        "kept": 1000 < offset < len(data),
        "another": refused.status_code,
        "scored": Sheet.objects.filter(stage=scoring, total_c=8000).count(),
        "rest": rest.status_code,
        "same": store.path_of(material.file).read_bytes() == data,
    }


if __name__ == "__main__":
    main()
