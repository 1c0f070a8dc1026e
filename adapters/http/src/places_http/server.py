"""One process that serves, from the open stack to the last answer."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import signal
import sys
from collections.abc import AsyncIterator, Iterator

from aiohttp import web

from places_core import Places
from places_core.errors import ConfigError
from places_core.settings import Config

from .app import make_app


GRACE = 12.0
"""How many seconds requests that are under way have to finish, once it is time to stop."""


def serve(config: Config, host: str, port: int) -> int:
    """Serve in this process until a signal says stop, and give the exit code."""

    async def run() -> None:
        stop = signalled()
        async with listening(config, host, port) as real_port:
            announce(host, real_port)
            await stop.wait()

    asyncio.run(run())
    return 0


@contextlib.asynccontextmanager
async def listening(config: Config, host: str, port: int, *, shared: bool = False) -> AsyncIterator[int]:
    """Open the stack, serve it and give the port; on the way out, finish what is under way, then close it.

    A `shared` port is one that other processes may listen on, too.
    """
    async with Places.open(config) as places:
        # aiohttp waits twice: once for the handlers, once more for those that it cancelled.
        runner = web.AppRunner(make_app(places), access_log=None, shutdown_timeout=GRACE / 2)
        await runner.setup()
        try:
            site = web.TCPSite(runner, host, port, reuse_port=shared or None)
            with binding(host, port):
                await site.start()
            yield runner.addresses[0][1]
        finally:
            await runner.cleanup()


@contextlib.contextmanager
def binding(host: str, port: int) -> Iterator[None]:
    """Say in one line why an address cannot be listened on, and what to do about it."""
    try:
        yield
    except OSError as error:
        raise ConfigError(_why(error, host, port)) from error


def signalled(*signals: signal.Signals) -> asyncio.Event:
    """Give the event that the first of the signals sets; the second one has its usual effect."""
    loop, stop = asyncio.get_running_loop(), asyncio.Event()

    def first(number: signal.Signals) -> None:
        stop.set()
        loop.remove_signal_handler(number)

    for number in signals or (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # on Windows, where KeyboardInterrupt does it
            loop.add_signal_handler(number, first, number)
    return stop


def announce(host: str, port: int) -> None:
    """Tell where it listens, and how to try it."""
    near = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    sys.stderr.write(
        f"places http listening on http://{_spelled(host)}:{port}\n"
        f'try: curl http://{_spelled(near)}:{port}/v1/places:searchText -d \'{{"textQuery": "coffee"}}\'\n'
    )
    sys.stderr.flush()


def _spelled(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _why(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"port {port} is in use on {host}; choose another one with --port, or any free one with --port 0"
        )
    if error.errno == errno.EACCES:
        return f"port {port} needs more rights than this user has; choose one above 1023 with --port"
    return (
        f"cannot listen on {host}, port {port}: {error.strerror or error}; choose another address with --host"
    )
