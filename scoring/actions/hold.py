"""Taking hold of a stage before something about its scoring is written."""

from django.utils.translation import gettext as _

from contest.models import Stage
from contest.models.stage import State

BEFORE_SCORING = (State.PREPARING, State.COLLECTING, State.READY)


class WrongState(Exception):
    """The stage has gone on, or is not there yet; the message says where it stands and when this can be done."""


def hold(stage: Stage, *states: State) -> Stage:
    """Lock the stage's row until the transaction ends, and return it as it now stands.

    Raises WrongState when it stands in none of `states`; without any, every state will do.
    """
    here = Stage.objects.whole().held().get(pk=stage.pk)
    if states and here.state not in states:
        told = {
            "stage": here.title,
            "now": State(here.state).label,
            "when": _("、").join(str(state.label) for state in states),
        }
        raise WrongState(_("“%(stage)s”现在是“%(now)s”，此项操作只能在“%(when)s”时进行。请刷新页面查看。") % told)
    return here
