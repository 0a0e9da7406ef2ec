"""When nobody of the office can sign in any more, the server's command line lets one in, and the log says so."""

import io
import re

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client

from accounts import actions, log
from accounts.models import LogLine, User
from tests import cast

WHY = "两位经办人同时调离，经局长办公会决定"


def recover(username, reason=WHY):
    out = io.StringIO()
    call_command("recover_account", username, reason=reason, stdout=out)
    return re.search(r"with (\S+) and", out.getvalue())[1]


def test_a_closed_office_account_is_opened_with_a_first_password(people):
    actions.set_active(people["luoping"], False, by=people["heya"], at=cast.NOW)
    told = {"username": "luoping", "password": recover("luoping")}
    client = Client()
    assert client.post("/sign-in/", told).status_code == 302
    assert client.get("/desk/").url == "/desk/password/"
    lines = LogLine.objects.filter(subject=f"accounts.user:{people['luoping'].pk}").order_by("seq")
    reasons = [line for line in lines if hasattr(line, "note") and line.note.text]
    assert [(line.action, line.actor, line.note.text) for line in reasons] == [
        ("reopen_account", None, WHY),
        ("reset_password", None, WHY),
    ]
    assert log.verify("portal")[2] == []


@pytest.mark.parametrize(
    ("username", "reason", "sentence"),
    [("wumin", WHY, "only an account of the office"), ("nobody", WHY, "no account"), ("heya", "\u200b", "reason")],
)
def test_no_other_account_and_nothing_without_a_reason(people, username, reason, sentence):
    before = list(User.objects.order_by("pk").values_list("password", flat=True))
    with pytest.raises(CommandError, match=sentence):
        recover(username, reason)
    assert list(User.objects.order_by("pk").values_list("password", flat=True)) == before
