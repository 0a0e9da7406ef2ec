"""A form that is refused says so at its top, where the focus goes: whatever page it stands on, and however long it is.

By hand one looks at them in a browser (static/js/forms.js gives the summary the focus); here every address is asked.
"""

import re

import pytest
from django.db import transaction

from contest.models import Stage
from tests.test_matrix import TABLE, address
from tests.test_matrix import everything as everything

pytestmark = [pytest.mark.django_db, pytest.mark.looks]

SUMMARY = re.compile(r'class="error-summary" role="alert" tabindex="-1" data-error-summary')
# What a refused form says of a field, beside it.
AT_A_FIELD = re.compile(r'class="wrong|class="[^"]*\bis-wrong\b')
# Too much, nothing, and what is no value of any field.
SENT = {"name": "x" * 400, "reason": "", "held_on": "x", "dated": "x", "edit": "x", "order": "x"}


def refused(client, path: str, told: dict[str, str]) -> str:
    """The page that answers a form with 400; "" for every other answer. What it did is taken back."""
    with transaction.atomic():
        answer = client.post(path, told)
        transaction.set_rollback(True)
    is_page = answer.status_code == 400 and answer["Content-Type"].startswith("text/html")
    return answer.content.decode() if is_page else ""


def test_every_refused_form_says_so_at_its_top(everything, people, signed_in):
    asked, silent = set(), set()
    Stage.objects.filter(pk=everything["stage"]).update(state="scoring")
    for who in ("heya", "chenxiao"):
        client = signed_in(people[who])
        client.raise_request_exception = False
        for name in sorted(set(TABLE) - {"sign_out"}):
            page = refused(client, address(name, everything), SENT)
            if page and AT_A_FIELD.search(page):
                asked.add(name)
                silent |= set() if SUMMARY.search(page) else {name}
    assert (silent, len(asked) > 20) == (set(), True), sorted(asked)
