"""Facts that apps further right know and the frame shows; they set them when Django loads them."""

from collections.abc import Callable

_rehearsal: Callable[[], bool] | None = None


def tells_rehearsal(function: Callable[[], bool]) -> Callable[[], bool]:
    """Name the function that tells whether this portal runs a rehearsal; use as a decorator."""
    global _rehearsal
    _rehearsal = function
    return function


def rehearsal() -> bool:
    return _rehearsal() if _rehearsal is not None else False
