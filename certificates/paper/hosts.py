"""The hosts' seals as a template finds them: files named by their hash."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from certificates.paper.typeset import CannotTypeset


class LacksSeal(CannotTypeset):
    """A seal that a paper names was not handed over; str() says whose."""


def seal_files(papers: Iterable[Mapping[str, Any]], seals: Mapping[str, bytes]) -> dict[str, bytes]:
    """The seals of every host of these papers' facts, by file name; `seals` are PNG by SHA-256. Raises LacksSeal."""
    hosts = [host for facts in papers for host in facts["hosts"] if host["seal"]]
    for host in hosts:
        if host["seal"] not in seals:
            raise LacksSeal(_("缺少%s的印章图片，请在印章页重新上传。") % host["name"])
    return {seal_file(host["seal"]): seals[host["seal"]] for host in hosts}


def seal_file(sha256: str) -> str:
    """The file of a seal; none for a host without one, to whom the template gives a sample."""
    return f"{sha256}.png" if sha256 else ""
