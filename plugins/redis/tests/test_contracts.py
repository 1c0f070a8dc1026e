"""The providers against the suites that everyone inherits, on every server there is."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from attrs import evolve

from places_core.ports import Context
from places_core.settings import BreakerSettings, Config, LimiterSettings
from places_core.testing import BreakerContract, CacheContract, FakeClock, LimiterContract
from places_redis.breaker import RedisBreaker
from places_redis.cache import RedisCache, TwoTierCache
from places_redis.limiter import RedisLimiter
from places_redis.settings import RedisSettings


Wait = Callable[[float], Awaitable[None]]
Configured = Callable[[Config], Context]


class OnRedis:
    @pytest.fixture
    def wait(self, wait: Wait) -> Wait:
        return wait


class TestRedisCache(OnRedis, CacheContract):
    @pytest.fixture
    async def cache(self, settings: RedisSettings, context: Context) -> AsyncIterator[RedisCache]:
        async with RedisCache.open(settings, context) as cache:
            assert type(cache) is RedisCache
            yield cache


class TestTwoTierCache(OnRedis, CacheContract):
    @pytest.fixture
    async def cache(self, settings: RedisSettings, context: Context) -> AsyncIterator[RedisCache]:
        async with RedisCache.open(evolve(settings, near_entries=1_000), context) as cache:
            assert type(cache) is TwoTierCache
            yield cache


class TestTokenBucket(OnRedis, LimiterContract):
    @pytest.fixture
    async def limiter(self, settings: RedisSettings, configured: Configured) -> AsyncIterator[RedisLimiter]:
        config = Config(limiter=LimiterSettings(rate="5/second"))
        async with RedisLimiter.open(settings, configured(config)) as limiter:
            yield limiter

    @pytest.fixture
    async def patient(self, settings: RedisSettings, configured: Configured) -> AsyncIterator[RedisLimiter]:
        config = Config(limiter=LimiterSettings(rate="5/second", max_wait=5))
        async with RedisLimiter.open(settings, configured(config)) as limiter:
            yield limiter


class TestSlidingWindow(OnRedis, LimiterContract):
    @pytest.fixture
    async def limiter(self, settings: RedisSettings, configured: Configured) -> AsyncIterator[RedisLimiter]:
        config = Config(limiter=LimiterSettings(rate="5/second", algorithm="sliding-window"))
        async with RedisLimiter.open(settings, configured(config)) as limiter:
            yield limiter

    @pytest.fixture
    async def patient(self, settings: RedisSettings, configured: Configured) -> AsyncIterator[RedisLimiter]:
        config = Config(limiter=LimiterSettings(rate="5/second", algorithm="sliding-window", max_wait=5))
        async with RedisLimiter.open(settings, configured(config)) as limiter:
            yield limiter


class TestRedisBreaker(BreakerContract):
    @pytest.fixture
    async def breaker(
        self, settings: RedisSettings, configured: Configured, clock: FakeClock
    ) -> AsyncIterator[RedisBreaker]:
        judged = BreakerSettings(window=10, min_calls=4, failure_rate=0.5, open_for=5, probes=2)
        context = evolve(configured(Config(breaker=judged)), clock=clock)
        async with RedisBreaker.open(settings, context) as breaker:
            yield breaker
