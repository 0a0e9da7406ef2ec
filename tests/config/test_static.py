"""Static files, the way the server prepares them."""

import json
import re
from pathlib import Path

import pytest
from django.core.management import call_command

IMPORT = re.compile(r"""from ["'](\./|\.\./)([\w./-]+)["']""")


@pytest.fixture(scope="module")
def prepared(tmp_path_factory) -> Path:
    from django.test import override_settings

    folder: Path = tmp_path_factory.mktemp("static")
    storages = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "config.statics.Statics"},
    }
    with override_settings(STATIC_ROOT=folder, STORAGES=storages):
        call_command("collectstatic", interactive=False, verbosity=0)
    return folder


def test_every_file_that_a_stylesheet_or_a_module_names_is_there(prepared):
    assert (prepared / "staticfiles.json").exists()


def test_a_module_names_others_as_they_are_and_never_as_an_update_may_make_them(prepared):
    """A browser keeps a name with a digest for good; of one without it may hold an old one for a while."""
    names = json.loads((prepared / "staticfiles.json").read_text())["paths"]
    ours = [name for name in names if name.startswith("js/")]
    named = {
        (name, found) for name in ours for _up, found in IMPORT.findall((prepared / names[name]).read_text("utf-8"))
    }
    assert {name for name, _found in named} >= {"js/grid.js", "js/unsent.js", "js/upload.js"}
    assert [pair for pair in sorted(named) if not re.search(r"\.[0-9a-f]{12}\.js$", pair[1])] == []
