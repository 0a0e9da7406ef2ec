"""Taking a certificate out of force."""

from typing import Any

from django import forms
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from accounts.fields import ReasonField
from accounts.proposals.forms import PaperFields
from certificates.causes import WhyReplaced, WhyRevoked, reason_of

# With the word before it, it fits the column of Certificate.
LONGEST = 200


class EndForm(PaperFields):
    """Why: a word that the public may read, and what happened, which it may not; and the paper it rests on."""

    field_order = ("cause", "reason")
    causes: type[TextChoices]

    cause = forms.ChoiceField(
        label=_("原因类别"), widget=forms.RadioSelect, help_text=_("查验证书的人会看到类别，看不到下面的说明。")
    )
    reason = ReasonField(
        label=_("具体说明"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("写明依据，例如批复文号；将记入日志。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["cause"].choices = self.causes.choices  # type: ignore[attr-defined]

    @property
    def full_reason(self) -> str:
        return reason_of(self.cleaned_data["cause"], self.cleaned_data["reason"])


class RevokeForm(EndForm):
    causes = WhyRevoked


class ReplaceForm(EndForm):
    causes = WhyReplaced
