"""Making a stage's 212 certificates, against the bare typst compile of the same documents."""

import json
import time
from collections.abc import Callable
from datetime import date, datetime
from datetime import time as clock

import typst

from accounts.models import User
from bench import ratio
from certificates import making
from certificates.models import Certificate
from certificates.paper import certificate as paper
from certificates.paper import typeset
from contest.models import Season, Stage
from contest.models.work import Progress
from registry import fonts
from tests import cast
from tests.certificates.closed import asked

ENTRANTS = 212
ROUNDS = 3


def run() -> None:
    office = season()
    stage = Stage.objects.whole().get(district__code="maonan")
    asked(stage, ENTRANTS, organizer=office, office=office)
    bare = bare_compile()
    make_all()
    ratio(f"make {ENTRANTS}: claim, render, fsync, hash, rows", make_all, bare, rounds=ROUNDS)
    at_work, at_floor = seconds(make_all), seconds(bare)
    print(
        f"by the clock, one worker: {ENTRANTS / at_work:.0f} certificates/s over {ENTRANTS / at_floor:.0f} bare: "
        f"{at_work / at_floor:.2f} ×"
    )


def season() -> User:
    office = cast.first_office()
    cast.season(office)
    Season.objects.update(is_rehearsal=True)
    return office


def make_all() -> None:
    """All certificates wanted, then all made."""
    Certificate.objects.update(progress=Progress.WANTED, attempts=0, claim="", rest_until=None)
    making.work_off()


def bare_compile() -> Callable[[], None]:
    """The floor: typst alone, on the very inputs, fonts and standards; nothing is looked up, written or hashed."""
    names = fonts.families()
    inputs = []
    for row in Certificate.objects.all():
        stated = row.facts, row.address, row.short
        data = paper.data_of(row.serial, [stated])
        text = json.dumps(data, ensure_ascii=False, sort_keys=True)
        made = datetime.combine(date.fromisoformat(data["dated"]), clock(), typeset.BEIJING)
        inputs.append(({"data": text, "serif": names.serif, "sans": names.sans}, made))
    loaded = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(fonts.folder())])
    compiler = typst.Compiler(str(typeset.HERE / "certificate.typ"), root=str(typeset.HERE), font_paths=loaded)

    def compile_all() -> None:
        for sys_inputs, made in inputs:
            compiler.compile(format="pdf", sys_inputs=sys_inputs, pdf_standards=typeset.STANDARDS, timestamp=made)

    return compile_all


def seconds(work: Callable[[], None]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
