"""Letters to dispatching units: written, written again, sent, received (notice VI(3))."""

import hashlib
import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import log
from accounts.permissions import Action, require
from accounts.words import written
from certificates import facts as told
from certificates import letters
from certificates.letters import To
from certificates.models import Letter
from contest.models import Award, Season, Stage
from contest.models.stage import Kind, State
from contest.workflow import Problem
from registry.fonts import unshowable

if TYPE_CHECKING:
    from accounts.models import User


LONGEST_NUMBER = 64
# The year in a number, in the brackets that official papers use, or in others that people type.
YEAR = re.compile(r"[〔\[［【（(]\s*((?:19|20)[0-9]{2})\s*[〕\]］】）)]")


class LetterRefused(Exception):
    """The step cannot be taken; the message says why and what to do."""


class NotReady(LetterRefused):
    """The season's letters cannot be written yet; `problems` says why."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__(" ".join(problem.text for problem in problems))


class NotLive(LetterRefused):
    """A newer version took the letter's place."""


class Unchanged(LetterRefused):
    """The registry says what the letter says."""


class NobodyLeft(LetterRefused):
    """The unit has no prize winner any more."""


class WrongNumber(LetterRefused):
    """A number that cannot stand on this letter: of another year, or another letter's."""


class NoNumber(LetterRefused):
    """A letter without the office's number does not go out."""


class AlreadySent(LetterRefused):
    """The sending was recorded before."""


class NotSent(LetterRefused):
    """What was not sent is not received."""


class AlreadyReceived(LetterRefused):
    """The receipt was recorded before."""


class WrongDay(LetterRefused):
    """The day lies in the future, or before the step it must follow."""


def hindrances(season: Season) -> list[Problem]:
    """Everything that stands in the way of writing the season's letters."""
    final = letters.final_of(season)
    return list(_hindrances(season, final, letters.winners(final) if final else {}))


@transaction.atomic
def write_letters(season: Season, *, dated: date, by: "User", at: datetime) -> list[Letter]:
    """Write a letter to each unit that sent a first to third prize of the final and has none yet; those, in order.

    Units that have a letter are left alone, so a second time writes nothing. Raises NotReady.
    """
    require(by, Action.SEND_LETTERS, season)
    final = Stage.objects.held().filter(season=season, kind="final").first()
    units = letters.winners(final) if final else {}
    if problems := list(_hindrances(season, letters.final_of(season), units)):
        raise NotReady(problems)
    have_one = set(Letter.objects.filter(season=season, live=True).values_list("unit", flat=True))
    last = Letter.objects.filter(season=season).aggregate(Max("number"))["number__max"] or 0
    missing = [unit for unit in units if unit.pk not in have_one]
    made = [
        _new(season, unit, units[unit], number=number, dated=dated, by=by, at=at)
        for number, unit in enumerate(missing, start=last + 1)
    ]
    Letter.objects.bulk_create(made)
    if made:
        log.write(
            season.code,
            "write_letters",
            by=by,
            at=at,
            on=season,
            letters=[[letter.number, letter.sha256] for letter in made],
        )
    return made


@transaction.atomic
def rewrite_letter(letter: Letter, *, reason: str, by: "User", at: datetime) -> Letter:
    """Write a letter again as the awards say today: a new version of the same number, to be sent again.

    Raises NotReady, NotLive, Unchanged, NobodyLeft.
    """
    require(by, Action.SEND_LETTERS, letter)
    if not written(reason):
        raise LetterRefused(_("请写明重拟原因。"))
    season = letter.season
    final = Stage.objects.held().filter(season=season, kind="final").first()
    units = letters.winners(final) if final else {}
    if problems := list(_hindrances(season, letters.final_of(season), units)):
        raise NotReady(problems)
    unit = next((unit for unit in units if unit.pk == letter.unit_id), None)
    if unit is None:
        raise NobodyLeft(_("%(unit)s已没有决赛一至三等奖的获奖人员。") % {"unit": letter.facts["unit"]})
    awards = units[unit]
    if not letters.differences(letter, unit, awards):
        raise Unchanged(_("获奖记录与函件内容一致，不需要重拟。"))
    if not Letter.objects.filter(pk=letter.pk, live=True).update(live=False):
        raise NotLive(_("这封函已经重拟，请打开新的一版。"))
    new = _new(season, unit, awards, number=letter.number, dated=timezone.localdate(at), by=by, at=at)
    new.version, new.reason = letter.version + 1, written(reason)
    new.facts["version"] = new.version
    # A correction takes the number of the letter that it declares void, whatever year it is written in.
    new.facts["serial"] = letter.facts["serial"]
    new.sha256 = fingerprint(new)
    new.save(force_insert=True)
    log.write(
        season.code,
        "rewrite_letter",
        by=by,
        at=at,
        on=new,
        reason=reason,
        number=new.number,
        version=new.version,
        sha256=new.sha256,
    )
    return new


