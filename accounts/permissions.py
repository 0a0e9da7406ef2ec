"""Who may do what, and where: the one table, and its three readers.

`within_reach` filters a list, `fetch` guards one object, `require` guards an action. All three read POLICY, so a page
cannot show what the action refuses. No grant, nothing visible.

A model says only where it lies: DISTRICT is the lookup path to its district, OWNER the path to the user whose own
work it is, SEASON the path to the code of its season. A model without DISTRICT belongs to the whole contest; one that
all seasons share says SHARED.

Somebody made up for a rehearsal (User.rehearsal, the season's code) acts in that season and nowhere else, whatever
their role: what lies in another season, or says neither SEASON nor SHARED, does not exist for them (issue 8, The demo).
"""

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar, cast

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db.models import Manager, Model, Q, QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.roles import Role

if TYPE_CHECKING:
    from accounts.models import Grant, User

M = TypeVar("M", bound=Model)


class Action(StrEnum):
    SEE_SEASON = "see_season"
    MANAGE_SEASON = "manage_season"
    SEE_ROSTER = "see_roster"
    IMPORT_ROSTER = "import_roster"
    SEE_STAGE = "see_stage"
    RUN_STAGE = "run_stage"
    CHANGE_RULES = "change_rules"
    ENTER_SECRETARY = "enter_secretary"
    DRAW = "draw"
    SEE_MARKS = "see_marks"
    TYPE_MARKS = "type_marks"
    CONFIRM_MARKS = "confirm_marks"
    TABULATE = "tabulate"
    RULE_ON_TIE = "rule_on_tie"
    CERTIFY = "certify"
    PUBLISH = "publish"
    CLOSE_STAGE = "close_stage"
    REOPEN_SCORING = "reopen_scoring"
    SEE_SHORTLIST = "see_shortlist"
    SUBMIT_SHORTLIST = "submit_shortlist"
    TAKE_BACK_SHORTLIST = "take_back_shortlist"
    APPROVE_SHORTLIST = "approve_shortlist"
    SEE_LOG = "see_log"
    MANAGE_ACCOUNTS = "manage_accounts"
    SEE_OWN_RESULT = "see_own_result"
    EDIT_PROFILE = "edit_profile"
    SEE_CERTIFICATES = "see_certificates"
    ISSUE_CERTIFICATES = "issue_certificates"
    SEE_LETTERS = "see_letters"
    SEND_LETTERS = "send_letters"
    SUBMIT_MATERIAL = "submit_material"
    SEE_MATERIAL = "see_material"
    RUN_COLLECTING = "run_collecting"
    CONFIRM_PLEDGE = "confirm_pledge"
    SEE_PROPOSALS = "see_proposals"
    DISQUALIFY = "disqualify"
    WITHDRAW_NOTICE = "withdraw_notice"
    REVOKE_APPROVAL = "revoke_approval"
    SEAT_RESERVE = "seat_reserve"
    RELEASE_CERTIFICATES = "release_certificates"
    BREAK_SEAL = "break_seal"
    REVIEW_EMERGENCY = "review_emergency"


class Where(StrEnum):
    EVERYWHERE = "everywhere"
    IN_DISTRICT = "in_district"
    OWN_WORK = "own_work"


OFFICE, ORGANIZER, SUPERVISOR = (
    {Role.OFFICE: Where.EVERYWHERE},
    {Role.ORGANIZER: Where.IN_DISTRICT},
    {Role.SUPERVISOR: Where.EVERYWHERE},
)
OPERATOR, SECRETARY = {Role.OPERATOR: Where.IN_DISTRICT}, {Role.SECRETARY: Where.OWN_WORK}
# While its seal is broken. It stands in POLICY for what it reads and for the second halves of paired acts alone.
EMERGENCY = {Role.EMERGENCY: Where.EVERYWHERE}

