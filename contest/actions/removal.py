"""Removing what must leave no business rows behind: a rehearsal as a whole, or a season in which nothing was decided.

Whatever hangs on a season is found by the relations that the models declare, in every app, so that a new table is not
forgotten. The log's lines stay; they name nobody, and end with one that tells of the removal.
"""

import shutil
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.files.storage import Storage
from django.db import models, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts import log
from accounts.actions import close_together
from accounts.models import Basis, BasisPage, EmergencyAct, EmergencyReview, Proposal, User
from accounts.permissions import Action, require
from contest.actions.season_changes import EVIDENCE, is_empty
from contest.models import Season
from registry.models import Posting, Secretary

# What an app keeps of these rows outside the database and their own fields: whole paths of files and folders.
Keeper = Callable[[Season], Iterable[Path]]
_keepers: list[Keeper] = []
# Each model's keys: what is taken away.
Found = dict[type[models.Model], set[int]]
# Rows of these stay, whatever they name: who signs in, and the log.
STAY = {"admin", "auth", "sessions", "contenttypes"}
LEAVE: tuple[type[models.Model], ...] = (Proposal, Basis, BasisPage, EmergencyAct, EmergencyReview)
AT_ONCE = 500
# So many kinds of rows are named before a removal; the sum counts all.
KINDS = 8


def keeps(function: Keeper) -> Keeper:
    """Name a function that tells what an app keeps of a season on the disk; use as a decorator."""
    _keepers.append(function)
    return function


class NotRemoved(Exception):
    """A real season is archived and never removed, and one in which something was decided is not deleted."""


@transaction.atomic
def remove_rehearsal(season: Season, *, by: User, at: datetime) -> dict[str, int]:
    """Delete a rehearsal's business rows and files, close the accounts that act only there, end its chain (DESIGN 10).

    Those sign out at once, the one that asks among them where it was made up too: nothing is left that they could do.
    Returns how many rows of each kind went. Its code is not used again. Raises NotRemoved for a real season.
    """
    require(by, Action.MANAGE_SEASON)
    here = Season.objects.select_for_update().filter(pk=season.pk).first()
    if here is None or not here.is_rehearsal:
        raise NotRemoved(_("只有演练可以移除；正式届次请归档。"))
    closed = _close_accounts(here)
    counts = _take_away(here)
    words = {"closed_accounts": ["", str(len(closed))]}
    log.write(here.code, "removed", by=by, at=at, words=words, counts=counts, accounts=closed)
    return counts


@transaction.atomic
def delete_season(season: Season, *, by: User, at: datetime) -> None:
    """Delete a season in which nothing was decided; its log ends with that. Raises NotRemoved."""
    require(by, Action.MANAGE_SEASON)
    here = Season.objects.select_for_update().filter(pk=season.pk).first()
    if here is None or not is_empty(here):
        raise NotRemoved(_("这一届已有名册、参赛者、提请、依据、应急办理的事项或赛段的进展，不能删除；请归档。"))
    log.write(here.code, "removed", by=by, at=at, counts=_take_away(here))


def consequences(season: Season, by: User) -> list[str]:
    """What a removal by this person will do, in sentences."""
    found = _hanging_on(season)
    told = {"people": len(found.get(Secretary, ())), "rows": sum(map(len, found.values()))}
    return [
        _("删去这次演练的 %(people)d 位人员和全部 %(rows)d 条业务记录、文件，不能恢复。") % told,
        _("其中：%(kinds)s。") % {"kinds": _("、").join(_kinds(found))},
        _("停用只在这次演练中使用的 %(count)d 个账号，已登录的随即退出。") % {"count": _accounts(season).count()},
        *([_("您用的也是演练账号，移除后即退出登录。正式账号在服务器上建立，见运维文档。")] if by.rehearsal else []),
        _("操作日志保留，以“移除演练”一条结束；代码 %(code)s 不再使用。") % {"code": season.code},
    ]


