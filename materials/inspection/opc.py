"""An Office package: what its parts are, and which part refers to what."""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from materials.inspection.markup import scan
from materials.inspection.zipped import Package

TYPES = "[Content_Types].xml"
RELS = re.compile(r"(?:(.*)/)?_rels/([^/]*)\.rels", re.IGNORECASE)
# A scheme has two letters at least; one letter is a drive.
ELSEWHERE = re.compile(r"[a-z]:|[a-z][a-z0-9+.-]+:|\\\\|//", re.IGNORECASE)


@dataclass(frozen=True)
class Link:
    """A relationship. `source` is the part it stands in, empty for the package; `kind` the last word of its type."""

    source: str
    id: str
    kind: str
    target: str
    is_external: bool


@dataclass(frozen=True)
class Office:
    """`types` by part name in lower case, or by suffix with its dot; `links` by source; `names` by lower case."""

    package: Package
    types: dict[str, str]
    links: dict[str, list[Link]]
    names: dict[str, str]

    def all_links(self) -> Iterator[Link]:
        for links in self.links.values():
            yield from links

    def type_of(self, name: str) -> str:
        """The declared content type in lower case; empty when none is."""
        name = name.lower()
        return self.types.get(name) or self.types.get(posixpath.splitext(name)[1], "")

    def target_of(self, link: Link) -> str:
        """The part it leads to; empty when there is none."""
        if link.is_external:
            return ""
        target = unquote(link.target)
        path = target[1:] if target.startswith("/") else posixpath.join(posixpath.dirname(link.source), target)
        return self.names.get(posixpath.normpath(path).lower(), "")

    def main(self) -> str:
        """The part that the package is about; empty when there is none."""
        return next((self.target_of(link) for link in self.links.get("", []) if link.kind == "officeDocument"), "")


def is_office(package: Package) -> bool:
    return TYPES in package.entries


def read_office(package: Package) -> Office:
    """Raises what zipped.Package.chunks and markup.scan raise."""
    links: dict[str, list[Link]] = {}
    for name in package.entries:
        if match := RELS.fullmatch(name):
            folder, part = match.groups()
            source = posixpath.join(folder or "", part) if part else ""
            links[source.lower()] = _links(package, name, source)
    return Office(package, _types(package), links, {name.lower(): name for name in package.entries})


def _types(package: Package) -> dict[str, str]:
    types: dict[str, str] = {}

    def seen(name: str, attrs: dict[str, str]) -> None:
        kind = attrs.get("ContentType", "").lower()
        if name == "Default":
            types["." + attrs.get("Extension", "").lower()] = kind
        elif name == "Override":
            types[attrs.get("PartName", "").lstrip("/").lower()] = kind

    scan(package.chunks(TYPES), seen)
    return types


def _links(package: Package, name: str, source: str) -> list[Link]:
    links: list[Link] = []

    def seen(element: str, attrs: dict[str, str]) -> None:
        if element == "Relationship":
            target = attrs.get("Target", "").strip()
            outside = attrs.get("TargetMode", "").lower() == "external" or bool(ELSEWHERE.match(target))
            kind = attrs.get("Type", "").rpartition("/")[2]
            links.append(Link(source, attrs.get("Id", ""), kind, target, outside))

    scan(package.chunks(name), seen)
    return links
