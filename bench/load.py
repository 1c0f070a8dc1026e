"""Minimal HTTP, so that neither the load generator nor the upstream server dominates the measurement.

`python -m bench.load FILE` serves the same answer to every request.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path

from attrs import define

from places_core.serving import announce, bind, url
from places_core.testing import ServedProcess

from .harness import cpu_seconds


MakeRequest = Callable[[int], bytes]


def requests_per_second(port: int, make: MakeRequest, connections: int = 16, seconds: float = 1.0) -> float:
    """Keep the connections busy for `seconds` and count the answers; `make` returns the nth request."""
    return asyncio.run(_load(port, make, connections, seconds)) / seconds


def requests_per_cpu_second(
    server: ServedProcess, make: MakeRequest, connections: int = 16, seconds: float = 1.0
) -> float:
    """Return the answers per second of processor time used by the server.

    If the server has a core to itself, this is its rate; if it shares one, the figure stays the same.
    """
    before = cpu_seconds(server)
    answered = asyncio.run(_load(server.port, make, connections, seconds))
    return answered / (cpu_seconds(server) - before)


def post(path: str, body: bytes, **headers: str) -> bytes:
    """Return a request as it is sent over the wire."""
    lines = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join((*lines, "", "")).encode() + body


async def _load(port: int, make: MakeRequest, connections: int, seconds: float) -> int:
    loop = asyncio.get_running_loop()
    load = _Load(make)
    for _ in range(connections):
        await loop.create_connection(lambda: _Client(load), "127.0.0.1", port)
    await asyncio.sleep(seconds)
    load.over = True
    if load.failed:
        raise RuntimeError(f"{load.failed} answers were not 200: {load.sample!r}")
    return load.answered


@define
class _Load:
    make: MakeRequest
    sent: int = 0
    answered: int = 0
    failed: int = 0
    sample: bytes = b""
    over: bool = False

    def next(self) -> bytes:
        self.sent += 1
        return self.make(self.sent)


class _Client(asyncio.Protocol):
    def __init__(self, load: _Load) -> None:
        self.load, self.missing = load, 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(self.load.next())

    def data_received(self, data: bytes) -> None:
        if not self.missing:
            head, _, rest = data.partition(b"\r\n\r\n")
            if not head.startswith(b"HTTP/1.1 200"):
                self.load.failed, self.load.sample = self.load.failed + 1, data[:300]
            self.missing = _content_length(head) - len(rest)
        else:
            self.missing -= len(data)
        if not self.missing:
            self.load.answered += 1
            if not self.load.over:
                self.transport.write(self.load.next())


class _Server(asyncio.Protocol):
    def __init__(self, answer: bytes) -> None:
        self.answer, self.heard = answer, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.heard += data
        while True:
            head, end, rest = self.heard.partition(b"\r\n\r\n")
            if not end or len(rest) < (length := _content_length(head)):
                return
            self.heard = rest[length:]
            self.transport.write(self.answer)


def _content_length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0


async def _serve(body: bytes) -> None:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=UTF-8\r\nContent-Length: {len(body)}"
    answer = head.encode() + b"\r\n\r\n" + body
    with bind("127.0.0.1", 0) as ([listening], port):
        server = await asyncio.get_running_loop().create_server(lambda: _Server(answer), sock=listening)
        announce("upstream", url("127.0.0.1", port))
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(Path(sys.argv[1]).read_bytes()))
