"""The way to the server: shared, bounded, and not to be upset by callers who leave."""

from __future__ import annotations

import asyncio
import random
import socket
import time
from collections.abc import Iterator

import pytest
from attrs import evolve
from redis.asyncio import Redis
from redis.exceptions import ResponseError

from places_core.ports import Context
from places_redis.address import Address
from places_redis.breaker import RedisBreaker
from places_redis.cache import RedisCache
from places_redis.connection.connections import PROBE_EVERY
from places_redis.limiter import RedisLimiter
from places_redis.multiplexer import Multiplexer, RedisDown, shared_multiplexer
from places_redis.settings import RedisSettings
from places_redis.testing import RedisServer


async def test_all_providers_of_a_stack_share_one_link(settings: RedisSettings, context: Context) -> None:
    async with (
        RedisCache.open(settings, context),
        RedisLimiter.open(settings, context) as limiter,
        RedisBreaker.open(settings, context) as breaker,
    ):
        assert limiter.redis is breaker.redis
    assert {} == context.shared


async def test_an_error_of_one_command_is_told_to_its_caller_alone(
    settings: RedisSettings, context: Context
) -> None:
    async with shared_multiplexer(settings, context) as redis:
        replies = await asyncio.gather(
            redis.ask("SET", settings.namespace, "text"),
            redis.ask("INCR", settings.namespace),
            redis.ask("GET", settings.namespace),
            return_exceptions=True,
        )
        with pytest.raises(ResponseError):
            await redis.ask("INCR", settings.namespace)

    assert isinstance(replies[1], ResponseError)
    assert b"text" == replies[2]


async def test_callers_who_leave_leave_nothing_behind(
    settings: RedisSettings, context: Context, redis: Redis
) -> None:
    chance = random.Random(7)

    async def use(cache: RedisCache, number: int) -> None:
        await cache.set(f"key {number}", b"%d" % number, 60)
        assert b"%d" % number == await cache.get(f"key {number}")

    async def leave(task: asyncio.Task[None]) -> None:
        for _ in range(chance.randrange(12)):
            await asyncio.sleep(0)
        task.cancel()

    before = asyncio.all_tasks()
    async with RedisCache.open(settings, context) as cache:
        for _ in range(50):
            tasks = [asyncio.create_task(use(cache, number)) for number in range(200)]
            await asyncio.gather(*map(leave, chance.sample(tasks, 100)))
            results = await asyncio.gather(*tasks, return_exceptions=True)
            assert {type(None), asyncio.CancelledError} >= {type(result) for result in results}
        await asyncio.gather(*(use(cache, number) for number in range(300)))
        assert len(await redis.client_list()) <= settings.max_connections + 3
    assert before == asyncio.all_tasks()


async def test_connections_that_the_server_closed_meanwhile_are_replaced_unnoticed(
    settings: RedisSettings, context: Context, redis: Redis
) -> None:
    async with RedisCache.open(settings, context) as cache:
        await asyncio.gather(*(cache.set(f"key {number}", b"value", 60) for number in range(500)))
        await redis.client_kill_filter(_type="normal", skipme=True)
        await redis.ping()

        assert [b"value"] * 500 == await asyncio.gather(*(cache.get(f"key {n}") for n in range(500)))


async def test_who_asks_while_it_closes_is_told_so(settings: RedisSettings, context: Context) -> None:
    async with shared_multiplexer(settings, context) as redis:
        asked = [redis.ask("GET", "key") for _ in range(100)]

    assert {RedisDown} == {type(error) for error in await asyncio.gather(*asked, return_exceptions=True)}
    with pytest.raises(RedisDown, match="closed"):
        redis.ask("GET", "key")


async def test_closing_ends_the_look_for_a_dead_server(
    settings: RedisSettings, context: Context, own_server: RedisServer
) -> None:
    own_server.kill()
    before = asyncio.all_tasks()
    async with shared_multiplexer(evolve(settings, url=Address.parse(own_server.url)), context) as redis:
        await _down(redis)

    assert before == asyncio.all_tasks()


@pytest.fixture
def silent() -> Iterator[str]:
    """A server that takes connections and never says a word."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(100)
        yield f"redis://127.0.0.1:{listening.getsockname()[1]}"


async def test_a_silent_server_costs_one_timeout_and_not_one_for_each(silent: str, context: Context) -> None:
    settings = RedisSettings(url=Address.parse(silent), timeout=0.1)
    async with RedisCache.open(settings, context) as cache:
        start = time.monotonic()
        for _ in range(500):
            with pytest.raises(RedisDown, match="no answer in time"):
                await cache.get("key")

        assert time.monotonic() - start < 0.1 + PROBE_EVERY


async def test_the_password_is_in_no_message(context: Context, own_server: RedisServer) -> None:
    own_server.kill()
    url = own_server.url.replace("//", "//me:secret@")
    async with shared_multiplexer(RedisSettings(url=Address.parse(url)), context) as redis:
        with pytest.raises(RedisDown) as down:
            await redis.ask("GET", "key")

    assert f"127.0.0.1:{own_server.port}" in str(down.value)
    assert "secret" not in str(down.value)


async def _down(redis: Multiplexer) -> None:
    with pytest.raises(RedisDown):
        await redis.ask("PING")
