"""What the lines about a list commit to."""

from collections.abc import Iterable, Mapping
from typing import Any

from accounts import log
from quota.models import Pick, Shortlist
from scoring.models import Tabulation
from scoring.reads.kept import digest, leaf


def picks_of(shortlist: Shortlist) -> str:
    """The digest of a list's picks as they stand. Two queries."""
    tabulation = Tabulation.objects.filter(stage=shortlist.stage_id, revision=shortlist.revision)
    leaves = tabulation.values_list("leaves", flat=True).first() or {}
    return picks_digest(shortlist.picks.all(), leaves)


def picks_digest(picks: Iterable[Pick], leaves: Mapping[str, list[Any]]) -> str:
    """Every pick with its reason and what it rests on; the person as a leaf salted as in the tabulation."""
    told = [
        [
            pick.entry_id, pick.outcome, pick.place, pick.rank, pick.position, pick.reason, pick.facts,
            leaf(leaves.get(f"person:{pick.entry_id}", [""])[0], pick.person),
        ]
        for pick in sorted(picks, key=lambda pick: pick.entry_id)
    ]  # fmt: skip
    return digest(log.canonical(told))
