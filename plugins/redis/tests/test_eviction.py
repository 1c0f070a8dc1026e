"""A server that may evict what the limiter counts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from redis.asyncio import Redis

import places_redis
from places_core import Places
from places_core.clock import SystemClock
from places_core.plugins import Plugins
from places_core.ports import Context
from places_core.testing import FakeBackend, GivenPlugin
from places_redis.address import Address
from places_redis.limiter import RedisLimiter
from places_redis.settings import RedisSettings
from places_redis.testing import RedisServer


@asynccontextmanager
async def stack(url: str, **limiter: Any) -> AsyncIterator[Places]:
    plugins = Plugins.load(extra=[places_redis, GivenPlugin(FakeBackend(SystemClock()))], installed=False)
    limits = {"provider": "redis", **limiter}
    config = {"backend": "fake", "limiter": limits, "plugins": {"redis": {"url": url}}}
    async with Places.open(config, plugins=plugins) as places:
        yield places


async def configure(server: RedisServer, policy: str, memory: str = "50mb") -> None:
    async with Redis.from_url(server.url) as redis:
        await redis.config_set("maxmemory-policy", policy)
        await redis.config_set("maxmemory", memory)


@pytest.mark.parametrize(
    ("policy", "memory", "warns"),
    [
        ("allkeys-lru", "50mb", True),
        ("volatile-ttl", "50mb", True),
        ("noeviction", "50mb", False),
        ("allkeys-lru", "0", False),
    ],
)
async def test_the_limiter_warns_of_a_server_that_evicts(
    own_server: RedisServer, context: Context, policy: str, memory: str, warns: bool
) -> None:
    await configure(own_server, policy, memory)
    async with RedisLimiter.open(RedisSettings(url=Address.parse(own_server.url)), context) as limiter:
        warning = await limiter.warning()

    assert warns == bool(warning)
    assert warns == (policy in warning)


async def test_the_status_and_one_line_in_the_log_say_so(
    own_server: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    await configure(own_server, "allkeys-lfu")
    own_rate = {"fake": {"rate": "5/minute"}}
    async with stack(own_server.url, caller_rate="9/minute", backends=own_rate) as places:
        async with asyncio.timeout(10):
            while not caplog.records:
                await asyncio.sleep(0)
        status = await places.status()

    assert "allkeys-lfu" in status["limiter"]["warning"]
    [line] = caplog.messages
    assert f"limiter.redis: {status['limiter']['warning']}" == line


async def test_a_server_that_does_not_tell_its_policy_is_not_suspected(own_server: RedisServer) -> None:
    await configure(own_server, "allkeys-lru")
    async with Redis.from_url(own_server.url) as redis:
        rules = ("on", ">secret", "~*", "+@all", "-info", "-config")
        command: Callable[..., Awaitable[object]] = redis.execute_command
        await command("ACL", "SETUSER", "limited", *rules)
    async with stack(own_server.url.replace("//", "//limited:secret@")) as places:
        await places.search_text("coffee")
        status = await places.status()

    assert "warning" not in status["limiter"]
    assert [] == status["faults"]
