"""An office names its S3-compatible storage in the environment; what cannot work is said before the portal starts."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import s3

GIVEN = {
    "PORTAL_S3_BUCKET": "maoming",
    "PORTAL_S3_ENDPOINT": "http://10.0.0.7:9000/",
    "PORTAL_S3_KEY": "office",
    "PORTAL_S3_SECRET": "made up for tests",
}


def test_without_a_bucket_everything_stays_on_the_disk():
    assert (s3.storages({}), s3.origins({}), s3.storages({"PORTAL_S3_BUCKET": ""})) == ({}, [], {})


def test_a_bucket_is_spoken_to_with_what_every_storage_understands():
    entries = s3.storages(GIVEN)
    assert entries["materials"]["OPTIONS"]["endpoint_url"] == "http://10.0.0.7:9000"
    config = entries["materials"]["OPTIONS"]["client_config"]
    assert (config.signature_version, config.s3["addressing_style"]) == ("s3v4", "path")
    assert s3.origins(entries) == ["http://10.0.0.7:9000"]


def test_browsers_may_reach_it_by_another_name():
    entries = s3.storages({**GIVEN, "PORTAL_S3_PUBLIC_ENDPOINT": "https://files.example"}, https=True)
    assert entries["materials"]["OPTIONS"]["endpoint_url"] == "http://10.0.0.7:9000"
    assert s3.origins(entries) == ["https://files.example"]


def test_a_bucket_may_be_part_of_the_name():
    given = {**GIVEN, "PORTAL_S3_ENDPOINT": "https://oss.example", "PORTAL_S3_ADDRESSING": "virtual"}
    assert s3.origins(s3.storages(given)) == ["https://maoming.oss.example"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"PORTAL_S3_SECRET": ""}, "also needs PORTAL_S3_SECRET$"),
        ({"PORTAL_S3_BUCKET": ""}, "also needs PORTAL_S3_BUCKET$"),
        ({"PORTAL_S3_ENDPOINT": "10.0.0.7:9000"}, "PORTAL_S3_ENDPOINT must look like https://s3.example"),
        ({"PORTAL_S3_ENDPOINT": "https://s3.example/maoming"}, "PORTAL_S3_ENDPOINT must look like"),
        ({"PORTAL_S3_PUBLIC_ENDPOINT": "https://a:b@s3.example"}, "PORTAL_S3_PUBLIC_ENDPOINT must not hold"),
        ({"PORTAL_S3_ADDRESSING": "auto"}, "must be path or virtual, not 'auto'"),
    ],
)
def test_what_cannot_work_stops_the_start(change, told):
    with pytest.raises(ImproperlyConfigured, match=told):
        s3.storages({**GIVEN, **change})


def test_a_portal_on_https_sends_no_browser_to_plain_http():
    with pytest.raises(ImproperlyConfigured, match=r"browsers would be sent to http://10\.0\.0\.7:9000"):
        s3.storages(GIVEN, https=True)
