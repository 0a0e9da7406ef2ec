"""Codes: long enough, forgiving to type, and not to be had from a copy of the database."""

from hypothesis import given
from hypothesis import strategies as st

from certificates import codes
from certificates.models import Certificate
from tests.certificates.closed import asked


def test_a_code_has_128_bits_and_a_short_one_40():
    nonces = [codes.new_nonce() for _ in range(200)]
    assert {len(codes.code_of(nonce)) for nonce in nonces} == {26}
    assert len({codes.code_of(nonce) for nonce in nonces}) == 200
    # 26 letters of five bits hold 130: the first letter only ever uses three of its five.
    assert {codes.code_of(nonce)[0] for nonce in nonces} <= set("01234567")
    assert {len(codes.short_of(nonce).replace("-", "")) for nonce in nonces} == {8}


def test_the_same_nonce_gives_the_same_codes():
    assert codes.code_of("ab" * 16) == codes.code_of("ab" * 16)
    assert codes.code_of("ab" * 16) != codes.code_of("ba" * 16)


def test_another_key_gives_other_codes(settings):
    before = codes.code_of("ab" * 16), codes.short_of("ab" * 16), codes.hash_of_short("ABCD-EFGH")
    settings.CERTIFICATE_KEY = "another"
    after = codes.code_of("ab" * 16), codes.short_of("ab" * 16), codes.hash_of_short("ABCD-EFGH")
    assert [one == other for one, other in zip(before, after, strict=True)] == [False] * 3


def test_small_letters_blanks_hyphens_and_misread_letters_are_forgiven():
    assert codes.normal(" 0l1i-abcd ") == "0111ABCD"
    assert codes.hash_of_short("o1il-abcd") == codes.hash_of_short("0111ABCD")


@given(st.text(st.characters(codec=None)))
def test_anything_may_be_typed(text):
    assert len(codes.hash_of_code(text)) == len(codes.hash_of_short(text)) == 64


def test_no_code_can_be_read_in_the_database(people, maonan):
    batch = asked(maonan, 3, organizer=people["chenxiao"], office=people["heya"])
    for certificate in Certificate.objects.filter(batch=batch):
        kept = " ".join(str(value) for value in Certificate.objects.filter(pk=certificate.pk).values_list()[0])
        assert codes.code_of(certificate.nonce) not in kept
        assert codes.short_of(certificate.nonce).replace("-", "") not in kept
        assert certificate.code_hash == codes.hash_of_code(codes.code_of(certificate.nonce))
