"""The limiter that several processes share."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any
from uuid import uuid4

import pytest
from attrs import evolve
from hypothesis import HealthCheck, given
from hypothesis import settings as profile
from hypothesis import strategies as st
from redis.asyncio import Redis

from places_core.algorithms import RateLimiter
from places_core.errors import RateLimited
from places_core.ports import Context, Permit
from places_core.settings import Config, LimiterSettings
from places_core.testing import FakeClock
from places_redis.limiter import RedisLimiter
from places_redis.multiplexer import shared_multiplexer
from places_redis.scripts import TICKS, Count
from places_redis.settings import RedisSettings


Configured = Callable[[Config], Context]
Open = Callable[..., AbstractAsyncContextManager[RedisLimiter]]
Spied = Callable[[Awaitable[object]], Awaitable[list[str]]]
ALGORITHMS = ("token-bucket", "sliding-window")
GIVEN_TIME = "local now = tonumber(table.remove(ARGV))\n"


@pytest.fixture
def opened(settings: RedisSettings, configured: Configured) -> Open:
    """Open the limiter of one more process."""

    def open_one(**limits: object) -> AbstractAsyncContextManager[RedisLimiter]:
        return RedisLimiter.open(settings, configured(Config(limiter=LimiterSettings(**limits))))  # type: ignore[arg-type]

    return open_one


@pytest.mark.parametrize("algorithm", ALGORITHMS)
async def test_processes_share_the_limit(opened: Open, algorithm: str) -> None:
    async with (
        opened(rate="10/minute", algorithm=algorithm) as one,
        opened(rate="10/minute", algorithm=algorithm) as two,
    ):
        calls = [limiter.acquire("key") for limiter in (one, two) * 50]
        results = await asyncio.gather(*calls, return_exceptions=True)

    assert 10 == sum(isinstance(result, Permit) for result in results)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
async def test_of_several_limits_all_are_charged_or_none(opened: Open, algorithm: str) -> None:
    async with opened(rate="3/minute; 5/hour", algorithm=algorithm) as limiter:
        await limiter.acquire("key", cost=3)
        with pytest.raises(RateLimited):
            await limiter.acquire("key")

        async with opened(rate="5/hour", algorithm=algorithm) as hourly:
            assert 2 == (await hourly.peek("key")).remaining


@pytest.mark.parametrize("algorithm", ALGORITHMS)
async def test_several_limits_take_one_command(opened: Open, spied: Spied, algorithm: str) -> None:
    async with opened(rate="10/second; 100/minute; 1000/day", algorithm=algorithm) as limiter:
        await limiter.acquire("key")

        assert ["EVALSHA"] == [line.split('"')[1] for line in await spied(limiter.acquire("key"))]


@pytest.mark.parametrize("algorithm", ALGORITHMS)
async def test_a_server_that_forgot_the_script_is_told_it_again(
    opened: Open, redis: Redis, algorithm: str
) -> None:
    async with opened(rate="5/minute", algorithm=algorithm) as limiter:
        await limiter.acquire("key")
        await redis.script_flush()

        assert 3 == (await limiter.acquire("key")).remaining


@pytest.mark.parametrize(
    ("algorithm", "kind", "life"),
    [("token-bucket", "token-bucket", 600), ("sliding-window", "window", 60_000)],
)
async def test_keys_vanish_when_all_limits_are_whole_again(
    opened: Open, redis: Redis, settings: RedisSettings, algorithm: str, kind: str, life: int
) -> None:
    name = f"{settings.namespace}:limit:{kind}:key"
    async with opened(rate="10/second; 100/minute", algorithm=algorithm) as limiter:
        await limiter.acquire("key")
        async with opened(rate="1000/second", algorithm=algorithm) as quick:
            await quick.acquire("key")

        assert life - 200 < await redis.pttl(name) <= life
        await limiter.reset("key")
        assert 0 == await redis.exists(name)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
async def test_those_who_wait_pass_in_the_order_of_coming(opened: Open, algorithm: str) -> None:
    passed: list[int] = []

    async def call(limiter: RedisLimiter, number: int) -> None:
        await limiter.acquire("key")
        passed.append(number)

    async with opened(rate="100/second", burst=1, algorithm=algorithm, max_wait=2) as limiter:
        await limiter.acquire("key", cost=1 if algorithm == "token-bucket" else 100)
        await asyncio.gather(*(call(limiter, number) for number in range(20)))

    assert list(range(20)) == passed


async def test_who_would_wait_too_long_is_refused_at_once(opened: Open) -> None:
    async with opened(rate="1/minute", max_wait=59) as limiter:
        await limiter.acquire("key")
        with pytest.raises(RateLimited) as refused:
            await limiter.acquire("key", cost=1)

    assert 59 < refused.value.retry_after <= 60


async def test_who_leaves_the_line_leaves_nothing_behind(opened: Open) -> None:
    async with opened(rate="20/second", burst=1, max_wait=5) as limiter:
        await limiter.acquire("key")
        waiting = [asyncio.create_task(limiter.acquire("key")) for _ in range(10)]
        for task in waiting[:9]:
            task.cancel()
        await asyncio.gather(*waiting[:9], return_exceptions=True)
        start = time.monotonic()

        await waiting[9]

        assert time.monotonic() - start < 0.2


COSTS = st.lists(st.tuples(st.integers(0, 30), st.integers(1, 4)), max_size=40)
# Whole ticks a call: of any other rate the server is slower by less than a tick, for it rounds up.
RATES = st.sampled_from(["5/second", "2/second; 8/minute", "1/second", "10/minute; 4/second", "75/minute"])


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@given(rate=RATES, burst=st.sampled_from([None, 2, 6]), calls=COSTS)
@profile(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_the_server_counts_as_the_memory_limiter_does(
    settings: RedisSettings,
    context: Context,
    algorithm: str,
    rate: str,
    burst: int | None,
    calls: list[tuple[int, int]],
) -> None:
    limits = LimiterSettings(rate=rate, burst=burst, algorithm=algorithm)  # type: ignore[arg-type]
    count, clock, key = Count.of(limits, now=GIVEN_TIME), FakeClock(now=1_000.0), uuid4().bytes
    memory = RateLimiter.from_settings(limits, clock)
    async with shared_multiplexer(settings, evolve(context, shared={})) as redis:
        for tenths, cost in calls:
            clock.now = round(clock.now + tenths / 10, 1)
            now = round(clock.now * 10) * (TICKS // 10)
            told = await _told(memory, cost)
            if told == float("inf"):
                assert cost > min(count.limits)
                continue
            reply = await count.script.run(redis, key, cost, 0, "1", *count.arguments, now)
            if isinstance(told, Permit):
                assert (told.limit, told.remaining) == (
                    count.permit(reply).limit,
                    count.permit(reply).remaining,
                )
                assert told.reset_after == pytest.approx(count.permit(reply).reset_after, abs=1e-5)
            else:
                assert told == pytest.approx(reply[0] / TICKS, abs=1e-5)


async def _told(limiter: RateLimiter, cost: int) -> Permit | float:
    try:
        return await limiter.acquire("key", cost)
    except RateLimited as refused:
        return refused.retry_after


Passes = Callable[..., Awaitable[Permit | None]]


@pytest.fixture
async def passes(settings: RedisSettings, context: Context) -> AsyncIterator[Passes]:
    """Try to take something at a given time, by the server's clock; return the permit, if there is one."""
    async with shared_multiplexer(settings, context) as redis:

        async def take(seconds: float, cost: int = 1, *, key: str = "key", **limits: Any) -> Permit | None:
            count = Count.of(LimiterSettings(**limits), now=GIVEN_TIME)
            name = f"{settings.namespace}:{key}".encode()
            reply = await count.script.run(
                redis, name, cost, 0, "1", *count.arguments, round(seconds * TICKS)
            )
            return None if reply[0] else count.permit(reply)

        yield take


