"""What a deck may refer to: its own parts, pages and mailboxes of the net. Nothing else will be there in the hall."""

import posixpath
import re

from materials.inspection.opc import Link, Office
from materials.inspection.report import Findings

HARMLESS = ("http://", "https://", "mailto:", "#")
# What PowerPoint writes where a file has gone.
NOWHERE = {"", "null"}
MEDIA = {"video", "audio", "media"}
# What an external link would have shown, as words of materials.wording.LINKED.
LINKED = {
    **dict.fromkeys(MEDIA, "media"),
    "image": "picture",
    "oleObject": "object",
    "package": "object",
    "externalLinkPath": "object",
    "externalLink": "object",
    "connections": "object",
    "attachedTemplate": "template",
}
# Suffixes of what the office PC would start when it is clicked.
PROGRAMS = {
    ".exe", ".dll", ".scr", ".com", ".bat", ".cmd", ".vbs", ".vbe", ".js", ".jse", ".wsf", ".wsh", ".hta", ".ps1",
    ".msi", ".jar", ".lnk", ".reg", ".sh", ".py", ".chm", ".cpl", ".inf", ".scf", ".url", ".pif", ".msc", ".swf",
    ".html", ".htm", ".mht", ".php", ".application", ".gadget", ".sct",
}  # fmt: skip
WEB_ADDINS = {"webextension", "webextensiontaskpanes"}


def check_link(findings: Findings, link: Link, page: int | None) -> None:
    """One relationship of a deck or of a chart's workbook. A chart's own workbook is not asked about here."""
    if link.is_external:
        _check_outside(findings, link, page)
    elif link.kind in ("control", "activeXControlBinary"):
        findings.refuse("active_x", page=page)
    elif link.kind.startswith("vba"):
        findings.refuse("macro")
    elif link.kind in ("externalLink", "connections"):
        findings.refuse("external_link", page=page, what="object")
    elif link.kind in ("oleObject", "package"):
        findings.refuse("embedded_object", page=page)
    elif link.kind in WEB_ADDINS:
        findings.warn("web_addin")


def check_address(findings: Findings, target: str, page: int | None = None) -> None:
    """A hyperlink's address, of whatever format."""
    target = target.strip()
    if target.lower() in NOWHERE or target.lower().startswith(HARMLESS):
        return
    if suffix_of(target) in PROGRAMS:
        findings.refuse("run_program", page=page, example=target)
    else:
        findings.refuse("file_link", page=page, example=target)


def suffix_of(name: str) -> str:
    return posixpath.splitext(re.split(r"[?#]", name.lower().replace("\\", "/"))[0])[1]


def workbooks_of_charts(office: Office) -> set[str]:
    """Parts in which a chart keeps its own figures: a chart that nobody linked to a file has one."""
    return {
        office.target_of(link)
        for link in office.all_links()
        if is_of_a_chart(office, link) and suffix_of(link.target) == ".xlsx"
    } - {""}


def is_of_a_chart(office: Office, link: Link) -> bool:
    kind = office.type_of(link.source)
    return link.kind == "package" and ("drawingml.chart+xml" in kind or "ms-office.chartex+xml" in kind)


def _check_outside(findings: Findings, link: Link, page: int | None) -> None:
    if link.target.lower() in NOWHERE:
        return
    if link.kind == "hyperlink":
        check_address(findings, link.target, page)
    else:
        findings.refuse("external_link", page=page, example=link.target, what=LINKED.get(link.kind, "other"))
