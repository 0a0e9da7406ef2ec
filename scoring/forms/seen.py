"""What a page showed to the person who now confirms it: "id:edit" in each field of one name."""

from django.http import QueryDict


def pairs_from(post: QueryDict, name: str) -> list[tuple[int, int]]:
    """The pairs of numbers sent under this name; what is not of that form is left out."""
    found = (value.split(":") for value in post.getlist(name))
    return [(int(pair[0]), int(pair[1])) for pair in found if len(pair) == 2 and all(map(_is_number, pair))]


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 19