def _kinds(found: Found) -> list[str]:
    """The kinds that have a name of their own, the most numerous first, with their numbers."""
    named = [
        (len(keys), model) for model, keys in found.items() if isinstance(model._meta.verbose_name_plural, Promise)
    ]
    named.sort(key=lambda each: (-each[0], each[1]._meta.label))
    return [f"{model._meta.verbose_name_plural} {count}" for count, model in named[:KINDS]]


def _accounts(season: Season) -> "models.QuerySet[User]":
    """Open accounts that act in this rehearsal alone."""
    made_up = models.Q(rehearsal=season.code) | models.Q(secretary__rehearsal=season.code)
    return User.objects.filter(made_up, is_active=True)


def _close_accounts(season: Season) -> list[int]:
    """Close them and let go of the people, who leave with the rehearsal."""
    closed = close_together(_accounts(season))
    User.objects.filter(secretary__rehearsal=season.code).update(secretary=None)
    return closed


def _take_away(season: Season) -> dict[str, int]:
    found = _hanging_on(season)
    files = list(_files(found))
    kept = [path for each in _keepers for path in each(season)]
    # Foreign keys are looked at when the transaction ends, so the order is nobody's concern.
    for model, keys in found.items():
        for some in _portions(keys):
            _raw(model).filter(pk__in=some)._raw_delete(_raw(model).db)
    transaction.on_commit(lambda: _delete(files, kept))
    return {model._meta.label_lower: len(keys) for model, keys in found.items()}


def _hanging_on(season: Season) -> Found:
    """Everything that names the season, or names what names it; and the people and postings of a rehearsal."""
    found: Found = {Season: {season.pk}}
    if season.is_rehearsal:
        for model in EVIDENCE:
            found[model] = set(_raw(model).filter(chain=season.code).values_list("pk", flat=True))
        people: tuple[type[models.Model], ...] = (Posting, Secretary)
        for model in people:
            found[model] = set(_raw(model).filter(rehearsal=season.code).values_list("pk", flat=True))
    fresh = {model: set(keys) for model, keys in found.items()}
    while any(fresh.values()):
        fresh = _naming(fresh, found)
        for model, keys in fresh.items():
            found.setdefault(model, set()).update(keys)
    return {model: keys for model, keys in found.items() if keys}


def _naming(fresh: Found, found: Found) -> Found:
    """The rows that name one of the fresh ones and were not found before."""
    named: Found = {}
    for model in apps.get_models(include_auto_created=True):
        if model._meta.app_label in STAY or model._meta.proxy:
            continue
        if model._meta.app_label == "accounts" and model not in LEAVE:
            continue
        for field in model._meta.concrete_fields:
            target: Any = field.related_model if field.is_relation else None
            for some in _portions(fresh.get(target, ())):
                keys = set(_raw(model).filter(**{f"{field.name}__in": some}).values_list("pk", flat=True))
                named.setdefault(model, set()).update(keys - found.get(model, set()))
    return named


def _files(found: Found) -> Iterator[tuple[Storage, str]]:
    """The files that the rows own in fields of their own."""
    for model, keys in found.items():
        for field in model._meta.concrete_fields:
            if isinstance(field, models.FileField):
                for some in _portions(keys):
                    names = _raw(model).filter(pk__in=some).values_list(field.name, flat=True)
                    yield from ((field.storage, name) for name in names if name)


def _delete(files: Iterable[tuple[Storage, str]], kept: Iterable[Path]) -> None:
    for storage, name in files:
        storage.delete(name)
    for path in kept:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def _raw(model: type[models.Model]) -> "models.QuerySet[Any]":
    return model._base_manager.order_by()


def _portions(keys: Iterable[int]) -> Iterator[list[int]]:
    """So many at once as a statement takes."""
    ordered = sorted(keys)
    for start in range(0, len(ordered), AT_ONCE):
        yield ordered[start : start + AT_ONCE]
