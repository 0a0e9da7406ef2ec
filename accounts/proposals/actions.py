"""Proposing what decides, and seconding it: the one way in which two people stand behind an act (DESIGN 9)."""

import contextlib
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db import transaction
from django.db.models import Model
from django.utils import translation
from django.utils.translation import gettext as _

from accounts import log
from accounts.models import Basis, Proposal
from accounts.permissions import district_of, may, may_second, require
from accounts.proposals.paper import Paper, digest_of, keep_paper
from accounts.proposals.reads import as_shown
from accounts.proposals.registry import Arguments, Seconded, verb_named
from accounts.shown import refuse_unless_shown
from accounts.words import written

if TYPE_CHECKING:
    from accounts.models import User

State = Proposal.State
# As many letters as every table keeps of a reason.
REASON_MAX = 255


class ProposalRefused(Exception):
    """The proposal cannot be made, seconded, declined or withdrawn; the message says why and what to do."""


class NoReason(ProposalRefused):
    """What decides is proposed, and declined, with a reason."""


class NeedsBasis(ProposalRefused):
    """This verb rests on a paper, and none was attached."""


class NotInHall(ProposalRefused):
    """Only in the hall, on a form signed there, does something take effect before it is seconded."""


class AlreadyProposed(ProposalRefused):
    """The same thing waits already; `proposal` is it."""

    def __init__(self, proposal: Proposal, *, in_hall: bool = False) -> None:
        self.proposal = proposal
        told = _("同一事项已由%(who)s提请，正等复核，不必再提。")
        if in_hall and proposal.state == State.OPEN:
            told = _(
                "同一事项已由%(who)s提请，正等复核。现场要先行办理的，由%(who)s先撤回那项提请；"
                "或由另一人复核那项提请，复核后即生效。"
            )
        super().__init__(told % {"who": proposal.proposed_by})


class Obstructed(ProposalRefused):
    """Something stands in the way; `sentences` say what."""

    def __init__(self, sentences: Iterable[str]) -> None:
        self.sentences = list(sentences)
        super().__init__(" ".join(self.sentences))


class OwnProposal(ProposalRefused):
    """Whoever proposes does not second."""


class Settled(ProposalRefused):
    """Somebody seconded, declined or withdrew it meanwhile."""


class Lapsed(ProposalRefused):
    """It waited for seven days and nobody seconded it."""


class Changed(ProposalRefused):
    """What the proposal rests on is no longer as it was when it was made."""


class NotAsShown(ProposalRefused):
    """It is no longer as the page showed it, or the form does not say what its page showed."""


class Overtaken(ProposalRefused):
    """What took effect in the hall no longer stands: something decided later took its place."""


class LaterWaits(ProposalRefused):
    """Something done later in the hall took its place, and nobody seconded that yet: it is looked at first."""

    def __init__(self, later: Proposal) -> None:
        told = _("此后现场又先行办理了“%(title)s”，尚待复核；请先处理那一项，再回到这一项。")
        super().__init__(told % {"title": later.title})


class ProposerLostRight(ProposalRefused):
    """Whoever proposed it may not do it any more."""


@transaction.atomic
def propose(
    name: str, obj: Model, arguments: Arguments, *, reason: str, paper: Paper | None = None, by: "User", at: datetime
) -> Proposal:
    """Propose what decides: nothing happens until somebody else seconds it.

    Raises NoReason, NeedsBasis, PaperRefused, Obstructed, AlreadyProposed, PermissionDenied.
    """
    verb = verb_named(name)
    proposal = _written_down(verb, obj, arguments, reason=reason, paper=paper, by=by, at=at)
    proposal.save()
    told = {"reason": proposal.reason, "words": proposal.words, **_facts(proposal)}
    log.write(proposal.chain, "propose", by=by, at=at, **told)
    return proposal


