"""The rules' codes and facts in sentences, for pages, papers and workbooks alike."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from contest.models import Stage
from contest.models.entry import Status
from contest.reads.working_days import through
from quota.models import Pick, Shortlist, Substitution
from quota.reads.condition import is_running, notice_runs
from quota.reads.seats import ELSEWHERE, Line, Passed, Seats
from scoring.models import Ruling
from scoring.models.ruleset import Basis


def reason(pick: Pick) -> str:
    """Why an entrant is recommended, in reserve, outside, or waiting: rank, seats, and what set level ones apart."""
    facts = {**pick.facts, "rank": pick.rank, "place": pick.place, "others": pick.facts["level"] - 1}
    return _REASONS[pick.reason]() % facts + _decided_by(pick)


def standing_by(pick: Pick) -> str:
    """What the place was counted in: the total score, or votes and the score behind them."""
    if pick.facts["basis"] == Basis.VOTES:
        return _("%(votes)d 票（总分 %(total)s）") % pick.facts
    return str(pick.facts["total"])


# Functions, so that each sentence is looked up in the reader's language.
_REASONS = {
    "within_seats": lambda: _("第 %(rank)d 名，名额 %(seats)d 个，推荐参加决赛"),
    "level_across_seats": lambda: _("与另外 %(others)d 人并列第 %(rank)d 名，名额只剩 %(seats_left)d 个，须裁定先后"),
    "next_in_line": lambda: _("第 %(rank)d 名，递补第 %(place)d 位"),
    "level_with_last_reserve": lambda: _("并列第 %(rank)d 名，均列递补第 %(place)d 位，真正递补时再由评审团裁定先后"),
    "beyond_reserves": lambda: _("第 %(rank)d 名，在名额 %(seats)d 个和递补 %(reserves)d 人之外"),
}


def _decided_by(pick: Pick) -> str:
    decided_by = str(pick.facts["decided_by"])
    if decided_by.startswith("ruling:"):
        return _("（同分，名次经%(how)s）") % {"how": Ruling.Kind(decided_by.removeprefix("ruling:")).label}
    if decided_by.startswith("criterion:"):
        return _("（同分，按“%(criterion)s”排定）") % {"criterion": pick.facts["criterion"]}
    if decided_by == "score":
        return _("（同票，按总分排定）")
    return ""


def since_approval(pick: Pick, substitutions: Iterable[Substitution]) -> str:
    """What happened to an entrant since: gone, called up, out of the preliminary; empty when nothing did.

    `pick` comes with its entry.
    """
    lost = _("初赛资格已取消") if pick.entry.status == Status.DISQUALIFIED else ""
    return _("；").join(each for each in (_moved(pick, substitutions), lost) if each)


def _moved(pick: Pick, substitutions: Iterable[Substitution]) -> str:
    standing = [each for each in substitutions if each.state in ("proposed", "approved")]
    for each in standing:
        if each.leaving_id == pick.pk:
            return _("已退出决赛") if each.state == Substitution.State.APPROVED else _("已提出退出，等审定")
    if any(each.coming_id == pick.pk for each in standing):
        return _("已递补进入决赛")
    return ""


def passed_over(passed: Iterable[Passed]) -> list[str]:
    """Why each reserve in front of whoever is called cannot come."""
    return [
        _("%(name)s（递补第 %(place)d 位）不能递补：%(why)s。")
        % {"name": each.pick.who.name, "place": each.pick.place, "why": _out(each)}
        for each in passed
    ]


def _out(passed: Passed) -> str:
    if passed.how == ELSEWHERE:
        return _("已由另一地区的名单进入决赛")
    how = str(Status(passed.how).label)
    return _("%(how)s，%(reason)s") % {"how": how, "reason": passed.reason} if passed.reason else how


def who_comes(line: Line) -> str:
    """Whom an approval would call now; level ones together."""
    return _("、").join(pick.who.name for pick in line.first) or _("无人")


def came(substitution: Substitution) -> str:
    """Who came instead: settled when it is approved."""
    if substitution.state == Substitution.State.PROPOSED:
        return _("审定时轮到的人")
    if substitution.coming is not None:
        return substitution.coming.who.name
    return _("无人可递补，名额空缺") if substitution.state == Substitution.State.APPROVED else "—"


def ruled_between(substitution: Substitution) -> str:
    """What the panel decided between level reserves, where it had to."""
    if substitution.tie_first is None:
        return ""
    return _("递补人员并列，%(how)s，%(first)s 在前：%(note)s") % {
        "how": substitution.get_tie_kind_display(),
        "first": substitution.tie_first.who.name,
        "note": substitution.tie_note,
    }


def of_seats(seats: Seats) -> list[str]:
    """How many seats are held, and each empty one with its reason."""
    told = [_("决赛名额 %(total)d 个，现有 %(held)d 人。") % {"total": seats.total, "held": len(seats.held)}]
    told += [
        _("空缺 1 个：%(name)s 退出（%(reason)s），没有可递补的人。")
        % {"name": each.leaving.who.name, "reason": each.reason}
        for each in seats.empty
    ]
    if seats.never_filled > 0:
        told.append(_("空缺 %(count)d 个：参赛人数少于名额。") % {"count": seats.never_filled})
    return told


def until_when(stage: Stage) -> str:
    """How long an approval stays conditional."""
    if stage.notice_until is None:
        return _("成绩还没有公示")
    return _("公示至 %(day)s") % {"day": through(stage.notice_until)}


def state_of(shortlist: Shortlist, stage: Stage, at: datetime) -> str:
    """The state of a list as it is called at a moment: an approval is conditional until the notice period ends."""
    if is_running(shortlist, stage, at):
        return _("有条件审定")
    return str(shortlist.get_state_display())


def next_step(state: str) -> str:
    """Who a live shortlist waits for."""
    return {
        "": _("等县区拟定名单"),
        "draft": _("等县区核对并报送"),
        "submitted": _("等市级审定"),
        "returned": _("等县区更正后重新拟定"),
        "approved": _("已进入决赛"),
        "revoked": _("等县区重新拟定名单"),
    }[state]


def file_name(stage: Stage) -> str:
    return _("%(district)s推荐名单") % {"district": stage.district}


def called_up(substitution: Substitution, line: Line) -> list[str]:
    """What approving a substitution will do, before anybody presses the button."""
    leaving = substitution.leaving.who.name
    sentences = passed_over(line.passed)
    if not line.first:
        return [
            *sentences,
            _("本地区没有可递补的人了：%(name)s 退出后，这个决赛名额空缺。") % {"name": leaving},
            _("决赛名单上 %(name)s 标为“退出”，写明原因。") % {"name": leaving},
        ]
    level = len(line.first) > 1
    coming = substitution.tie_first if level else line.first[0]
    if coming is None or coming not in line.first:
        return [*sentences, _("%(names)s 并列，须先由评审团裁定谁先递补。") % {"names": who_comes(line)}]
    told = {"leaving": leaving, "coming": coming.who.name, "place": coming.place}
    sentences += [
        _("%(coming)s（递补第 %(place)d 位）进入决赛；%(leaving)s 标为“已被递补”，写明原因。") % told,
        _("如果决赛已经抽签，%(coming)s 接用 %(leaving)s 的出场顺序，其他人的顺序不变。") % told,
    ]
    if level:
        sentences.append(ruled_between(substitution))
    return sentences


def approved(stage: Stage, at: datetime) -> str:
    """What an approval comes to at a moment: before the notice period ends it is conditional."""
    if not notice_runs(stage, at):
        return _("名单已审定，推荐的人已进入决赛参赛名单。")
    told = _("名单已有条件审定，推荐的人已进入决赛参赛名单；%(until)s，期满没有成立的异议即自行生效。")
    return told % {"until": until_when(stage)}
