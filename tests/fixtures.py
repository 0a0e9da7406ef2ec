"""The cast as fixtures, and clients already signed in."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client, TransactionTestCase

from accounts import triggers
from accounts.models import User
from contest.models import Season, Stage
from tests import cast
from tests.clients import Browser
from tests.remembered import once


@pytest.fixture
def heya(db) -> User:
    once("office", cast.first_office)
    return User.objects.get(username="heya")


@pytest.fixture
def season(heya: User, request: pytest.FixtureRequest) -> Season:
    once("season", lambda: cast.season(heya), after="office")
    # Whoever the test asks for is there before anything happens, in whatever order it asks.
    if "people" in request.fixturenames:
        once("people", lambda: cast.colleagues(heya), after="season")
    return Season.objects.get(code="2023")


@pytest.fixture
def people(season: Season) -> dict[str, User]:
    return {user.username: user for user in User.objects.all()}


@pytest.fixture
def maonan(season: Season) -> Stage:
    return Stage.objects.whole().get(season=season, district__code="maonan")


@pytest.fixture
def dianbai(season: Season) -> Stage:
    return Stage.objects.whole().get(season=season, district__code="dianbai")


@pytest.fixture
def binhai(season: Season) -> Stage:
    return Stage.objects.whole().get(season=season, district__code="binhai")


@pytest.fixture
def final(season: Season) -> Stage:
    return Stage.objects.whole().get(season=season, kind="final")


@pytest.fixture
def signed_in() -> Callable[[User], Client]:
    """A browser-like client in which this user is signed in."""

    def sign_in(user: User) -> Client:
        client = Browser()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


@pytest.fixture(autouse=True, scope="session")
def transactional_tests_may_empty_the_log() -> Iterator[None]:
    """The log refuses to be emptied; tests that commit must empty it afterwards, so its triggers step aside."""
    empty = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]

    def teardown(self: TransactionTestCase) -> None:
        triggers.remove(connection)
        try:
            empty(self)
        finally:
            triggers.install(connection)

    TransactionTestCase._fixture_teardown = teardown  # type: ignore[attr-defined]
    yield
    TransactionTestCase._fixture_teardown = empty  # type: ignore[attr-defined]


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Before PostgreSQL drops the test database, send home whatever server thread still has a session in it."""
    yield
    if connection.vendor != "postgresql":
        return
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        connection.close()


@pytest.fixture
def chen(people: dict[str, User], signed_in: Callable[[User], Client]) -> Client:
    """陈晓 at her desk; 林芳 beside her is `lin`."""
    return signed_in(people["chenxiao"])


@pytest.fixture
def lin(people: dict[str, User], signed_in: Callable[[User], Client]) -> Client:
    return signed_in(people["linfang"])