@transaction.atomic
def act_at_once(
    name: str, obj: Model, arguments: Arguments, *, reason: str, paper: Paper | None, by: "User", at: datetime
) -> Proposal:
    """In the hall minutes count: do it now on a form signed on the spot; another person seconds it afterwards.

    Raises NotInHall unless the verb allows it for this object now and the form is attached, and what `propose` raises.
    """
    verb = verb_named(name)
    _hold(verb, obj)
    if not verb.at_once(obj) or paper is None or paper.kind != Basis.Kind.HALL_FORM:
        raise NotInHall(_("只有评分进行中、附上现场签字表，才能先行办理；否则请提请另一人复核。"))
    try:
        proposal = _written_down(verb, obj, arguments, reason=reason, paper=paper, by=by, at=at)
    except AlreadyProposed as refused:
        raise AlreadyProposed(refused.proposal, in_hall=True) from None
    proposal.state = State.IN_EFFECT
    stood = _standing_in_effect(proposal.subject)
    proposal.save()
    done = _carry_out(verb, verb.act, obj, proposal, by=by, seconded_by=None, at=at, **arguments)
    proposal.made = done.pk if isinstance(done, Model) else None
    proposal.effect = verb.left_behind(_subject(verb, proposal), _as_done(proposal))
    proposal.replaces = next((each for each in stood if not still_stands(each)), None)
    proposal.save(update_fields=["made", "effect", "replaces"])
    told = {"reason": proposal.reason, "words": proposal.words, **_facts(proposal)}
    log.write(proposal.chain, "act_at_once", by=by, at=at, **told)
    return proposal


@transaction.atomic
def second(proposal: Proposal, *, shown: str | None = None, by: "User", at: datetime) -> Any:
    """Second a proposal, as it was `shown`: the same action runs with both behind it. Returns what the action returns.

    The proposer's right is looked at again, and what it rests on must be as it was. What took effect in the hall has
    been done already, by somebody who had the right then: seconding it while it stands lets the stage be certified.
    Raises OwnProposal, Settled, Lapsed, NotAsShown, Changed, Overtaken, LaterWaits, ProposerLostRight, Obstructed,
    PermissionDenied; then nothing has happened.
    """
    here = _claim(proposal, State.SECONDED, by=by, at=at)
    verb = verb_named(here.verb)
    obj = _subject(verb, here)
    _may_close(verb, here, obj, by, at)
    _stop_unless_shown(here, shown)
    done = None
    if here.state == State.IN_EFFECT and _overtaken(verb, here, obj):
        raise Overtaken(_("此项的结果已被后来的决定取代，不必再复核；请在本页注明并结束。"))
    if here.state == State.OPEN:
        _proposer_still_may(verb, here, obj)
        _stop_unless_as_told(verb, here, obj)
        _stop_where_it_reaches_further(verb, here, obj, by, at)
        _stop_at(verb.obstacles(obj, here.arguments, at))
        done = _carry_out(verb, verb.act, obj, here, by=here.proposed_by, seconded_by=by, at=at, **here.arguments)
    log.write(here.chain, "second", by=here.proposed_by, at=at, seconded_by=by, **_facts(here))
    proposal.refresh_from_db()
    return done


@transaction.atomic
def decline(proposal: Proposal, answer: str, *, shown: str | None = None, by: "User", at: datetime) -> None:
    """Say no, with a reason: a proposal ends without effect; what took effect in the hall is taken back.

    What no longer stands is not taken back: something decided later took its place, and it ends as overtaken. What had
    stood in the hall before the act that is taken back is in effect again, and waits again.
    Who may second may decline. Raises NoReason, OwnProposal, Settled, NotAsShown, LaterWaits, ProposerLostRight,
    Obstructed where it cannot be taken back any more, PermissionDenied.
    """
    if not written(answer):
        raise NoReason(_("请写明不同意的原因。"))
    here = _claim(proposal, State.DECLINED, by=by, at=at, answer=written(answer))
    verb = verb_named(here.verb)
    obj = _subject(verb, here)
    _may_close(verb, here, obj, by, at)
    _stop_unless_shown(here, shown)
    if here.state == State.IN_EFFECT and _overtaken(verb, here, obj):
        Proposal.objects.filter(pk=here.pk).update(state=State.OVERTAKEN)
        _log_overtaken(here, by=by, at=at, reason=written(answer))
    else:
        if here.state == State.IN_EFFECT:
            _take_back(verb, here, obj, written(answer), by=by, at=at)
        log.write(here.chain, "decline", by=by, at=at, reason=written(answer), words=_proposer(here), **_facts(here))
    proposal.refresh_from_db()


@transaction.atomic
def withdraw(proposal: Proposal, *, by: "User", at: datetime) -> None:
    """Take one's own proposal back while nobody has seconded it.

    What took effect in the hall is not withdrawn; once something decided later took its place, whoever did it or may
    second it ends it so. Raises Settled, LaterWaits, Obstructed, PermissionDenied for another's.
    """
    here = _held(proposal)
    if here.state == State.IN_EFFECT:
        _end(here, by=by, at=at)
    else:
        if here.proposed_by_id != by.pk:
            raise PermissionDenied(_("只有提请人自己可以撤回。"))
        _close(here, State.WITHDRAWN, by=by, at=at)
        log.write(here.chain, "withdraw_proposal", by=by, at=at, **_facts(here))
    proposal.refresh_from_db()


