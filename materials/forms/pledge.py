"""Forms about the pledge: up to ten claims, each with what proves it; and who confirms it."""

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.fields import SCANS, FilesField, FilesInput, WholeField, accept
from accounts.words import written
from materials.actions.pledging import MOST_CLAIMS, MOST_FILES, Told
from materials.models import Confirmation, Pledge

MB = 1024 * 1024
LARGEST = 20 * MB
# All files of one form together: they are held in memory while the form is read.
LARGEST_ALL = 60 * MB
# So many claims are shown at once; the others open on demand.
SHOWN = 3
MOST_ID = 2**63 - 1


class PledgeForm(forms.Form):
    """The claims are fields text_1, files_1 … text_10, files_10. `seen` are the versions that the page showed."""

    agreed = forms.BooleanField(
        label=gettext_lazy("我已阅读并作出以上承诺"), error_messages={"required": gettext_lazy("请勾选后再签署。")}
    )
    deck = WholeField(min_value=0, max_value=MOST_ID, widget=forms.HiddenInput, required=False)
    video = WholeField(min_value=0, max_value=MOST_ID, widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, seen: tuple[int | None, int | None], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.update(deck=seen[0], video=seen[1])
        for number in range(1, MOST_CLAIMS + 1):
            self.fields[f"text_{number}"] = forms.CharField(
                label=_("第 %(number)d 条数据或事实") % {"number": number},
                max_length=255,
                required=False,
                widget=forms.Textarea(attrs={"rows": 2}),
            )
            self.fields[f"files_{number}"] = FilesField(
                label=_("第 %(number)d 条的佐证材料") % {"number": number},
                required=False,
                allow_empty_file=True,
                widget=FilesInput(attrs={"accept": accept(*SCANS)}),
            )

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        total = 0
        for number in self._numbers():
            files = told.get(f"files_{number}") or []
            total += sum(file.size or 0 for file in files)
            if len(files) > MOST_FILES:
                self.add_error(f"files_{number}", _("每条最多附 %(most)d 个文件。") % {"most": MOST_FILES})
            if too_large := [file.name for file in files if (file.size or 0) > LARGEST]:
                named = {"name": too_large[0], "mb": LARGEST // MB}
                self.add_error(f"files_{number}", _("“%(name)s”超过 %(mb)d MB，请压缩后再选。") % named)
            if files and not written(told.get(f"text_{number}") or "") and f"text_{number}" not in self.errors:
                self.add_error(f"text_{number}", _("请写明这些佐证材料证明什么。"))
        if total > LARGEST_ALL:
            self.add_error(None, _("佐证材料合计超过 %(mb)d MB，请压缩或减少几个。") % {"mb": LARGEST_ALL // MB})
        return told

    @property
    def claims(self) -> list[Told]:
        return [
            Told(
                self.cleaned_data[f"text_{number}"],
                [(file.name or "", file.read()) for file in self.cleaned_data[f"files_{number}"]],
            )
            for number in self._numbers()
        ]

    @property
    def rows(self) -> Sequence[tuple[int, forms.BoundField, forms.BoundField, list[str]]]:
        """Number, text, files, and the names that were chosen and must be chosen again."""
        return [
            (number, self[f"text_{number}"], self[f"files_{number}"], self._chosen(number))
            for number in self._numbers()
        ]

    @property
    def first_rows(self) -> Sequence[Any]:
        return self.rows[:SHOWN]

    @property
    def more_rows(self) -> Sequence[Any]:
        return self.rows[SHOWN:]

    @property
    def is_long(self) -> bool:
        """Whether one of those that open on demand has something in it."""
        return any(text.value() or names or text.errors or files.errors for _n, text, files, names in self.more_rows)

    @property
    def lost_files(self) -> bool:
        return any(names for *_rest, names in self.rows)

    def saw(self, pledged: tuple[int | None, int | None]) -> bool:
        """Whether the page that was sent showed the versions that count now."""
        return (self.cleaned_data["deck"], self.cleaned_data["video"]) == pledged

    def _chosen(self, number: int) -> list[str]:
        files = self.files.getlist(f"files_{number}") if self.is_bound and hasattr(self.files, "getlist") else []
        return [str(file.name) for file in files]

    @staticmethod
    def _numbers() -> Iterator[int]:
        yield from range(1, MOST_CLAIMS + 1)


class ConfirmForm(forms.Form):
    level = forms.ChoiceField(
        label=gettext_lazy("由谁确认"),
        choices=Confirmation.Level.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("请选择由镇街还是县区确认。")},
    )
    body = forms.CharField(
        label=gettext_lazy("确认单位"),
        max_length=64,
        help_text=gettext_lazy("如“白石镇人民政府”，与存档的纸质确认一致。"),
    )
    person = forms.CharField(label=gettext_lazy("确认人"), max_length=32)
    note = forms.CharField(label=gettext_lazy("备注"), max_length=255, required=False)

    def __init__(self, *args: Any, pledge: Pledge, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        town = pledge.entry.posting.village.town.name
        self.fields["body"].widget.attrs["placeholder"] = town
