"""One process that serves, from the open stack to the last answer."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import socket
from collections.abc import AsyncIterator, Iterable

from aiohttp import web

from places_core import Places
from places_core.serving import BACKLOG, announce, bind, stop_event, url
from places_core.settings import Config

from .app import make_app


GRACE = 12.0
"""Seconds that the requests in progress have to finish once the server is stopping."""


def serve(config: Config, host: str, port: int) -> int:
    """Serve in this process until a signal arrives, and return the exit code."""

    async def run(sockets: Iterable[socket.socket], free: int) -> None:
        stop = stop_event()
        async with Places.open(config) as places, serving(places, sockets):
            freeze_startup_objects()
            announce_http(host, free)
            await stop.wait()

    with bind(host, port) as (sockets, free):
        asyncio.run(run(sockets, free))
    return 0


@contextlib.asynccontextmanager
async def serving(places: Places, sockets: Iterable[socket.socket]) -> AsyncIterator[None]:
    """Serve `places` on the sockets until the block ends, then finish the requests in progress."""
    runner = web.AppRunner(
        make_app(places),
        access_log=None,
        handler_cancellation=True,  # of a request whose client has gone away
        shutdown_timeout=GRACE / 2,  # aiohttp waits twice: for the handlers, then for those that it cancelled
    )
    await runner.setup()
    try:
        for each in sockets:
            await web.SockSite(runner, each, backlog=BACKLOG).start()
        yield
    finally:
        await runner.cleanup()


def freeze_startup_objects() -> None:
    """Let the garbage collector skip what was loaded at start-up; only for a process that is ours alone."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)  # p99 of misses by 16 callers at once: 187 -> 59 ms


def announce_http(host: str, port: int) -> None:
    """Announce where the server listens, and a command to try it with."""
    trial = f'try: curl {url(host, port)}/v1/places:searchText -d \'{{"textQuery": "coffee"}}\''
    announce("http", url(host, port), trial)