@transaction.atomic
def number_letter(letter: Letter, *, serial: str, by: "User", at: datetime) -> None:
    """Write the number on a letter that the office's own system gave it; until it is sent it can be put right.

    Raises WrongNumber (blank, of another year than the letter's date, another letter's, or not to be printed),
    NotLive, AlreadySent.
    """
    require(by, Action.SEND_LETTERS, letter)
    told_now = written(serial)
    if problem := _wrong_number(letter, told_now):
        raise WrongNumber(problem)
    facts = {**letter.facts, "serial": told_now}
    sha256 = hashlib.sha256(log.canonical(facts).encode()).hexdigest()
    mine = Letter.objects.filter(pk=letter.pk, live=True, sent_on=None, sha256=letter.sha256)
    if not mine.update(facts=facts, sha256=sha256):
        _still_live(letter)
        raise AlreadySent(_("这封函已经寄送或刚被修改，文号没有保存，请刷新页面查看。"))
    old = letter.facts["serial"]
    letter.facts, letter.sha256 = facts, sha256
    words = {"serial": [old, told_now]}
    log.write(
        letter.season.code, "number_letter", by=by, at=at, on=letter, words=words, number=letter.number, sha256=sha256
    )


@transaction.atomic
def send_letter(letter: Letter, *, on: date, how: str, by: "User", at: datetime) -> None:
    """Record that a letter went out. Raises NoNumber, NotLive, AlreadySent, WrongDay, and LetterRefused while the
    final's results are being put right.
    """
    require(by, Action.SEND_LETTERS, letter)
    if not Stage.objects.filter(season=letter.season_id, kind=Kind.FINAL, state=State.CLOSED).exists():
        raise LetterRefused(_("决赛成绩正在更正，函件暂不寄出；更正生效后，内容有变的请重新拟制。"))
    if not Letter.objects.get(pk=letter.pk).facts["serial"]:
        raise NoNumber(_("这封函还没有文号，请先填写公文系统给出的文号。"))
    if not written(how):
        raise LetterRefused(_("请写明寄送方式。"))
    if on < date.fromisoformat(letter.facts["dated"]):
        raise WrongDay(_("寄送日期早于函件的落款日期。"))
    _not_later(on, at)
    if not Letter.objects.filter(pk=letter.pk, live=True, sent_on=None).update(sent_on=on, sent_how=written(how)):
        _still_live(letter)
        raise AlreadySent(_("这封函的寄送已经登记，请刷新页面查看。"))
    letter.sent_on, letter.sent_how = on, written(how)
    log.write(letter.season.code, "send_letter", by=by, at=at, on=letter, number=letter.number, day=on.isoformat())


