"""What is being looked at, what was found, and the verdict that follows."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

Level = Literal["refuse", "warn"]

# A finding names so many pages and counts the rest.
PAGES = 12
# So much of what a link says is kept as an example.
EXAMPLE = 80


class Stop(Exception):
    """What was found makes it unsafe, or pointless, to look any further."""


@dataclass
class Finding:
    """One thing that is wrong or doubtful; `code` and `args` are put into words by materials.wording."""

    code: str
    level: Level
    args: dict[str, Any]
    pages: set[int] = field(default_factory=set)
    example: str = ""
    count: int = 0

    def as_json(self) -> dict[str, Any]:
        args = dict(self.args)
        if self.pages:
            args["pages"] = sorted(self.pages)[:PAGES]
        if self.example:
            args["example"] = self.example
        if self.count > 1:
            args["count"] = self.count
        return {"code": self.code, "level": self.level, "args": args}


class Findings:
    """Collects findings; the same one on several pages is one finding with several pages."""

    def __init__(self) -> None:
        self._found: dict[tuple[Any, ...], Finding] = {}

    def refuse(self, code: str, *, page: int | None = None, example: str = "", **args: Any) -> None:
        self._add("refuse", code, page, example, args)

    def warn(self, code: str, *, page: int | None = None, example: str = "", **args: Any) -> None:
        self._add("warn", code, page, example, args)

    def _add(self, level: Level, code: str, page: int | None, example: str, args: dict[str, Any]) -> None:
        finding = self._found.setdefault((code, level, *sorted(args.items())), Finding(code, level, args))
        finding.count += 1
        finding.example = finding.example or printable(example)
        if page is not None:
            finding.pages.add(page)

    def take(self, others: "Findings") -> None:
        """All that another look has found."""
        for key, finding in others._found.items():
            mine = self._found.setdefault(key, Finding(finding.code, finding.level, finding.args))
            mine.count += finding.count
            mine.example = mine.example or finding.example
            mine.pages |= finding.pages

    @property
    def refused(self) -> bool:
        return any(finding.level == "refuse" for finding in self._found.values())

    def as_json(self) -> list[dict[str, Any]]:
        """Refusals first, in the order in which they were found."""
        return [finding.as_json() for finding in sorted(self._found.values(), key=lambda each: each.level != "refuse")]


@dataclass
class Case:
    """One file on the table. The rooms (pptx, ppt, pdf, video) write into it."""

    path: Path
    kind: str
    # Where a JPEG of it is wanted.
    poster: Path | None = None
    most_seconds: int = 300
    # What it truly is: pptx, ppt, pdf, mp4 or mov; empty when none of them.
    format: str = ""
    findings: Findings = field(default_factory=Findings)
    facts: dict[str, Any] = field(default_factory=dict)
    # Whether `poster` was written.
    has_poster: bool = False

    def not_wanted(self, what: str) -> None:
        """It is not a deck, or not a video, but `what` (a word of materials.wording.THINGS)."""
        self.findings.refuse(f"not_a_{self.kind}", found=what)


@dataclass(frozen=True)
class Report:
    """The outcome, as the child prints it."""

    verdict: Literal["accepted", "refused"]
    format: str
    findings: list[dict[str, Any]]
    facts: dict[str, Any]
    sha256: str
    poster: bool


def printable(text: str) -> str:
    """Short, on one line, without marks that turn the direction of what follows."""
    return "".join(each if each.isprintable() else " " for each in text[:EXAMPLE]).strip()
