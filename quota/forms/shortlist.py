"""Sending a list back, and a finalist who cannot come."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.html import escape
from django.utils.translation import gettext_lazy as _

from accounts.fields import ReasonField
from accounts.proposals.forms import PaperFields
from contest.models import NameCorrection
from contest.models.correction import Corrections
from quota.actions.substitution import Choice
from quota.models import Pick
from quota.reads.seats import Question
from quota.wording import standing_by
from scoring.models import Ruling

LONGEST = 255


class ReturnForm(forms.Form):
    reason = ReasonField(
        label=_("退回原因"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("县区据此更正；将记入日志。"),
    )


class TakeBackForm(forms.Form):
    reason = forms.CharField(
        label=_("收回原因"),
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("可不填；将记入日志。"),
    )


class PersonField(forms.ModelChoiceField):
    @cached_property
    def corrections(self) -> Corrections:
        return NameCorrection.objects.so_far()

    def label_from_instance(self, obj: Any) -> str:
        who = self.corrections.show(obj.person, obj.entry_id)
        return f"{who.name}（{who.place}，{standing_by(obj)}）"


# What is asked where the next reserves stand level.
TIES = ("first", "tie_kind", "tie_note")


class TieFields(forms.Form):
    """What the panel decided between the next reserves, where they stand level; without fields where they do not."""

    first = PersonField(
        label=_("评审团裁定由谁递补"),
        queryset=Pick.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": _("请选择由谁递补。"), "invalid_choice": _("递补次序已经变化，请刷新页面。")},
    )
    tie_kind = forms.ChoiceField(label=_("裁定方式"), choices=Ruling.Kind.choices, widget=forms.RadioSelect)
    tie_note = forms.CharField(
        label=_("裁定说明"), max_length=LONGEST, help_text=_("谁在何时、怎样裁定；书面材料存在何处。")
    )

    def __init__(self, *args: Any, level: Sequence[Pick], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if len(level) > 1:
            self.fields["first"].queryset = _these(level)  # type: ignore[attr-defined]
        else:
            for name in TIES:
                del self.fields[name]

    @property
    def choice(self) -> Choice | None:
        told = self.cleaned_data
        if not told.get("first"):
            return None
        return Choice(told["first"], Ruling.Kind(told["tie_kind"]), told["tie_note"])


class ApproveForm(TieFields, PaperFields):
    """What is to become of each finalist who is or was in the final already; nothing is chosen beforehand.

    Where the next reserves stand `level` and one of them is to come, also what the panel decided between them.
    """

    def __init__(self, *args: Any, questions: Sequence[Question], level: Sequence[Pick] = (), **kwargs: Any) -> None:
        super().__init__(*args, level=level if questions else (), **kwargs)
        self.questions = list(questions)
        ties = [name for name in TIES if name in self.fields]
        for name in ties:
            self.fields[name].required = False
        for question in questions:
            choices = [("pass", _("由下一位递补"))]
            if question.may_take:
                choices = [("take", _("恢复参赛")), *choices]
            self.fields[self._name(question)] = forms.ChoiceField(
                label=escape(question.pick.who.name),
                choices=choices,
                widget=forms.RadioSelect,
                # Labels and help are printed as they come.
                help_text=escape(question.text),
                error_messages={"required": _("请决定。")},
            )
        self.order_fields([*map(self._name, self.questions), *ties])

    def clean(self) -> dict[str, Any]:
        told = super().clean()
        if not self.errors and self.passing and "first" in self.fields:
            for name in TIES:
                if not told.get(name):
                    self.add_error(name, self.fields[name].error_messages["required"])
        return told

    @property
    def takes(self) -> dict[int, bool]:
        return {each.pick.pk: self.cleaned_data[self._name(each)] == "take" for each in self.questions}

    @property
    def passing(self) -> list[Question]:
        return [each for each in self.questions if not self.takes[each.pick.pk]]

    @property
    def arguments(self) -> dict[str, Any]:
        """What is answered, as a proposal carries it."""
        ruled = self.choice
        return {
            "takes": {str(pick): taken for pick, taken in self.takes.items()},
            "first": ruled.first.pk if ruled else None,
            "tie_kind": str(ruled.kind) if ruled else "",
            "tie_note": ruled.note if ruled else "",
        }

    @staticmethod
    def _name(question: Question) -> str:
        return f"pick-{question.pick.pk}"


class RefusalForm(forms.Form):
    reason = ReasonField(
        label=_("不予审定的原因"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("提出人会看到；将记入日志。"),
    )


class SubstitutionForm(TieFields):
    """Who leaves and why; where the next reserves stand level, also what the panel decided between them."""

    field_order = ("leaving", "reason")

    leaving = PersonField(
        label=_("谁不能参加决赛"),
        queryset=Pick.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": _("请选择退出的人。"), "invalid_choice": _("所选的人已没有决赛名额，请刷新页面。")},
    )
    reason = ReasonField(
        label=_("退出原因"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("写明原因和书面依据，将记入日志，并列在决赛参赛名单上。"),
    )

    def __init__(self, *args: Any, seated: list[Pick], level: list[Pick], **kwargs: Any) -> None:
        super().__init__(*args, level=level, **kwargs)
        self.fields["leaving"].queryset = _these(seated)  # type: ignore[attr-defined]


def _these(picks: Sequence[Pick]) -> Any:
    return Pick.objects.with_people().filter(pk__in=[pick.pk for pick in picks])
