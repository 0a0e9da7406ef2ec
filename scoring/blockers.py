"""What keeps a stage from moving that scoring knows: rules, panel, sheets, votes, ties."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _

from contest.models import Entry, Stage
from contest.models.correction import show_people
from contest.models.stage import State
from contest.workflow import Problem, blocks, named, warns
from scoring.actions.rules import as_ruleset, ruleset_of, smallest_panel
from scoring.actions.scoring import undealt_count
from scoring.models import Overtime, Result, Ruleset, Seat, Sheet, Tabulation
from scoring.models.ruleset import Basis
from scoring.rules.ruleset import problems
from scoring.wording import rule_problem


@blocks("open_scoring")
def rules_not_ready(stage: Stage, at: datetime) -> Iterator[Problem]:
    """No rules, rules that cannot be scored by, or no choice yet between the notice's two bases (V(1))."""
    url = reverse("scoring:ruleset", args=[stage.pk])
    try:
        ruleset = ruleset_of(stage)
    except Ruleset.DoesNotExist:
        yield Problem(_("还没有评分细则，请先采用或填写。"), url)
        return
    for problem in problems(as_ruleset(ruleset)):
        yield Problem(rule_problem(problem), url)
    if not ruleset.basis:
        yield Problem(_("还没有选定决赛推荐的依据：按总得分还是按总票数。"), url)
    elif ruleset.basis == Basis.VOTES and not ruleset.votes_each:
        yield Problem(_("按总票数推荐，还须填写每位评委推荐几名。"), url)


@blocks("open_scoring", "tabulate")
def panel_too_small(stage: Stage, at: datetime) -> Iterator[Problem]:
    """DESIGN 9: the panel has at least the ruleset's minimum of seats, whoever left; or a decision says so."""
    least, seats = smallest_panel(stage), Seat.objects.sitting().filter(stage=stage).count()
    if seats < least:
        text = _("评审团至少 %(least)d 位评委，现有 %(seats)d 位。") % {"least": least, "seats": seats}
        if stage.state == State.SCORING:
            text += _("可在评审团页面请评委恢复在席，或凭会议纪要、处理决定以现有评委统分。")
        yield Problem(text, reverse("scoring:panel", args=[stage.pk]))


@blocks("tabulate")
def nothing_to_count(stage: Stage, at: datetime) -> Iterator[Problem]:
    if not Entry.objects.competing().filter(stage=stage).exists():
        yield Problem(_("已没有参赛者，无法统分。"), reverse("contest:entries", args=[stage.pk]))


@warns("tabulate")
def untimed(stage: Stage, at: datetime) -> Iterator[Problem]:
    """Notice IV: whoever has no time written down loses nothing for overtime."""
    without = Entry.objects.competing().filter(stage=stage, overtime__seconds=None).in_order()
    names = list(without.values_list("secretary__name", flat=True))
    if names:
        yield Problem(
            _("%(count)d 位参赛者的用时未登记，不作超时扣分：%(names)s。")
            % {"count": len(names), "names": named(names)},
            reverse("scoring:times", args=[stage.pk]),
        )


@blocks("tabulate")
def sheets_not_dealt(stage: Stage, at: datetime) -> Iterator[Problem]:
    if missing := undealt_count(stage):
        yield Problem(
            _("有 %(count)d 份评分表还没有发出，请在评审团页面补发。") % {"count": missing},
            reverse("scoring:panel", args=[stage.pk]),
        )


@blocks("tabulate")
def sheets_not_confirmed(stage: Stage, at: datetime) -> Iterator[Problem]:
    """Every sheet is complete, and checked by somebody other than who typed it (DESIGN 9)."""
    waiting = (
        Sheet.objects.counting()
        .filter(stage=stage)
        .exclude(state=Sheet.State.CONFIRMED)
        .order_by("seat__number", "state")
        .values_list("seat__number", "seat__judge", "state")
        .annotate(Count("pk"))
    )
    for number, judge, state, count in waiting:
        told = {"number": number, "judge": judge, "count": count}
        if state == Sheet.State.OPEN:
            text = _("%(number)d 号评委%(judge)s还有 %(count)d 份评分表未录全。") % told
            yield Problem(text, reverse("scoring:grid", args=[stage.pk]))
        else:
            text = _("%(number)d 号评委%(judge)s还有 %(count)d 份评分表待另一人核对。") % told
            yield Problem(text, reverse("scoring:confirm", args=[stage.pk]))


@blocks("tabulate")
def times_not_confirmed(stage: Stage, at: datetime) -> Iterator[Problem]:
    """A time moves a deduction: whatever was typed or taken back was seen by a second person (DESIGN 9)."""
    if waiting := Overtime.objects.waiting().filter(entry__stage=stage).count():
        yield Problem(
            _("有 %(count)d 个用时待另一人核对。") % {"count": waiting}, reverse("scoring:times", args=[stage.pk])
        )


@blocks("tabulate")
def votes_missing(stage: Stage, at: datetime) -> Iterator[Problem]:
    """Notice V(1), 总票数: every judge's votes are typed, were it that nobody is named, and seen by a second person."""
    if not Ruleset.objects.filter(stage=stage, basis=Basis.VOTES).exists():
        return
    url = reverse("scoring:votes", args=[stage.pk])
    waiting = Seat.objects.sitting().filter(stage=stage, ballot__confirmed_by=None).order_by("number")
    for number, judge, typed in waiting.values_list("number", "judge", "ballot__typed_at"):
        told = {"number": number, "judge": judge}
        if typed:
            yield Problem(_("%(number)d 号评委%(judge)s的推荐票待另一人核对。") % told, url)
        else:
            yield Problem(_("%(number)d 号评委%(judge)s的推荐票还没有录入。") % told, url)


@blocks("certify")
def ties_not_ruled_on(stage: Stage, at: datetime) -> Iterator[Problem]:
    """A tie that cuts a prize stops the stage until people have decided it (DESIGN 7)."""
    groups = Tabulation.objects.filter(stage=stage, live=True).values_list("needs_ruling", flat=True).first()
    if not groups:
        return
    members = [entry for group in groups for entry in group]
    results = Result.objects.filter(tabulation__stage=stage, tabulation__live=True, entry__in=members)
    known = {result.entry_id: (result.who.name, result.rank) for result in show_people(results)}
    for group in groups:
        names = _("、").join(known[entry][0] for entry in group)
        yield Problem(
            _("%(names)s 并列第 %(rank)d 名，跨越奖次界线，须先登记裁定。")
            % {"names": names, "rank": known[group[0]][1]},
            reverse("scoring:ruling", args=[stage.pk]),
        )


@blocks("certify")
def entrants_changed(stage: Stage, at: datetime) -> Iterator[Problem]:
    """The results name everybody who competes and nobody else."""
    counted = set(Result.objects.filter(tabulation__stage=stage, tabulation__live=True).values_list("entry", flat=True))
    if counted != set(Entry.objects.competing().filter(stage=stage).values_list("pk", flat=True)):
        yield Problem(_("统分之后参赛名单有变化，请退回评分并重新统分。"), reverse("scoring:results", args=[stage.pk]))
