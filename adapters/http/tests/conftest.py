from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import ClientSession, web

from places_core import Places
from places_core.testing import FakeBackend, FakeClock, fake_places, install_plugin
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


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """The environment of processes whose backend says on standard error when it is asked and closed."""
    install_plugin(tmp_path, "telling", PLUGIN)
    return {"PYTHONPATH": str(tmp_path), "PLACES_BACKEND": "telling"}
