"""What a limiter promises, for any sequence of calls and waits."""

from __future__ import annotations

import asyncio
import tracemalloc
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from places_core.algorithms import rate_limiter
from places_core.builtin.memory_limiter import MemoryLimiter
from places_core.errors import RateLimited
from places_core.settings import LimiterSettings
from places_core.testing import FakeClock


STEPS = st.lists(st.tuples(st.floats(0, 0.7), st.integers(1, 4)), max_size=60)
ALGORITHMS = pytest.mark.parametrize("algorithm", ["token-bucket", "sliding-window"])


def limiter(clock: FakeClock, rate: str, algorithm: Any, **more: Any) -> MemoryLimiter:
    return MemoryLimiter.from_settings(LimiterSettings(rate=rate, algorithm=algorithm, **more), clock)


def most_within(passed: Sequence[tuple[float, int]], span: float) -> int:
    """Return the highest cost that passed in any `span` seconds, the end excluded."""
    return max(
        (sum(cost for when, cost in passed if start <= when < start + span) for start, _ in passed), default=0
    )


@ALGORITHMS
@settings(deadline=None)
@given(steps=STEPS)
async def test_no_stretch_of_time_sees_more_than_the_limit_allows(
    algorithm: str, steps: list[tuple[float, int]]
) -> None:
    clock = FakeClock()
    limit = limiter(clock, "10/second", algorithm, burst=5)
    passed = []
    for wait, cost in steps:
        clock.now += wait
        try:
            await limit.acquire("key", cost)
        except RateLimited:
            continue
        passed.append((clock.now, cost))

    for span in (0.1, 0.5, 1.0, 3.0):
        allowed = 5 + 10 * span if algorithm == "token-bucket" else 10 * max(1, -(-span // 1))
        assert most_within(passed, span) <= allowed + 1e-6


@settings(deadline=None)
@given(steps=st.lists(st.tuples(st.floats(0, 4.0), st.integers(1, 9)), max_size=60))
async def test_a_window_that_counts_calls_together_is_never_too_lenient_and_a_sixtieth_too_strict(
    steps: list[tuple[float, int]],
) -> None:
    clock, slot = FakeClock(), 1.0
    limit = limiter(clock, "61/minute", "sliding-window")
    passed: list[tuple[float, int]] = []
    for wait, cost in steps:
        clock.now += wait
        try:
            await limit.acquire("key", cost)
        except RateLimited:
            assert 61 < cost + sum(taken for when, taken in passed if when > clock.now - 60 - slot)
        else:
            passed.append((clock.now, cost))

    assert most_within(passed, 60.0) <= 61


async def test_a_window_of_any_amount_takes_two_kilobytes_at_most() -> None:
    clock = FakeClock()
    limit = limiter(clock, "5000/day", "sliding-window")
    tracemalloc.start()
    for _ in range(10_000):
        clock.now += 18
        await limit.acquire("key")
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert size < 2_000


@ALGORITHMS
@settings(deadline=None)
@given(steps=STEPS, cost=st.integers(1, 4))
async def test_the_wait_that_is_told_is_exact_to_the_millisecond(
    algorithm: str, steps: list[tuple[float, int]], cost: int
) -> None:
    clock = FakeClock()
    limit = limiter(clock, "5/second", algorithm)
    for wait, taken in steps:
        clock.now += wait
        try:
            await limit.acquire("key", taken)
        except RateLimited as refused:
            before, told = clock.now, refused.retry_after
            clock.now = before + told - 0.001
            with pytest.raises(RateLimited):
                await limit.acquire("key", taken)
            clock.now = before + told
            await limit.acquire("key", taken)


@ALGORITHMS
@settings(deadline=None)
@given(steps=STEPS)
async def test_of_several_limits_all_are_charged_or_none(
    algorithm: str, steps: list[tuple[float, int]]
) -> None:
    clock = FakeClock()
    both = limiter(clock, "5/second; 20/minute", algorithm)
    second = limiter(clock, "5/second", algorithm)
    minute = limiter(clock, "20/minute", algorithm)
    for wait, cost in steps:
        clock.now += wait
        try:
            await both.acquire("key", cost)
        except RateLimited:
            continue
        await second.acquire("key", cost)
        await minute.acquire("key", cost)

    left = min([(await each.peek("key")).remaining for each in (second, minute)])
    assert left == (await both.peek("key")).remaining


@ALGORITHMS
@settings(deadline=None, max_examples=30)
@given(costs=st.lists(st.integers(1, 3), min_size=2, max_size=12), leaving=st.sets(st.integers(0, 11)))
async def test_those_who_wait_pass_in_the_order_in_which_they_came(
    algorithm: str, costs: list[int], leaving: set[int]
) -> None:
    clock, passed = FakeClock(), list[int]()
    limit = limiter(clock, "3/second", algorithm, max_wait=60.0)

    async def wait_and_pass(number: int, cost: int) -> None:
        await limit.acquire("key", cost)
        passed.append(number)

    await limit.acquire("key", 3)
    waiting = [asyncio.create_task(wait_and_pass(number, cost)) for number, cost in enumerate(costs)]
    await clock.advance(0.001)
    for number in leaving & set(range(len(costs))):
        waiting[number].cancel()
    await clock.advance(60)
    await asyncio.gather(*waiting, return_exceptions=True)

    assert [number for number in range(len(costs)) if number not in leaving] == passed
    assert "key" not in limit._queues.by_key


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> int:
    """Let limiters keep a tenth of the keys that they do, to fill them quickly."""
    monkeypatch.setattr(rate_limiter, "MAX_KEYS", rate_limiter.MAX_KEYS // 10)
    return rate_limiter.MAX_KEYS


@ALGORITHMS
async def test_a_key_that_is_used_is_not_forgotten_for_ones_that_are_not(algorithm: str, few: int) -> None:
    clock = FakeClock()
    limit = limiter(clock, "1/hour", algorithm)
    await limit.acquire("held")
    for number in range(10 * few):
        if number % (few // 2) == 0:
            with pytest.raises(RateLimited):
                await limit.acquire("held")
        await limit.acquire(f"passing {number}")

    assert few >= len(limit._limits)
    with pytest.raises(RateLimited):
        await limit.acquire("held")


@ALGORITHMS
async def test_a_flood_of_other_keys_does_not_free_those_that_are_used_up(algorithm: str, few: int) -> None:
    clock = FakeClock()
    limit = limiter(clock, "5/day", algorithm)
    used_up = [f"used up {number}" for number in range(few // 20)]
    for key in used_up:
        await limit.acquire(key, 5)
    for number in range(10 * few):
        clock.now += 0.1
        await limit.acquire(f"passing {number}")

    assert [0] * len(used_up) == [(await limit.peek(key)).remaining for key in used_up]


async def test_room_for_one_key_costs_one_other(few: int) -> None:
    limit = limiter(FakeClock(), "5/day", "token-bucket")
    for number in range(few + 10):
        limit.charge(f"key {number}")

    assert few == len(limit._limits)


@ALGORITHMS
@pytest.mark.parametrize("uptime", [1.0, 1e6, 1e7, 1e8])
@given(rate=st.integers(1, 500), steps=st.lists(st.floats(0, 3), max_size=20))
@settings(deadline=None, max_examples=30)
async def test_a_call_that_has_waited_as_long_as_it_was_told_to_passes(
    algorithm: str, uptime: float, rate: int, steps: list[float]
) -> None:
    clock = FakeClock(now=uptime)
    limit = limiter(clock, f"{rate}/minute", algorithm, burst=1)
    for step in steps:
        clock.now += step
        try:
            await limit.acquire("key")
        except RateLimited as refused:
            clock.now += refused.retry_after
            await limit.acquire("key")


async def test_the_refusal_of_a_key_that_is_no_unicode_can_be_written() -> None:
    limit = limiter(FakeClock(), "1/hour", "token-bucket")
    await limit.acquire("caller:\ud800")
    with pytest.raises(RateLimited, match=r"for caller:\? is reached") as refused:
        await limit.acquire("caller:\ud800")

    assert str(refused.value).encode()


@ALGORITHMS
async def test_a_limit_that_is_whole_again_is_forgotten_before_others(algorithm: str, few: int) -> None:
    clock = FakeClock()
    limit = limiter(clock, "5/minute", algorithm)
    for number in range(few):
        await limit.acquire(f"old {number}", 5)
    clock.now += 60.0
    for number in range(few // 2):
        await limit.acquire(f"new {number}", 5)

    assert few // 2 == sum(key.startswith("new") for key in limit._limits)
