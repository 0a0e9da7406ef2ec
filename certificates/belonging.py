"""Which addresses of this app belong to what season."""

from certificates import codes
from certificates.models import Batch, Certificate, Letter, Seal
from certificates.verification import plain_code
from contest.models import Entry, Season
from contest.reads.page_season import registers, through


def of_code(code: str, chosen: Season | None) -> int | None:
    """The season of the certificate that a QR code opens, to whoever holds it."""
    found = Certificate.objects.released().filter(code_hash=codes.hash_of_code(plain_code(code)))
    return found.values_list("batch__stage__season", flat=True).first()


registers(
    {
        "desk/certificates/": through(Certificate, "batch__stage__season"),
        "desk/batches/": through(Batch, "stage__season"),
        "desk/letters/": through(Letter, "season"),
        "desk/seals/": through(Seal, "season"),
        "desk/mine/": through(Entry, "stage__season"),
        "desk/profile/": through(Entry, "stage__season"),
        "c/": of_code,
    }
)
