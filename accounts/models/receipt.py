"""What was answered to a form that was sent."""

from django.db import models


class Receipt(models.Model):
    """One sending of one form. A repeat with the same key gets the first answer instead of a second effect."""

    key = models.CharField(max_length=64)
    user = models.ForeignKey("accounts.User", models.CASCADE, null=True, related_name="+")
    path = models.CharField(max_length=255)
    digest = models.CharField(max_length=64, default="")
    at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True)
    location = models.CharField(max_length=512, blank=True)
    body = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key"], name="one_receipt_per_key")]
        indexes = [models.Index(fields=["at"])]

    def __str__(self) -> str:
        return f"{self.path} {self.status}"
