"""A form signed on the spot, as the clerks photograph it."""

from datetime import date
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.proposals.paper import Paper
from demo.paper import blank_scan

SIGNED = blank_scan("hall form")


def form() -> Paper:
    return Paper("hall_form", date(2023, 11, 25), "", [("现场签字表.png", SIGNED)])


def photographed(prefix: str = "", *, way: str = "at_once") -> dict[str, Any]:
    """What a page sends with the button for acting at once pressed: the way, and the paper's fields."""
    told = {
        "way": way,
        "paper_kind": "hall_form",
        "paper_dated": "2023-11-25",
        "paper_pages": SimpleUploadedFile("现场签字表.png", SIGNED, "image/png"),
    }
    return {f"{prefix}{name}": value for name, value in told.items()}
