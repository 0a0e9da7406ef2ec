"""manage.py verify_log: is every chain of the audit log whole, and what are its head and length?"""

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import translation

from accounts import log


class Command(BaseCommand):
    help = "Check every chain of the audit log; print its count and head; exit 1 on any fault. Writes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print what was found as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override("en"):
            found = [_told(chain) for chain in log.chains()]
        if options["json"]:
            self.stdout.write(json.dumps({"chains": found}, ensure_ascii=False, indent=2))
        else:
            for each in found:
                self.stdout.write(f"{each['chain']}  {each['count']} lines  head {each['head']}")
                for fault in each["faults"]:
                    self.stdout.write(f"  #{fault['seq']} {fault['what']}")
        if any(each["faults"] for each in found):
            sys.exit(1)


def _told(chain: str) -> dict[str, Any]:
    count, head, faults = log.verify(chain)
    told = [{"seq": fault.seq, "what": str(fault)} for fault in faults]
    return {"chain": chain, "count": count, "head": head, "faults": told}
