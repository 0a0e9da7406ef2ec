"""The codes by which anybody finds a certificate.

A code is 128 bits derived from the certificate's nonce with the portal's key. The database keeps only its hash: a
stolen copy of the database tells nobody a code. The short code is for typing by hand, together with the name.
"""

import hashlib
import hmac
import secrets

from django.conf import settings

# Crockford's 32 characters: no I, L, O, U, which people misread.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
MISREAD = str.maketrans("OIL", "011")
CODE_BITS, SHORT_BITS = 128, 40
CODE_LENGTH, SHORT_LENGTH = 26, 8


def new_nonce() -> str:
    return secrets.token_hex(16)


def code_of(nonce: str) -> str:
    """The code in a certificate's QR: 26 characters."""
    return _spelled(_derived("code", nonce), CODE_BITS, CODE_LENGTH)


def short_of(nonce: str) -> str:
    """The code printed for typing: 8 characters in two groups."""
    spelled = _spelled(_derived("short", nonce), SHORT_BITS, SHORT_LENGTH)
    return f"{spelled[:4]}-{spelled[4:]}"


def hash_of_code(text: str) -> str:
    """What the database keeps of a code, however it was typed. Anything may be asked for; most of it is nowhere."""
    return hashlib.sha256(normal(text).encode()).hexdigest()


def hash_of_short(text: str) -> str:
    """What the database keeps of a short code; keyed, because 40 bits alone could be tried out one by one."""
    return hmac.new(_key(), b"short-hash:" + normal(text).encode(), hashlib.sha256).hexdigest()


def address_of(nonce: str, base: str) -> str:
    """The absolute address that a certificate's QR opens."""
    return f"{base}/c/{code_of(nonce)}"


def normal(text: str) -> str:
    """A code as it was meant: capital letters, no blanks or hyphens, misread letters put right."""
    meant = "".join(text.upper().split()).replace("-", "").translate(MISREAD)
    # Typed text may hold half a surrogate pair, which has no UTF-8.
    return meant[:64].encode(errors="replace").decode()


def _derived(purpose: str, nonce: str) -> int:
    return int.from_bytes(hmac.new(_key(), f"{purpose}:{nonce}".encode(), hashlib.sha256).digest(), "big")


def _spelled(number: int, bits: int, length: int) -> str:
    number &= (1 << bits) - 1
    return "".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(length)))


def _key() -> bytes:
    return settings.CERTIFICATE_KEY.encode()
