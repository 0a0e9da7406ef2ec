"""What the log's lines commit to and the scoring tables must still say (DESIGN 12). Importing registers the checks."""

from scoring.commitments import publications, results, seals, sheets, times, votes

__all__ = ["publications", "results", "seals", "sheets", "times", "votes"]
