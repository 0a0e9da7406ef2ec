"""Files made for the person who asks, with names their computer can keep."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from registry.excel.export import write_table

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def excel(title: str, headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    """An Excel file named after its title."""
    header = content_disposition_header(True, f"{title}.xlsx")
    return HttpResponse(
        write_table(title, headings, rows), content_type=XLSX, headers={"Content-Disposition": header or "attachment"}
    )
