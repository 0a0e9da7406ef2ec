"""How the end of a notice is told."""

from datetime import datetime

from django.utils import translation

from contest.reads.working_days import through
from contest.templatetags.portal import SHANGHAI
from contest.templatetags.portal import through as filtered


def test_a_notice_that_ends_at_midnight_is_told_by_its_last_day():
    end = datetime(2023, 12, 2, tzinfo=SHANGHAI)
    assert (through(end), filtered(end)) == ("2023年12月1日（含）", "2023年12月1日（含）")
    with translation.override("en"):
        assert through(end) == "Dec. 1, 2023 (included)"


def test_an_end_within_a_day_is_told_to_the_minute():
    assert through(datetime(2023, 12, 2, 9, 0, tzinfo=SHANGHAI)) == "2023-12-02 09:00"


def test_no_end_is_a_dash():
    assert filtered(None) == "—"
