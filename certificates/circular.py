"""The circular (通报) that announces the results of all stages, as a draft for the office to finish and issue.

Like a letter it is an official paper, in Chinese whatever language its reader has chosen for the pages.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from certificates import facts as told
from certificates.letters import written_day, year_of
from certificates.paper.typeset import typeset
from contest.models import Award, Season, Stage
from contest.models.stage import State
from contest.workflow import Problem
from registry.places import joined

HEADINGS = ("奖次", "姓名", "驻村", "选派单位")


@dataclass(frozen=True, slots=True)
class Standing:
    """A stage as the circular needs it: closed, or still missing."""

    stage: Stage
    closed: bool


class NotComplete(Exception):
    """Some stages are not closed; `problems` names each."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__(" ".join(problem.text for problem in problems))


def standings(season: Season) -> list[Standing]:
    """The season's stages, the final first, then the districts in the notice's order."""
    stages = Stage.objects.whole().filter(season=season).order_by("kind", "district__order")
    return [Standing(stage, stage.state == State.CLOSED) for stage in stages]


def problems(season: Season) -> list[Problem]:
    """Why the circular is not complete: the stages that are not closed."""
    found = standings(season)
    if not found:
        return [Problem(_("本届没有赛段。"))]
    return [
        Problem(
            _("%(stage)s还没有生效（%(state)s）。")
            % {"stage": each.stage.title, "state": each.stage.get_state_display()},
            each.stage.get_absolute_url(),
        )
        for each in found
        if not each.closed
    ]


def pdf(season: Season, *, partial: bool = False) -> bytes:
    """The circular as PDF, dated as the last stage that was closed. Raises NotComplete, CannotTypeset, NoFont."""
    text = wording(season, partial=partial)
    moved = [each.stage.moved_at for each in standings(season) if each.closed and each.stage.moved_at]
    dated = timezone.localdate(max(moved, default=season.opened_at))
    return typeset("circular.typ", {"dated": dated.isoformat(), **text})


def wording(season: Season, *, partial: bool = False) -> dict[str, Any]:
    """The circular's text, the same for the PDF and for Word (notice V, VI).

    Raises NotComplete while a stage is not closed; a `partial` draft names the missing stages instead.
    """
    if not partial and (missing := problems(season)):
        raise NotComplete(missing)
    with translation.override("zh-hans"):
        found = standings(season)
        awards = {each.stage.pk: told.awards_of(each.stage) for each in found if each.closed}
        parts = [_part(place, each.stage, awards[each.stage.pk]) for place, each in _closed(found)]
        absent = [each.stage.title for each in found if not each.closed]
    return {
        "head": season.hosts[0] if season.hosts else season.title,
        "title": f"关于“{season.theme}”活动结果的通报",
        "title_lines": [f"关于“{season.theme}”", "活动结果的通报"],
        "to": "各有关单位：",
        "paragraphs": _paragraphs(season, [stage for stage in awards.values() if stage], absent),
        "headings": HEADINGS,
        "parts": parts,
        "missing": absent,
        "hosts": list(season.hosts),
        "rehearsal": season.is_rehearsal,
    }


def _closed(found: Sequence[Standing]) -> Iterator[tuple[int, Standing]]:
    return enumerate((each for each in found if each.closed), start=1)


def _part(place: int, stage: Stage, awards: Sequence[Award]) -> dict[str, Any]:
    """One stage: a line for each person, the prize named once."""
    counts: dict[str, int] = {}
    for award in awards:
        counts[award.tier_name] = counts.get(award.tier_name, 0) + 1
    summary = "，".join(f"{name}{count}名" for name, count in counts.items())
    return {
        "title": f"{_numeral(place)}、{stage.title}（{summary}）" if summary else f"{_numeral(place)}、{stage.title}",
        "rows": [_row(told.living(award)) for award in awards],
    }


def _row(person: Mapping[str, str]) -> list[str]:
    place = joined(person["district"], person["town"], person["village"])
    return [person["tier"], person["name"], place, person["unit"]]


def _paragraphs(season: Season, stages: Sequence[Sequence[Award]], absent: Sequence[str]) -> list[str]:
    notice = f"按照《活动方案》（{season.notice_number}）部署，" if season.notice_number else ""
    dated = f"{written_day(season.notice_date)}印发通知以来，" if season.notice_date else ""
    people = {award.entry.secretary_id for awards in stages for award in awards}
    lines = [
        f"{notice}{'、'.join(season.hosts)}联合举办了“{season.theme}”活动。{dated}"
        f"共有{len(people)}名驻村第一书记上台演讲，经评审团现场评分，公示期满后生效。现将{year_of(season)}年活动结果通报如下。",
        "希望受到通报的同志珍惜荣誉、再接再厉，希望广大驻村第一书记互学互鉴，扎实推进乡村振兴。",
    ]
    return [*lines, f"（本稿尚缺：{'、'.join(absent)}。）"] if absent else lines


def _numeral(number: int) -> str:
    """一, 二 … 十, 十一 … 九十九."""
    signs = "零一二三四五六七八九"
    tens, ones = divmod(number, 10)
    return ("" if tens < 2 else signs[tens]) + ("十" if tens else "") + (signs[ones] if ones or not tens else "")
