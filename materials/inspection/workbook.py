"""The workbook in which a chart keeps its figures: genuine, and harmless when nothing else is in it."""

import io

from materials.inspection.links import check_link
from materials.inspection.opc import TYPES, is_office, read_office
from materials.inspection.parts import by_name, guarded, read_through
from materials.inspection.report import Findings, Stop
from materials.inspection.zipped import Limits, Package, open_package

SHEETS = "spreadsheetml.sheet.main+xml"
MOST_BYTES = 32 << 20
LIMITS = Limits(most=128 << 20, grown_from=8 << 20)


def check_workbook(outer: Package, name: str, findings: Findings, page: int | None) -> None:
    """Refuses on the page of its chart whatever is not a plain .xlsx."""
    if outer.size(name) > MOST_BYTES:
        findings.refuse("embedded_object", page=page, example=name.rpartition("/")[2])
        return
    inside = Findings()
    guarded(inside, lambda: _check(outer.read(name), inside, page))
    findings.take(inside)


def _check(data: bytes, findings: Findings, page: int | None) -> None:
    try:
        package = open_package(io.BytesIO(data), len(data), findings, LIMITS)
    except Stop:
        return
    if not is_office(package):
        findings.refuse("embedded_object", page=page)
        return
    office = read_office(package)
    kind = office.type_of(office.main())
    if SHEETS not in kind and "macroenabled" not in kind:
        findings.refuse("embedded_object", page=page)
    for link in office.all_links():
        check_link(findings, link, page)
    for name in package.entries:
        if name != TYPES and not by_name(office, name, findings, page):
            read_through(office, name, findings, page, lambda _name, _attrs: None)