def still_stands(proposal: Proposal) -> bool:
    """Whether what took effect in the hall is as that act left it; something decided later may have taken its place."""
    verb = verb_named(proposal.verb)
    try:
        return _stands(verb, proposal, verb.subject_of(proposal.subject))
    except ObjectDoesNotExist:
        return False


def why_not_seconded(proposal: Proposal) -> str:
    """Why an open proposal can be seconded no more by anybody, in a sentence; empty while it can.

    What only stands in the way for now is not told here: it may be put right before the proposal lapses.
    """
    if proposal.state != State.OPEN:
        return ""
    verb = verb_named(proposal.verb)
    try:
        obj = _subject(verb, proposal)
        _proposer_still_may(verb, proposal, obj)
        _stop_unless_as_told(verb, proposal, obj)
    except ProposalRefused as refused:
        return str(refused)
    return ""


def waiting_in_its_place(proposal: Proposal) -> Proposal | None:
    """What was done in the hall after it, took its place there and was seconded by nobody yet."""
    return Proposal.objects.filter(replaces=proposal, state=State.IN_EFFECT).first()


def _standing_in_effect(subject: str) -> list[Proposal]:
    """What was done in the hall to the same, stands, and waits to be seconded."""
    waiting = Proposal.objects.filter(subject=subject, state=State.IN_EFFECT)
    return [each for each in waiting if still_stands(each)]


def _overtaken(verb: Seconded, here: Proposal, obj: Model) -> bool:
    """Whether something that two decided took the place of what was done in the hall.

    What one did there overtakes nothing for good: it may be declined, and then the earlier stands again. Until
    somebody looked at it, LaterWaits is raised.
    """
    if _stands(verb, here, obj):
        return False
    if later := waiting_in_its_place(here):
        raise LaterWaits(later)
    return True


def _end(here: Proposal, *, by: "User", at: datetime) -> None:
    """End what was overtaken. Raises Obstructed while it stands, LaterWaits, PermissionDenied."""
    verb = verb_named(here.verb)
    obj = _subject(verb, here)
    if here.proposed_by_id != by.pk:
        _may_close(verb, here, obj, by, at)
    if not _overtaken(verb, here, obj):
        raise Obstructed([_("此项已经先行办理，不能撤回，须由另一人复核；办理有误的，请另一人选“不同意”。")])
    _close(here, State.OVERTAKEN, by=by, at=at)
    _log_overtaken(here, by=by, at=at)


def _log_overtaken(here: Proposal, *, by: "User", at: datetime, reason: str = "") -> None:
    log.write(here.chain, "overtaken", by=by, at=at, reason=reason, words=_proposer(here), **_facts(here))


def _take_back(verb: Seconded, here: Proposal, obj: Model, answer: str, *, by: "User", at: datetime) -> None:
    """Undo it as the proposer's act, seconded by whoever declines: a deputy has no right but to second.

    Where the proposer lost the right since, it is the decliner's own act. Raises ProposerLostRight where that is one
    who may only second.
    """
    if verb.undo is None:
        raise Obstructed([_("这一事项已经生效，不能撤销，只能复核或另行更正。")])
    with translation.override(settings.LANGUAGE_CODE):
        # The line of what is undone names the proposer; whose words these are stands in them.
        here.reason = _said_no(answer)
    pair: dict[str, User | None] = {"by": here.proposed_by, "seconded_by": by}
    if not may(here.proposed_by, verb.permission, obj, at=at):
        if not may(by, verb.permission, obj, at=at):
            told = _("办理人%(who)s已没有办理此事的权限，请由有权限的同事（不是临时复核员或应急账号）选“不同意”。")
            raise ProposerLostRight(told % {"who": here.proposed_by})
        pair = {"by": by, "seconded_by": None}
    try:
        _carry_out(verb, verb.undo, obj, here, at=at, **pair, **_as_done(here))
    except Obstructed as why:
        way = _(
            "现在不能撤销先行办理的结果。如须撤销，请先按程序退回到可以办理此事的一步（如由两人退回评分），再选“不同意”。"
        )
        raise Obstructed([*why.sentences, way]) from why
    if (before := here.replaces) is not None and before.state == State.IN_EFFECT:
        _in_effect_again(before)


