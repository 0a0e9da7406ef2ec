"""A tus client that somebody else wrote, as a process of its own: tuspy.

python -m bench.tus_client URL FILE PIECE_BYTES < JSON of headers and metadata
"""

import json
import sys

from tusclient.client import TusClient


def main() -> None:
    told = json.load(sys.stdin)
    url, path, piece = sys.argv[1:]
    client = TusClient(url, headers=told["headers"])
    uploader = client.uploader(path, chunk_size=int(piece), metadata=told["metadata"], retries=100, retry_delay=0.5)
    uploader.upload()
    print(uploader.url)


if __name__ == "__main__":
    main()
