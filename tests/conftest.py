"""What every test may rely on: the language, the browser, the Hypothesis profile."""

import os
from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest
from django.test import SimpleTestCase
from django.utils import translation

from script import chromium
from tests.fixtures import *  # noqa: F403 - the people every test knows

hypothesis.settings.register_profile("desk", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "desk")

# Playwright's own event loop runs in the test's thread, where Django would otherwise refuse to touch the database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

SWITCHES = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


OF_A_DATABASE = {"db", "transactional_db", "django_db_setup", "live_server"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test that asks for a page is a browser test; without a Chromium it is skipped, aloud.

    A test that touches no database, or only looks at pages, says the same on every database: it is run on one.
    """
    for item in items:
        asked = set(getattr(item, "fixturenames", ()))
        of_django = isinstance(item, pytest.Function) and item.cls and issubclass(item.cls, SimpleTestCase)
        touches = asked & OF_A_DATABASE or item.get_closest_marker("django_db") or item.get_closest_marker("race")
        if item.get_closest_marker("looks") or not (touches or of_django):
            item.add_marker(pytest.mark.any_database)
        if asked & {"browser", "playwright"}:
            item.add_marker(pytest.mark.browser)
            if chromium.find() is None:
                item.add_marker(pytest.mark.skip("no Chromium: name one with CHROMIUM, or let script/test install it"))


@pytest.fixture(autouse=True)
def _chinese() -> Iterator[None]:
    """Each test starts in the language of the portal, whatever the one before it switched to."""
    with translation.override("zh-hans"):
        yield


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """How pytest-playwright starts Chromium: the one of this machine, and nothing that talks to the outside."""
    found = chromium.find()
    assert found
    return {
        **browser_type_launch_args,
        "executable_path": found.program,
        "args": [*SWITCHES],
        "env": {**os.environ, **found.environ},
    }


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """A visitor in Maoming at an office PC."""
    return {
        **browser_context_args,
        "locale": "zh-CN",
        "timezone_id": "Asia/Shanghai",
        "viewport": {"width": 1366, "height": 768},
    }
