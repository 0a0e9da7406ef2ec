"""Names for files that leave the portal."""

import re

LONGEST = 60
# What Windows refuses in a name, and what is not seen in one or turns it round.
REFUSED = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]')
# The names that Windows keeps for itself.
RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\.|$)")


def safe(name: str) -> str:
    """One part of a path that Windows, macOS and Linux all take; never empty."""
    kept = REFUSED.sub("", name)[:LONGEST].strip(" .")
    return f"_{kept}" if not kept or RESERVED.match(kept) else kept
