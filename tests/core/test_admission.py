"""What the stack lets through: limits, breakers, shares of callers, and places at a backend."""

from __future__ import annotations

import asyncio
import random

import pytest

from places_core.errors import CircuitOpen, RateLimited, Unavailable
from places_core.models import TextSearch
from places_core.testing import FakeBackend, FakeClock, fake_places


ONCE = {"attempts": 1}
OFF = {"provider": "none"}


async def test_a_breaker_stays_open_longer_each_time_the_probe_fails(
    clock: FakeClock, backend: FakeBackend
) -> None:
    waits = []
    settings = {"min_calls": 2, "open_for": 10, "open_at_most": 60}
    async with fake_places(backend, clock=clock, retry=ONCE, cache=OFF, breaker=settings) as places:
        backend.errors = [Unavailable("down")] * 7
        for _ in range(2):
            with pytest.raises(Unavailable):
                await places.search_text("coffee")
        for _ in range(5):
            with pytest.raises(CircuitOpen) as refused:
                await places.search_text("coffee")
            waits.append(refused.value.retry_after)
            clock.now += refused.value.retry_after
            with pytest.raises(Unavailable, match="down"):
                await places.search_text("coffee")

    assert 10 == waits[0]
    assert 18 <= waits[1] <= 22
    assert all(54 <= wait <= 66 for wait in waits[4:])


async def test_a_backend_has_only_so_many_calls_under_way_and_so_many_waiting() -> None:
    clock = FakeClock()
    backend = FakeBackend(clock, delay=1.0)
    settings = {"concurrent": 2, "queue": 3}
    async with fake_places(backend, clock=clock, bulkhead=settings, retry=ONCE) as places:
        callers = [asyncio.create_task(places.search_text(f"coffee {number}")) for number in range(10)]
        await clock.advance(0.5)
        assert 2 == len(backend.calls)
        await clock.advance(2.5)
        outcomes = await asyncio.gather(*callers, return_exceptions=True)

    assert 5 == sum(isinstance(outcome, RateLimited) for outcome in outcomes)
    assert [f"coffee {number}" for number in range(5)] == [
        call.text_query for call in backend.calls if isinstance(call, TextSearch)
    ]


async def test_a_caller_gets_no_more_than_its_share(backend: FakeBackend) -> None:
    async with fake_places(backend, limiter={"caller_rate": "3/minute"}) as places:
        for number in range(3):
            await places.ask(TextSearch(f"coffee {number}"), caller="greedy")
        await places.ask(TextSearch("coffee 0"), caller="greedy")
        with pytest.raises(RateLimited, match="greedy"):
            await places.ask(TextSearch("coffee 3"), caller="greedy")
        await places.ask(TextSearch("coffee 3"), caller="modest")
        await places.ask(TextSearch("coffee 4"))


async def test_status_says_why_a_breaker_is_open(backend: FakeBackend) -> None:
    backend.errors = [Unavailable("down")] * 4
    async with fake_places(backend, retry=ONCE, breaker={"min_calls": 4}) as places:
        for number in range(4):
            with pytest.raises(Unavailable):
                await places.search_text(f"coffee {number}")
        (shown,) = (await places.status())["backends"]

    assert ("open", "4 of 4 calls failed") == (shown["breaker"], shown["breaker_reason"])


async def test_ten_thousand_cancellations_leave_nothing_behind() -> None:
    clock, chance = FakeClock(), random.Random(7)
    backend = FakeBackend(clock, delay=0.01)
    before = asyncio.all_tasks()
    settings = {"rate": "1000/second", "burst": 20, "max_wait": 0.5}
    async with fake_places(
        backend, clock=clock, limiter=settings, bulkhead={"concurrent": 8}, cache=OFF
    ) as places:
        for _ in range(100):
            callers = [asyncio.create_task(places.search_text(f"coffee {number}")) for number in range(100)]
            await clock.advance(chance.random() * 0.02)
            for caller in callers:
                caller.cancel()
            await asyncio.gather(*callers, return_exceptions=True)
        await clock.advance(10)
        assert before == asyncio.all_tasks()
        answers = asyncio.gather(*(places.search_text(f"tea {number}") for number in range(8)))
        await clock.advance(0.01)
        assert 8 == len(await answers)


async def test_a_backend_that_dies_after_long_success_is_left_alone_at_once(
    clock: FakeClock, backend: FakeBackend
) -> None:
    settings = {"min_calls": 10, "window": 3600}
    async with fake_places(
        backend, clock=clock, retry=ONCE, cache=OFF, breaker=settings, limiter=OFF
    ) as places:
        for number in range(1_000):
            await places.search_text(f"coffee {number}")
        backend.errors = [Unavailable("down")] * 100
        for number in range(10):
            with pytest.raises(Unavailable, match="down"):
                await places.search_text(f"tea {number}")
        with pytest.raises(CircuitOpen):
            await places.search_text("tea")

    assert 1_010 == len(backend.calls)
