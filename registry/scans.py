"""Scans and photos of paper: told by their first bytes, since a name proves nothing."""

from django.utils.translation import gettext as _

LARGEST = 20 * 1024 * 1024
KINDS = {
    b"%PDF-": ("application/pdf", ".pdf"),
    b"\xff\xd8\xff": ("image/jpeg", ".jpg"),
    b"\x89PNG\r\n\x1a\n": ("image/png", ".png"),
}


class ScanRefused(Exception):
    """The file cannot be taken as a scan; the message says why and what to do."""


def kind_of(data: bytes) -> tuple[str, str]:
    """Content type and suffix. Raises ScanRefused."""
    if not data:
        raise ScanRefused(_("文件是空的，请重新选择。"))
    if len(data) > LARGEST:
        raise ScanRefused(_("文件超过 %(mb)d MB，请降低扫描分辨率后再上传。") % {"mb": LARGEST // 1024 // 1024})
    for start, kind in KINDS.items():
        if data.startswith(start):
            return kind
    raise ScanRefused(_("只接受 PDF、JPG 或 PNG 扫描件。"))
