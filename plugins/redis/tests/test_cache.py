"""The cache on a Redis that others use too."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from aiocache.base import BaseCache  # type: ignore[import-untyped]
from attrs import evolve
from hypothesis import HealthCheck, given
from hypothesis import settings as profile
from hypothesis import strategies as st
from redis.asyncio import Redis

from places_core.algorithms import BoundedStore
from places_core.ports import Context
from places_redis.cache import RedisCache
from places_redis.settings import RedisSettings


Wait = Callable[[float], Awaitable[None]]
Spied = Callable[[Awaitable[object]], Awaitable[list[str]]]


@pytest.fixture
async def cache(settings: RedisSettings, context: Context) -> AsyncIterator[RedisCache]:
    async with RedisCache.open(settings, context) as opened:
        yield opened


@pytest.fixture
async def near(settings: RedisSettings, context: Context) -> AsyncIterator[RedisCache]:
    """A process with copies near by, that lives beside `cache`."""
    async with RedisCache.open(evolve(settings, near_entries=100, near_ttl=0.05), context) as opened:
        yield opened


def test_the_storage_is_one_of_aiocache(cache: RedisCache) -> None:
    assert isinstance(cache.storage, BaseCache)


async def test_the_storage_keeps_the_contract_of_aiocache(cache: RedisCache) -> None:
    storage = cache.storage

    assert await storage.add("key", b"value", ttl=60)
    with pytest.raises(ValueError, match="already exists"):
        await storage.add("key", b"other")
    assert await storage.exists("key")
    assert b"default" == await storage.get("another", default=b"default")
    assert await storage.clear()
    assert not await storage.exists("key")


async def test_keys_are_the_namespace_and_the_key_as_it_is(
    cache: RedisCache, settings: RedisSettings, redis: Redis
) -> None:
    await cache.set("text:coffee", b"value", 60)

    assert b"value" == await redis.get(f"{settings.namespace}:cache:text:coffee")


@pytest.mark.parametrize(("ttl", "milliseconds"), [(60.0, 60_000), (0.25, 250), (0.0001, 1), (1e300, 10**13)])
async def test_times_are_kept_to_the_millisecond_and_never_shortened(
    cache: RedisCache, settings: RedisSettings, redis: Redis, spied: Spied, ttl: float, milliseconds: int
) -> None:
    commands = await spied(cache.set("key", b"value", ttl))

    assert f'"PX" "{milliseconds}"' in commands[0]


async def test_without_an_end_a_value_stays(cache: RedisCache, settings: RedisSettings, redis: Redis) -> None:
    await cache.set("key", b"value", float("inf"))

    assert -1 == await redis.ttl(f"{settings.namespace}:cache:key")


async def test_text_that_is_no_unicode_is_a_key(cache: RedisCache) -> None:
    await cache.set("\ud800", b"value", 60)

    assert b"value" == await cache.get("\ud800")
    assert 1 == await cache.clear()


FOREIGN = 99_999
FILL = "for i = 1, tonumber(ARGV[2]) do redis.call('SET', ARGV[1] .. i, 'x') end"


async def test_clear_leaves_foreign_keys_alone_and_never_blocks(
    cache: RedisCache, settings: RedisSettings, redis: Redis, spied: Spied
) -> None:
    await redis.flushdb()
    others = (
        f"{settings.namespace}-foreign:",
        f"x{settings.namespace}:cache:",
        f"{settings.namespace}:limit:",
    )
    for prefix in others:
        await redis.eval(FILL, 0, prefix, FOREIGN // len(others))
    await redis.eval(FILL, 0, f"{settings.namespace}:cache:text ", 3_000)
    before = await redis.dbsize()

    commands = await spied(cache.clear())

    assert before - 3_000 == await redis.dbsize()
    assert {"SCAN", "UNLINK"} == {command.split('"')[1] for command in commands}
    await redis.flushdb()


@pytest.mark.parametrize("namespace", ["a*b", "a?b", "a[b]c", "a\\b", "a:b", "{a}", "ключ"])
async def test_a_namespace_may_hold_any_character(
    settings: RedisSettings, context: Context, redis: Redis, namespace: str
) -> None:
    await redis.mset({"axb:cache:1": "", "ab:cache:1": "", "a*b:cache": "", "abc:cache:1": ""})
    async with RedisCache.open(evolve(settings, namespace=namespace), context) as cache:
        await cache.set("key", b"value", 60)

        assert 1 == await cache.clear()

    assert 4 == await redis.delete("axb:cache:1", "ab:cache:1", "a*b:cache", "abc:cache:1")


LETTERS = st.text("ab*?[]!^-\\é:", max_size=5)


@given(keys=st.sets(LETTERS, min_size=1, max_size=6), pattern=LETTERS)
@profile(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_clear_forgets_what_the_memory_cache_would(
    cache: RedisCache, context: Context, keys: set[str], pattern: str
) -> None:
    await cache.clear()
    memory = BoundedStore(context.clock, 100)
    for key in keys:
        memory.write(key, b"", 60)
        await cache.set(key, b"", 60)
    matching = set(memory.matching(pattern))

    assert len(matching) == await cache.clear(pattern)
    assert keys - matching == {key for key in keys if await cache.get(key) is not None}


async def test_three_hundred_at_once_share_twenty_connections(
    cache: RedisCache, settings: RedisSettings, redis: Redis
) -> None:
    async def use(number: int) -> bytes | None:
        await cache.set(f"key {number}", b"%d" % number, 60)
        await asyncio.sleep(0)
        return await cache.get(f"key {number}")

    values = await asyncio.gather(*(use(number) for number in range(300)))

    assert [b"%d" % number for number in range(300)] == values


async def test_what_is_asked_for_in_one_moment_is_one_exchange(
    cache: RedisCache, redis: Redis, spied: Spied
) -> None:
    async def ask() -> None:
        await asyncio.gather(*(cache.get(str(number)) for number in range(64)))

    await cache.get("which asks for the time, too")
    commands = await spied(ask())

    assert 64 == len(commands)
    assert 1 == len({command.split("]")[0].split()[-1] for command in commands})


async def test_a_large_database_is_not_searched_to_count(
    cache: RedisCache, redis: Redis, spied: Spied, settings: RedisSettings
) -> None:
    await redis.eval(FILL, 0, f"{settings.namespace}-foreign:", 50_001)
    await cache.set("key", b"value", 60)

    assert await cache.count() is None
    await redis.flushdb()


async def test_statistics_ask_the_server_nothing(cache: RedisCache, near: RedisCache, spied: Spied) -> None:
    await near.set("key", b"value", 60)

    assert [] == await spied(cache.stats())
    assert [] == await spied(near.stats())


class TestTwoTiers:
    async def test_a_copy_answers_without_the_server(self, near: RedisCache, spied: Spied) -> None:
        await near.set("key", b"value", 60)

        assert [] == await spied(near.get("key"))
        assert b"value" == near.peek("key")

    async def test_what_another_process_stored_is_found_in_one_exchange(
        self, cache: RedisCache, near: RedisCache, spied: Spied
    ) -> None:
        await cache.set("key", b"value", 60)
        await near.get("another key")

        assert near.peek("key") is None
        assert ["GET", "PTTL"] == [command.split('"')[1] for command in await spied(near.get("key"))]
        assert b"value" == near.peek("key")

    async def test_what_another_process_changed_is_seen_after_the_near_ttl(
        self, cache: RedisCache, near: RedisCache, wait: Wait
    ) -> None:
        await near.set("key", b"old", 60)
        await cache.set("key", b"new", 60)

        assert b"old" == await near.get("key")
        await wait(0.06)
        assert b"new" == await near.get("key")

    async def test_a_copy_does_not_outlive_the_original(
        self, cache: RedisCache, settings: RedisSettings, context: Context, wait: Wait
    ) -> None:
        async with RedisCache.open(evolve(settings, near_entries=100, near_ttl=60), context) as near:
            await cache.set("key", b"value", 0.05)
            await near.get("key")
            await wait(0.06)

            assert near.peek("key") is None

    async def test_a_read_under_way_does_not_bring_back_what_was_deleted(
        self, cache: RedisCache, near: RedisCache
    ) -> None:
        await cache.set("key", b"value", 60)
        reading = asyncio.create_task(near.get("key"))
        await asyncio.sleep(0)
        await near.delete("key")
        await reading

        assert near.peek("key") is None

    async def test_clear_forgets_the_copies_too(self, near: RedisCache) -> None:
        await near.set("key", b"value", 60)

        assert 1 == await near.clear("k*")
        assert near.peek("key") is None

    async def test_statistics_tell_of_the_copies(self, near: RedisCache) -> None:
        await near.set("key", b"12345", 60)

        figures = dict(await near.stats())

        assert figures.pop("near_bytes") > len("key" + "12345")
        assert {"near_entries": 1, "evictions": 0, "expired": 0} == figures