@pytest.mark.parametrize("algorithm", ALGORITHMS)
async def test_a_process_with_other_rates_cuts_no_count_short(passes: Passes, algorithm: str) -> None:
    passed = 0
    for second in range(100):
        old = await passes(1_000 + second, rate="1000/second", algorithm=algorithm)
        new = await passes(1_000 + second, rate="1000/second; 50/day", algorithm=algorithm)
        passed += new is not None
        assert old

    assert 50 == passed


@pytest.mark.parametrize(
    ("algorithm", "rate", "interval"),
    [
        ("token-bucket", "100/second", 0.01),
        ("token-bucket", "300/hour", 12.0),
        ("sliding-window", "100/second", 1.0),
        ("sliding-window", "20/minute", 60.0),
    ],
)
async def test_after_its_clock_was_set_back_a_server_goes_on_counting(
    passes: Passes, algorithm: str, rate: str, interval: float
) -> None:
    while await passes(1_000, 10, rate=rate, algorithm=algorithm):
        pass

    steps = [step / 10 * interval for step in range(30)]
    passed = [bool(await passes(970 + wait, rate=rate, algorithm=algorithm)) for wait in steps]

    assert passed.index(True) in (10, 11)
    amount = int(rate.partition("/")[0])
    allowed = amount if algorithm == "sliding-window" else steps[-1] / interval + 1
    assert sum(passed) <= allowed


@pytest.mark.parametrize("algorithm", ALGORITHMS)
async def test_a_key_takes_two_kilobytes_at_most(
    passes: Passes, redis: Redis, settings: RedisSettings, algorithm: str
) -> None:
    for call in range(1_000):
        await passes(1_000 + call * 172.8, 10, rate="5000/day", algorithm=algorithm)

    size = await redis.memory_usage(f"{settings.namespace}:key")
    assert size
    assert size < 2_000


async def test_a_key_that_is_no_unicode_fails_nobody_elses_call(opened: Open) -> None:
    async with opened(rate="5/minute") as limiter:
        outcomes = await asyncio.gather(*(limiter.acquire(key) for key in ("\ud800", "\ud801", "é", "key")))
        await limiter.reset("\ud800")

        assert [4] * 4 == [permit.remaining for permit in outcomes]
        assert [5, 4] == [(await limiter.peek(key)).remaining for key in ("\ud800", "\ud801")]


async def test_never_more_than_the_burst_and_the_rate_in_any_span(opened: Open) -> None:
    passed: list[float] = []
    async with opened(rate="200/second", burst=20) as one, opened(rate="200/second", burst=20) as two:
        end = time.monotonic() + 0.5
        while time.monotonic() < end:
            results = await asyncio.gather(
                *(limiter.acquire("key") for limiter in (one, two) * 5), return_exceptions=True
            )
            passed += [time.monotonic() for result in results if isinstance(result, Permit)]

    assert 20 <= len(passed) <= 20 + 200 * (passed[-1] - passed[0]) + 200 * 0.05
