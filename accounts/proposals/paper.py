"""The paper a decision rests on, taken in page by page."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile
from django.db.models import Sum
from django.utils.translation import gettext as _

from accounts.models import Basis, BasisPage
from registry import scans
from registry.disk import reserve

if TYPE_CHECKING:
    from accounts.models import User

MOST_PAGES = 10


class PaperRefused(Exception):
    """The paper cannot be taken; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A decision on paper: what it is, its number and date, its pages as (file name, bytes)."""

    kind: str
    dated: date
    number: str = ""
    pages: Sequence[tuple[str, bytes]] = field(default_factory=list)


def keep_paper(paper: Paper, *, chain: str, district_id: int | None, by: "User", at: datetime) -> Basis:
    """Keep a paper with its pages; part of the act that rests on it. Raises PaperRefused."""
    if paper.kind not in Basis.Kind.values:
        raise PaperRefused(_("请选择依据的种类。"))
    if not paper.pages:
        raise PaperRefused(_("请附上依据的扫描件或照片。"))
    if len(paper.pages) > MOST_PAGES:
        raise PaperRefused(_("依据至多 %(most)d 页，请合并为一个 PDF。") % {"most": MOST_PAGES})
    basis = Basis(kind=paper.kind, number=paper.number, dated=paper.dated, chain=chain, kept_by=by, kept_at=at)
    basis.district_id = district_id
    kinds = [_kind(data) for _name, data in paper.pages]
    _check_room(paper, chain, by)
    told = zip(paper.pages, kinds, strict=True)
    pages = [_page(*page, *kind, number) for number, (page, kind) in enumerate(told, start=1)]
    basis.save()
    for page in pages:
        page.basis = basis
    BasisPage.objects.bulk_create(pages)
    return basis


def resting_on(basis: Basis | None) -> dict[str, Any]:
    """The fact that a log line takes on for the act's basis; nothing where it has none."""
    return {} if basis is None else {"basis": digest_of(basis)}


def digest_of(basis: Basis | None) -> str:
    """SHA-256 over the digests of the paper's pages, in order; empty without a paper."""
    if basis is None:
        return ""
    pages = basis.pages.order_by("number").values_list("sha256", flat=True)
    return hashlib.sha256("\n".join(pages).encode()).hexdigest()


def pages_digest(basis: Basis) -> str:
    """As `digest_of`, of a paper whose pages were read with it."""
    pages = sorted(basis.pages.all(), key=lambda page: page.number)
    return hashlib.sha256("\n".join(page.sha256 for page in pages).encode()).hexdigest()


def _kind(data: bytes) -> tuple[str, str]:
    try:
        return scans.kind_of(data)
    except scans.ScanRefused as refused:
        raise PaperRefused(str(refused)) from None


def _check_room(paper: Paper, chain: str, by: "User") -> None:
    """One person's papers of one season are one place."""
    mine = BasisPage.objects.filter(basis__kept_by=by, basis__chain=chain)
    kept = mine.aggregate(total=Sum("size"))["total"] or 0
    try:
        reserve.check(sum(len(data) for _name, data in paper.pages), kept=kept)
    except reserve.NoRoom as full:
        raise PaperRefused(str(full)) from None


def _page(name: str, data: bytes, content_type: str, suffix: str, number: int) -> BasisPage:
    page = BasisPage(
        number=number,
        original_name=PurePath(name.replace("\\", "/")).name[:255],
        content_type=content_type,
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
    )
    # A random name: what people call their files must not reach the disk.
    page.file.save(secrets.token_hex(16) + suffix, ContentFile(data), save=False)
    return page
