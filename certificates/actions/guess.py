"""How often an address may ask for certificates that are not there.

The full code has 128 bits and needs no guard against guessing; the short code has 40 and does. Only look-ups that found
nothing are counted, so that a hall full of people behind one address can all check what they hold.
"""

import ipaddress
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils.crypto import salted_hmac

from certificates.models import Guess

# Failed look-ups of one address in one hour; the next one is told to wait.
LIMIT = 30
HOUR = timedelta(hours=1)
# An IPv6 customer has a whole network of this length, and could ask from a new address each time.
NETWORK = 64

# The row is made or counted up by one statement, and not beyond the limit: then nothing comes back.
COUNT = """
    INSERT INTO certificates_guess (address, hour, count) VALUES (%s, %s, 1)
    ON CONFLICT (address, hour) DO UPDATE SET count = certificates_guess.count + 1 WHERE certificates_guess.count < %s
    RETURNING count
"""


def keyed(address: str | None) -> str:
    """The keyed hash under which an address is counted: the address itself is stored nowhere."""
    return salted_hmac("certificates.guess", _network(address or ""), algorithm="sha256").hexdigest()


def is_spent(address: str, at: datetime) -> bool:
    """Whether this (keyed) address has failed as often in this hour as it may."""
    return Guess.objects.filter(address=address, hour=_hour(at), count__gte=LIMIT).exists()


def note_miss(address: str, at: datetime) -> bool:
    """Count one failed look-up of a (keyed) address; False when it had none left in this hour."""
    hour = connection.ops.adapt_datetimefield_value(_hour(at))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(COUNT, [address, hour, LIMIT])
        return bool(cursor.fetchall())


def rest(at: datetime) -> int:
    """Whole seconds until the next hour, when everybody may ask again; at least one."""
    return max(1, round((_hour(at) + HOUR - at).total_seconds()))


def forget(at: datetime) -> int:
    """Delete the counts of hours that are over; how many there were."""
    return Guess.objects.filter(hour__lt=_hour(at)).delete()[0]


def _hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


def _network(address: str) -> str:
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(known, ipaddress.IPv6Address):
        if known.ipv4_mapped:
            return str(known.ipv4_mapped)
        return str(ipaddress.ip_network((known, NETWORK), strict=False))
    return str(known)