POLICY: dict[Action, dict[Role, Where]] = {
    Action.SEE_SEASON: OFFICE
    | SUPERVISOR
    | EMERGENCY
    | {Role.ORGANIZER: Where.EVERYWHERE, Role.OPERATOR: Where.EVERYWHERE},
    Action.MANAGE_SEASON: OFFICE,
    Action.SEE_ROSTER: OFFICE | ORGANIZER | SUPERVISOR,
    Action.IMPORT_ROSTER: OFFICE | ORGANIZER,
    Action.SEE_STAGE: OFFICE | ORGANIZER | OPERATOR | SUPERVISOR | EMERGENCY,
    Action.RUN_STAGE: OFFICE | ORGANIZER,
    Action.CHANGE_RULES: OFFICE | ORGANIZER,
    Action.ENTER_SECRETARY: OFFICE | ORGANIZER,
    Action.DRAW: OFFICE | ORGANIZER,
    Action.SEE_MARKS: OFFICE | ORGANIZER | SUPERVISOR | EMERGENCY,
    Action.TYPE_MARKS: OFFICE | ORGANIZER,
    Action.CONFIRM_MARKS: OFFICE | ORGANIZER | EMERGENCY,
    Action.TABULATE: OFFICE | ORGANIZER,
    Action.RULE_ON_TIE: OFFICE | ORGANIZER,
    Action.CERTIFY: OFFICE | ORGANIZER,
    Action.PUBLISH: OFFICE | EMERGENCY,
    Action.WITHDRAW_NOTICE: OFFICE,
    Action.CLOSE_STAGE: OFFICE,
    Action.REOPEN_SCORING: OFFICE | ORGANIZER,
    Action.SEE_SHORTLIST: OFFICE | ORGANIZER | SUPERVISOR | EMERGENCY,
    Action.SUBMIT_SHORTLIST: OFFICE | ORGANIZER,
    # The office, which decides on it, returns it with a reason.
    Action.TAKE_BACK_SHORTLIST: ORGANIZER,
    Action.APPROVE_SHORTLIST: OFFICE | EMERGENCY,
    Action.REVOKE_APPROVAL: OFFICE,
    # Approving a list of which a finalist leaves the seat to the next reserve.
    Action.SEAT_RESERVE: OFFICE,
    Action.SEE_LOG: OFFICE | SUPERVISOR,
    Action.MANAGE_ACCOUNTS: OFFICE,
    Action.SEE_OWN_RESULT: SECRETARY,
    Action.EDIT_PROFILE: OFFICE | ORGANIZER | SECRETARY,
    Action.SEE_CERTIFICATES: OFFICE | ORGANIZER | SUPERVISOR | EMERGENCY,
    Action.ISSUE_CERTIFICATES: OFFICE,
    Action.RELEASE_CERTIFICATES: OFFICE | EMERGENCY,
    Action.SEE_LETTERS: OFFICE | SUPERVISOR,
    Action.SEND_LETTERS: OFFICE,
    # Nobody alters what an entrant handed in: the others may only return it.
    Action.SUBMIT_MATERIAL: SECRETARY,
    Action.SEE_MATERIAL: OFFICE | ORGANIZER | OPERATOR | SUPERVISOR | SECRETARY,
    Action.RUN_COLLECTING: OFFICE | ORGANIZER,
    Action.CONFIRM_PLEDGE: OFFICE | ORGANIZER,
    # On a recorded decision, of results that stand already.
    Action.DISQUALIFY: OFFICE,
    Action.SEE_PROPOSALS: OFFICE | ORGANIZER | SUPERVISOR | EMERGENCY,
    # The one act of a supervisor, who changes nothing of the contest: opening the emergency account for a day.
    Action.BREAK_SEAL: SUPERVISOR,
    Action.REVIEW_EMERGENCY: OFFICE | SUPERVISOR,
}

# Who seconds what they may not do themselves: everything that is proposed but accounts and their passwords, the
# emergency account's own among them. Of a deputy see `_deputy_for`.
SECONDED: dict[Action, dict[Role, Where]] = dict.fromkeys(
    (
        Action.MANAGE_SEASON,
        Action.IMPORT_ROSTER,
        Action.RUN_STAGE,
        Action.ENTER_SECRETARY,
        Action.DRAW,
        Action.RULE_ON_TIE,
        Action.CERTIFY,
        Action.WITHDRAW_NOTICE,
        Action.CLOSE_STAGE,
        Action.REOPEN_SCORING,
        Action.REVOKE_APPROVAL,
        Action.SEAT_RESERVE,
        Action.DISQUALIFY,
        Action.ISSUE_CERTIFICATES,
    ),
    EMERGENCY,
)

