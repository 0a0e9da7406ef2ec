"""Signing certificates: off by default, with a key in a file, with a program of the organizer's own."""

import datetime
import io
from concurrent.futures import ThreadPoolExecutor

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from certificates import signing
from certificates.paper.certificate import render
from tests.certificates.paper.papers import SHORT, URL, facts, salutation

OWN = "certificates.signing.sign_with_pkcs12"


@pytest.fixture(scope="module")
def pdf() -> bytes:
    return render(facts(), url=URL, short=SHORT, seals={})


@pytest.fixture
def key(tmp_path, monkeypatch) -> x509.Certificate:
    """A self-made key of 茂名市示例局 in a file with a passphrase."""
    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "茂名市示例局")])
    now = datetime.datetime.now(datetime.UTC)
    usage = x509.KeyUsage(True, True, *[False] * 7)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=30))
        .add_extension(usage, critical=True)
        .sign(private, hashes.SHA256())
    )
    file = tmp_path / "key.p12"
    locked = BestAvailableEncryption(b"open")
    file.write_bytes(pkcs12.serialize_key_and_certificates(b"key", private, certificate, None, locked))
    monkeypatch.setenv("PORTAL_SIGNING_KEY", str(file))
    monkeypatch.setenv("PORTAL_SIGNING_PASSPHRASE", "open")
    return certificate


def status(signed: bytes, root: x509.Certificate):
    from asn1crypto.x509 import Certificate  # type: ignore[import-untyped]
    from cryptography.hazmat.primitives.serialization import Encoding

    trusted = Certificate.load(root.public_bytes(Encoding.DER))
    found = PdfFileReader(io.BytesIO(signed)).embedded_signatures
    assert len(found) == 1
    # In a thread of its own, for the same reason as in certificates/signing.py.
    with ThreadPoolExecutor(1) as alone:
        return alone.submit(validate_pdf_signature, found[0], ValidationContext(trust_roots=[trusted])).result()


def test_without_a_signer_the_certificate_stays_as_it_is(pdf):
    assert not signing.is_on()
    assert signing.sign(pdf) == pdf


def test_a_signed_certificate_is_whole_and_its_signature_is_the_keys(pdf, key, settings):
    settings.CERTIFICATE_SIGNER = OWN
    signed = signing.sign(pdf)
    found = status(signed, key)
    assert (found.intact, found.valid, found.trusted) == (True, True, True)
    assert found.signing_cert.subject.native["common_name"] == "茂名市示例局"
    # The signature is added behind the page: what was printed is unchanged, and the file is still for the archive.
    assert signed.startswith(pdf)
    assert salutation(signed) == "王䶮"
    assert b"<pdfaid:part>2<" in signed


def test_one_changed_byte_breaks_the_signature(pdf, key, settings):
    settings.CERTIFICATE_SIGNER = OWN
    signed = bytearray(signing.sign(pdf))
    place = signed.index(b"2023-12-25T04:00:00")
    signed[place + 9] = ord("6")
    assert not status(bytes(signed), key).intact


def test_a_wrong_passphrase_is_told(pdf, key, settings, monkeypatch):
    settings.CERTIFICATE_SIGNER = OWN
    monkeypatch.setenv("PORTAL_SIGNING_PASSPHRASE", "wrong")
    with pytest.raises(signing.CannotSign, match="PORTAL_SIGNING_PASSPHRASE"):
        signing.sign(pdf)


def test_a_missing_key_file_is_told(pdf, settings, monkeypatch, tmp_path):
    settings.CERTIFICATE_SIGNER = OWN
    monkeypatch.setenv("PORTAL_SIGNING_KEY", str(tmp_path / "none.p12"))
    with pytest.raises(signing.CannotSign, match="PORTAL_SIGNING_KEY"):
        signing.sign(pdf)


def test_a_signer_that_is_not_there_is_told(pdf, settings):
    settings.CERTIFICATE_SIGNER = "nowhere.at.all"
    with pytest.raises(signing.CannotSign, match=r"nowhere\.at\.all"):
        signing.sign(pdf)


def stamped(pdf: bytes) -> bytes:
    """A signer of the organizer's own."""
    return pdf + b"% signed elsewhere\n"


def test_an_organizers_own_signer_is_called(pdf, settings):
    settings.CERTIFICATE_SIGNER = f"{__name__}.stamped"
    assert signing.sign(pdf) == pdf + b"% signed elsewhere\n"
