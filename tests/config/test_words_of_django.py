"""What Django itself says to a clerk is said as the portal speaks."""

import ast
import gettext
import re
from pathlib import Path

import django
import pytest
from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError
from django.utils import translation

from accounts.models import User
from tests.house import ROOT

THEIRS = Path(django.__file__).parent
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


@pytest.mark.parametrize(
    ("password", "sentences"),
    [
        ("gehem-12", ["密码太短，至少要 10 个字符。"]),
        ("password123", ["这个密码太常见，容易被猜到，请换一个。"]),
        ("84120097531", ["密码不能全是数字。"]),
        ("chenxiao12", ["密码与用户名太相近，容易被猜到，请换一个。"]),
    ],
)
def test_a_password_that_will_not_do_is_told_so_in_the_language_of_the_page(password, sentences):
    with translation.override("zh-hans"), pytest.raises(ValidationError) as refused:
        validate_password(password, User(username="chenxiao", name="陈晓"))
    assert refused.value.messages == sentences


def test_each_sentence_of_ours_still_replaces_one_of_djangos():
    """One that it has in Chinese itself, or one that only its source says, as far as a clerk can meet it."""
    folders = (THEIRS / "conf", THEIRS / "contrib/auth")
    said = {key for folder in folders for key in catalogue(folder / "locale/zh_Hans/LC_MESSAGES/django.mo")}
    new = {key[0] if isinstance(key, tuple) else key for key in set(catalogue(OURS)) - said}
    assert [key for key in new if key not in met()] == []


def met() -> dict[str, str]:
    """What Django says in forms, validators and passwords, with what a Chinese page gets of it."""
    files = [*THEIRS.glob("forms/*.py"), *THEIRS.glob("contrib/auth/*.py"), THEIRS / "core/validators.py"]
    calls = (node for file in files for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Call))
    told = {}
    for call in calls:
        constants = (each.value for each in call.args if isinstance(each, ast.Constant))
        name, texts = getattr(call.func, "id", ""), [each for each in constants if isinstance(each, str)]
        if not texts or name.removesuffix("_lazy") not in ("_", "gettext", "ngettext"):
            continue
        one, many = texts[0], texts[-1]
        with translation.override("zh-hans"):
            plural = name.startswith("ngettext")
            told[one] = translation.ngettext(one, many, 5) if plural else translation.gettext(one)
    return told


def test_nothing_that_django_says_to_a_clerk_is_english_on_a_chinese_page():
    english = re.compile(r"[A-Za-z]{3,}[ a-z]+ [a-z]+")
    plain = {key: text for key, text in met().items() if english.search(re.sub(r"%\(\w+\)s", "", text))}
    assert (plain, len(met()) > 60) == ({}, True)


def test_the_compiled_sentences_are_the_readable_ones():
    readable = OURS.with_suffix(".po").read_text(encoding="utf-8")
    ours = [text for key, text in catalogue(OURS).items() if key]
    assert len(ours) == readable.count("msgid ") - 1
    assert [text for text in ours if f'"{text}"' not in readable] == []
