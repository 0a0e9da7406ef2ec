"""What somebody wrote, judged as a reader would: is anything there to be seen?"""

import unicodedata

# Control, format, private, unassigned and surrogate characters, and every kind of blank: nothing a reader sees.
UNSEEN = ("C", "Z")
# What is drawn as nothing: Hangul fillers, the Braille blank, a note without a head, the place of an object.
DRAWN_AS_NOTHING = frozenset("\u115f\u1160\u3164\uffa0\u2800\U0001d159\ufffc")


def written(text: str) -> str:
    """The text without what surrounds it unseen; empty when there is nothing to read in it at all.

    A reason of zero-width spaces, fillers or combining marks alone is no reason.
    """
    return text[: _end(text)][_start(text) :]


def seen(text: str) -> str:
    """What a reader tells two texts apart by: the letters alone, without blanks and what is drawn as nothing."""
    return "".join(letter for letter in unicodedata.normalize("NFC", text) if _seen(letter))


def _start(text: str) -> int:
    return next((place for place, letter in enumerate(text) if _seen(letter)), len(text))


def _end(text: str) -> int:
    last = next((place for place in range(len(text) - 1, -1, -1) if _seen(text[place])), -1)
    # What belongs to the last letter that is seen, such as an accent, stays with it.
    end = last + 1
    while 0 < end < len(text) and unicodedata.category(text[end]).startswith("M"):
        end += 1
    return end


def _seen(letter: str) -> bool:
    category = unicodedata.category(letter)
    return not category.startswith((*UNSEEN, "M")) and letter not in DRAWN_AS_NOTHING
