from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import ClientSession, web
from attrs import define

from places_core import Places
from places_core.testing import FakeBackend, FakeClock, fake_places
from places_http.app import make_app


PLUGIN = """
import os
import sys

from contextlib import asynccontextmanager

from places_core import hookimpl
from places_core.testing import FakeBackend


class TellingBackend(FakeBackend):
    name = "telling"

    @classmethod
    @asynccontextmanager
    async def open(cls, settings, context):
        yield cls(context.clock, delay=0.3)
        print("closed", file=sys.stderr, flush=True)

    async def search_text(self, query):
        print("asked", os.getpid(), file=sys.stderr, flush=True)
        return await super().search_text(query)


@hookimpl
def places_backends():
    return [TellingBackend]
"""
RUN = "import sys; from places_core.cli import main; sys.exit(main())"


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(auto=True)


@pytest.fixture
def backend(clock: FakeClock) -> FakeBackend:
    return FakeBackend(clock)


@pytest.fixture
async def places(backend: FakeBackend) -> AsyncIterator[Places]:
    async with fake_places(backend, clock=backend.clock, retry={"attempts": 1}) as opened:
        yield opened


@pytest.fixture
def listening() -> Callable[[Places], AbstractAsyncContextManager[ClientSession]]:
    """Serve a stack on a free port, and give a client whose paths start there."""

    @asynccontextmanager
    async def serve(places: Places) -> AsyncIterator[ClientSession]:
        runner = web.AppRunner(make_app(places), access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0]
        async with ClientSession(f"http://{host}:{port}") as session:
            yield session
        await runner.cleanup()

    return serve


@pytest.fixture
async def client(
    places: Places, listening: Callable[[Places], AbstractAsyncContextManager[ClientSession]]
) -> AsyncIterator[ClientSession]:
    async with listening(places) as session:
        yield session


@define
class Program:
    """The adapter in a process of its own."""

    process: asyncio.subprocess.Process

    async def line(self, start: str) -> str:
        """Give the next line on standard error that starts so."""
        assert self.process.stderr is not None
        seen = []
        async with asyncio.timeout(30):
            while raw := await self.process.stderr.readline():
                seen.append(raw.decode())
                if seen[-1].startswith(start):
                    return seen[-1].rstrip("\n")
        raise AssertionError(f"No line starts with {start!r}: {''.join(seen)}")

    async def rest(self) -> str:
        """Wait for the end, and give what is left of standard error."""
        async with asyncio.timeout(30):
            _, errors = await self.process.communicate()
        return errors.decode()

    def signal(self, number: signal.Signals) -> None:
        self.process.send_signal(number)


@pytest.fixture
async def start(tmp_path: Path) -> AsyncIterator[Callable[..., Awaitable[Program]]]:
    """Start the adapter with arguments, around a backend that says on standard error when it is asked."""
    (tmp_path / "telling_plugin.py").write_text(PLUGIN)
    info = tmp_path / "telling-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: telling\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[places]\ntelling = telling_plugin\n")
    programs = []

    async def started(*arguments: str) -> Program:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            RUN,
            "serve",
            "http",
            *arguments,
            env={**os.environ, "PYTHONPATH": str(tmp_path), "PLACES_BACKEND": "telling"},
            cwd=tmp_path,
            stderr=asyncio.subprocess.PIPE,
        )
        programs.append(process)
        return Program(process)

    yield started
    for process in programs:
        if process.returncode is None:
            process.kill()
            await process.communicate()
