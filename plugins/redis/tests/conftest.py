"""A real server of every kind there is, and providers that live on it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from uuid import uuid4

import pytest
from attrs import evolve
from redis.asyncio import Redis

from places_core.clock import SystemClock
from places_core.events import Event
from places_core.ports import Context
from places_core.settings import Config
from places_redis.address import Address
from places_redis.settings import RedisSettings
from places_redis.testing import INSTALL, RedisServer, servers


SERVERS = servers()


@pytest.fixture(scope="session", params=list(SERVERS) or ["no server"])
def server(request: pytest.FixtureRequest) -> Iterator[RedisServer]:
    if request.param not in SERVERS:
        pytest.fail(f"these tests need a real Redis server: {INSTALL}")
    with RedisServer(SERVERS[request.param]) as running:
        yield running


@pytest.fixture
def own_server(server: RedisServer) -> Iterator[RedisServer]:
    """A server that a test may kill."""
    with RedisServer(server.program) as running:
        yield running


@pytest.fixture
async def redis(server: RedisServer) -> AsyncIterator[Redis]:
    """A client of the test itself, beside those of the plugin."""
    async with Redis.from_url(server.url) as client:
        yield client


@pytest.fixture
def settings(server: RedisServer) -> RedisSettings:
    return RedisSettings(url=Address.parse(server.url), namespace=f"test-{uuid4().hex}")


@pytest.fixture
def events() -> list[Event]:
    """What the providers report."""
    return []


@pytest.fixture
def context(events: list[Event]) -> Context:
    return Context(Config(), SystemClock(), events.append)


@pytest.fixture
def configured(context: Context) -> Callable[[Config], Context]:
    """The context with other settings, for a stack of its own."""
    return lambda config: evolve(context, config=config, shared={})


@pytest.fixture
def wait() -> Callable[[float], Awaitable[None]]:
    """Let seconds pass; the time of a Redis cannot be set."""
    return asyncio.sleep


@pytest.fixture
async def spied(server: RedisServer) -> AsyncIterator[Callable[[Awaitable[object]], Awaitable[list[str]]]]:
    """Do something, and list the commands that clients sent to the server meanwhile."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port, limit=2**24)
    writer.write(b"MONITOR\r\n")
    await reader.readline()

    async def until(mark: str) -> list[str]:
        """List what was sent before a mark of our own."""
        async with Redis.from_url(server.url) as client:
            await client.echo(mark)
        commands = []
        while mark not in (line := (await reader.readline()).decode(errors="replace")):
            commands.append(line)
        return [line for line in commands if not _is_about_the_connection(line)]

    async def spy(deed: Awaitable[object]) -> list[str]:
        await until(uuid4().hex)
        await deed
        return await until(uuid4().hex)

    yield spy
    writer.close()
    await writer.wait_closed()


def _is_about_the_connection(line: str) -> bool:
    return " lua] " in line or line.split('"')[1].upper() in {"AUTH", "CLIENT", "HELLO", "SELECT"}
