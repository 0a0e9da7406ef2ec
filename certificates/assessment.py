"""The list of the final's prize winners for their units' annual assessment (notice VI(3))."""

from collections import Counter
from collections.abc import Sequence

from django.utils.translation import gettext as _

from certificates.letters import final_of, winners, year_of
from certificates.models import Letter
from contest.models import Season
from contest.models.stage import State
from contest.reads.levels import level_names
from contest.workflow import Problem
from registry.excel.export import Value
from registry.excel.levels import called


class NotClosed(Exception):
    """The final's results are not settled; `problems` says so."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__(" ".join(problem.text for problem in problems))


def problems(season: Season) -> list[Problem]:
    """Why the list cannot be drawn up yet."""
    final = final_of(season)
    if final is None:
        return [Problem(_("本届没有决赛。"))]
    if final.state != State.CLOSED:
        return [Problem(_("决赛还没有生效，生效后才能导出年度考核参考名单。"), final.get_absolute_url())]
    return []


def headings() -> list[str]:
    return [
        _("年度"),
        _("选派单位"),
        _("单位层级"),
        _("姓名"),
        _("职务"),
        _("地区"),
        _("镇街"),
        _("村"),
        _("奖次"),
        _("名次"),
        _("名次说明"),
        _("反馈函编号"),
    ]


def rows(season: Season) -> Sequence[Sequence[Value]]:
    """One row for each first to third prize of the final, unit by unit. Raises NotClosed."""
    if missing := problems(season):
        raise NotClosed(missing)
    final = final_of(season)
    units = winners(final) if final else {}
    levels = level_names(season)
    numbers = dict(Letter.objects.filter(season=season, live=True).values_list("unit", "facts__serial"))
    shared = Counter(award.rank for awards in units.values() for award in awards)
    return [
        [
            year_of(season),
            unit.name,
            called(unit.level, levels),
            award.who.name,
            award.who.post or None,
            award.who.district,
            award.who.town,
            award.who.village,
            award.tier_name,
            award.rank,
            _("并列") if shared[award.rank] > 1 else None,
            numbers.get(unit.pk) or None,
        ]
        for unit, awards in units.items()
        for award in awards
    ]