def _said_no(answer: str) -> str:
    """As a reason is kept: in so many letters as the tables take."""
    return (_("复核不同意，撤销先行办理：%(answer)s") % {"answer": answer})[:REASON_MAX]


def _in_effect_again(proposal: Proposal) -> None:
    """What stood before, and was overtaken by an act now taken back, stands as that left it, and waits again."""
    verb = verb_named(proposal.verb)
    proposal.effect = verb.left_behind(_subject(verb, proposal), _as_done(proposal))
    proposal.save(update_fields=["effect"])


def _stands(verb: Seconded, proposal: Proposal, obj: Model) -> bool:
    return proposal.effect in ("", verb.left_behind(obj, _as_done(proposal)))


def _as_done(proposal: Proposal) -> Arguments:
    """The arguments of what was done in the hall, with what it made."""
    return proposal.arguments if proposal.made is None else {**proposal.arguments, "made": proposal.made}


def _written_down(
    verb: Seconded, obj: Model, arguments: Arguments, *, reason: str, paper: Paper | None, by: "User", at: datetime
) -> Proposal:
    """The proposal as it is to be saved, after everything that speaks against making it."""
    require(by, verb.permission, obj)
    if not written(reason):
        raise NoReason(_("请写明原因。"))
    if verb.needs_basis and paper is None:
        raise NeedsBasis(_("这一事项须附依据（如会议纪要、处理决定）的扫描件或照片。"))
    if verb.for_others and obj.pk == by.pk:
        raise Obstructed([_("不能为自己的账号提请此项，请由另一位有权限的同事提请。")])
    _stop_at(verb.obstacles(obj, arguments, at))
    subject = log.subject(obj)
    waiting = Proposal.objects.whole().waiting(at).filter(verb=verb.name, subject=subject, arguments=dict(arguments))
    for standing in waiting:
        if standing.state == State.OPEN or _is_the_same(verb, standing, obj):
            raise AlreadyProposed(standing)
    chain, district_id = verb.chain(obj), _district(verb, obj, arguments, by)
    basis = keep_paper(paper, chain=chain, district_id=district_id, by=by, at=at) if paper else None
    title, changes = verb.told(obj, arguments, settings.LANGUAGE_CODE)
    return Proposal(
        verb=verb.name,
        title=title[:255],
        chain=chain,
        subject=subject,
        about=log.subject(verb.about(obj)),
        district_id=district_id,
        arguments=dict(arguments),
        changes=changes,
        told=_in_other_languages(verb, obj, arguments),
        reason=written(reason)[:255],
        basis=basis,
        fingerprint=verb.fingerprint(obj, arguments),
        proposed_by=by,
        proposed_at=at,
    )


def _is_the_same(verb: Seconded, standing: Proposal, obj: Model) -> bool:
    """Whether what was done in the hall stands, and would be done again over just what it was done over."""
    return _stands(verb, standing, obj) and standing.fingerprint == verb.fingerprint(obj, standing.arguments)


def _in_other_languages(verb: Seconded, obj: Model, arguments: Arguments) -> dict[str, dict[str, Any]]:
    """Title and changes for readers of every language but that of the house, by its code."""
    found = {}
    for code, _name in settings.LANGUAGES:
        if code != settings.LANGUAGE_CODE:
            title, changes = verb.told(obj, arguments, code)
            found[code] = {"title": title, "changes": changes}
    return found


def _district(verb: Seconded, obj: Model, arguments: Arguments, by: "User") -> int | None:
    """The district in which a proposal is seconded; None, the office, where it reaches into several."""
    reached = [obj, *verb.reaches(obj, arguments)]
    if not all(may(by, verb.permission, each) for each in reached):
        raise Obstructed([_("此事还涉及您所在地区以外的记录，本地区无人可以复核，请由市级提请。")])
    places = {district_of(each) for each in reached}
    return places.pop() if len(places) == 1 else None


def _claim(proposal: Proposal, after: Proposal.State, *, by: "User", at: datetime, answer: str = "") -> Proposal:
    """Close another's waiting proposal, and return it as it stood before."""
    here = _held(proposal)
    if here.proposed_by_id == by.pk:
        raise OwnProposal(_("这是您自己提请的，须由另一人复核。"))
    if here.state == State.OPEN and not here.is_waiting(at):
        raise Lapsed(_("这项提请七天内无人复核，已经失效，请重新提请。"))
    _close(here, after, by=by, at=at, answer=answer[:255])
    return here


