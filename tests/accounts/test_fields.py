"""What forms take for a number, a reason, a choice of rows."""

import re

import pytest
from django.core.exceptions import ValidationError

from accounts.fields import MIME, WholeField, accept
from tests import house


@pytest.mark.parametrize(("told", "number"), [("12", 12), ("１２", 12), (" 7 ", 7), (7, 7), ("", None)])
def test_a_whole_number_is_taken_in_either_width(told, number):
    assert WholeField(required=False).clean(told) == number


@pytest.mark.parametrize("told", ["1_2", "3¹", "③", "٣", "१", "3.0", "1e1", "十二", "9" * 1001])
def test_what_only_looks_like_a_number_is_refused(told):
    with pytest.raises(ValidationError, match="请填写整数。"):
        WholeField(required=False).clean(told)


def test_a_file_input_names_ends_and_types():
    assert accept("pdf", "jpg", "jpeg") == ".pdf,.jpg,.jpeg,application/pdf,image/jpeg"
    assert [end for end, kinds in MIME.items() if not kinds] == ["jpeg"]


def test_no_form_names_ends_alone():
    """Some phones know a file by its type alone."""
    loud = re.compile(r"""["']accept["']\s*:\s*["']|\baccept="(?!\{\{)""")
    sources = [*house.sources(*house.apps()), *house.sources("templates", pattern="*.html")]
    assert [path.name for path in sources if loud.search(path.read_text())] == []
