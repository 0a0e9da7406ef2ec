"""What the quota registers elsewhere: what takes two people here (DESIGN 9)."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.emergency.acting import completes
from accounts.permissions import Action
from accounts.proposals.places import shown_at
from accounts.proposals.registry import Arguments, Seconded, Told, register
from contest.actions.entries import EntryRefused
from contest.hooks import to_way_back
from contest.models import Entry, Stage
from contest.models.correction import show_people
from contest.models.stage import Kind
from quota.actions import table as table_actions
from quota.actions.approval import ANNOUNCED, approve, passing_by, revoke_approval
from quota.actions.shortlist import ShortlistRefused
from quota.actions.substitution import Choice, SubstitutionRefused, ruled_between
from quota.models import QuotaTable, Shortlist, Substitution
from quota.models.shortlist import FINAL_OPEN
from quota.reads.seats import in_line, in_turn, questions, seats_of_list
from quota.wording import approved
from registry.models import District
from scoring.models import Ruling

if TYPE_CHECKING:
    from accounts.models import Basis, User


def _revoke(
    shortlist: Shortlist,
    *,
    by: "User",
    at: datetime,
    seconded_by: "User",
    reason: str,
    basis: "Basis | None" = None,
) -> None:
    revoke_approval(shortlist, reason=reason, by=by, seconded_by=seconded_by, basis=basis, at=at)


def _title(shortlist: Shortlist, _arguments: Arguments) -> str:
    told = {"district": shortlist.stage.district, "number": shortlist.number}
    return _("撤销审定：%(district)s第 %(number)d 次推荐名单") % told


def _tell(shortlist: Shortlist, _arguments: Arguments) -> Iterable[Told]:
    revoked = str(Shortlist.State.REVOKED.label)
    yield _("推荐名单"), str(shortlist.get_state_display()), revoked
    for pick in show_people(seats_of_list(shortlist).held):
        yield pick.who.name, _("进入决赛"), _("离开决赛")


def _rests_on(shortlist: Shortlist, _arguments: Arguments) -> Any:
    """The list as it stands, and who holds its seats."""
    return [shortlist.state, shortlist.live, [pick.pk for pick in seats_of_list(shortlist).held]]


def _obstacles(shortlist: Shortlist, _arguments: Arguments, _at: datetime) -> Iterator[str]:
    if shortlist.state != Shortlist.State.APPROVED:
        yield _("第 %(number)d 次名单现为“%(state)s”，请刷新页面后再操作。") % {
            "number": shortlist.number,
            "state": shortlist.get_state_display(),
        }
    final = Stage.objects.get(season=shortlist.stage.season_id, kind=Kind.FINAL)
    if final.state not in FINAL_OPEN:
        yield _("决赛评分已经开始，审定不能再撤销；人员变动只能凭处理决定办理。")


register(
    Seconded(
        name="revoke_approval",
        permission=Action.REVOKE_APPROVAL,
        model=Shortlist,
        act=_revoke,
        title=_title,
        tell=_tell,
        rests_on=_rests_on,
        chain=lambda shortlist: shortlist.stage.season.code,
        about=lambda shortlist: shortlist.stage,
        further=lambda shortlist: to_way_back(shortlist.stage),
        read=Shortlist.objects.whole,
        obstacles=_obstacles,
        refusals=(ShortlistRefused,),
    )
)


def _choice(shortlist: Shortlist, arguments: Arguments) -> Choice | None:
    if not arguments["first"]:
        return None
    first = shortlist.picks.with_people().get(pk=arguments["first"])
    return Choice(first, Ruling.Kind(arguments["tie_kind"]), arguments["tie_note"])


def _takes(arguments: Arguments) -> dict[int, bool]:
    return {int(pick): taken for pick, taken in arguments["takes"].items()}


def _approve_passing(
    shortlist: Shortlist,
    *,
    by: "User",
    at: datetime,
    seconded_by: "User",
    reason: str,
    basis: "Basis | None" = None,
    **told: Any,
) -> None:
    people: dict[str, Any] = {"by": by, "seconded_by": seconded_by, "at": at}
    approve(shortlist, takes=_takes(told), choice=_choice(shortlist, told), basis=basis, **people)


def _who_passes(shortlist: Shortlist, arguments: Arguments) -> Iterator[Told]:
    yield _("推荐名单"), str(shortlist.get_state_display()), str(Shortlist.State.APPROVED.label)
    asked = questions(shortlist)
    passing = passing_by(asked, _takes(arguments))
    for each in asked:
        after = _("由下一位递补（%(why)s）") % {"why": each.why} if each in passing else _("恢复参赛")
        yield each.pick.who.name, str(each.pick.get_outcome_display()), after
    for pick in show_people(in_turn(shortlist, arguments["first"])[: len(passing)]):
        yield pick.who.name, str(pick.get_outcome_display()), _("进入决赛")
    if choice := _choice(shortlist, arguments):
        told = f"{choice.kind.label}{_('：')}{choice.note}"
        yield _("裁定先递补者"), "", f"{choice.first.who.name}（{told}）"


def _passing_rests_on(shortlist: Shortlist, _arguments: Arguments) -> Any:
    """The list as it stands, what is asked about its finalists, and the reserves in turn."""
    asked = [[each.pick.pk, each.may_take] for each in questions(shortlist)]
    return [shortlist.state, shortlist.live, asked, [pick.pk for pick in in_turn(shortlist)]]


def _cannot_approve(shortlist: Shortlist, arguments: Arguments, _at: datetime) -> Iterator[str]:
    if shortlist.state != Shortlist.State.SUBMITTED:
        yield _("第 %(number)d 次名单现为“%(state)s”，请刷新页面后再操作。") % {
            "number": shortlist.number,
            "state": shortlist.get_state_display(),
        }
    elif shortlist.stage.state not in ANNOUNCED:
        yield _("“%(stage)s”的成绩公示后才能审定名单。") % {"stage": shortlist.stage.title}
    try:
        passing_by(questions(shortlist), _takes(arguments))
        ruled_between(in_line(shortlist).first, _choice(shortlist, arguments))
    except (ShortlistRefused, SubstitutionRefused) as refused:
        yield str(refused)


register(
    Seconded(
        name="approve_shortlist",
        permission=Action.SEAT_RESERVE,
        model=Shortlist,
        act=_approve_passing,
        title=lambda shortlist, _arguments: (
            _("审定%(district)s第 %(number)d 次推荐名单，有人由下一位递补")
            % {"district": shortlist.stage.district, "number": shortlist.number}
        ),
        tell=_who_passes,
        rests_on=_passing_rests_on,
        chain=lambda shortlist: shortlist.stage.season.code,
        about=lambda shortlist: shortlist.stage,
        further=lambda shortlist: (_("推荐名单"), list_page(shortlist)),
        came_to=lambda shortlist, at: approved(shortlist.stage, at),
        read=Shortlist.objects.whole,
        obstacles=_cannot_approve,
        refusals=(ShortlistRefused, SubstitutionRefused, EntryRefused),
    )
)


def _rows(arguments: Arguments) -> list[table_actions.Row]:
    districts = District.objects.in_bulk([pk for pk, _headcount, _seats in arguments["rows"]])
    return [(districts[pk], headcount, seats) for pk, headcount, seats in arguments["rows"]]


def _change_table(
    table: QuotaTable,
    *,
    by: "User",
    at: datetime,
    seconded_by: "User",
    reason: str,
    basis: "Basis | None" = None,
    **told: Any,
) -> None:
    people: dict[str, Any] = {"by": by, "seconded_by": seconded_by, "at": at}
    table_actions.change_table(table, **{**told, "rows": _rows(told)}, reason=reason, **people)


def _what_the_table_changes(table: QuotaTable, arguments: Arguments) -> Iterator[Told]:
    totals = (arguments["stated_headcount"], arguments["stated_seats"])
    told = {"source": arguments["source"], "reserves": arguments["reserves"], "levels": arguments["levels"]}
    for what, (old, new) in table_actions.changes(table, rows=_rows(arguments), totals=totals, **told).items():
        yield table_actions.named(what, table.season), old, new


register(
    Seconded(
        name="change_quota_table",
        permission=Action.MANAGE_SEASON,
        model=QuotaTable,
        act=_change_table,
        title=lambda table, _arguments: _("修改名额分配表：%(season)s") % {"season": table.season.title},
        tell=_what_the_table_changes,
        rests_on=lambda table, _arguments: table_actions.fingerprint(table),
        chain=lambda table: table.season.code,
        about=lambda table: table.season,
        read=lambda: QuotaTable.objects.select_related("season"),
        refusals=(table_actions.TableRefused,),
    )
)


@completes("approve_shortlist", "return_shortlist")
def sender(shortlist: Shortlist, _facts: Mapping[str, Any]) -> Iterable[int | None]:
    """Approving or returning a list completes what somebody submitted."""
    return [shortlist.submitted_by_id]


@completes("approve_substitution", "refuse_substitution")
def asker(substitution: Substitution, _facts: Mapping[str, Any]) -> Iterable[int | None]:
    return [substitution.proposed_by_id]


@completes("enter")
def who_sent_them(stage: Stage, facts: Mapping[str, Any]) -> Iterable[int | None]:
    """Who submitted the lists, or proposed the substitutions, that brought these people into the final."""
    people = Entry.objects.filter(pk__in=facts["entries"], stage__kind=Kind.FINAL).values("secretary")
    yield from Shortlist.objects.filter(picks__entry__secretary__in=people).values_list("submitted_by", flat=True)
    called = Substitution.objects.filter(coming__entry__secretary__in=people)
    yield from called.values_list("proposed_by", flat=True)


@shown_at("quota.shortlist", Action.SEE_SHORTLIST)
def list_page(shortlist: Shortlist) -> str:
    return reverse("quota:shortlist", args=[shortlist.stage_id])


@shown_at("quota.quotatable", Action.SEE_SEASON)
def table_page(table: QuotaTable) -> str:
    return reverse("quota:quota", args=[table.season.code])
