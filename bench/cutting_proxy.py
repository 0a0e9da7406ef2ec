"""A bad network: a proxy with little bandwidth that breaks all its connections every few seconds."""

import random
import socket
import struct
import threading
import time
from contextlib import suppress

CHUNK = 64 * 1024
# Resets the connection instead of closing it: what is on its way is lost.
RESET = struct.pack("ii", 1, 0)


class CuttingProxy:
    """Forwards to `port` at `bytes_per_s`; what is open breaks after a time within `lives` (seconds)."""

    def __init__(self, port: int, bytes_per_s: float, lives: tuple[float, float]) -> None:
        self.target, self.bytes_per_s, self.lives = port, bytes_per_s, lives
        self.server = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port: int = self.server.getsockname()[1]
        # From the client to the server, as the client sent them.
        self.sent = self.cuts = self.breaks = 0
        threading.Thread(target=self._accept, daemon=True).start()
        threading.Thread(target=self._break, daemon=True).start()

    def _break(self) -> None:
        while self.server.fileno() >= 0:
            time.sleep(random.uniform(*self.lives))
            self.breaks += 1

    def _accept(self) -> None:
        while True:
            try:
                client, _address = self.server.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        try:
            server = socket.create_connection(("127.0.0.1", self.target), timeout=5)
        except OSError:
            _reset(client)
            return
        back = threading.Thread(target=self._back, args=(server, client), daemon=True)
        back.start()
        with suppress(OSError):
            self._forth(client, server, self.breaks)
        _reset(client, server)

    def _forth(self, client: socket.socket, server: socket.socket, breaks: int) -> None:
        client.settimeout(0.2)
        while True:
            if self.breaks > breaks:
                self.cuts += 1
                return
            try:
                data = client.recv(CHUNK)
            except TimeoutError:
                continue
            if not data:
                return
            self.sent += len(data)
            server.sendall(data)
            time.sleep(len(data) / self.bytes_per_s)

    def _back(self, server: socket.socket, client: socket.socket) -> None:
        server.settimeout(None)
        with suppress(OSError):
            while data := server.recv(CHUNK):
                client.sendall(data)
        with suppress(OSError):
            client.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        self.server.close()


def _reset(*sockets: socket.socket) -> None:
    for each in sockets:
        with suppress(OSError):
            each.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        each.close()
