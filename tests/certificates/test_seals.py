"""The hosts' seals: the office's alone, and never changed in place."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from certificates.actions.seals import SealRefused, keep_seal, retire_seal
from certificates.facts import hosts_of
from certificates.models import Seal
from tests import cast
from tests.certificates.paper.papers import photo, saved, stamp

HOST = "茂名市乡村振兴局"


@pytest.fixture
def he(signed_in, heya):
    return signed_in(heya)


def there(code="2023"):
    return reverse("certificates:seals", args=[code])


def scan(data):
    return SimpleUploadedFile("公章.png", data, "image/png")


def test_heya_uploads_a_seal_and_certificates_carry_it_from_then_on(he, season):
    answer = he.post(there(), {"host": HOST, "file": scan(saved(stamp(400)))})
    assert answer.status_code == 302
    seal = Seal.objects.get()
    assert hosts_of(season)[0] == {"name": HOST, "seal": seal.sha256}
    image = he.get(reverse("certificates:seal", args=[seal.pk]))
    assert (image["Content-Type"], b"".join(image.streaming_content)[:8]) == ("image/png", b"\x89PNG\r\n\x1a\n")


def test_a_new_seal_takes_the_old_ones_place_and_the_old_one_stays(heya, season):
    first = keep_seal(season, host=HOST, data=saved(stamp(400)), by=heya, at=cast.NOW)
    second = keep_seal(season, host=HOST, data=saved(stamp(520)), by=heya, at=cast.later(1))
    first.refresh_from_db()
    assert (first.live, second.live, Seal.objects.count()) == (False, True, 2)
    with pytest.raises(SealRefused):
        keep_seal(season, host=HOST, data=saved(stamp(520)), by=heya, at=cast.later(2))


def test_a_retired_seal_is_missing_until_another_comes(he, heya, season):
    seal = keep_seal(season, host=HOST, data=saved(stamp(400)), by=heya, at=cast.NOW)
    assert he.post(reverse("certificates:retire_seal", args=[seal.pk])).status_code == 302
    assert hosts_of(season)[0] == {"name": HOST, "seal": ""}
    with pytest.raises(SealRefused):
        retire_seal(seal, by=heya, at=cast.later(1))


@pytest.mark.parametrize(
    "data", [b"", b"<svg/>", b"%PDF-1.7", saved(stamp(60)), photo(stamp(400))[:5000]], ids=range(5)
)
def test_what_is_no_seal_is_refused_beside_the_field(he, season, data):
    answer = he.post(there(), {"host": HOST, "file": scan(data)})
    assert (answer.status_code, Seal.objects.count()) == (400, 0)


def test_a_unit_that_does_not_hold_the_contest_has_no_seal_here(he, heya, season):
    assert he.post(there(), {"host": "别的单位", "file": scan(saved(stamp(400)))}).status_code == 400
    with pytest.raises(SealRefused):
        keep_seal(season, host="别的单位", data=saved(stamp(400)), by=heya, at=cast.NOW)


def test_nobody_but_the_office_sees_a_seal(heya, people, season, signed_in):
    seal = keep_seal(season, host=HOST, data=saved(stamp(400)), by=heya, at=cast.NOW)
    for name in ("chenxiao", "zhengzhi"):
        client = signed_in(people[name])
        assert client.get(there()).status_code == 404
        assert client.get(reverse("certificates:seal", args=[seal.pk])).status_code == 404
