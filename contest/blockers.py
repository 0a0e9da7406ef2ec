"""What keeps a stage from moving that the contest itself knows."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import log
from accounts.emergency.reads import waiting_in
from accounts.models import Proposal
from accounts.proposals import reads
from accounts.proposals.actions import still_stands, waiting_in_its_place
from contest.models import Entry, Stage, StageDocument
from contest.reads.emergency import concerning
from contest.reads.working_days import through
from contest.workflow import Problem, blocks


@blocks("open_collecting", "close_collecting", "open_scoring")
def nobody_entered(stage: Stage, at: datetime) -> Iterator[Problem]:
    if not Entry.objects.competing().filter(stage=stage).exists():
        yield Problem(_("还没有参赛者。"), reverse("contest:entries", args=[stage.pk]))


@blocks("open_scoring")
def order_not_drawn(stage: Stage, at: datetime) -> Iterator[Problem]:
    undrawn = Entry.objects.competing().filter(stage=stage, order=None).count()
    if undrawn:
        yield Problem(
            _("还有 %(count)d 位参赛者没有出场顺序，请先抽签。") % {"count": undrawn},
            reverse("contest:draw", args=[stage.pk]),
        )


@blocks("certify")
def when_and_where_unknown(stage: Stage, at: datetime) -> Iterator[Problem]:
    """The sheet that is signed and sealed says when and where the stage was held."""
    if stage.held_on is None or not stage.venue:
        yield Problem(
            _("成绩单上要写明举办日期和地点，请先填写，再打印成绩单。"), reverse("contest:schedule", args=[stage.pk])
        )


@blocks("certify")
def done_in_the_hall_by_one(stage: Stage, at: datetime) -> Iterator[Problem]:
    """DESIGN 9: what took effect in the hall is seconded before the results are certified."""
    for proposal in reads.about(log.subject(stage), at):
        if proposal.state == Proposal.State.IN_EFFECT:
            told = _("%(title)s：已先行办理，须另一人复核。")
            if waiting_in_its_place(proposal):
                told = _("%(title)s：此后现场又先行办理了另一项，须先复核那一项。")
            elif not still_stands(proposal):
                told = _("%(title)s：先行办理的结果已被后来的决定取代，请打开此项，注明并结束。")
            yield Problem(told % {"title": proposal.title}, proposal.get_absolute_url())


@blocks("close")
def waits_to_be_seconded(stage: Stage, at: datetime) -> Iterator[Problem]:
    for proposal in reads.about(log.subject(stage), at):
        told = _("%(title)s：尚待另一人复核，须先复核、退回或撤回。") % {"title": proposal.title}
        yield Problem(told, proposal.get_absolute_url())


@blocks("close")
def emergency_acts_unreviewed(stage: Stage, at: datetime) -> Iterator[Problem]:
    """DESIGN 9: what the emergency account did is looked at by two before anything rests on it for good."""
    waiting = sum(1 for _act in concerning(stage, waiting_in(stage.season.code)))
    if waiting:
        told = _("应急账号办理的 %(count)d 件事尚待两人复查。") % {"count": waiting}
        yield Problem(told, reverse("emergency"))


# A ruling makes a new revision: whoever collects signatures first collects them twice.
@blocks("certify", last=True)
def no_signed_result_sheet(stage: Stage, at: datetime) -> Iterator[Problem]:
    from contest.actions.documents import signed_result

    if not signed_result(stage):
        text = _("请上传评委签字的成绩单扫描件或照片（本版成绩）。")
        if _says_otherwise(stage):
            text = _("上传签字的成绩单之后，活动名称、举办日期或地点有改动：请重新打印成绩单，请评委签字后再上传。")
        yield Problem(text, reverse("contest:documents", args=[stage.pk]))


def _says_otherwise(stage: Stage, *uses: str) -> bool:
    """Whether these results were signed, or sealed, on a sheet that said otherwise whose, when or where they were."""
    scans = StageDocument.objects.filter(stage=stage, revision=F("stage__revision"))
    return (scans.filter(use__in=uses) if uses else scans).exists()


@blocks("close")
def no_sealed_result_sheet(stage: Stage, at: datetime) -> Iterator[Problem]:
    """Signed it was certified on; the seal may follow, and is needed at the end (DESIGN 6)."""
    from contest.actions.documents import sealed_result

    if not sealed_result(stage):
        text = _("请上传签字并盖章的成绩单扫描件（本版成绩）。")
        if _says_otherwise(stage, StageDocument.Use.SEALED_RESULT):
            text = _("上传盖章的成绩单之后，活动名称、举办日期或地点有改动：请重新打印、签字、盖章后再上传。")
        yield Problem(text, reverse("contest:documents", args=[stage.pk]))


@blocks("close")
def notice_end_unknown(stage: Stage, at: datetime) -> Iterator[Problem]:
    """Nothing is closed on an end that a holiday may still move (DESIGN 10)."""
    if stage.notice_provisional:
        yield Problem(
            _("公示截止日是暂定的：公示期所在年份的放假调休安排还没有填写，填写后才能确定。"),
            reverse("contest:calendar", args=[stage.season.code]),
        )


@blocks("close")
def notice_period_runs(stage: Stage, at: datetime) -> Iterator[Problem]:
    if stage.notice_until is None or at < stage.notice_until:
        until = through(stage.notice_until) if stage.notice_until else "—"
        yield Problem(_("公示期尚未结束：公示至 %(until)s。") % {"until": until})
