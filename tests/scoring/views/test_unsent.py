"""未送出: the page has nothing in it, so that a browser may keep it; whose drafts may be sent is never kept."""

import pytest
from django.urls import reverse

from tests.scoring.dealing import deal

pytestmark = pytest.mark.django_db


def test_the_page_is_the_same_for_everybody_and_may_be_kept(signed_in, people):
    pages = [signed_in(people[name]).get(reverse("scoring:unsent")) for name in ("chenxiao", "linfang", "heya")]
    assert {page.headers["Cache-Control"] for page in pages} == {"private, max-age=86400"}
    assert len({page.content for page in pages}) == 1


def test_whose_drafts_may_be_sent_is_asked_each_time(signed_in, people):
    answer = signed_in(people["chenxiao"]).get(reverse("scoring:unsent_who"))
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.json()["user"] == people["chenxiao"].pk
    assert sorted(answer.json()) == ["token", "user"]


def test_the_worker_lies_in_the_folder_of_the_pages_it_serves(signed_in, people, maonan, heya):
    stage = deal(maonan, by=heya)
    answer = signed_in(people["chenxiao"]).get(reverse("scoring:unsent_worker"))
    folder = reverse("scoring:unsent_worker").rpartition("/")[0] + "/"
    assert answer.headers["Content-Type"] == "text/javascript"
    assert reverse("scoring:grid", args=[stage.pk]).startswith(folder)
    assert reverse("scoring:unsent").startswith(folder)
