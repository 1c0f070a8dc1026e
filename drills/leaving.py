"""Callers leave while a slow backend works for them: over HTTP, and over MCP in both eras and transports.

    python drills/leaving.py [--rounds 10]

Prints for how long the backend went on for nobody, whether those who stayed were answered, and how much a
kept-alive MCP call adds to the same call in process; exits with 1 if a guarantee is violated.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import socket
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, MutableMapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any, BinaryIO, TextIO

from attrs import Factory, define
from mcp import Client, StdioServerParameters
from starlette.types import ASGIApp

from places_core.serving import allowed_hosts
from places_core.testing import ServedProcess, fake_places, install_plugin, served
from places_mcp.server import make_server
from places_mcp.transport.http import make_app


LONGEST = 0.05  # seconds that a backend may go on for nobody
OVERHEAD = 3.0  # times the call in process that a kept-alive call may take
CALLS, TURNS = 25, 60
ERAS = ("legacy", "2026-07-28")
META: dict[str, Any] = {
    f"io.modelcontextprotocol/{name}": value
    for name, value in (("protocolVersion", ERAS[1]), ("clientCapabilities", {}))
}
PLUGIN = """
import asyncio
import os
import time

from places_core import hookimpl
from places_core.testing import FakeBackend


NOTES = open(os.environ["NOTES"], "a", buffering=1)


class SlowBackend(FakeBackend):
    name = "slow"

    async def search_text(self, query):
        if query.text_query.startswith("slow"):
            print(time.monotonic(), file=NOTES)
            try:
                await asyncio.sleep(5)
            finally:
                print(time.monotonic(), file=NOTES)
        elif query.text_query.startswith("brief"):
            await asyncio.sleep(0.5)
        return await super().search_text(query)


@hookimpl
def places_backends():
    return [SlowBackend]
