"""One kill of the browser, and one of a browser that keeps nothing; more with `python -m bench.drafts_drill`."""

import pytest
from django.urls import reverse

from bench.drafts_drill import FORGETFUL, LISTEN, one_run
from tests.scoring.dealing import deal

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(("script", "loses"), [(LISTEN, False), (LISTEN + FORGETFUL, True)], ids=["real", "forgetful"])
def test_nothing_that_was_said_to_be_kept_is_lost_with_the_browser(
    playwright, live_server, signed_in, people, maonan, heya, tmp_path, script, loses
):
    stage = deal(maonan, entrants=20, judges=9, by=heya)
    session = signed_in(people["chenxiao"]).cookies["sessionid"].value
    cookies = [{"name": "sessionid", "value": session, "url": live_server.url}]
    url = f"{live_server.url}{reverse('scoring:grid', args=[stage.pk])}?judge=all"
    told = one_run(playwright, url, cookies, tmp_path, 2.0, script)
    assert told.kept > 0
    assert bool(told.lost) is loses
