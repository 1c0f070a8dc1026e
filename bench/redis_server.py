"""A real Redis server, with a plain client and our providers side by side."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager

from attrs import frozen
from redis.asyncio import BlockingConnectionPool, Redis

from places_core.clock import SystemClock
from places_core.ports import Context
from places_core.settings import Config, LimiterSettings
from places_redis.address import Address
from places_redis.cache import RedisCache
from places_redis.limiter import RedisLimiter
from places_redis.settings import RedisSettings
from places_redis.testing import INSTALL, RedisServer, servers

from .harness import Finding


@frozen
class Bench:
    plain: Redis
    limiter: RedisLimiter
    cache: RedisCache

    async def exchanges(self) -> int:
        """Return how often the server has read from a client; a pipeline is read once."""
        return int((await self.plain.info("stats"))["total_reads_processed"])


@asynccontextmanager
async def opened() -> AsyncIterator[Bench]:
    found = servers()
    if not found:
        raise RuntimeError(f"this row needs a real Redis server: {INSTALL}")
    config = Config(limiter=LimiterSettings(rate="1000000/second"))
    context = Context(config, SystemClock(), lambda event: None)
    with RedisServer(next(iter(found.values()))) as server:
        settings = RedisSettings(url=Address.parse(server.url))
        async with (
            Redis.from_pool(BlockingConnectionPool.from_url(server.url)) as plain,
            RedisLimiter.open(settings, context) as limiter,
            RedisCache.open(settings, context) as cache,
        ):
            yield Bench(plain, limiter, cache)


def seconds_per_call(
    runner: asyncio.Runner, function: Callable[[], Awaitable[object]], calls: int
) -> Callable[[], float]:
    """Return a contender that makes `calls` sequential calls of a coroutine function per round."""

    async def rounds() -> float:
        gc.disable()
        try:
            start = time.perf_counter()
            for _ in range(calls):
                await function()
            return (time.perf_counter() - start) / calls
        finally:
            gc.enable()

    return lambda: runner.run(rounds())


def beside_redis(findings: Callable[[asyncio.Runner, Bench], Iterable[Finding]]) -> Iterable[Finding]:
    """Yield findings measured on a server that is started for them and stopped afterwards."""
    with asyncio.Runner() as runner:
        place = opened()
        bench = runner.run(place.__aenter__())
        try:
            yield from findings(runner, bench)
        finally:
            runner.run(place.__aexit__(None, None, None))
