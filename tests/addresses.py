"""Every address of the portal, read from the resolver, so that no new one is forgotten by the tests that list them."""

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver


def patterns(within: URLResolver | None = None, space: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Each pattern with its full name, such as contest:stage."""
    for each in (within or get_resolver()).url_patterns:
        if isinstance(each, URLResolver):
            yield from patterns(each, f"{space}{each.namespace}:" if each.namespace else space)
        else:
            yield f"{space}{each.name}", each
