"""What templates print: points, moments, and the helpers of the shared partials."""

from datetime import UTC, date, datetime

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template
from django.utils import translation

from contest.icons import ICONS
from contest.templatetags.portal import STAMPS, beside, day, first_control, icon, moment, page_numbers, points, stamp

# In Maoming: three past two in the afternoon, and half past midnight of the next day.
AFTERNOON = datetime(2023, 11, 25, 6, 3, 22, tzinfo=UTC)
NIGHT = datetime(2023, 11, 25, 16, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("hundredths", "text"), [(9250, "92.50"), (0, "0.00"), (5, "0.05"), (-20, "-0.20"), (10000, "100.00"), (None, "—")]
)
def test_points_have_two_decimals(hundredths, text):
    assert points(hundredths) == text


def test_a_value_the_page_does_not_have_prints_a_dash():
    assert Template("{% load portal %}{{ nobody.total_c|points }}").render(Context()) == "—"


def test_a_moment_is_told_in_the_contests_own_time():
    assert moment(AFTERNOON) == "2023-11-25 14:03"
    assert moment(None) == "—"


def test_half_past_midnight_in_maoming_is_already_the_next_day():
    assert day(NIGHT) == "2023年11月26日"
    assert day(date(2023, 12, 4)) == "2023年12月4日"
    assert day(None) == "—"


def test_an_english_reader_finds_the_day_in_english():
    with translation.override("en"):
        assert day(NIGHT) == "Nov. 26, 2023"


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("minute", "2023-11-25 14:03"),
        ("second", "2023-11-25 14:03:22"),
        ("clock", "14:03:22"),
        ("short", "11-25 14:03"),
    ],
)
def test_a_stamp_carries_the_moment_for_machines_too(form, text):
    assert stamp(AFTERNOON, form) == f'<time datetime="2023-11-25T14:03:22+08:00">{text}</time>'


def test_every_form_of_a_stamp_is_tried_above():
    assert set(STAMPS) == {"minute", "second", "clock", "short"}


def test_a_row_of_another_length_than_the_head_is_refused():
    assert list(beside(["27", "3"], ["人数", "名额"])) == [("人数", "27"), ("名额", "3")]
    with pytest.raises(ValueError, match="shorter"):
        list(beside(["27"], ["人数", "名额"]))


def test_far_pages_are_left_out_around_the_current_one():
    assert page_numbers(Paginator(range(212), 10).page(11)) == [1, None, 9, 10, 11, 12, 13, None, 22]


def test_an_icon_is_decoration():
    assert {'aria-hidden="true"' in icon(name) for name in ICONS} == {True}


class Sheet(forms.Form):
    name = forms.CharField(label="姓名", help_text="与身份证一致")
    level = forms.ChoiceField(label="层级", choices=[("p", "省直"), ("m", "茂名市")], widget=forms.RadioSelect)
    truth = forms.BooleanField(label="保证真实")


def shown(form):
    return Template("{% load crispy_forms_tags %}{{ form|crispy }}").render(Context({"form": form}))


def test_a_link_to_a_list_of_choices_leads_to_the_first():
    form = Sheet()
    assert (first_control(form["name"]), first_control(form["level"])) == ("id_name", "id_level_0")


def test_a_field_points_to_its_help_and_its_error():
    html = shown(Sheet({}))
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert (html.count('id="id_name_helptext"'), html.count('id="id_name_error"')) == (1, 1)


def test_the_summary_of_a_refused_form_links_to_every_wrong_field():
    html = shown(Sheet({}))
    assert [f'href="#{target}"' in html for target in ("id_name", "id_level_0", "id_truth")] == [True, True, True]
    assert html.count("data-error-summary") == 1


def test_an_untouched_form_complains_of_nothing():
    html = shown(Sheet())
    assert "data-error-summary" not in html
    assert 'class="wrong"' not in html
