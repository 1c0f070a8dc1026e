"""The providers that come with the core, and the fakes, against the suites that everyone inherits."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from places_core.builtin.aiocache import AiocacheCache, AiocacheSettings
from places_core.builtin.memory_breaker import MemoryBreaker
from places_core.builtin.memory_cache import MemoryCache
from places_core.builtin.memory_limiter import MemoryLimiter
from places_core.builtin.memory_metrics import MemoryMetrics
from places_core.builtin.storage import MemoryStorage
from places_core.errors import ConfigError
from places_core.ports import Context
from places_core.settings import BreakerSettings, Config, LimiterSettings
from places_core.testing import (
    BackendContract,
    BreakerContract,
    CacheContract,
    FakeBackend,
    FakeClock,
    LimiterContract,
    MetricsContract,
)
from places_core.testing.contracts.base import Wait


class TestFakeBackend(BackendContract):
    @pytest.fixture
    def backend(self, clock: FakeClock) -> FakeBackend:
        return FakeBackend(clock)


class TestMemoryCache(CacheContract):
    @pytest.fixture
    def cache(self, clock: FakeClock) -> MemoryCache:
        return MemoryCache(MemoryStorage(clock, max_entries=1_000))


class TestAiocache(CacheContract):
    @pytest.fixture
    async def cache(self, clock: FakeClock) -> AsyncIterator[AiocacheCache]:
        context = Context(Config(), clock, lambda event: None)
        async with AiocacheCache.open(AiocacheSettings(), context) as cache:
            yield cache

    @pytest.fixture
    def wait(self, clock: FakeClock) -> Wait:
        """Let time pass for both: the timers of aiocache's class are those of the event loop."""

        async def wait(seconds: float) -> None:
            await asyncio.sleep(seconds)
            await clock.advance(seconds)

        return wait


@pytest.mark.parametrize("path", ["nowhere.Cache", "aiocache.NoSuchCache", "json.JSONDecoder", "nonsense"])
async def test_what_is_no_class_of_aiocache_is_refused_by_name(path: str) -> None:
    context = Context(Config(), FakeClock(), lambda event: None)
    with pytest.raises(ConfigError, match=path):
        async with AiocacheCache.open(AiocacheSettings(class_=path), context):
            pass


class TestTokenBucket(LimiterContract):
    @pytest.fixture
    def limiter(self, clock: FakeClock) -> MemoryLimiter:
        return MemoryLimiter.from_settings(LimiterSettings(rate="5/second"), clock)

    @pytest.fixture
    def patient(self, clock: FakeClock) -> MemoryLimiter:
        return MemoryLimiter.from_settings(LimiterSettings(rate="5/second", max_wait=5), clock)


class TestSlidingWindow(LimiterContract):
    @pytest.fixture
    def limiter(self, clock: FakeClock) -> MemoryLimiter:
        return MemoryLimiter.from_settings(
            LimiterSettings(rate="5/second", algorithm="sliding-window"), clock
        )


class TestMemoryBreaker(BreakerContract):
    @pytest.fixture
    def breaker(self, clock: FakeClock) -> MemoryBreaker:
        settings = BreakerSettings(window=10, min_calls=4, failure_rate=0.5, open_for=5, probes=2)
        return MemoryBreaker(settings, clock, lambda event: None)


class TestMemoryMetrics(MetricsContract):
    @pytest.fixture
    def metrics(self) -> MemoryMetrics:
        return MemoryMetrics()


def test_a_contract_cannot_be_weakened() -> None:
    with pytest.raises(TypeError, match="test_delete"):

        class Weak(CacheContract):
            async def test_delete_forgets_and_tells_whether_it_was_there(self) -> None: ...  # type: ignore[override]
