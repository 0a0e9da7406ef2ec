"""Whatever the results: never more finalists than seats, and nobody cut by chance."""

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from quota.actions.shortlist import draw_up
from quota.models import Pick
from tests import cast
from tests.quota.lists import held, table


class AnyResults(TestCase):
    @settings(max_examples=40)
    @given(
        totals=st.lists(st.integers(80, 84), min_size=1, max_size=12),
        votes=st.none() | st.lists(st.integers(0, 3), min_size=12, max_size=12),
        seats=st.integers(0, 5),
        reserves=st.integers(0, 3),
    )
    def test_seats_are_conserved_and_level_entrants_share_their_outcome(self, totals, votes, seats, reserves):
        heya = cast.first_office()
        season = cast.season(heya)
        maonan = season.stages.get(district__code="maonan")
        table(season, by=heya, seats={"maonan": (27, seats)}, reserves=reserves)
        entries = held(maonan, totals, votes=votes, by=heya)
        picks = {pick.entry_id: pick for pick in draw_up(maonan, by=heya, at=cast.NOW).picks.all()}

        assert len(picks) == len(entries)
        finalists = [pick for pick in picks.values() if pick.outcome == Pick.Outcome.FINALIST]
        waiting = [pick for pick in picks.values() if pick.outcome == Pick.Outcome.NEEDS_RULING]
        # Without a tie across the last seat the seats are all filled; with one, filled and waiting reach beyond them.
        if waiting:
            assert len(finalists) < seats < len(finalists) + len(waiting)
        else:
            assert len(finalists) == min(seats, len(entries))

        # What an entrant brought: votes first where the stage goes by votes, then the total.
        brought = [(votes[place] if votes and any(votes) else 0, total) for place, total in enumerate(totals)]
        for mine, one in zip(brought, entries, strict=True):
            for theirs, other in zip(brought, entries, strict=True):
                if mine == theirs:
                    assert picks[one.pk].outcome == picks[other.pk].outcome
                if mine > theirs:
                    assert picks[one.pk].rank < picks[other.pk].rank
