"""What happens to awards after they were made."""

from datetime import datetime
from typing import TYPE_CHECKING

from contest.models import Award, Stage

if TYPE_CHECKING:
    from accounts.models import User

LONGEST_REASON = 255


def supersede(stage: Stage, *, reason: str, by: "User", at: datetime) -> list[int]:
    """Put a stage's live awards out of force, with the reason (DESIGN 6: superseded, never deleted); their ids.

    Part of an action that holds the stage and writes its log line.
    """
    live = Award.objects.live().filter(entry__stage=stage)
    ended = list(live.order_by("pk").values_list("pk", flat=True))
    live.update(live=False, superseded_at=at, superseded_by=by, superseded_reason=reason[:LONGEST_REASON])
    return ended
