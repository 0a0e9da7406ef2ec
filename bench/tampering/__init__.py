"""What somebody with the database in hand alters, and whether verify_log finds it.

    python -m bench.tampering [--rounds 25] [--size small|full] [--seed N] [--json]

A rehearsal season is played to its end. Then each kind of tampering is tried at random places by raw SQL, as an
attacker would who takes the triggers away and puts them back; each try is rolled back. Printed are how often each kind
was tried, found by verify_log, and found by verify_log --head against a head that was printed before. Two kinds can be
found with --head only, and the drill says so: the tail rewritten, or cut off, together with the head. Exit status 1
when any other was missed. `DATABASE_URL` names a PostgreSQL server to do this on; otherwise it is SQLite.
"""

from bench.tampering.attacker import CODE, Attacker
from bench.tampering.drill import drill, kinds, missed, untouched
from bench.tampering.season import season

__all__ = ["CODE", "Attacker", "drill", "kinds", "missed", "season", "untouched"]
