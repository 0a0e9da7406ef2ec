"""The hall's files onto a disk that is carried there."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from contest.models import Stage
from materials import hall, hall_folder


class Command(BaseCommand):
    help = (
        "Put the files that count into a folder, in running order, with playlist and checksums. May be run again:"
        " what is there and right is left as it is. Exit status 1 when something is missing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("stage", type=int, help="the number in the address of the stage's page")
        parser.add_argument("--out", type=Path, required=True, help="the folder; made when it is not there")
        parser.add_argument(
            "--link",
            action="store_true",
            help="hard links instead of copies: no space and no time, but whoever edits such a file edits the portal's",
        )

    def handle(self, *, stage: int, out: Path, link: bool, **options: Any) -> None:
        here = Stage.objects.whole().filter(pk=stage).first()
        if here is None:
            raise CommandError(f"There is no stage {stage}.")
        package = hall.hall_of(here)
        try:
            made = hall_folder.fill(out, package, link=link)
        except OSError as reason:
            raise CommandError(f"{out}: {reason}") from None
        self.stdout.write(f"{made.written} written, {made.kept} already there, {len(made.cleared)} cleared away")
        lacking = [f"{place.who}: {'、'.join(place.missing)}" for place in package.lacking]
        if wrong := made.failed + lacking:
            raise CommandError("\n".join(wrong))
