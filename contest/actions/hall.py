"""In the hall minutes count: what is done there at once, and seconded before the results are certified (DESIGN 9)."""

from accounts.models import Basis
from contest.models import Stage
from contest.models.stage import State

# While people sit in the hall: the talks, and what the panel decides over the results.
IN_HALL = (State.SCORING, State.TABULATED)


def in_hall(stage: Stage, basis: Basis | None) -> bool:
    """Whether a form signed in this stage's hall stands in for the second person, who follows before certification."""
    return (
        basis is not None
        and basis.kind == Basis.Kind.HALL_FORM
        and basis.chain == stage.season.code
        and stage.is_in(*IN_HALL)
    )
