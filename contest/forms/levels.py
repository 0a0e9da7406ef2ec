"""The levels of dispatching units of a season: what they are called, and what they are recognised by."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.fields import ReasonField, ShownForm, WholeField
from accounts.words import written
from registry.excel.levels import CODE, DISTRICT, LONGEST, MOST_LEVELS, MOST_WORDS, Level, problems

# The fields of a level that is not there yet; no code of a level has a dash in it.
NEW = "new-level"


class WordsField(forms.CharField):
    """Words with blanks, commas or line ends between them, as a tuple."""

    def __init__(self, **told: Any) -> None:
        longest = MOST_WORDS * (LONGEST + 1)
        super().__init__(required=False, max_length=longest, widget=forms.Textarea(attrs={"rows": 2}), **told)

    def clean(self, value: Any) -> tuple[str, ...]:
        return tuple(dict.fromkeys(word for word in re.split(r"[\s,，、;；]+", super().clean(value)) if word))


class LevelsForm(ShownForm):
    """Every level of a season with its words, and room for one more. One whose name is taken out is removed."""

    fallback = forms.ChoiceField(label=_("看不出层级的单位算作"), help_text=_("单位名称里没有任何层级的用语时。"))
    reason = ReasonField(label=_("更正的原因"), widget=forms.TextInput, help_text=_("将记入日志。"))

    def __init__(self, *args: Any, levels: Sequence[Level], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.levels = levels
        for level in levels:
            self._offer(level.code, level)
        self.fields["code"] = forms.RegexField(
            rf"^{CODE.pattern}\Z",
            label=_("代码"),
            required=False,
            help_text=_("小写字母开头，只用小写字母、数字和下划线；建立后不能更改。"),
        )
        self._offer(NEW, Level("", "", asked=min(len(levels) + 1, MOST_LEVELS)))
        field: Any = self.fields["fallback"]
        field.choices = [(level.code, level.name) for level in levels] + [(NEW, _("新增的层级"))]
        field.initial = next((level.code for level in levels if level.is_fallback), None)

    def groups(self) -> Iterator[tuple[str, list[Any]]]:
        """Each level's fields under its name; the new one's are last."""
        for level in self.levels:
            yield level.name, [self[name] for name in _names(level.code)]
        yield str(_("新增一个层级")), [self["code"], *(self[name] for name in _names(NEW))]

    def others(self) -> list[Any]:
        return [self["fallback"], self["reason"]]

    @cached_property
    def told(self) -> tuple[Level, ...]:
        """The levels as they were typed, in the season's order."""
        said = self.cleaned_data
        codes = {**{level.code: level.code for level in self.levels}, NEW: said["code"]}
        kept = [(key, code, written(said[f"{key}-name"])) for key, code in codes.items()]
        return tuple(
            Level(
                code,
                name,
                cells=said[f"{key}-cells"],
                begins=said[f"{key}-begins"],
                asked=said[f"{key}-asked"],
                is_fallback=said["fallback"] == key,
            )
            for key, code, name in kept
            if name
        )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if self.errors:
            return said
        if bool(said["code"]) != bool(written(said[f"{NEW}-name"])):
            self.add_error("code", _("新增的层级须同时写明代码和名称。"))
            return said
        for sentence in problems(self.told):
            self.add_error(None, sentence)
        return said

    def _offer(self, key: str, level: Level) -> None:
        removing = "" if key == NEW else _("清空名称即删去这一层级；还在使用的不能删去。")
        name, cells, begins, asked = _names(key)
        self.fields[name] = forms.CharField(
            label=_("层级名称"), required=False, max_length=LONGEST, initial=level.name, help_text=removing
        )
        self.fields[cells] = WordsField(
            label=_("层级一栏的用语"),
            initial=" ".join(level.cells),
            help_text=_("名册的层级一栏写有其中一个词，即为这一层级。用空格隔开。"),
        )
        self.fields[begins] = WordsField(
            label=_("单位名称的开头"),
            initial=" ".join(level.begins),
            help_text=_("没有写层级时，单位名称以此开头的推断为这一层级，以最长的为准；%(mark)s代表本届任一地区。")
            % {"mark": DISTRICT},
        )
        self.fields[asked] = WholeField(
            label=_("辨认次序"),
            min_value=0,
            max_value=MOST_LEVELS,
            initial=level.asked,
            widget=forms.NumberInput({"class": "short"}),
            help_text=_("一格里有几个层级的用语时，次序在前的为准。"),
        )


def _names(key: str) -> tuple[str, ...]:
    return tuple(f"{key}-{what}" for what in ("name", "cells", "begins", "asked"))
