"""What people type to find something in a list."""

from django.http import HttpRequest

# Longer than anything one would look for; databases refuse to match patterns of many thousand characters.
LONGEST = 100


def wanted(request: HttpRequest, name: str = "q") -> str:
    """The words of a search field, without the control characters that no text here has and PostgreSQL refuses."""
    typed = "".join(char for char in request.GET.get(name, "") if char.isprintable())
    return typed.strip()[:LONGEST]
