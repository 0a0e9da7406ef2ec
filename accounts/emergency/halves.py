"""Whose half the emergency account completes when it declines what somebody proposed."""

from collections.abc import Iterable, Mapping
from typing import Any

from accounts.emergency.acting import completes
from accounts.models import Proposal


@completes("decline")
def proposer(proposal: Proposal, _facts: Mapping[str, Any]) -> Iterable[int]:
    return [proposal.proposed_by_id]
