"""The child: prints one report as JSON. Exit 0 means it could decide; anything else, that it broke."""

import argparse
import dataclasses
import json
import sys
from pathlib import Path

from materials.inspection.verdict import ROOMS, inspect


def main() -> None:
    parser = argparse.ArgumentParser(prog="materials.inspection", description=__doc__)
    parser.add_argument("path", type=Path)
    parser.add_argument("--kind", choices=sorted(ROOMS), required=True)
    parser.add_argument("--poster", type=Path, help="where a JPEG of it is put")
    parser.add_argument("--most-seconds", type=int, default=300, help="a video is warned about beyond this")
    told = parser.parse_args()
    report = inspect(told.path, told.kind, poster=told.poster, most_seconds=told.most_seconds)
    json.dump(dataclasses.asdict(report), sys.stdout, ensure_ascii=True)


if __name__ == "__main__":
    main()
