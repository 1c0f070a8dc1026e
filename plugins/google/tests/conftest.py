from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from importlib.util import find_spec
from typing import Any, Self

import pytest
from aiohttp import web
from attrs import Factory, define

from places_core.clock import Clock
from places_core.ports import Context, KeySource, NoSettings
from places_core.settings import Config
from places_core.testing import FakeClock
from places_google.backend import GoogleBackend
from places_google.settings import GoogleSettings
from places_google.testing import FakeGoogle


# What proves us against Google's own packages runs where those are installed: `nox -s contract`.
collect_ignore_glob = [] if find_spec("googleapiclient") else ["contract/*"]

Opened = Callable[..., AbstractAsyncContextManager[GoogleBackend]]


@define
class GivenKeys(KeySource):
    """Gives `values`, or raises the error that is among them; counts how often it was asked."""

    name = "given"

    values: Sequence[str | Exception]
    asked: int = 0

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: NoSettings, context: Context) -> AsyncIterator[Self]:
        yield cls(())

    async def keys(self, owner: str) -> Sequence[str]:
        self.asked += 1
        for value in self.values:
            if isinstance(value, Exception):
                raise value
        return [str(value) for value in self.values]


@define
class Scripted:
    """A server that gives the answers it was told to, the last one again and again."""

    base_url: str = ""
    answers: list[tuple[int, dict[str, str], bytes]] = Factory(list)
    requests: list[tuple[str, str, dict[str, str], bytes]] = Factory(list)

    def answer(self, status: int, body: bytes | str = b"{}", **headers: str) -> None:
        given = {"Content-Type": "application/json; charset=UTF-8"}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers.append((status, given, body.encode() if isinstance(body, str) else body))

    async def handle(self, request: web.Request) -> web.Response:
        body = await request.read()
        self.requests.append((request.method, str(request.rel_url), dict(request.headers), body))
        status, headers, content = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return web.Response(status=status, headers=headers, body=content)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(auto=True)


@pytest.fixture
def keys() -> GivenKeys:
    return GivenKeys(["test-key-1"])


@pytest.fixture
async def fake(clock: Clock) -> AsyncIterator[FakeGoogle]:
    async with FakeGoogle.running(clock=clock) as fake:
        yield fake


@pytest.fixture
async def scripted() -> AsyncIterator[Scripted]:
    server = Scripted()
    app = web.Application()
    app.router.add_route("*", "/{rest:.*}", server.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    server.base_url = f"http://127.0.0.1:{site.port}/v1"
    yield server
    await runner.cleanup()


@pytest.fixture
def opened(clock: Clock, keys: GivenKeys) -> Opened:
    """Open the backend with settings of the test's own."""

    @asynccontextmanager
    async def given(name: str) -> AsyncIterator[KeySource]:
        yield keys

    def open_with(**settings: Any) -> AbstractAsyncContextManager[GoogleBackend]:
        context = Context(Config(), clock, lambda event: None, given)
        return GoogleBackend.open(GoogleSettings(**settings), context)

    return open_with


@pytest.fixture
async def google(fake: FakeGoogle, opened: Opened) -> AsyncIterator[GoogleBackend]:
    async with opened(base_url=fake.base_url) as backend:
        yield backend
