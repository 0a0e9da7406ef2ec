"""XML that is not trusted, read piece by piece: no tree is built, and nothing may be declared in it."""

from collections.abc import Callable, Iterable
from typing import Any
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import AttributesImpl

from defusedxml.common import DefusedXmlException
from defusedxml.expatreader import DefusedExpatParser

from xml.sax import SAXException  # isort: skip

MOST_BYTES = 64 << 20
MOST_ELEMENTS = 3_000_000

# Called with the local name and the attributes as they are written.
Seen = Callable[[str, dict[str, str]], None]


class Declared(Exception):
    """It has a DOCTYPE or an entity."""


class Malformed(Exception):
    """It is no XML."""


class TooMuch(Exception):
    """More than any slide needs."""


class _Elements(ContentHandler):
    def __init__(self, seen: Seen) -> None:
        super().__init__()
        self._seen = seen
        self._count = 0

    def startElement(self, name: str, attrs: AttributesImpl) -> None:
        self._count += 1
        if self._count > MOST_ELEMENTS:
            raise TooMuch
        self._seen(name.rpartition(":")[2], dict(attrs.items()))


def scan(chunks: Iterable[bytes], seen: Seen) -> None:
    """Show every element to `seen`. Raises Declared, Malformed or TooMuch."""
    parser: Any = DefusedExpatParser(forbid_dtd=True)
    parser.setContentHandler(_Elements(seen))
    total = 0
    try:
        for chunk in chunks:
            total += len(chunk)
            if total > MOST_BYTES:
                raise TooMuch
            parser.feed(chunk)
        parser.close()
    except DefusedXmlException:
        raise Declared from None
    except (SAXException, ValueError, LookupError):
        raise Malformed from None
