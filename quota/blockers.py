"""What keeps a stage from moving that the shortlists know."""

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from contest.models import Stage
from contest.models.correction import show_people
from contest.models.stage import Kind
from contest.workflow import Problem, blocks
from quota.actions.shortlist import SIGNED, NoSeats, NotSigned, across_last_seat
from quota.models import Shortlist, Substitution


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
    if state == Shortlist.State.APPROVED:
        yield Problem(_("推荐名单已经审定，参赛者已进入决赛，成绩不能再撤回。人员变动请走递补。"), url)
    elif state == Shortlist.State.SUBMITTED:
        yield Problem(_("推荐名单已经报送，须先由市级工作人员退回名单。"), url)


@blocks("open_scoring")
def finalists_not_settled(stage: Stage, at: datetime) -> Iterator[Problem]:
    """The final opens when every district that has signed its results has its finalists in, and nobody is in between.

    A preliminary that was never finished does not hold the final up.
    """
    if not stage.is_final:
        return
    approved = Shortlist.objects.live().filter(state=Shortlist.State.APPROVED)
    preliminaries = Stage.objects.whole().filter(season=stage.season_id, kind=Kind.PRELIMINARY, state__in=SIGNED)
    for preliminary in preliminaries.exclude(pk__in=approved.values("stage")):
        yield Problem(
            _("%(district)s的推荐名单还没有审定。") % {"district": preliminary.district},
            reverse("quota:shortlist", args=[preliminary.pk]),
        )
    waiting = list(
        Substitution.objects.whole().filter(shortlist__stage__season=stage.season_id, state=Substitution.State.PROPOSED)
    )
    show_people(substitution.leaving for substitution in waiting)
    for substitution in waiting:
        yield Problem(
            _("%(name)s 的退出和递补还没有决定。") % {"name": substitution.leaving.who.name},
            reverse("quota:shortlist", args=[substitution.shortlist.stage_id]),
        )
