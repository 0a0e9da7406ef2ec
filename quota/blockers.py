"""What keeps a stage from moving, and people from entering or leaving it, that the shortlists know."""

from collections.abc import Collection, Iterator
from datetime import datetime

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from contest.joining import Way, guards
from contest.models import Award, Stage
from contest.models.correction import show_people
from contest.models.stage import Kind
from contest.workflow import Problem, blocks, rests, warns
from quota.actions.shortlist import SIGNED, NoSeats, NotSigned, across_last_seat
from quota.models import Shortlist, Substitution
from quota.models.shortlist import FINAL_OPEN
from quota.reads.condition import is_running, touched
from quota.reads.seats import holders, seats_of_list
from quota.reads.undecided import to_decide
from quota.wording import until_when
from registry.models import Secretary


@blocks("certify")
def level_across_the_last_seat(stage: Stage, at: datetime) -> Iterator[Problem]:
    """A seat that hangs on a tie is ruled on before the results are signed: afterwards no ruling can be recorded."""
    if stage.is_final:
        return
    try:
        tie = across_last_seat(stage)
    except (NoSeats, NotSigned):
        # Without a table, or without results, there is no seat to be level across; others say what is missing.
        return
    if tie is not None:
        names, seats_left = tie
        yield Problem(
            _("%(names)s 并列，决赛名额只剩 %(seats)d 个，请评审团裁定先后并登记，再重新统分。")
            % {"names": _("、").join(names), "seats": seats_left},
            reverse("scoring:ruling", args=[stage.pk]),
        )


@blocks("withdraw_certification", "withdraw_notice", "reopen_scoring")
def shortlist_rests_on_the_results(stage: Stage, at: datetime) -> Iterator[Problem]:
    state = Shortlist.objects.live().filter(stage=stage).values_list("state", flat=True).first()
    url = reverse("quota:shortlist", args=[stage.pk])
    if state == Shortlist.State.APPROVED and not _final_has_begun(stage):
        yield Problem(_("推荐名单已经审定，参赛者已进入决赛。成绩有误的，须先由市级两人撤销审定。"), url)
    elif state == Shortlist.State.SUBMITTED:
        yield Problem(_("推荐名单已经报送，须先由县区收回，或由市级退回。"), url)


@warns("close")
def revoked_list(stage: Stage, at: datetime) -> Iterator[Problem]:
    """An approval was revoked, so the results may be about to be put right: closed, that takes a recorded decision."""
    if Shortlist.objects.live().filter(stage=stage, state=Shortlist.State.REVOKED).exists():
        yield Problem(
            _("推荐名单的审定已撤销，还没有重新审定；成绩要更正的，生效之前走更正程序。"),
            reverse("contest:way_back", args=[stage.pk]),
        )


@rests
def approved_list_of_a_begun_final(stage: Stage, at: datetime) -> Iterator[Problem]:
    """Once the final's scoring has opened its people stand, whatever is put right in the preliminary (DESIGN 6)."""
    approved = Shortlist.objects.live().filter(stage=stage, state=Shortlist.State.APPROVED)
    if not stage.is_final and approved.exists() and _final_has_begun(stage):
        yield Problem(
            _("推荐名单已经审定，决赛评分已经开始：更正成绩不改变决赛人员，如何处理须凭处理决定。"),
            reverse("quota:shortlist", args=[stage.pk]),
        )


def _final_has_begun(stage: Stage) -> bool:
    final = Stage.objects.filter(season=stage.season_id, kind=Kind.FINAL)
    return final.exclude(state__in=FINAL_OPEN).exists()


@blocks("open_scoring")
def finalists_not_settled(stage: Stage, at: datetime) -> Iterator[Problem]:
    """The final opens when every district that has signed its results has its finalists in, and nobody is in between.

    So does one whose signed results are being put right: its seats would be lost. A preliminary that was never signed
    does not hold the final up.
    """
    if not stage.is_final:
        return
    approved = Shortlist.objects.live().whole().filter(state=Shortlist.State.APPROVED, stage__season=stage.season_id)
    # An award is made by signing and never deleted.
    signed = Q(state__in=SIGNED) | Exists(Award.objects.filter(entry__stage=OuterRef("pk")))
    preliminaries = Stage.objects.whole().filter(signed, season=stage.season_id, kind=Kind.PRELIMINARY)
    for preliminary in preliminaries.exclude(pk__in=approved.values("stage")):
        if preliminary.state in SIGNED:
            told = _("%(district)s的推荐名单还没有审定。") % {"district": preliminary.district}
            yield Problem(told, reverse("quota:shortlist", args=[preliminary.pk]))
        else:
            told = _("%(district)s初赛的成绩正在更正，还没有重新审定推荐名单。") % {"district": preliminary.district}
            yield Problem(told, preliminary.get_absolute_url())
    for shortlist in approved:
        yield from _conditional(shortlist, at)
    waiting = list(
        Substitution.objects.whole().filter(shortlist__stage__season=stage.season_id, state=Substitution.State.PROPOSED)
    )
    show_people(substitution.leaving for substitution in waiting)
    for substitution in waiting:
        yield Problem(
            _("%(name)s 的退出和递补还没有决定。") % {"name": substitution.leaving.who.name},
            reverse("quota:shortlist", args=[substitution.shortlist.stage_id]),
        )


@warns("tabulate", "certify", "publish", "close")
def disqualified_in_the_preliminary(stage: Stage, at: datetime) -> Iterator[Problem]:
    """Once the final has begun its people stand, whatever is decided of their preliminary: somebody has to decide."""
    if stage.is_final:
        yield from to_decide(stage.season_id)


def _conditional(shortlist: Shortlist, at: datetime) -> Iterator[Problem]:
    """Names that may still fall: all of a list while its notice period runs, then those that something touches."""
    url = reverse("quota:shortlist", args=[shortlist.stage_id])
    if is_running(shortlist, shortlist.stage, at):
        yield Problem(
            _("%(district)s的名单为有条件审定：%(until)s。")
            % {"district": shortlist.stage.district, "until": until_when(shortlist.stage)},
            url,
        )
        return
    held = {pick.entry_id: pick for pick in seats_of_list(shortlist).held}
    for entry, why in touched(shortlist, at).items():
        if entry in held:
            yield Problem(_("%(name)s 的审定仍有条件：%(why)s") % {"name": held[entry].who.name, "why": why}, url)


@guards
def finalists_come_from_lists(stage: Stage, way: Way, people: Collection[int]) -> Iterator[Problem]:
    """Only who holds a seat on an approved list is in the final; before its scoring a seat is left by substitution.

    Who is absent on the day leaves as in any stage: then nobody is called up any more.
    """
    if not stage.is_final:
        return
    seated = holders(stage.season_id)
    if way is Way.LEAVE:
        lists = {seated[pk] for pk in people if pk in seated} if stage.state in FINAL_OPEN else set()
        for preliminary in Stage.objects.whole().filter(pk__in=lists):
            yield Problem(
                _("决赛人员的退出和递补，请在%(district)s的推荐名单上办理。") % {"district": preliminary.district},
                reverse("quota:shortlist", args=[preliminary.pk]),
            )
    elif strangers := [pk for pk in people if pk not in seated]:
        names = Secretary.objects.filter(pk__in=strangers).order_by("pk").values_list("name", flat=True)
        yield Problem(
            _("%(names)s 不在已审定的推荐名单上，不能进入决赛；决赛人员只由名单和递补产生。")
            % {"names": _("、").join(names)},
            reverse("quota:shortlists", args=[stage.season.code]),
        )
