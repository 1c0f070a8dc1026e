"""What opens a circuit, and what those are told who are refused."""

from __future__ import annotations

import contextlib

import pytest

from places_core.algorithms import CircuitBreaker
from places_core.errors import CircuitOpen, PlacesError, Unavailable
from places_core.settings import BreakerSettings
from places_core.testing import FakeBackend, FakeClock, fake_places


@pytest.fixture
def breaker(clock: FakeClock) -> CircuitBreaker:
    return CircuitBreaker(BreakerSettings(), clock, lambda event: None)


async def call(breaker: CircuitBreaker, error: PlacesError | None = None) -> None:
    await breaker.release(await breaker.acquire("name"), error)


async def test_a_dead_backend_is_found_out_though_calls_are_rarer_than_the_window(
    breaker: CircuitBreaker, clock: FakeClock
) -> None:
    reached = 0
    for _ in range(120):
        with contextlib.suppress(CircuitOpen):
            await call(breaker, Unavailable("down"))
            reached += 1
        clock.now += 5

    assert 10 <= reached <= 30
    assert "closed" != await breaker.state("name")


async def test_a_success_in_between_ends_the_row(breaker: CircuitBreaker, clock: FakeClock) -> None:
    for number in range(60):
        await call(breaker, None if number % 9 == 8 else Unavailable("down"))
        clock.now += 31

    assert "closed" == await breaker.state("name")


async def test_whoever_meets_a_probe_is_told_how_long_a_probe_takes_and_not_all_the_same(
    breaker: CircuitBreaker, clock: FakeClock
) -> None:
    for _ in range(10):
        await call(breaker, Unavailable("down"))
    clock.now += 10
    probe = await breaker.acquire("name")
    waits = []
    for _ in range(20):
        with pytest.raises(CircuitOpen, match="is being probed") as refused:
            await breaker.acquire("name")
        waits.append(refused.value.retry_after)
    await breaker.release(probe, None)

    assert all(0.5 <= wait <= 1.5 for wait in waits)
    assert 20 == len(set(waits))


async def test_no_open_period_is_longer_than_allowed_not_even_the_first(clock: FakeClock) -> None:
    breaker = CircuitBreaker(BreakerSettings(open_for=10, open_at_most=1), clock, lambda event: None)
    for _ in range(10):
        await call(breaker, Unavailable("down"))

    assert 1 == breaker.left("name")


async def test_a_circuit_opened_from_outside_is_open_no_longer_than_allowed(
    breaker: CircuitBreaker,
) -> None:
    breaker.trip("name", float("inf"), "by hand")

    assert 120 == breaker.left("name")


@pytest.mark.parametrize(("slow_after", "answered"), [(0, 20), (9, 20), (5, 5)])
async def test_slow_answers_open_it_where_that_is_wanted(slow_after: float, answered: int) -> None:
    judged = {"min_calls": 5, "slow_after": slow_after}
    backend, count = FakeBackend(FakeClock(auto=True), delay=9), 0
    async with fake_places(
        backend, clock=backend.clock, cache={"provider": "none"}, breaker=judged
    ) as places:
        for _ in range(20):
            with contextlib.suppress(CircuitOpen):
                count += bool((await places.search_text("coffee")).places)

    assert answered == count


async def test_a_wait_for_a_limit_of_ours_is_not_slowness(backend: FakeBackend) -> None:
    limiter, judged = {"rate": "1/second", "burst": 1, "max_wait": 5}, {"min_calls": 3, "slow_after": 0.5}
    async with fake_places(backend, limiter=limiter, breaker=judged, cache={"provider": "none"}) as places:
        for _ in range(10):
            await places.search_text("coffee")

    assert 10 == len(backend.calls)


class Embedded(FakeBackend):
    embedded = True


async def test_a_backend_in_this_process_is_never_slow_but_only_busy() -> None:
    clock, judged = FakeClock(auto=True), {"min_calls": 3, "slow_after": 0.5}
    backend = Embedded(clock, delay=1)
    async with fake_places(backend, clock=clock, breaker=judged, cache={"provider": "none"}) as places:
        for _ in range(10):
            await places.search_text("coffee")

    assert 10 == len(backend.calls)
