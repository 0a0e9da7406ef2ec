"""All files of the corpus, from all rooms. Nothing is kept: every file is made when a test asks for it."""

from tests.materials.inspection import bad_decks, decks, films, office, pdfs, ppts
from tests.materials.inspection.samples import SAMPLES, Sample

ROOMS = (decks, bad_decks, ppts, pdfs, films, office)


def sample(name: str) -> Sample:
    """One of them, by its name."""
    return next(each for each in SAMPLES if each.name == name)


__all__ = ["ROOMS", "SAMPLES", "sample"]
