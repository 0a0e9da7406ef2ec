"""The page of what a proposal is about: the way back from its page to the stage, the season, the account."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.urls import reverse

from accounts import log
from accounts.log.naming import names
from accounts.models import Proposal, User
from accounts.permissions import Action, may
from accounts.proposals.registry import verb_named

if TYPE_CHECKING:
    from django.db.models import Model

# The page of an object of some model, and what one must be let to see there.
Address = Callable[[Any], str]
_pages: dict[str, tuple[Action, Address]] = {}


@dataclass(frozen=True, slots=True)
class Place:
    url: str
    name: str


def shown_at(label: str, action: Action) -> Callable[[Address], Address]:
    """Register the page of the things of a model, for whoever may do `action` on them; use as a decorator."""

    def register(function: Address) -> Address:
        _pages[label] = (action, function)
        return function

    return register


def places_of(proposal: Proposal, user: User) -> list[Place]:
    """Where what the proposal is about is shown, and what it is done on where that is another thing; if still there.

    Of what makes something new, where that is shown: nowhere until it is made.
    """
    verb = verb_named(proposal.verb)
    if verb.makes is not None:
        made = verb.makes(proposal.arguments) if proposal.state == Proposal.State.SECONDED else None
        subjects = [log.subject(made)] if made is not None else []
    else:
        subjects = [proposal.about]
        if proposal.subject != proposal.about and verb.model is not User:
            subjects.append(proposal.subject)
    return [place for subject in subjects if (place := _place(subject, user)) is not None]


def _place(subject: str, user: User) -> Place | None:
    label, _colon, key = subject.partition(":")
    if label not in _pages:
        return None
    action, address = _pages[label]
    obj: Model | None = apps.get_model(label)._default_manager.filter(pk=key).first()
    if obj is None or not may(user, action, obj):
        return None
    named = names([log.subject(obj)])[log.subject(obj)]
    return Place(address(obj), f"{named.name}（{named.district}）" if named.district else named.name)


@shown_at("accounts.user", Action.MANAGE_ACCOUNTS)
def account(user: User) -> str:
    return reverse("account", args=[user.pk])
