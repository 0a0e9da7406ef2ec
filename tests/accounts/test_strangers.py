"""Who has not signed in cannot fill the disk."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.middleware import LittleFromStrangers

MEGABYTE = 1024 * 1024


def big(size):
    return SimpleUploadedFile("x.pdf", b"%PDF" + b"0" * size, "application/pdf")


@pytest.mark.parametrize("name", ["sign_in", "verify:look_up", "home"])
def test_a_strangers_large_file_is_turned_away_before_it_is_read(client, db, name):
    answer = client.post(reverse(name), {"file": big(LittleFromStrangers.LARGEST)})
    assert (answer.status_code, "文件太大" in answer.content.decode()) == (413, True)


def test_up_to_the_limit_the_page_itself_answers(client, db):
    assert client.post(reverse("sign_in"), {"file": big(MEGABYTE)}).status_code == 200


def test_whoever_signed_in_may_send_more(signed_in, people):
    answer = signed_in(people["chenxiao"]).post(reverse("contest:roster_import"), {"file": big(7 * MEGABYTE)})
    assert answer.status_code == 400
