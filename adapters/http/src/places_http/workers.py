"""Several processes that share one port, and the one that supervises them."""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import signal
import socket
import sys
from collections.abc import Callable
from functools import partial
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess

from attrs import define

from places_core import Places
from places_core.errors import ConfigError, PlacesError
from places_core.logs import configure
from places_core.serving import bind, reserve, stop_event
from places_core.settings import Config

from .server import GRACE, announce_http, freeze_startup_objects, serving


logger = logging.getLogger("places.http")


def serve(config: Config, host: str, port: int, count: int) -> int:
    """Serve in `count` processes until a signal arrives, and return the exit code."""
    if not hasattr(socket, "SO_REUSEPORT"):
        raise ConfigError("--workers: processes cannot share a port on this system; start without it")
    with reserve(host, port) as free:
        return asyncio.run(_supervise(config, host, free, count))


async def _supervise(config: Config, host: str, port: int, count: int) -> int:
    stop = asyncio.create_task(stop_event().wait())
    starting = set(range(count))

    def ready(number: int) -> None:
        if number in starting:
            starting.remove(number)
            if not starting:
                announce_http(host, port)

    crew = [asyncio.create_task(_keep(config, host, port, partial(ready, n))) for n in range(count)]
    await asyncio.wait([stop, *crew], return_when=asyncio.FIRST_COMPLETED)
    for task in (stop, *crew):
        task.cancel()
    await asyncio.wait(crew)
    return 0 if all(task.cancelled() for task in crew) else 1


async def _keep(config: Config, host: str, port: int, ready: Callable[[], None]) -> None:
    """Run a worker and replace it when it dies; return when one dies before it is ready."""
    while True:
        worker = Worker.start(config, host, port)
        try:
            if not await worker.ready():
                return
            ready()
            code = await worker.ended()
        finally:
            await worker.stop()
        logger.warning("A worker died with exit code %s and is replaced", code)


@define(eq=False)
class Worker:
    """A process, and the pipe by which each side notices that the other has died."""

    _process: SpawnProcess
    _lifeline: Connection

    @classmethod
    def start(cls, config: Config, host: str, port: int) -> Worker:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=work, args=(config, host, port, theirs), name="places-http")
        process.start()
        theirs.close()
        return cls(process, ours)

    async def ready(self) -> bool:
        """Wait until the worker listens; return False if it dies first."""
        await _readable(self._lifeline.fileno())
        try:
            return bool(self._lifeline.recv_bytes())
        except EOFError:
            return False

    async def ended(self) -> int | None:
        """Wait for the process to end, and return its exit code."""
        await _readable(self._process.sentinel)
        self._process.join()
        return self._process.exitcode

    async def stop(self) -> None:
        """Terminate the process, and kill it if it outlives the grace period."""
        self._process.terminate()
        try:
            await asyncio.wait_for(self.ended(), GRACE + 3)
        except TimeoutError:
            self._process.kill()
            await self.ended()
        finally:
            self._lifeline.close()


def work(config: Config, host: str, port: int, lifeline: Connection) -> None:
    """Run a worker: listen, report it through `lifeline`, stop on a signal or when the other end closes."""
    configure(config.logging)
    signal.signal(
        signal.SIGINT, signal.SIG_IGN
    )  # Ctrl-C reaches the whole process group; the supervisor stops the workers
    try:
        asyncio.run(_work(config, host, port, lifeline))
    except PlacesError as error:
        sys.stderr.write(f"error: {error}\n")
        sys.exit(1)


async def _work(config: Config, host: str, port: int, lifeline: Connection) -> None:
    stop = stop_event(signal.SIGTERM)
    asyncio.get_running_loop().add_reader(lifeline.fileno(), stop.set)
    async with Places.open(config) as places:  # first: a shared port gets requests as soon as it is bound
        with bind(host, port, shared=True) as (sockets, _):
            async with serving(places, sockets):
                freeze_startup_objects()
                lifeline.send_bytes(b"ready")
                await stop.wait()


async def _readable(descriptor: int) -> None:
    loop, readable = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(descriptor, readable.set)
    try:
        await readable.wait()
    finally:
        loop.remove_reader(descriptor)
