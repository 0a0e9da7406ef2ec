"""How often an address has asked for certificates that are not there."""

from django.db import models


class Guess(models.Model):
    """Failed look-ups of one address in one hour. The address is kept as a keyed hash only."""

    address = models.CharField(max_length=64)
    hour = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["address", "hour"], name="one_count_per_address_and_hour")]

    def __str__(self) -> str:
        return f"{self.hour} {self.count}"
