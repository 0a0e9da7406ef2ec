"""The hosts' seals: the office's alone, and never changed in place."""

import json

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts import log
from accounts.log import LogMoved
from accounts.models import LogLine
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


def test_each_act_is_one_line_in_the_log_with_the_seals_hash(heya, season):
    first = keep_seal(season, host=HOST, data=saved(stamp(400)), by=heya, at=cast.NOW)
    second = keep_seal(season, host=HOST, data=saved(stamp(520)), by=heya, at=cast.later(1))
    retire_seal(second, by=heya, at=cast.later(2))
    lines = LogLine.objects.filter(chain="2023", action__in=("keep_seal", "retire_seal")).order_by("seq")
    facts = [(line.action, json.loads(line.payload)["facts"]) for line in lines]
    assert facts == [
        ("keep_seal", {"sha256": first.sha256, "replaced": ""}),
        ("keep_seal", {"sha256": second.sha256, "replaced": first.sha256}),
        ("retire_seal", {"sha256": second.sha256}),
    ]


def test_a_seal_that_is_not_logged_is_not_kept_and_the_old_one_stays_in_use(heya, season, monkeypatch):
    first = keep_seal(season, host=HOST, data=saved(stamp(400)), by=heya, at=cast.NOW)

    def broken(*args, **kwargs):
        raise LogMoved("2023")

    monkeypatch.setattr(log, "write", broken)
    with pytest.raises(LogMoved):
        keep_seal(season, host=HOST, data=saved(stamp(520)), by=heya, at=cast.later(1))
    assert list(Seal.objects.values_list("pk", "live")) == [(first.pk, True)]


def test_an_organizer_and_the_supervisor_keep_and_retire_nothing(heya, people, season):
    seal = keep_seal(season, host=HOST, data=saved(stamp(400)), by=heya, at=cast.NOW)
    for name in ("chenxiao", "zhengzhi"):
        with pytest.raises(PermissionDenied):
            keep_seal(season, host=HOST, data=saved(stamp(520)), by=people[name], at=cast.later(1))
        with pytest.raises(PermissionDenied):
            retire_seal(seal, by=people[name], at=cast.later(1))
    assert list(Seal.objects.values_list("pk", "live")) == [(seal.pk, True)]


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_takes_as_many_queries_for_one_seal_as_for_three(he, heya, season, count, django_assert_num_queries):
    for host in season.hosts[:count]:
        keep_seal(season, host=host, data=saved(stamp(400)), by=heya, at=cast.NOW)
    with django_assert_num_queries(6):
        assert he.get(there()).content.decode().count("<img") == count


def test_a_seal_leaves_the_disk_its_reserve(heya, season, settings):
    settings.MATERIAL_RESERVE = 1 << 60
    with pytest.raises(SealRefused, match="存储空间不足"):
        keep_seal(season, host=HOST, data=saved(stamp(400)), by=heya, at=cast.NOW)
    assert Seal.objects.count() == 0
