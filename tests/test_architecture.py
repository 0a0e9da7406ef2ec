"""The house stays as DESIGN section 4 built it. Each check is shown an offence, so that it is known to see one."""

from pathlib import Path

import pytest

from accounts.verbs import WORDS
from contest.workflow import MOVES
from tests import house
from tests.addresses import patterns
from tests.house import ROOT

# Text that is printed unescaped, and why it may be.
PRINTED_AS_IT_IS = {
    "contest/templatetags/portal.py": "the icons are constants of contest/icons.py, never input",
    "templates/portal/layout/help_text.html": "help texts are written in our forms; none repeats what a person typed",
}
# Views that read what was sent and do not count it once, and why twice is harmless.
TWICE_IS_HARMLESS = {
    "sign_in": "nobody is signed in yet; a second sign-in only renews the session",
    "sign_out": "signing out twice leaves one signed out",
    "contest:choose_season": "the same season chosen twice is the same season",
    "set_language": "the same language chosen twice is the same language",
    "verify:look_up": "a look-up reads; what fails is counted each time, as it should be",
    "verify:certificate": "a file is compared and not kept",
}


def offences(check, paths: list[Path], *args) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{offence}"
        for path in paths
        for offence in check(path.read_text(encoding="utf-8"), *args)
    ]


@pytest.mark.parametrize("app", house.apps())
def test_an_app_imports_only_from_apps_on_its_left(app):
    assert offences(house.upward_imports, house.sources(app), app) == []


@pytest.mark.parametrize(
    "source",
    [
        "import scoring.models",
        "from scoring.models import Sheet",
        "def f():\n    from quota import models",
        "from config.settings import VAR",
        "import importlib\nimportlib.import_module('live.views')",
    ],
)
def test_an_import_from_the_right_is_seen(source):
    assert len(house.upward_imports(source, "contest")) == 1


def test_an_import_from_the_left_is_let_pass():
    assert house.upward_imports("from accounts import log\nimport registry.models\nimport django", "contest") == []


def test_the_rules_are_plain_python():
    assert len(house.rules()) >= 7
    assert offences(house.impure_imports, house.rules()) == []


@pytest.mark.parametrize(
    "source",
    [
        "import random",
        "from time import time",
        "def f():\n    import logging",
        "from django.utils import timezone",
        "from datetime import datetime",
        "from contest.models import Entry",
        "import contest.workflow",
        "open_ = __import__('os')",
    ],
)
def test_an_impure_rule_is_seen(source):
    assert len(house.impure_imports(source)) == 1


def test_rules_may_use_each_other_and_fractions():
    assert house.impure_imports("from fractions import Fraction\nfrom scoring.rules.totals import Tally") == []


def test_every_public_rule_names_its_article_of_the_notice():
    assert offences(house.unsourced_rules, house.rules()) == []


def test_a_rule_without_its_article_is_seen():
    source = (
        'def rank():\n    """Ranks."""\ndef award():\n    """Notice V(1): prizes."""\ndef _own(): ...\ndef bare(): ...'
    )
    assert house.unsourced_rules(source) == ["1: rank", "6: bare"]


def test_no_file_is_named_after_nothing():
    assert [path for path in house.sources(*house.apps(), "config", "demo") if path.name in house.NAMELESS] == []


def test_a_file_named_after_nothing_is_known():
    assert {"utils.py", "helpers.py", "services.py"} <= house.NAMELESS


def test_no_address_holds_a_float():
    assert offences(house.float_routes, house.sources(*house.apps(), "config", pattern="urls.py")) == []


def test_a_float_in_an_address_is_seen():
    assert house.float_routes('path("marks/<float:points>/", views.mark)') != []
    assert house.float_routes('path("marks/<int:pk>/", views.mark)') == []


def test_nothing_is_printed_unescaped_without_a_reason():
    paths = [*house.sources(*house.apps(), "config", "demo"), *house.sources("templates", pattern="*.html")]
    found = {offence.split(":")[0] for offence in offences(house.unescaped, paths)}
    assert found == set(PRINTED_AS_IT_IS)


@pytest.mark.parametrize(
    "source", ["{{ name|safe }}", "{{ name | safe }}", "{% autoescape off %}", "mark_safe(name)", "SafeString(name)"]
)
def test_text_printed_unescaped_is_seen(source):
    assert len(house.unescaped(source)) == 1


def test_no_view_does_without_the_csrf_token():
    assert offences(house.tokenless, house.sources(*house.apps(), "config", "demo")) == []


def test_a_view_without_the_csrf_token_is_seen():
    assert house.tokenless("@csrf_exempt\ndef view(request): ...") == ["1: @csrf_exempt"]


def test_no_template_carries_code_or_style_inline():
    assert offences(house.inline_code, house.sources("templates", pattern="*.html")) == []


def test_no_drawing_carries_code_or_style_inline():
    assert offences(house.inline_code, house.sources(*house.apps())) == []


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>",
        '<script type="module">go()</script>',
        '<p style="color: red">',
        "<style>p {}</style>",
        '<a onclick="go()">',
        '<a href="javascript:go()">',
    ],
)
def test_inline_code_is_seen(source):
    assert len(house.inline_code(source)) == 1


def test_a_script_with_an_address_is_let_pass():
    assert house.inline_code("""<script type="module" src="{% static 'js/once.js' %}"></script>""") == []


def test_every_form_counts_once():
    careless = {
        name for name, each in patterns() if house.reads_a_form(each.callback) and not house.counts_once(each.callback)
    }
    assert careless == set(TWICE_IS_HARMLESS)


def test_a_form_that_counts_twice_is_seen():
    from accounts import views

    careful = dict(patterns())["change_password"].callback
    assert (house.reads_a_form(careful), house.counts_once(careful)) == (True, True)
    assert house.reads_a_form(views.sign_in)
    assert not house.counts_once(views.sign_in)
    assert not house.reads_a_form(views.show_desk)


def test_every_verb_of_the_log_has_words_and_every_word_a_verb():
    written = {
        str(path.relative_to(ROOT)): set(house.verbs(path.read_text(encoding="utf-8")))
        for path in house.sources(*house.apps())
    }
    # A stage's moves are logged by their names; everywhere else the verb is written out.
    assert [path for path, verbs in written.items() if "*" in verbs] == ["contest/workflow.py"]
    assert set().union(*written.values(), MOVES) - {"*"} == set(WORDS)


def test_a_verb_is_read_where_it_is_logged():
    source = 'log.write(c, "enter", by=by)\nlog.write(c, "open" if a else "close")\nlog.write(c, verb)\nfile.write("x")'
    assert list(house.verbs(source)) == ["enter", "open", "close", "*"]
