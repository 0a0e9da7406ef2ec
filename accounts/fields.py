"""Form fields that take any number a person can type."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _


class ManyField(forms.ModelMultipleChoiceField):
    """Several rows of a table. Django asks the database for any number; one that SQLite cannot hold is no choice."""

    def clean(self, value: Any) -> "QuerySet[Any] | Any":
        try:
            return super().clean(value)
        except OverflowError:
            told = {"value": _("、").join(str(each)[:20] for each in value)[:100]}
            raise forms.ValidationError(
                self.error_messages["invalid_choice"], code="invalid_choice", params=told
            ) from None
