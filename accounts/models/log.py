"""The audit log: append-only lines, each carrying the hash of the one before."""

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    pass


class LogHead(models.Model):
    """The end of a chain: how many lines it has and the hash of the last. What a notice prints."""

    chain = models.CharField(max_length=64, unique=True)
    count = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="0" * 64)

    def __str__(self) -> str:
        return f"{self.chain} {self.count} {self.hash[:16]}"


class LogLine(models.Model):
    """One act. `payload` is the exact text, `digest` its SHA-256, and `hash` covers the hash before and the digest.

    The columns beside the payload are for searching only.
    The payload holds ids and plain facts, no name and no free text: a written reason lies in LogNote, and the payload
    commits to it by a salted hash. So a person's words can be erased without breaking the chain.
    """

    chain = models.CharField(max_length=64)
    seq = models.PositiveBigIntegerField()
    at = models.DateTimeField(_("时间"))
    actor = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+", verbose_name=_("操作人"))
    # The second person of an act that two stand behind (DESIGN 9).
    second = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("复核人")
    )
    action = models.CharField(_("操作"), max_length=48)
    subject = models.CharField(_("对象"), max_length=64, blank=True)
    payload = models.TextField()
    digest = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    if TYPE_CHECKING:
        actor_id: int | None
        second_id: int | None
        note: "LogNote"

    SEASON = "chain"

    class Meta:
        ordering = ["chain", "-seq"]
        verbose_name = verbose_name_plural = _("操作日志")
        constraints = [models.UniqueConstraint(fields=["chain", "seq"], name="one_line_per_place_in_chain")]
        indexes = [models.Index(fields=["chain", "subject"])]

    def __str__(self) -> str:
        return f"{self.chain}#{self.seq} {self.action}"


class LogNote(models.Model):
    """The words behind a line's commitment. May be erased; the chain stands."""

    line = models.OneToOneField(LogLine, models.PROTECT, related_name="note")
    salt = models.CharField(max_length=32)
    text = models.TextField()
    # Old and new values as people read them: {"name": ["old", "new"]}.
    words = models.JSONField(default=dict)

    def __str__(self) -> str:
        return self.text


class LogCheck(models.Model):
    """A verification of a chain that was run, and what it found."""

    chain = models.CharField(max_length=64)
    at = models.DateTimeField()
    count = models.PositiveBigIntegerField()
    head = models.CharField(max_length=64)
    faults = models.JSONField(default=list)

    SEASON = "chain"

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.chain} {self.count} {'!' if self.faults else 'ok'}"
