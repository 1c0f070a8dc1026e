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
from places_redis.settings import RedisSettings
from places_redis.testing import INSTALL, RedisServer, servers


SERVERS = servers()


@pytest.fixture(scope="session", params=list(SERVERS) or ["no server"])
def server(request: pytest.FixtureRequest) -> Iterator[RedisServer]:
    if request.param not in SERVERS:
        pytest.fail(f"these tests need a real Redis server: {INSTALL}")
    running = RedisServer(SERVERS[request.param])
    running.start()
    yield running
    running.kill()


@pytest.fixture
def own_server(server: RedisServer) -> Iterator[RedisServer]:
    """A server that a test may kill."""
    running = RedisServer(server.program)
    running.start()
    yield running
    running.kill()


@pytest.fixture
async def redis(server: RedisServer) -> AsyncIterator[Redis]:
    """A client of the test itself, beside those of the plugin."""
    async with Redis.from_url(server.url) as client:
        yield client


@pytest.fixture
def settings(server: RedisServer) -> RedisSettings:
    return RedisSettings(url=server.url, namespace=f"test-{uuid4().hex}")


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
