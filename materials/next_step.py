"""What an entrant does next, in words: one thing at a time."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from contest.models import Entry
from materials.right import LATE, Right
from materials.standing import WHOLE, Standing, Step

# Where each step stands among the four on the page: upload, inspection, pledge, done.
PLACES = {Step.MISSING: 0, Step.FAILED: 0, Step.CHECKING: 1, Step.UNSIGNED: 2}


@dataclass(frozen=True, slots=True)
class Next:
    """`title` says what, `why` a sentence more; `url` and `label` where it is done, if it is done anywhere."""

    title: str
    why: str = ""
    url: str = ""
    label: str = ""
    is_done: bool = False


def steps_of(standing: Standing) -> list[dict[str, Any]]:
    """The four steps for `_steps.html`."""
    labels = [_("上传"), _("检查"), _("签署承诺"), _("完成")]
    here = PLACES.get(standing.step, len(labels))
    words = ["done"] * here + ["here"] + ["todo"] * len(labels)
    return [{"label": label, "state": word} for label, word in zip(labels, words, strict=False)]


def next_of(entry: Entry, standing: Standing, right: Right, *, may_sign: bool) -> Next:
    """The next step of the entrant, who reads it."""
    step = standing.step
    if step in WHOLE:
        return _done(standing, right)
    if step == Step.UNSIGNED:
        return _sign(entry, standing, may_sign, wants_video=right.may_begin and standing.video.newest is None)
    if step == Step.CHECKING:
        return Next(_("等待检查"), _("一般不到一分钟。可以离开此页，结果会出现在待办里。"))
    if not right.may_begin:
        late = entry.stage.is_in(*LATE)
        redeem = reverse("materials:redeem", args=[entry.pk])
        return Next(_("现在不能上传"), right.why_not, redeem if late else "", _("我有补交码") if late else "")
    if step == Step.FAILED:
        return Next(_("按说明修改后重新上传"), _("下面写明了哪里不对、怎样改。"))
    return Next(upload_what(standing), _("在下面选择文件，选好后自动开始上传。"))


def upload_what(standing: Standing) -> str:
    """Which files are still wanted."""
    if not standing.video.is_missing:
        return _("上传 PPT 课件")
    return _("上传 PPT 课件和视频") if standing.deck.is_missing else _("上传视频")


def _done(standing: Standing, right: Right) -> Next:
    again = _("截止前仍可上传新版本；换了版本须重新签署承诺。") if right.may_begin else ""
    if standing.confirmation:
        told = {"body": standing.confirmation.body}
        return Next(_("全部完成"), _("材料已提交，承诺已由%(body)s确认。") % told + again, is_done=True)
    return Next(_("您要做的都做完了"), _("接下来由镇街或县区确认承诺，不用您操作。") + again, is_done=True)


def _sign(entry: Entry, standing: Standing, may_sign: bool, *, wants_video: bool) -> Next:
    """A video that comes after the pledge wants another one: who may still send one is told so first."""
    if not may_sign:
        return Next(_("承诺还没有签署"), _("已过提交材料的时间，请联系组织者。"))
    why = (
        _("材料换了新版本，原来的承诺不再适用，请重新签署。")
        if standing.is_outdated
        else _("材料已通过检查，签署后就完成了。")
    )
    if wants_video:
        why += _("要交视频的，请先传视频，再签署。")
    return Next(_("签署真实性承诺"), why, reverse("materials:pledge", args=[entry.pk]), _("去签署"))
