import argparse
import json
import os
import sys
import tempfile

import bench.tampering
from bench.databases import own_database


def main() -> int:
    parser = argparse.ArgumentParser(
        description=bench.tampering.__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=25)
    parser.add_argument("--size", choices=["full", "small"], default="small")
    parser.add_argument("--seed", type=int, default=2023)
    parser.add_argument("--json", action="store_true")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as state, own_database("tampering") as url:
        os.environ |= {"DJANGO_SETTINGS_MODULE": "config.settings", "PORTAL_VAR": state, "DATABASE_URL": url}
        import django
        from django.core.management import call_command
        from django.db import connection

        django.setup()
        call_command("migrate", verbosity=0)
        bench.tampering.season(wanted.size)
        bench.tampering.untouched()
        told, database = bench.tampering.drill(wanted.rounds, wanted.seed), connection.vendor
        connection.close()
    if wanted.json:
        print(json.dumps({"database": database, "kinds": told}, ensure_ascii=False, indent=2))
    else:
        print(f"{database}: found / found with a printed head / tried")
        for row in told:
            print(f"{row['found']:4} / {row['found_with_head']:4} / {row['tried']:4}  {row['kind']}")
    if wrong := bench.tampering.missed(told):
        print("MISSED:", "; ".join(wrong), file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
