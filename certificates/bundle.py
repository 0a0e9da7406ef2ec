"""Several certificates in one zip, in the order of print, with a list of them."""

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from typing import IO

from django.utils.translation import gettext as _

from certificates import store
from certificates.archive import pack, settled
from certificates.models import Certificate
from contest.models.work import Progress
from registry.excel.export import write_table
from registry.filenames import safe


class FilesMissing(Exception):
    """Files of certificates that were made are not there; `serials` names them."""

    def __init__(self, serials: Sequence[str]) -> None:
        self.serials = list(serials)
        super().__init__("、".join(serials))


def name_of(certificate: Certificate) -> str:
    """What one certificate's file is called when it is downloaded by itself."""
    return safe(f"{certificate.serial}_{certificate.name}") + ".pdf"


def zipped(certificates: Iterable[Certificate], title: str) -> IO[bytes]:
    """A zip of those that are made, with a list of all; an open file, at its beginning. Raises FilesMissing."""
    missing: list[str] = []
    # It stays open: whoever answers with it closes it.
    file = tempfile.TemporaryFile()  # noqa: SIM115
    pack(_files(certificates, title, missing), file)
    if missing:
        file.close()
        raise FilesMissing(missing)
    file.seek(0)
    return file


def _files(certificates: Iterable[Certificate], title: str, missing: list[str]) -> Iterator[tuple[str, bytes]]:
    """Each file with its number, its prize and its name; at the end the list. What is not there goes to `missing`."""
    rows = []
    for number, each in enumerate(certificates, start=1):
        name = ""
        if each.progress == Progress.DONE:
            name = f"{number:03d}_{safe(each.facts['tier'])}_{safe(each.name)}.pdf"
            try:
                yield name, store.read(each)
            except store.Missing:
                missing.append(each.serial)
        rows.append(_row(number, each, name))
    yield f"000_{_('清单')}.xlsx", settled(write_table(title, _headings(), rows))


def _headings() -> list[str]:
    return [
        _("序号"), _("编号"), _("姓名"), _("奖次"), _("赛段"), _("地区"), _("镇街"), _("村"), _("选派单位"), _("文件"),
        _("状态"), "SHA-256",
    ]  # fmt: skip


def _row(number: int, certificate: Certificate, name: str) -> list[str | int | None]:
    told = certificate.facts
    state = certificate.get_status_display() if name else certificate.get_progress_display()
    return [
        number, certificate.serial, certificate.name, told["tier"], told["stage"], told["district"], told["town"],
        told["village"], told["unit"], name or None, state, certificate.sha256 or None,
    ]  # fmt: skip