"""

Answered = Callable[[], Awaitable[bool]]
"""Waits for the answer, and returns False if it is an error."""
Ask = Callable[[str], AbstractAsyncContextManager[Answered]]
"""Asks something, and leaves at the end of the block."""


@define
class Drill:
    environ: Mapping[str, str]
    notes: TextIO
    """The times at which the backend starts and ends; all processes share the monotonic clock."""
    rounds: int
    faults: list[str] = Factory(list)

    async def run(self) -> None:
        command = StdioServerParameters(
            command=sys.executable,
            args=["-m", "places_core.cli", "serve", "mcp"],
            env={**os.environ, **self.environ},
        )
        for era in ERAS:
            async with Client(command, mode=era) as client:
                await self.leave(f"mcp on stdio, {era}", partial(asked_on_stdio, client))
        with served("serve", "http", "--port", "0", environ=self.environ) as http:
            await self.leave("http", partial(asked_over_http, http))
        with served("serve", "mcp", "--http", "--port", "0", environ=self.environ) as mcp:
            for era in ERAS:
                await self.leave(f"mcp over http, {era}", partial(asked_over_mcp, mcp, era))
            await self.compare(mcp)

    async def leave(self, transport: str, ask: Ask) -> None:
        """Leave a backend that is slow, and stay where another leaves."""
        took = []
        for number in range(self.rounds):
            async with ask(f"slow {transport} {number}"):
                await self.noted()
                left = time.monotonic()
            took.append(await self.noted() - left)
        what = f"{transport}: the backend went on for {median(took) * 1e3:.1f} ms, at most"
        self.expect(what, max(took) * 1e3, LONGEST * 1e3, "ms")
        async with ask(f"brief {transport}") as answered:
            async with ask(f"brief {transport}"):
                await asyncio.sleep(0.1)
            self.expect(f"{transport}: who stayed and was not answered", int(not await answered()), 0)

    async def noted(self) -> float:
        while True:
            if line := self.notes.readline():
                return float(line)
            await asyncio.sleep(0.001)

    async def compare(self, server: ServedProcess) -> None:
        """Call on a kept connection and in process by turns; the best turn of each is disturbed the least."""
        headers, body = mcp_request(server.port, ERAS[1], "coffee")
        request = http_request("/mcp", headers, body)
        kept, inside = [], []
        with socket.create_connection(("127.0.0.1", server.port)) as connection:
            received = connection.makefile("rb")

            async def call() -> None:
                connection.sendall(request)
                is_success(received)

            async with fake_places() as places:
                app = make_app(make_server(places), allowed_hosts("127.0.0.1", server.port))
                async with app.router.lifespan_context(app):
                    for _ in range(TURNS):
                        kept.append(await p50(call))
                        inside.append(await p50(partial(call_in_process, app, headers, body)))
        ours, floor = min(kept) * 1e3, min(inside) * 1e3
        what = f"a kept-alive mcp call: p50 {ours:.2f} ms, in process {floor:.2f} ms, ratio"
        self.expect(what, ours / floor, OVERHEAD)

    def expect(self, what: str, found: float, most: float, unit: str = "") -> None:
        kept = found <= most
        print(f"{'kept  ' if kept else 'BROKEN'}  {what} {found:.3g} {unit} (at most {most:g})", flush=True)
        if not kept:
            self.faults.append(what)


@asynccontextmanager
async def asked_on_stdio(client: Client, text: str) -> AsyncIterator[Answered]:
    call = asyncio.create_task(client.call_tool("places_search", {"query": text}))

    async def answered() -> bool:
        return not (await call).is_error

    yield answered
    call.cancel()


def asked_over_http(server: ServedProcess, text: str) -> AbstractAsyncContextManager[Answered]:
    body = json.dumps({"textQuery": text}).encode()
    return sent(server.port, http_request("/v1/places:searchText", {}, body))


def asked_over_mcp(server: ServedProcess, era: str, text: str) -> AbstractAsyncContextManager[Answered]:
    return sent(server.port, http_request("/mcp", *mcp_request(server.port, era, text)))


@asynccontextmanager
async def sent(port: int, request: bytes) -> AsyncIterator[Answered]:
    with socket.create_connection(("127.0.0.1", port)) as connection, connection.makefile("rb") as received:
        connection.sendall(request)
        yield partial(asyncio.to_thread, is_success, received)


def is_success(received: BinaryIO) -> bool:
    """Read one answer of HTTP, and return whether it is a success."""
    status = received.readline()
    fields = dict(line.lower().split(b": ", 1) for line in iter(received.readline, b"\r\n"))
    body = received.read(int(fields[b"content-length"]))
    return b" 200 " in status and b'"isError":true' not in body


def http_request(path: str, headers: Mapping[str, str], body: bytes) -> bytes:
    fields = {"Host": "127.0.0.1", "Content-Length": str(len(body)), **headers}
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"POST {path} HTTP/1.1\r\n{head}\r\n".encode() + body


def mcp_request(port: int, era: str, text: str) -> tuple[dict[str, str], bytes]:
    """Return the headers and the body of a search."""
    params = {"name": "places_search", "arguments": {"query": text}, "_meta": META}
    call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
    headers = {"Host": f"127.0.0.1:{port}", "Content-Type": "application/json"}
    headers["Accept"] = "application/json, text/event-stream"
    if era != "legacy":
        headers |= {"MCP-Protocol-Version": era, "Mcp-Method": "tools/call", "Mcp-Name": "places_search"}
    return headers, json.dumps(call).encode()


async def call_in_process(app: ASGIApp, headers: Mapping[str, str], body: bytes) -> None:
    """Make the call that a server makes of such a request."""
    named = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    scope: dict[str, Any] = {"type": "http", "method": "POST", "path": "/mcp", "headers": named}
    messages = iter([{"type": "http.request", "body": body, "more_body": False}])

    async def receive() -> MutableMapping[str, Any]:
        return next(messages, None) or await asyncio.get_running_loop().create_future()

    async def send(message: MutableMapping[str, Any]) -> None:
        assert message.get("status", 200) == 200

    await app({**scope, "query_string": b"", "root_path": "", "http_version": "1.1"}, receive, send)


async def p50(call: Callable[[], Awaitable[None]]) -> float:
    took = []
    for _ in range(CALLS):
        start = time.perf_counter()
        await call()
        took.append(time.perf_counter() - start)
    return median(took)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rounds", type=int, default=10)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        install_plugin(Path(folder), "slow", PLUGIN)
        path = Path(folder, "notes")
        environ = {"PYTHONPATH": folder, "PLACES_BACKEND": "slow", "NOTES": str(path)}
        with path.open("a+") as notes:
            drill = Drill(environ, notes, rounds)
            asyncio.run(drill.run())
    return 1 if drill.faults else 0


if __name__ == "__main__":
    sys.exit(main())
