"""The season with one of everything, and what broke down."""

from tests.test_no_500 import broken, everything  # noqa: F401
