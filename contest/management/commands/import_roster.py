"""manage.py import_roster: a roster file into the registry, whole or not at all."""

import json
from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Role
from contest.actions.roster import Look, NotReady, TakesTwo, import_roster, look
from contest.actions.units import UnitRefused
from contest.models import Season
from registry.excel.answers import Answers
from registry.excel.plan import Plan, PlannedRow
from registry.excel.row import RowProblem
from registry.excel.table import BadMapping, NoTable
from registry.excel.workbook import MAX_FILE_BYTES, Unreadable
from registry.models import District


class Command(BaseCommand):
    help = (
        "Import a roster (.xlsx, .xls or .csv). With a row that is refused, or asked about and not answered "
        "with --accept or --leave, nothing is written, the rows are told, and the exit is 1."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--season", required=True, help="the season's code")
        parser.add_argument("--district", help="code or name, where the file is of one district and does not say so")
        parser.add_argument("--by", metavar="USERNAME", help="in whose name; default: the first account of the office")
        told: dict[str, Any] = {"action": "append", "default": [], "metavar": "ROW"}
        parser.add_argument("--accept", help="import this row although it is asked about; may be repeated", **told)
        parser.add_argument("--leave", help="leave this row out; may be repeated", **told)
        parser.add_argument("--dry-run", action="store_true", help="say what an import would do, write nothing")
        parser.add_argument("--json", action="store_true", help="print the outcome as JSON, also when rows are refused")

    def handle(self, *args: Any, **options: Any) -> None:
        self.as_json = bool(options["json"])
        season = _season(options["season"])
        by = _by(options["by"])
        given = {
            "data": _bytes(options["file"]),
            "name": options["file"].name,
            "district": _district(options["district"], season),
        }
        given["answers"] = Answers(frozenset(options["accept"]), frozenset(options["leave"]))
        try:
            found = look(season, **given, on=timezone.localdate())
            wanted = found.plan.is_ready and not options["dry_run"]
            if wanted:
                import_roster(season, **given, reason=_("命令行导入"), by=by, at=timezone.now())
        except (Unreadable, NoTable, BadMapping, UnitRefused) as refused:
            self.fail(str(refused))
        except TakesTwo as refused:
            self.fail(str(refused) + _("请在网页上导入，由另一人复核。"))
        except NotReady as refused:
            self.tell(found, refused.plan, by, written=False)
        except PermissionDenied as refused:
            raise CommandError(f"{by.username}: {refused}") from refused
        else:
            self.tell(found, found.plan, by, written=wanted)

    def tell(self, found: Look, plan: Plan, by: User, *, written: bool) -> None:
        """The outcome; ends the program with 1 when rows are refused."""
        errors = [_told(row, problem) for row in plan.rows for problem in row.problems]
        asked = [_told(row, question) for row in plan.asking for question in row.questions]
        said = [_told(row, note) for row in plan.rows for note in row.notes]
        skipped = [
            {"sheet": each.sheet, "row": number, "why": why, "text": each.left_out.get(number, "")}
            for each in (found.table, *found.table.together)
            for number, why in each.skipped
        ]
        if self.as_json:
            self.print(
                {
                    "written": written,
                    "by": by.username,
                    "sheet": found.table.sheet,
                    "counts": dict(plan.counts),
                    "errors": errors,
                    "questions": asked,
                    "said": said,
                    "skipped": skipped,
                    "absent": len(plan.absent),
                    "headcounts": [
                        {
                            "district": each.district,
                            "in_file": each.in_file,
                            "after": each.after_import,
                            "decree": each.stated_by_decree,
                            "agrees": each.agrees,
                        }
                        for each in plan.reconciliations
                    ],
                    "notes": [*plan.levels_read, *plan.notes],
                }
            )
        else:
            self.tell_people(plan, errors, by, written)
            self.tell_beside(asked, said, skipped)
        if errors or asked or not plan.rows:
            raise SystemExit(1)

    def tell_people(self, plan: Plan, errors: Iterable[dict[str, Any]], by: User, written: bool) -> None:
        """Refused rows on stderr; what was or would be done on stdout."""
        for error in errors:
            self.stderr.write(_("第 %(row)s 行：%(sentence)s") % error)
        for sentence in [each.sentence for each in plan.reconciliations] + [*plan.levels_read, *plan.notes]:
            self.stdout.write(sentence)
        counts = _("新增 %(add)d，变更 %(change)d，不变 %(same)d，不能导入 %(refuse)d。") % plan.counts
        if not plan.rows:
            self.stderr.write(_("表头下面没有读到人员，什么都没有写入。"))
        elif written:
            self.stdout.write(counts + _("已写入，经手人：%(who)s。") % {"who": f"{by}（{by.username}）"})
        else:
            (self.stdout if plan.counts["refuse"] == 0 else self.stderr).write(counts + _("什么都没有写入。"))

    def tell_beside(
        self, asked: Iterable[dict[str, Any]], said: Iterable[dict[str, Any]], skipped: Iterable[dict[str, Any]]
    ) -> None:
        """What has to be answered, on stderr; what was inferred, joined or left out, on stdout."""
        for each in asked:
            self.stderr.write(
                _("第 %(row)s 行：%(sentence)s（导入：--accept %(row)s；不导入：--leave %(row)s）") % each
            )
        for each in said:
            self.stdout.write(_("第 %(row)s 行：%(sentence)s") % each)
        for each in skipped:
            self.stdout.write(_("没有读入第 %(row)s 行：%(why)s（%(text)s）") % each)

    def fail(self, sentence: str) -> None:
        """The file as a whole is refused."""
        if self.as_json:
            self.print({"written": False, "error": sentence})
            raise SystemExit(1)
        raise CommandError(sentence)

    def print(self, told: dict[str, Any]) -> None:
        self.stdout.write(json.dumps(told, ensure_ascii=False, indent=2))


def _told(row: PlannedRow, problem: RowProblem) -> dict[str, Any]:
    """What is said of a row, named as --accept and --leave take it where several sheets are read."""
    number: int | str = row.name if "!" in row.name else row.number
    return {"row": number, "field": problem.field, "code": problem.code, "sentence": problem.sentence}


def _season(code: str) -> Season:
    season = Season.objects.filter(code=code).first()
    if season is None:
        known = _("、").join(Season.objects.values_list("code", flat=True))
        raise CommandError(_("没有代码为 %(code)s 的届次。现有：%(known)s。") % {"code": code, "known": known or "—"})
    return season


def _district(told: str | None, season: Season) -> District | None:
    if told is None:
        return None
    places = District.objects.filter(stages__season=season)
    district = places.filter(Q(code=told) | Q(name=told)).first()
    if district is None:
        known = _("、").join(f"{place.name}（{place.code}）" for place in places)
        raise CommandError(_("本届没有地区 %(told)s。现有：%(known)s。") % {"told": told, "known": known})
    return district


def _by(username: str | None) -> User:
    """Whoever is named, else the office's first account: somebody answers for every act."""
    people = User.objects.filter(is_active=True)
    if username is not None:
        user = people.filter(username=username).first()
    else:
        user = people.filter(grants__role=Role.OFFICE).order_by("pk").first()
    if user is None:
        raise CommandError(
            _("没有可用的账号 %s。") % username if username else _("还没有市级账号，请先用 first_account 建立。")
        )
    return user


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise CommandError(_("打不开文件 %(path)s：%(why)s") % {"path": path, "why": error.strerror}) from error
