"""What the log's lines commit to and the scoring tables must still say (DESIGN 12). Importing registers the checks."""

from scoring.commitments import results, sheets, times, votes

__all__ = ["results", "sheets", "times", "votes"]