def _close(here: Proposal, after: Proposal.State, *, by: "User", at: datetime, answer: str = "") -> None:
    """Close what still waits as it was read, in one conditional update. Raises Settled."""
    waiting = Proposal.objects.filter(pk=here.pk, state__in=(State.OPEN, State.IN_EFFECT)).filter(state=here.state)
    if not waiting.update(state=after, closed_by=by, closed_at=at, answer=answer):
        raise Settled(_("这项提请已经办结，请刷新页面查看。"))


def _stop_unless_shown(here: Proposal, shown: str | None) -> None:
    changed = _("这一事项在您打开页面之后有变化。请按本页现在的情况核对后再办理。")
    refuse_unless_shown(shown, as_shown(here), NotAsShown, changed)


def _subject(verb: Seconded, proposal: Proposal) -> Model:
    try:
        found: Model = verb.subject_of(proposal.subject)
    except ObjectDoesNotExist:
        raise Changed(_("提请所针对的内容已经不在了，请重新提请。")) from None
    return found


def _held(proposal: Proposal) -> Proposal:
    """The proposal as it stands, its row held, after the row of the stage, season or account that it is about.

    Everything that closes a proposal takes them in this order, and the heads of the log last: of two proposals about
    the same, seconded at the same moment, the later one is compared with what the earlier one left.
    """
    verb = verb_named(proposal.verb)
    with contextlib.suppress(ObjectDoesNotExist):
        _hold(verb, verb.subject_of(proposal.subject))
    return Proposal.objects.select_for_update(of=("self",), no_key=True).whole().get(pk=proposal.pk)


def _hold(verb: Seconded, obj: Model) -> None:
    """Hold the rows until the transaction ends. Lines that only name them are written meanwhile: their keys stay."""
    list(verb.held(obj).select_for_update(no_key=True).order_by("pk").values_list("pk"))


def _may_close(verb: Seconded, proposal: Proposal, obj: Model, by: "User", at: datetime) -> None:
    if not may_second(by, verb.permission, obj, at=at, asked_by=proposal.proposed_by):
        raise PermissionDenied(_("您没有权限执行此操作。"))


def _proposer_still_may(verb: Seconded, proposal: Proposal, obj: Model) -> None:
    if not may(proposal.proposed_by, verb.permission, obj):
        raise ProposerLostRight(
            _("提请人%(who)s已没有办理此事的权限，请由他人重新提请。") % {"who": proposal.proposed_by}
        )


def _stop_unless_as_told(verb: Seconded, proposal: Proposal, obj: Model) -> None:
    try:
        now = verb.fingerprint(obj, proposal.arguments)
    except verb.refusals as refused:
        raise Obstructed([str(refused)]) from refused
    except ObjectDoesNotExist:
        now = ""
    if now != proposal.fingerprint:
        raise Changed(_("提请之后情况有变化，这项提请已不能复核；请按现在的情况重新提请。"))


def _stop_where_it_reaches_further(verb: Seconded, here: Proposal, obj: Model, by: "User", at: datetime) -> None:
    """Since it was proposed somebody it is about may have come to serve in another district too."""
    for each in verb.reaches(obj, here.arguments):
        mine = may_second(by, verb.permission, each, at=at, asked_by=here.proposed_by)
        if not mine or not may(here.proposed_by, verb.permission, each):
            raise Changed(_("提请之后，此事又涉及另一地区的记录，已不能这样复核；请撤回，由市级重新提请。"))


def _stop_at(sentences: Iterable[str]) -> None:
    if found := list(sentences):
        raise Obstructed(found)


def _carry_out(verb: Seconded, act: Any, obj: Model, proposal: Proposal, **told: Any) -> Any:
    try:
        return act(obj, reason=proposal.reason, basis=proposal.basis, **told)
    except verb.refusals as refused:
        raise Obstructed([str(refused)]) from refused


def _facts(proposal: Proposal) -> dict[str, Any]:
    """What each step's line says of its proposal."""
    return {
        "on": proposal,
        "verb": proposal.verb,
        "subject": proposal.subject,
        "fingerprint": proposal.fingerprint,
        "basis": digest_of(proposal.basis),
    }


def _proposer(proposal: Proposal) -> dict[str, list[str]]:
    """Whose proposal somebody else ended."""
    return {"proposed_by": ["", str(proposal.proposed_by)]}