# What a deputy reads in the district, in order to second there.
READ_BY_DEPUTIES = (Action.SEE_PROPOSALS, Action.SEE_STAGE, Action.SEE_MARKS)


def within_reach(user: "User", action: Action, queryset: QuerySet[M]) -> QuerySet[M]:
    """The rows of `queryset` on which `user` may do `action`; none without a grant."""
    return _among(_places(user, action), user, in_own_season(user, queryset))


class OutOfReach(Http404):
    """The row is there and not for this person: answered as if it were not, and noted in the access log."""


def fetch(user: "User", action: Action, queryset: QuerySet[M], **lookup: Any) -> M:
    """The one row within reach that `lookup` names. Raises Http404 outside it, as if the row did not exist."""
    try:
        return within_reach(user, action, queryset).get(**lookup)
    except ObjectDoesNotExist:
        raise OutOfReach if queryset.filter(**lookup).exists() else Http404 from None
    except (ValueError, OverflowError):
        raise Http404 from None


def require(user: "User", action: Action, obj: Model | None = None, *, at: datetime | None = None) -> None:
    """Raise PermissionDenied unless `user` may do `action` on `obj` (or anywhere at all, without an object).

    `at` is the moment at which the emergency account must be open; without it the moment is now.
    """
    if not may(user, action, obj, at=at):
        raise PermissionDenied(_("您没有权限执行此操作。"))


def require_season(user: "User", code: str) -> None:
    """Raise PermissionDenied when somebody made up for a rehearsal would act in another season than that one."""
    if user.rehearsal and user.rehearsal != code:
        raise PermissionDenied(_("这是演练账号，只能在演练届次中使用。"))


class NeedsSecond(PermissionDenied):
    """What decides is done by two: this was asked for by one alone, or seconded by who proposed it."""


def require_pair(
    by: "User",
    seconded_by: "User | None",
    action: Action,
    obj: Model | None = None,
    *,
    in_hall: bool = False,
    at: datetime | None = None,
) -> None:
    """Raise unless two different people stand behind an act, and both may do it (DESIGN 9, two persons).

    `in_hall` says that a form signed on the spot stands in for the second person, who follows before certification.
    `at` is the moment at which a deputy must still be one, and the emergency account open.
    Raises NeedsSecond without a second or when it is the same person, PermissionDenied where either has no right.
    """
    require(by, action, obj, at=at)
    if in_hall and seconded_by is None:
        return
    if seconded_by is None or seconded_by.pk == by.pk:
        raise NeedsSecond(_("此项须由一人提请、另一人复核，不能由一人办理。"))
    if not may_second(seconded_by, action, obj, at=at, asked_by=by):
        raise PermissionDenied(_("您没有权限执行此操作。"))


def seconded_within_reach(
    user: "User", action: Action, queryset: QuerySet[M], *, at: datetime | None = None
) -> QuerySet[M]:
    """The rows of `queryset` on which `user` may second `action`, if not asked by who named them deputy."""
    deputy = [(Where.IN_DISTRICT, grant.district_id) for grant in _deputy_for(user, action, at)]
    return _among(
        [*_places(user, action, at), *deputy, *_only_second(user, action, at)], user, in_own_season(user, queryset)
    )


def may_second(
    user: "User",
    action: Action,
    obj: Model | None = None,
    *,
    at: datetime | None = None,
    asked_by: "User | None" = None,
) -> bool:
    """Whether `user` may second this act when somebody else, `asked_by`, proposes it.

    A deputy of the district may second what an organizer may, at a moment within their time, unless it was proposed by
    whoever named them. The emergency account, while it is open, may second whatever SECONDED gives it. Without `at` the
    moment is now.
    """
    if may(user, action, obj, at=at):
        return True
    if obj is not None and user.rehearsal and not _is_rehearsed(user, obj):
        return False
    if _only_second(user, action, at):
        return True
    here = district_of(obj) if obj is not None else None
    return here is not None and any(
        grant.district_id == here and (asked_by is None or grant.named_by_id != asked_by.pk)
        for grant in _deputy_for(user, action, at)
    )


