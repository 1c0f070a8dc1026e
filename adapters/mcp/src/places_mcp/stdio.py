"""The tools over stdin and stdout, for one client that started this process."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import cast

import anyio
from mcp.server.stdio import stdio_server

from places_core import Places
from places_core.settings import Config

from .server import make_server


def serve_stdio(config: Config) -> int:
    """Serve until the client closes stdin, or a signal comes."""
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    with suppress(KeyboardInterrupt):
        asyncio.run(_serve(config))
    return 0


async def _serve(config: Config) -> None:
    async with Places.open(config) as places:
        server = make_server(places)
        lines = cast("anyio.AsyncFile[str]", _lines())
        async with stdio_server(stdin=lines) as (incoming, outgoing):
            await server.run(incoming, outgoing, server.create_initialization_options())


async def _lines() -> AsyncIterator[str]:
    """Give the lines of stdin and stay cancellable, which the SDK's own reading is not: a read never ends."""
    arrived: asyncio.Queue[bytes] = asyncio.Queue()
    loop = asyncio.get_running_loop()

    def pump() -> None:
        with open(0, "rb", closefd=False) as stdin, suppress(RuntimeError):  # raised once the loop is closed
            for line in stdin:
                loop.call_soon_threadsafe(arrived.put_nowait, line)
            loop.call_soon_threadsafe(arrived.put_nowait, b"")

    threading.Thread(target=pump, name="stdin", daemon=True).start()
    while line := await arrived.get():
        yield line.decode(errors="replace")
