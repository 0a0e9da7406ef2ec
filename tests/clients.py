"""A browser as a person uses it: whoever presses a button sends back what the page with it showed."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.test import Client
from django.urls import Resolver404, resolve

from accounts.models import Proposal
from accounts.proposals import reads
from accounts.shown import FIELD
from certificates.actions.batch import as_shown as batch_as_shown
from certificates.models import Batch
from contest import workflow
from contest.actions import season, season_changes
from contest.models import Season, Stage
from quota.actions.substitution import would_call
from quota.models import Shortlist, Substitution
from quota.reads.seats import in_line
from quota.reads.shown import list_as_shown


def _proposal(pk: int) -> str:
    return reads.as_shown(Proposal.objects.get(pk=pk))


def _stage(pk: int, name: str) -> str:
    return workflow.as_shown(Stage.objects.get(pk=pk))


def _list(pk: int) -> str:
    return list_as_shown(Shortlist.objects.get(pk=pk))


def _substitution(pk: int) -> str:
    here = Substitution.objects.whole().get(pk=pk)
    return would_call(here, in_line(here.shortlist))


def _batch(pk: int) -> str:
    return batch_as_shown(Batch.objects.get(pk=pk))


def _details(code: str) -> str:
    return season_changes.details_as_shown(Season.objects.get(code=code))


def _calendar(code: str) -> str:
    return season_changes.calendar_as_shown(Season.objects.get(code=code))


def _levels(code: str) -> str:
    return season_changes.levels_as_shown(Season.objects.get(code=code))


def _schedule(pk: int) -> str:
    return season.schedule_as_shown(Stage.objects.get(pk=pk))


# The addresses on which somebody decides, and what the form there says that its page showed.
SHOWN: dict[str, Callable[..., str]] = {
    "contest:edit_season": _details,
    "contest:calendar": _calendar,
    "contest:unit_levels": _levels,
    "contest:schedule": _schedule,
    "second": _proposal,
    "decline": _proposal,
    "contest:move": _stage,
    "quota:approve": _list,
    "quota:return": _list,
    "quota:approve_substitution": _substitution,
    "quota:refuse_substitution": _substitution,
    "certificates:release": _batch,
}


class Browser(Client):
    """The test client, whose forms say what their page shows at this moment; unless the test says it otherwise."""

    def post(self, path: str, data: Any = None, *args: Any, **told: Any) -> Any:  # type: ignore[override]
        if (data is None or isinstance(data, dict)) and FIELD not in (data or {}) and (shown := _shown_on(path)):
            data = {**(data or {}), FIELD: shown}
        return super().post(path, data, *args, **told)


def blindly(browser: Client, path: str, data: Any = None) -> Any:
    """Send a form that does not say what its page showed."""
    return Client.post(browser, path, data or {})


def _shown_on(path: str) -> str:
    try:
        found = resolve(path)
        shows = SHOWN.get(found.view_name)
        return shows(**found.kwargs) if shows else ""
    except (Resolver404, ObjectDoesNotExist):
        return ""