def may(user: "User", action: Action, obj: Model | None = None, *, at: datetime | None = None) -> bool:
    places = _places(user, action, at)
    if obj is not None and user.rehearsal and not _is_rehearsed(user, obj):
        return False
    if obj is None or any(where is Where.EVERYWHERE for where, _district in places):
        return bool(places)
    return any(
        (where is Where.IN_DISTRICT and _value(obj, "DISTRICT") == district_id)
        or (where is Where.OWN_WORK and _value(obj, "OWNER") == user.pk)
        for where, district_id in places
    )


def _places(user: "User", action: Action, at: datetime | None = None) -> list[tuple[Where, int | None]]:
    places = user.places(POLICY[action], at)
    if action in READ_BY_DEPUTIES:
        # What one may read is a page's question, and a page's moment is now.
        places += [(Where.IN_DISTRICT, grant.district_id) for grant in user.deputizes(timezone.now())]
    return places


def _only_second(user: "User", action: Action, at: datetime | None) -> list[tuple[Where, int | None]]:
    """Where `user` may be the second person for an action that they may not do themselves; it is everywhere."""
    return user.places(SECONDED.get(action, {}), at)


def _deputy_for(user: "User", action: Action, at: datetime | None) -> "list[Grant]":
    """Where `user` is deputy at a moment, for an action that is an organizer's."""
    if POLICY[action].get(Role.ORGANIZER) is not Where.IN_DISTRICT:
        return []
    return user.deputizes(at or timezone.now())


def _among(places: list[tuple[Where, int | None]], user: "User", queryset: QuerySet[M]) -> QuerySet[M]:
    reach = Q(pk__in=())
    for where, district_id in places:
        if where is Where.EVERYWHERE:
            return queryset
        reach |= _reach(queryset.model, where, user, district_id)
    return queryset.filter(reach)


def in_own_season(user: "User", queryset: QuerySet[M]) -> QuerySet[M]:
    """For somebody made up, the rows of their rehearsal and what all seasons share; for everybody else, all rows."""
    model = queryset.model
    if not user.rehearsal or getattr(model, "SHARED", False):
        return queryset
    path = getattr(model, "SEASON", None)
    if path is None:
        return queryset.none()
    # By key: a path that leads to many must not give a row twice.
    inside = model._base_manager.filter(**{path: user.rehearsal}).order_by().values("pk")
    return queryset.filter(pk__in=inside)


def _is_rehearsed(user: "User", obj: Model) -> bool:
    # By class and not by type: whoever is signed in comes in Django's wrapper, whose type is no model.
    model = obj.__class__
    if getattr(model, "SHARED", False):
        return True
    path = getattr(model, "SEASON", None)
    if path is None:
        return False
    here: Any = obj
    for step in cast(str, path).split("__"):
        here = getattr(here, step, None)
        if isinstance(here, Manager):
            return in_own_season(user, model._base_manager.filter(pk=obj.pk)).exists()
    return here == user.rehearsal


def _reach(model: type[Model], where: Where, user: "User", district_id: int | None) -> Q:
    """The Q of one grant. A model that says nowhere its district or owner lies is out of such a grant's reach."""
    path = getattr(model, "DISTRICT" if where is Where.IN_DISTRICT else "OWNER", None)
    if path is None:
        return Q(pk__in=())
    return Q(**{path: district_id if where is Where.IN_DISTRICT else user.pk})


def district_of(obj: Model) -> int | None:
    """The id of the district that `obj` lies in; None for what belongs to the whole contest."""
    return _value(obj, "DISTRICT")


def _value(obj: Model, what: str) -> int | None:
    """The id of the district or owner that `obj` belongs to, following the path its model declares."""
    path = getattr(obj.__class__, what, None)
    if path is None:
        return None
    *through, last = cast(str, path).split("__")
    here: Any = obj
    for step in through:
        here = getattr(here, step, None)
    if hasattr(here, f"{last}_id"):
        return getattr(here, f"{last}_id")
    # The last step is the object's own key, or a one-to-one relation from the other side, which has no column here.
    there = here if last == "pk" else getattr(here, last, None)
    return None if there is None else there.pk
