"""What Django itself says to a clerk is said as the portal speaks."""

import gettext
from pathlib import Path

import django
import pytest
from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts
from django.utils import translation

from tests.house import ROOT

OURS = ROOT / "locale/zh_Hans/LC_MESSAGES/django.mo"


def catalogue(path: Path) -> dict[object, str]:
    with path.open("rb") as file:
        return vars(gettext.GNUTranslations(file))["_catalog"]


class Talk(forms.Form):
    title = forms.CharField(max_length=4)
    minutes = forms.IntegerField(max_value=5)
    held_on = forms.DateField()
    stage = forms.ChoiceField(choices=[("final", "决赛")])


@pytest.mark.parametrize(
    ("told", "sentences"),
    [
        ({}, ["请填写这一项。"] * 4),
        (
            {"title": "把论文写在田埂上", "minutes": "6", "held_on": "明天", "stage": "first"},
            [
                "至多 4 个字，现在有 8 个。",
                "不能大于 5。",
                "请填写正确的日期，如 2023-11-25。",
                "“first”已不能选，请刷新页面后重选。",
            ],
        ),
        ({"title": "田埂", "minutes": "五", "held_on": "2023-11-25", "stage": "final"}, ["请填写整数。"]),
    ],
)
def test_a_form_says_what_to_do(told, sentences):
    assert [sentence for errors in Talk(told).errors.values() for sentence in errors] == sentences


def test_a_new_password_is_asked_for_in_short_sentences():
    with translation.override("zh-hans"):
        assert password_validators_help_texts() == [
            "不要与用户名、姓名相近。",
            "至少 10 个字符。",
            "不要用常见的密码。",
            "不要全是数字。",
        ]


def test_each_sentence_of_ours_still_replaces_one_of_djangos():
    theirs = Path(django.__file__).parent
    folders = (theirs / "conf", theirs / "contrib/auth")
    said = {key for folder in folders for key in catalogue(folder / "locale/zh_Hans/LC_MESSAGES/django.mo")}
    assert set(catalogue(OURS)) - said == set()


def test_the_compiled_sentences_are_the_readable_ones():
    readable = OURS.with_suffix(".po").read_text(encoding="utf-8")
    ours = [text for key, text in catalogue(OURS).items() if key]
    assert len(ours) == readable.count("msgid ") - 1
    assert [text for text in ours if f'"{text}"' not in readable] == []
