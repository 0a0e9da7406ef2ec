"""A tus client that somebody else wrote, as a process of its own: tuspy.

python -m bench.tus_client URL FILE PIECE_BYTES < JSON of headers and metadata
"""

import json
import sys
import time

from tusclient.client import TusClient
from tusclient.exceptions import TusCommunicationError
from tusclient.uploader.uploader import Uploader

TRIES, PAUSE_S = 100, 0.5


def create(uploader: Uploader) -> None:
    """Ask for a place until the line holds long enough for an answer: tuspy tries again with pieces only."""
    for left in reversed(range(TRIES)):
        try:
            uploader.set_url(uploader.create_url())
            return
        except TusCommunicationError:
            if not left:
                raise
            time.sleep(PAUSE_S)


def main() -> None:
    told = json.load(sys.stdin)
    url, path, piece = sys.argv[1:]
    client = TusClient(url, headers=told["headers"])
    again = {"retries": TRIES, "retry_delay": PAUSE_S}
    uploader = client.uploader(path, chunk_size=int(piece), metadata=told["metadata"], **again)
    create(uploader)
    uploader.upload()
    print(uploader.url)


if __name__ == "__main__":
    main()
