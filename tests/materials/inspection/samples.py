"""What a sample is, and where the rooms of the corpus put theirs."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

Make = Callable[[], bytes]


@dataclass(frozen=True)
class Sample:
    """One file of the corpus. `expected` are all findings: a code, or `code:argument` where the argument matters."""

    name: str
    kind: str
    make: Make
    is_genuine: bool
    expected: frozenset[str]

    @property
    def verdict(self) -> str:
        return "accepted" if self.is_genuine else "refused"

    def write(self, folder: Path) -> Path:
        """The file, under a name that says nothing."""
        path = folder / "sample"
        path.write_bytes(self.make())
        return path


SAMPLES: list[Sample] = []


def genuine(kind: str, *warnings: str) -> Callable[[Make], Make]:
    """A file that people honestly make; accepted with exactly these warnings."""
    return _sample(kind, True, warnings)


def hostile(kind: str, *refusals: str) -> Callable[[Make], Make]:
    """A file that is refused, for exactly these reasons."""
    return _sample(kind, False, refusals)


def _sample(kind: str, is_genuine: bool, expected: tuple[str, ...]) -> Callable[[Make], Make]:
    def keep(make: Make) -> Make:
        SAMPLES.append(Sample(make.__name__, kind, make, is_genuine, frozenset(expected)))
        return make

    return keep
