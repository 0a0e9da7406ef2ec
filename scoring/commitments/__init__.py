"""What the log's lines commit to and the scoring tables must still say (DESIGN 12). Importing registers the checks."""

from scoring.commitments import fewer, publications, results, seals, sheets, times, votes

__all__ = ["fewer", "publications", "results", "seals", "sheets", "times", "votes"]
