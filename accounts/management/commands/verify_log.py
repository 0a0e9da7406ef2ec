"""manage.py verify_log: is every chain of the audit log whole, and do the tables still say what it says?"""

import json
import re
import sys
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from accounts import log

# As paper prints it: how many lines, and the hash of the last, of which half the letters will do.
HEAD = re.compile(r"(\d{1,18}):([0-9a-f]{32,64})", re.ASCII | re.IGNORECASE)
UNSEEN = (
    "Not to be seen from here: lines rewritten or cut off at the end together with the head. Compare with a head that"
    " was printed before: verify_log --chain CHAIN --head N:HASH"
)


def printed(told: str) -> tuple[int, str]:
    match = HEAD.fullmatch(told.strip())
    if match is None:
        raise ArgumentTypeError("write it as printed: the number of lines, a colon, at least 32 letters of the hash")
    return int(match[1]), match[2].lower()


class Command(BaseCommand):
    help = (
        "Check every chain of the audit log and every commitment of its lines against the tables; print count and head;"
        " exit 1 on any fault. Writes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print what was found as JSON")
        parser.add_argument("--chain", help="look at this chain only: a season's code, or portal")
        parser.add_argument("--head", type=printed, metavar="N:HASH", help="compare the chain with this printed head")

    def handle(self, *args: Any, **options: Any) -> None:
        chains, head = _chains(options["chain"], options["head"]), options["head"]
        with translation.override("en"):
            found = [_told(chain, head) for chain in chains]
        told = {"chains": found, "compared_with_head": f"{head[0]}:{head[1]}" if head else None}
        if options["json"]:
            self.stdout.write(json.dumps(told, ensure_ascii=False, indent=2))
        else:
            self._print(found, head)
        if any(each["faults"] for each in found):
            sys.exit(1)

    def _print(self, found: list[dict[str, Any]], head: tuple[int, str] | None) -> None:
        for each in found:
            self.stdout.write(f"{each['chain']}  {each['count']} lines  head {each['head']}")
            for fault in each["faults"]:
                self.stdout.write(f"  #{fault['seq']} {fault['what']}")
        if head is None:
            self.stdout.write(UNSEEN if found else "No chain yet.")
        else:
            self.stdout.write(f"Compared with the printed head {head[0]}:{head[1]}; what came after it was not.")


def _chains(wanted: str | None, head: tuple[int, str] | None) -> list[str]:
    """The chains to look at. A head belongs to one: the one that is named, or the only season there is."""
    chains = log.chains()
    if wanted is not None:
        if wanted not in chains and head is None:
            raise CommandError(f"no chain {wanted}; there are: {', '.join(chains) or 'none'}")
        return [wanted]
    if head is None:
        return chains
    seasons = [chain for chain in chains if chain != log.PORTAL]
    if len(seasons) != 1:
        raise CommandError(f"say which chain the head is of: --chain {' | '.join(chains)}")
    return seasons


def _told(chain: str, head: tuple[int, str] | None) -> dict[str, Any]:
    count, last, faults = log.verify(chain)
    if head is not None:
        faults = [*faults, *log.against_head(chain, *head)]
    told = [{"seq": fault.seq, "what": str(fault)} for fault in faults]
    return {"chain": chain, "count": count, "head": last, "faults": told}
