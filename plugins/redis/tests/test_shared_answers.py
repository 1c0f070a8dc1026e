"""Answers that processes share: whose they are, how old they are, and whether they are whole."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from attrs import define, evolve
from redis.asyncio import Redis

from places_core import Places
from places_core.clock import SystemClock
from places_core.ports import Context
from places_core.testing import FakeBackend, fake_places
from places_redis.cache import RedisCache
from places_redis.settings import RedisSettings


Wait = Callable[[float], Awaitable[None]]
Spied = Callable[[Awaitable[object]], Awaitable[list[str]]]


class Wrong(SystemClock):
    """A clock whose wall time is wrong by `skew` seconds."""

    def __init__(self, skew: float) -> None:
        self.skew = skew

    def time(self) -> float:
        return SystemClock.time() + self.skew


@asynccontextmanager
async def process(settings: RedisSettings, context: Context, skew: float) -> AsyncIterator[Places]:
    """Open a stack on the shared cache, in a process whose clock is wrong."""
    clock = Wrong(skew)
    own = evolve(context, clock=clock, shared={})
    caching = {"provider": "redis", "ttl": 0.3, "stale": 0, "jitter": 0}
    async with (
        RedisCache.open(settings, own) as cache,
        fake_places(FakeBackend(clock), cache, clock=clock, cache=caching) as places,
    ):
        yield places


@pytest.mark.parametrize("near_entries", [0, 100])
@pytest.mark.parametrize("skew", [3_600.0, -3_600.0])
async def test_an_answer_is_as_old_as_the_server_says(
    settings: RedisSettings, context: Context, wait: Wait, skew: float, near_entries: int
) -> None:
    settings = evolve(settings, near_entries=near_entries, near_ttl=60)
    async with process(settings, context, skew) as writer, process(settings, context, 0.0) as reader:
        await writer.search_text("coffee")
        shared = (await reader.search_text("coffee")).trace
        await wait(0.4)
        late = (await reader.search_text("coffee")).trace

    assert "hit" == shared.cache
    assert shared.age < 0.3
    assert "miss" == late.cache


async def test_the_time_travels_with_the_first_read_and_then_once_a_minute(
    settings: RedisSettings, context: Context, spied: Spied
) -> None:
    async with RedisCache.open(settings, context) as cache:
        commands = [[line.split('"')[1] for line in await spied(cache.get("key"))] for _ in range(2)]

    assert [["TIME", "GET"], ["GET"]] == commands


async def test_without_leave_to_ask_for_the_time_our_own_clock_will_do(
    settings: RedisSettings, context: Context, redis: Redis
) -> None:
    await redis.acl_setuser("timeless", enabled=True, nopass=True, keys=["*"], commands=["+@all", "-time"])
    address = evolve(settings.url, url=settings.url.url.replace("redis://", "redis://timeless@"))
    async with process(evolve(settings, url=address), context, 0.0) as places:
        states = [(await places.search_text("coffee")).trace.cache for _ in range(2)]
    await redis.acl_deluser("timeless")

    assert ["miss", "hit"] == states


@define
class Edition(FakeBackend):
    """A backend of one name with data of its own."""

    data: str = ""

    def edition(self) -> str:
        return self.data


async def test_services_with_other_data_never_answer_for_each_other(
    settings: RedisSettings, context: Context
) -> None:
    states = []
    for data in ("Helsinki", "Monaco", "Helsinki", "Monaco"):
        backend = Edition(context.clock, data=data)
        async with (
            RedisCache.open(settings, context) as cache,
            fake_places(backend, cache, clock=context.clock, cache={"provider": "redis"}) as places,
        ):
            states.append((await places.search_text("coffee")).trace.cache)

    assert ["miss", "miss", "hit", "hit"] == states


@pytest.mark.parametrize("near_entries", [0, 100])
async def test_a_value_that_somebody_else_wrote_is_a_miss_and_is_replaced(
    settings: RedisSettings, context: Context, redis: Redis, wait: Wait, near_entries: int
) -> None:
    settings = evolve(settings, near_entries=near_entries, near_ttl=0.01)
    async with process(settings, context, 0.0) as places:
        first = await places.search_text("coffee")
        (key,) = await redis.keys(f"{settings.namespace}:*")
        whole: Any = await redis.get(key)
        writer: Any = redis
        found = []
        for value in (whole[:-1], whole[:20] + bytes([whole[20] ^ 1]) + whole[21:], b"garbage", b"", None):
            await redis.delete(key)
            await (writer.lpush(key, "a list") if value is None else writer.set(key, value))
            await wait(0.02)
            found.append(await places.search_text("coffee"))

    assert ["miss"] * 5 == [answer.trace.cache for answer in found]
    assert {first.body} == {answer.body for answer in found}
