"""Wrong passwords, counted: by name and address together, by name, by address, by device."""

from django.db import models


class SignInCount(models.Model):
    """Names as they were typed, and addresses, stand here as keyed hashes only, and not for long."""

    class Kind(models.TextChoices):
        PAIR = "pair", "name and address"
        NAME = "name", "name"
        ADDRESS = "address", "address"
        DEVICE = "device", "name and known device"
        # Not a count: until then this name is not stopped by NAME and ADDRESS.
        PASS = "pass", "lifted by the office"

    kind = models.CharField(max_length=8, choices=Kind.choices)
    key = models.CharField(max_length=64)
    # "" where no name is counted.
    name_key = models.CharField(max_length=64, blank=True, db_index=True)
    count = models.PositiveIntegerField(default=0)
    since = models.DateTimeField()
    # The end of the lockout, or of the pass.
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="one_count_for_each")]

    def __str__(self) -> str:
        return f"{self.kind} {self.count}"
