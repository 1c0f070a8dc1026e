"""What passes while the store of a limiter dies and comes back, having forgotten all."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Self

import pytest
from attrs import define

from places_core.builtin.memory_limiter import MemoryLimiter
from places_core.errors import ConnectionFailed, PlacesError, RateLimited
from places_core.events import Event, Faulted, Recovered
from places_core.pipeline.failover_limiter import FailoverLimiter
from places_core.pipeline.watchdog import Watchdog
from places_core.ports import Context, Limiter, NoSettings, Permit
from places_core.settings import LimiterSettings
from places_core.testing import FakeBackend, FakeClock, fake_places


LIMITS = LimiterSettings(rate="10/second", burst=5)


class Store(MemoryLimiter):
    """A limiter on a store that can be killed."""

    name = "store"
    is_dead = False

    async def acquire(self, key: str, cost: int = 1) -> Permit:
        if self.is_dead:
            raise ConnectionError("the store is dead")
        return await super().acquire(key, cost)

    def restart(self) -> None:
        self._limits.clear()
        self.is_dead = False


@define
class Remote(Limiter):
    """The same, as one that does not live in this process."""

    name = "store"

    store: Store

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: NoSettings, context: Context) -> AsyncIterator[Self]:
        yield cls(Store.from_settings(context.config.limiter, context.clock))

    async def acquire(self, key: str, cost: int = 1) -> Permit:
        return await self.store.acquire(key, cost)

    async def peek(self, key: str) -> Permit:
        return await self.store.peek(key)

    async def reset(self, key: str) -> None:
        await self.store.reset(key)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def store(clock: FakeClock) -> Store:
    return Store.from_settings(LIMITS, clock)


@pytest.fixture
def events() -> list[Event]:
    return []


@pytest.fixture
def limiter(store: Store, clock: FakeClock, events: list[Event]) -> FailoverLimiter:
    watchdog = Watchdog("limiter.store", events.append, clock, 1.0, answers=(PlacesError,))
    return FailoverLimiter(Remote(store), MemoryLimiter.from_settings(LIMITS, clock), watchdog, "limit calls")


async def passing(limiter: FailoverLimiter, calls: int = 20) -> int:
    passed = 0
    for _ in range(calls):
        try:
            await limiter.acquire("key")
        except RateLimited:
            continue
        passed += 1
    return passed


async def test_the_substitute_takes_over_with_what_is_left(limiter: FailoverLimiter, store: Store) -> None:
    assert 3 == await passing(limiter, calls=3)
    store.is_dead = True

    assert 2 == await passing(limiter)


async def test_a_store_that_has_forgotten_all_gives_no_second_burst(
    limiter: FailoverLimiter, store: Store, clock: FakeClock
) -> None:
    store.is_dead = True
    assert 5 == await passing(limiter)
    store.restart()

    assert 0 == await passing(limiter)
    await clock.advance(0.1)
    assert 1 == await passing(limiter)


async def test_afterwards_the_store_alone_decides(
    limiter: FailoverLimiter, store: Store, clock: FakeClock
) -> None:
    store.is_dead = True
    await passing(limiter)
    store.restart()
    await clock.advance(0.6)
    await store.acquire("key", 3)

    assert 2 == await passing(limiter)


async def test_many_deaths_let_no_more_pass_than_the_limit(
    limiter: FailoverLimiter, store: Store, clock: FakeClock
) -> None:
    passed = await passing(limiter)
    for _ in range(10):
        store.is_dead = True
        passed += await passing(limiter)
        await clock.advance(0.05)
        store.restart()
        passed += await passing(limiter)
        await clock.advance(0.05)

    assert passed <= 5 + 10


async def test_both_changes_are_told_once_each(
    limiter: FailoverLimiter, store: Store, events: list[Event]
) -> None:
    store.is_dead = True
    await passing(limiter, calls=2)
    store.restart()
    await passing(limiter, calls=2)

    assert [Faulted, Faulted, Recovered] == [type(event) for event in events]


async def test_a_store_that_refuses_works(
    limiter: FailoverLimiter, store: Store, clock: FakeClock, events: list[Event]
) -> None:
    store.is_dead = True
    await passing(limiter)
    store.restart()
    await clock.advance(0.6)
    await store.acquire("key", 5)

    assert 0 == await passing(limiter)
    assert Recovered("limiter.store") == events[-1]


async def test_a_store_that_says_in_our_words_that_it_is_down_is_down(clock: FakeClock) -> None:
    class Down(MemoryLimiter):
        name = "down"
        in_process = False

        async def acquire(self, key: str, cost: int = 1) -> Permit:
            raise ConnectionFailed("The store is down.")

    down = Down.from_settings(LIMITS, clock)
    async with fake_places(FakeBackend(clock), down, clock=clock, limiter={"provider": "down"}) as places:
        assert (await places.search_text("coffee")).places
        [fault] = (await places.status())["faults"]

    assert "limiter.down" == fault["part"]
