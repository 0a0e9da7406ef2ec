"""What the emergency account registers when Django loads the app: its checks, its part of the desk, an other half."""

from collections.abc import Iterable, Mapping
from typing import Any

from accounts.emergency import commitments, waiting  # noqa: F401 - importing registers them
from accounts.emergency.acting import completes
from accounts.models import Proposal


@completes("decline")
def proposer(proposal: Proposal, _facts: Mapping[str, Any]) -> Iterable[int]:
    """Whoever declines answers whoever proposed; in a seconded act the line itself names both."""
    return [proposal.proposed_by_id]
