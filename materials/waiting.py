"""What materials put on the desk, and how far each stage's collecting has come."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from django.db.models import Count, Min
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.desk import Todo, source
from accounts.models import User
from accounts.permissions import Action, may, within_reach
from accounts.roles import Role
from contest.models import Entry, Stage
from contest.models.stage import State as StageState
from contest.models.work import Progress as WorkProgress
from contest.progress import Progress, measure
from contest.workflow import Problem, named, warns
from materials import standing
from materials.models import Material, Terms, Upload
from materials.next_step import upload_what
from materials.right import LATE, Right, may_sign_under, right_under, terms_by_stage, used_codes
from materials.standing import WHOLE, OfKind, Standing, State, Step
from materials.time_left import time_left

# So long before the end those who have not handed in are named to their organizer, and told that it is urgent.
SOON = timedelta(days=3)


@source
def own_steps(user: User) -> Iterator[Todo]:
    """What a first secretary still has to do; five queries, however many stages."""
    if not may(user, Action.SUBMIT_MATERIAL):
        return
    at = timezone.now()
    mine = Entry.objects.competing().filter(stage__state__in=LATE).select_related("stage__season", "stage__district")
    entries = list(within_reach(user, Action.SUBMIT_MATERIAL, mine))
    if not entries:
        return
    terms = terms_by_stage(entry.stage_id for entry in entries)
    now = standing.of(entries, terms)
    late = used_codes(entries)
    coming: dict[int, list[str]] = {}
    for pk, name in Upload.objects.counted().standing(at).filter(entry__in=entries).values_list("entry", "name"):
        coming.setdefault(pk, []).append(name)
    for entry in entries:
        known = entry, terms[entry.stage_id], late.get(entry.pk), at
        yield from _unfinished(entry, coming.get(entry.pk, []))
        yield from _own(entry, now[entry.pk], right_under(*known), may_sign=may_sign_under(*known), at=at)


def _unfinished(entry: Entry, names: list[str]) -> Iterator[Todo]:
    for name in names:
        yield Todo(
            text=_("%(stage)s：“%(name)s”还没有传完") % {"stage": entry.stage.title, "name": name},
            url=reverse("materials:entry", args=[entry.pk]),
            detail=_("选择同一个文件即可接着传。"),
            urgent=True,
            season=entry.stage.season_id,
        )


def _own(entry: Entry, now: Standing, right: Right, *, may_sign: bool, at: datetime) -> Iterator[Todo]:
    url, stage, season = reverse("materials:entry", args=[entry.pk]), entry.stage.title, entry.stage.season_id
    troubled = [(each, each.newest) for each in now.kinds if each.is_troubled and each.newest]
    missing = any(each.is_missing and each.state == State.NONE for each in now.kinds)
    until = right.until
    if not right.may_begin:
        if now.step in (Step.MISSING, Step.FAILED):
            text = _("%(stage)s：材料没有交齐，征集已截止") % {"stage": stage}
            yield Todo(text, url, _("确需补交的，请向组织者申请补交码。"), season=season)
    else:
        for of_kind, newest in troubled:
            yield _troubled(entry.stage, of_kind, newest, url)
        if missing:
            left = _left(until, at) if until else ""
            yield Todo(
                text=_("%(stage)s：请%(what)s") % {"stage": stage, "what": upload_what(now)},
                url=url,
                detail=_("截止 %(left)s。") % {"left": left} if until else _("请尽早上传。"),
                urgent=until is not None and until - at <= SOON,
                season=season,
            )
    if now.step == Step.UNSIGNED and may_sign:
        yield Todo(
            text=_("%(stage)s：请签署真实性承诺") % {"stage": stage},
            url=reverse("materials:pledge", args=[entry.pk]),
            detail=_("材料换了版本，须重新签署。") if now.is_outdated else _("材料已通过检查，签署后就完成了。"),
            urgent=True,
            season=season,
        )


def _troubled(stage: Stage, of_kind: OfKind, newest: Material, url: str) -> Todo:
    told = {"stage": stage.title, "kind": of_kind.kind.label, "version": newest.version}
    if of_kind.state == State.RETURNED:
        text = _("%(stage)s：组织者退回了%(kind)s第 %(version)d 版，请修改后重新上传") % told
        return Todo(text, url, newest.return_reason, urgent=True, season=stage.season_id)
    text = _("%(stage)s：%(kind)s第 %(version)d 版未通过检查，请修改后重新上传") % told
    return Todo(text, url, _("页面上写明了哪里不对、怎样改。"), urgent=True, season=stage.season_id)


@source
def parked_inspections(user: User) -> Iterator[Todo]:
    """Files that could not be inspected, first of all: their entrants wait. One query."""
    if not may(user, Action.RUN_COLLECTING):
        return
    parked = within_reach(user, Action.RUN_COLLECTING, Material.objects.filter(progress=WorkProgress.PARKED))
    by_stage = parked.order_by("entry__stage").values("entry__stage", "entry__stage__season")
    for row in by_stage.annotate(count=Count("pk"), first=Min("pk")):
        yield Todo(
            text=_("%(count)d 份材料没有检查成，已搁置") % {"count": row["count"]},
            url=reverse("materials:material", args=[row["first"]]),
            detail=_("查看原因，处理后重新检查。"),
            urgent=True,
            season=row["entry__stage__season"],
        )


@source
def collecting(user: User) -> Iterator[Todo]:
    """Pledges to confirm, and who has not handed in shortly before the end; the office's own stage is the final.

    Five queries, however many stages.
    """
    if not may(user, Action.RUN_COLLECTING):
        return
    at = timezone.now()
    stages = {
        stage.pk: stage
        for stage in within_reach(user, Action.RUN_COLLECTING, Stage.objects.whole().filter(state__in=LATE))
        if stage.is_final or user.has_role(Role.ORGANIZER)
    }
    if not stages:
        return
    terms = terms_by_stage(stages)
    steps = _steps(stages, terms)
    for pk, stage in stages.items():
        yield from _of_stage(stage, terms[pk], steps.get(pk, Counter()), at)


def _of_stage(stage: Stage, terms: Terms, steps: Counter[Step], at: datetime) -> Iterator[Todo]:
    url = reverse("materials:stage", args=[stage.pk])
    if count := steps[Step.UNCONFIRMED]:
        yield Todo(
            text=_("%(stage)s：%(count)d 份承诺等镇街或县区确认") % {"stage": stage.title, "count": count},
            url=f"{url}?step=unconfirmed",
            detail=_("看过材料和佐证后登记确认。"),
            season=stage.season_id,
        )
    if terms.closes_at is None or not at < terms.closes_at <= at + SOON or stage.state != StageState.COLLECTING:
        return
    if count := steps[Step.MISSING] + steps[Step.FAILED]:
        yield Todo(
            text=_("%(stage)s：还有 %(count)d 人没有交齐材料") % {"stage": stage.title, "count": count},
            url=f"{url}?sort=step",
            detail=_("截止 %(left)s。") % {"left": _left(terms.closes_at, at)},
            urgent=True,
            season=stage.season_id,
        )


@warns("close_collecting", "open_scoring")
def not_handed_in(stage: Stage, at: datetime) -> Iterator[Problem]:
    """Whose materials are missing or unsigned when collecting ends, and when scoring opens."""
    entries = list(Entry.objects.competing().filter(stage=stage).select_related("secretary").in_order())
    now = standing.of(entries, terms_by_stage([stage.pk]))
    behind = [entry.secretary.name for entry in entries if now[entry.pk].step not in WHOLE]
    if behind:
        yield Problem(
            _("%(count)d 位参赛者的材料没有交齐或没有签署承诺：%(names)s。")
            % {"count": len(behind), "names": named(behind)},
            reverse("materials:stage", args=[stage.pk]) + "?sort=step",
        )


@measure
def materials_whole(stages: Iterable[Stage]) -> dict[int, Progress]:
    """How many have handed in and signed, where materials are collected. Four queries."""
    collecting = {stage.pk: stage for stage in stages if stage.is_in(*LATE)}
    if not collecting:
        return {}
    steps = _steps(collecting, terms_by_stage(collecting))
    return {
        pk: Progress(_("材料齐全"), sum(counted[step] for step in WHOLE), sum(counted.values()))
        for pk, counted in steps.items()
    }


def _steps(stages: Iterable[int], terms: dict[int, Terms]) -> dict[int, Counter[Step]]:
    """How many entrants of each stage are at which step; three queries."""
    entries = list(Entry.objects.competing().filter(stage__in=list(stages)).only("stage").order_by("stage"))
    now = standing.of(entries, terms)
    found: dict[int, Counter[Step]] = {}
    for entry in entries:
        found.setdefault(entry.stage_id, Counter())[now[entry.pk].step] += 1
    return found


def _left(until: datetime, at: datetime) -> str:
    """A moment, and how far away it is."""
    return _("%(moment)s，%(left)s") % {"moment": _moment(until), "left": time_left(until, at)}


def _moment(at: datetime) -> str:
    return timezone.localtime(at).strftime("%m-%d %H:%M")