@transaction.atomic
def receive_letter(letter: Letter, *, on: date, received_by: str, by: "User", at: datetime) -> None:
    """Record who signed for a letter that was sent. Raises NotLive, NotSent, AlreadyReceived, WrongDay."""
    require(by, Action.SEND_LETTERS, letter)
    if not written(received_by):
        raise LetterRefused(_("请写明签收人。"))
    here = Letter.objects.get(pk=letter.pk)
    if here.sent_on is None:
        raise NotSent(_("这封函还没有登记寄送，请先登记寄送，再登记签收。"))
    if on < here.sent_on:
        raise WrongDay(_("签收日期早于寄送日期（%(day)s）。") % {"day": letters.written_day(here.sent_on)})
    _not_later(on, at)
    told_now = {"received_on": on, "received_by": written(received_by)}
    if not Letter.objects.filter(pk=letter.pk, live=True, received_on=None).update(**told_now):
        _still_live(letter)
        raise AlreadyReceived(_("这封函的签收已经登记，请刷新页面查看。"))
    letter.received_on, letter.received_by = on, written(received_by)
    log.write(letter.season.code, "receive_letter", by=by, at=at, on=letter, number=letter.number, day=on.isoformat())


def _wrong_number(letter: Letter, serial: str) -> str:
    """Why this number cannot stand on the letter; "" where it can."""
    if not serial or len(serial) > LONGEST_NUMBER:
        return _("请填写公文系统给出的文号，不超过 %(most)d 个字。") % {"most": LONGEST_NUMBER}
    if missing := unshowable(serial):
        return _("文号里的“%(signs)s”在公文字体中没有字形。") % {"signs": "".join(missing)}
    year = YEAR.search(serial)
    dated = date.fromisoformat(letter.facts["dated"]).year
    if letter.version == 1 and year and int(year[1]) != dated:
        return _("文号的年份与落款日期（%(year)d年）不一致。") % {"year": dated}
    others = Letter.objects.filter(season=letter.season_id, live=True, facts__serial=serial).exclude(pk=letter.pk)
    return _("这个文号已用在另一封函上。") if others.exists() else ""


def fingerprint(letter: Letter) -> str:
    """A hash of what the letter states."""
    return hashlib.sha256(log.canonical(letter.facts).encode()).hexdigest()


def _new(
    season: Season, unit: To, awards: list[Award], *, number: int, dated: date, by: "User", at: datetime
) -> Letter:
    facts = letters.facts_of(season, unit, awards, number=number, version=1, dated=dated)
    letter = Letter(season=season, unit_id=unit.pk, number=number, facts=facts, written_by=by, written_at=at)
    letter.sha256 = fingerprint(letter)
    return letter


def _hindrances(season: Season, final: Stage | None, units: dict[To, list[Award]]) -> Iterator[Problem]:
    if final is None:
        yield Problem(_("本届没有决赛。"))
    elif final.state != State.CLOSED:
        yield Problem(_("决赛还没有生效；公示期满并生效后才能拟制反馈函。"), final.get_absolute_url())
    elif not units:
        yield Problem(_("决赛没有一至三等奖的获奖人员。"), final.get_absolute_url())
    if not season.is_rehearsal:
        for host in told.hosts_of(season):
            if not host["seal"]:
                yield Problem(
                    _("%(host)s的印章还没有上传。") % {"host": host["name"]},
                    reverse("certificates:seals", args=[season.code]),
                )
    for text in _texts(season, units):
        if missing := unshowable(text):
            yield Problem(
                _("“%(text)s”中的“%(characters)s”在公文字体中没有字形，请联系系统管理员更换字体（PORTAL_FONT_DIR）。")
                % {"text": text, "characters": "".join(missing)}
            )


def _texts(season: Season, units: dict[To, list[Award]]) -> list[str]:
    """Everything somebody typed that stands in the letters, each text once."""
    texts = [season.title, season.theme, season.notice_number, *season.hosts, *(unit.name for unit in units)]
    for awards in units.values():
        for award in awards:
            texts += [*told.living(award).values(), award.entry.talk]
    return list(dict.fromkeys(texts))


def _not_later(day: date, at: datetime) -> None:
    if day > timezone.localdate(at):
        raise WrongDay(_("日期不能晚于今天。"))


def _still_live(letter: Letter) -> None:
    if not Letter.objects.filter(pk=letter.pk, live=True).exists():
        raise NotLive(_("这封函已经重拟，请打开新的一版。"))
