"""An electronic signature on certificates (PAdES), where an organizer has a key for it. Off by default.

settings.CERTIFICATE_SIGNER is a dotted path to a function from PDF bytes to PDF bytes: `sign_with_pkcs12` below for a
key in a file, an organizer's own for a key in a smart card or a signing service.
"""

import io
import os
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, cast

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyhanko.sign.signers import SimpleSigner

FIELD = "Signature"


class CannotSign(Exception):
    """The certificate could not be signed; str() says which setting is wrong."""


def is_on() -> bool:
    """Whether certificates are signed. A signed one has other bytes each time, as a signature contains its moment."""
    return bool(settings.CERTIFICATE_SIGNER)


def sign(pdf: bytes) -> bytes:
    """The PDF signed by the organizer's signer, or just as it is where none is set. Raises CannotSign."""
    if not is_on():
        return pdf
    try:
        signer = cast("Callable[[bytes], bytes]", import_string(settings.CERTIFICATE_SIGNER))
    except ImportError as error:
        raise CannotSign(
            _("找不到 PORTAL_CERTIFICATE_SIGNER 指定的签名程序 %s。") % settings.CERTIFICATE_SIGNER
        ) from error
    return signer(pdf)


def sign_with_pkcs12(pdf: bytes) -> bytes:
    """A PAdES B-B signature, invisible, with the key of the file PORTAL_SIGNING_KEY (.p12 or .pfx).

    Its passphrase is PORTAL_SIGNING_PASSPHRASE. Needs requirements-signing.txt. Raises CannotSign.
    """
    try:
        from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
        from pyhanko.sign import fields, signers
    except ImportError as error:
        raise CannotSign(_("没有安装签名组件：请执行 pip install -r requirements-signing.txt。")) from error
    key = Path(os.environ.get("PORTAL_SIGNING_KEY", ""))
    if not key.is_file():
        raise CannotSign(_("找不到 PORTAL_SIGNING_KEY 指定的密钥文件 %s。") % key)
    wanted = signers.PdfSignatureMetadata(
        field_name=FIELD, subfilter=fields.SigSeedSubFilter.PADES, md_algorithm="sha256"
    )
    signer = _signer(key, os.environ.get("PORTAL_SIGNING_PASSPHRASE", ""))
    work = signers.PdfSigner(wanted, signer)
    # pyHanko runs an event loop, and a thread that is in one already takes no second.
    with ThreadPoolExecutor(1) as alone:
        out = alone.submit(work.sign_pdf, IncrementalPdfFileWriter(io.BytesIO(pdf))).result()
    return out.getvalue()


@lru_cache(maxsize=2)
def _signer(key: Path, passphrase: str) -> "SimpleSigner":
    from pyhanko.sign.signers import SimpleSigner

    signer = SimpleSigner.load_pkcs12(str(key), passphrase=passphrase.encode() if passphrase else None)
    if signer is None:
        raise CannotSign(_("密钥文件 %s 打不开：请核对 PORTAL_SIGNING_PASSPHRASE。") % key)
    return signer
