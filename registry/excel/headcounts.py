"""Headcounts reconciled: what the decree states, what the file holds, what the roster will have."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from registry.excel.districts import Districts


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """One district's headcount three times over: by the decree, in the file (refused rows aside), after the import."""

    district: str
    stated_by_decree: int | None
    in_file: int
    after_import: int
    sentence: str

    @property
    def agrees(self) -> bool:
        """Whether the roster would have as many people as the decree says, or the decree says nothing."""
        return self.stated_by_decree in (None, self.after_import)


def reconcile(
    in_file: Sequence[str],
    added: Sequence[str],
    before: Sequence[str],
    register: Districts,
    decree: Mapping[str, int],
    chosen: str | None,
) -> tuple[Reconciliation, ...]:
    """Count people by district; each sequence has one district code per person.

    Concerned are the districts in the file and the one chosen at upload; a file of several districts is a file of the
    whole city, so then every district of the decree is (the notice's table of places in the final: 212 in all).
    """
    filed, new, old = Counter(in_file), Counter(added), Counter(before)
    concerned = set(filed) | ({chosen} if chosen else set())
    order = [*decree, *sorted(concerned - set(decree))]
    return tuple(
        _reconciliation(code, register, decree.get(code), filed[code], old[code] + new[code])
        for code in order
        if code in concerned or len(concerned) > 1
    )


def _reconciliation(code: str, register: Districts, stated: int | None, in_file: int, after: int) -> Reconciliation:
    begin = _("%(district)s：文件里 %(in_file)s 人，导入后名册共 %(after)s 人") % {
        "district": register.name(code),
        "in_file": in_file,
        "after": after,
    }
    if stated is None:
        end = _("；名额分配表里没有这个地区的人数。")
    elif after == stated:
        end = _("，与名额分配表一致。")
    elif after < stated:
        end = _("，比名额分配表的 %(stated)s 人少 %(off)s 人，请核对。") % {"stated": stated, "off": stated - after}
    else:
        end = _("，比名额分配表的 %(stated)s 人多 %(off)s 人，请核对。") % {"stated": stated, "off": after - stated}
    return Reconciliation(code, stated, in_file, after, begin + end)
