"""At the server's terminal the same certificates are made without the queue."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from certificates.models import Batch, Certificate
from tests.certificates.closed import asked, close


def issue(*words, **options):
    out = StringIO()
    call_command("issue_certificates", *words, stdout=out, **options)
    return out.getvalue()


def test_what_was_asked_for_on_the_page_is_made(heya, people, maonan):
    batch = asked(maonan, 3, organizer=people["chenxiao"], office=heya)
    assert json.loads(issue("--json")) == {"wanted": 0, "taken": 0, "done": 3, "parked": 0}
    assert batch.counts()["done"] == 3


def test_an_office_person_asks_for_every_closed_stage(heya, people, maonan, dianbai, binhai):
    close(maonan, 2, by=people["chenxiao"])
    close(binhai, 1, by=people["xiening"])
    assert issue("2023", "--by", "heya", "--dated", "2023-12-25", "--template", "plain") == "3 made, 0 parked\n"
    told = set(Batch.objects.values_list("stage", "template", "asked_by"))
    assert told == {(maonan.pk, "plain", heya.pk), (binhai.pk, "plain", heya.pk)}


def test_a_parked_certificate_ends_it_with_a_failure(heya, people, maonan):
    asked(maonan, 2, organizer=people["chenxiao"], office=heya)
    Certificate.objects.filter(series__endswith="一").update(progress="parked", failure="字形缺失")
    with pytest.raises(CommandError, match="parked"):
        issue("2023")


def test_unknown_seasons_and_people_are_told_so(heya, season):
    for words, said in ((("1999",), "no season '1999'"), (("2023", "--by", "nobody"), "no active account 'nobody'")):
        with pytest.raises(CommandError, match=said):
            issue(*words)
