"""The rules' codes and facts in sentences, for pages, papers and workbooks alike."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from contest.models import Stage
from quota.models import Pick, Substitution
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
    """What happened to an entrant after the list was approved: gone, or called up; empty when nothing did."""
    for each in substitutions:
        if each.state == Substitution.State.REFUSED:
            continue
        done = each.state == Substitution.State.APPROVED
        if each.leaving_id == pick.pk:
            return _("已退出决赛") if done else _("已提出退出，等核准")
        if each.coming_id == pick.pk and not _left(pick, substitutions):
            return _("已递补进入决赛") if done else _("拟递补，等核准")
    return ""


def _left(pick: Pick, substitutions: Iterable[Substitution]) -> bool:
    return any(each.leaving_id == pick.pk and each.state != Substitution.State.REFUSED for each in substitutions)


def next_step(state: str) -> str:
    """Who a live shortlist waits for."""
    return {
        "": _("等县区拟定名单"),
        "draft": _("等县区核对并报送"),
        "submitted": _("等市级核准"),
        "returned": _("等县区更正后重新拟定"),
        "approved": _("已进入决赛"),
    }[state]


def file_name(stage: Stage) -> str:
    return _("%(district)s推荐名单") % {"district": stage.district}


def called_up(substitution: Substitution) -> list[str]:
    """What approving a substitution will do, before anybody presses the button."""
    leaving = substitution.leaving.entry.secretary.name
    if substitution.coming is None:
        return [
            _("本地区没有递补人员了：%(name)s 退出后，这个决赛名额空缺。") % {"name": leaving},
            _("决赛名单上 %(name)s 标为“退出”，写明原因。") % {"name": leaving},
        ]
    told = {"leaving": leaving, "coming": substitution.coming.entry.secretary.name, "place": substitution.coming.place}
    sentences = [
        _("%(coming)s（递补第 %(place)d 位）进入决赛；%(leaving)s 标为“已被递补”，写明原因。") % told,
        _("如果决赛已经抽签，%(coming)s 接用 %(leaving)s 的出场顺序，其他人的顺序不变。") % told,
    ]
    if substitution.tie_kind:
        sentences.append(
            _("递补人员并列，已由%(how)s：%(note)s")
            % {"how": substitution.get_tie_kind_display(), "note": substitution.tie_note}
        )
    return sentences
