"""The breaker that several processes share."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from attrs import evolve
from redis.asyncio import Redis

from places_core.errors import CircuitOpen, Unavailable
from places_core.events import BreakerChanged, Event, Faulted
from places_core.ports import Context
from places_core.settings import BreakerSettings, Config
from places_core.testing import FakeClock
from places_redis.address import Address
from places_redis.breaker import RedisBreaker
from places_redis.settings import RedisSettings
from places_redis.testing import RedisServer


JUDGED = Config(breaker=BreakerSettings(window=10, min_calls=4, failure_rate=0.5, open_for=5, probes=1))


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def one(settings: RedisSettings, context: Context, clock: FakeClock) -> AsyncIterator[RedisBreaker]:
    async with RedisBreaker.open(settings, evolve(context, config=JUDGED, clock=clock)) as breaker:
        yield breaker


@pytest.fixture
async def two(settings: RedisSettings, context: Context, clock: FakeClock) -> AsyncIterator[RedisBreaker]:
    other = evolve(context, config=JUDGED, clock=clock, shared={})
    async with RedisBreaker.open(settings, other) as breaker:
        yield breaker


async def fail(breaker: RedisBreaker, times: int = 1) -> None:
    for _ in range(times):
        await breaker.release(await breaker.acquire("name"), Unavailable("down"))


async def succeed(breaker: RedisBreaker) -> None:
    await breaker.release(await breaker.acquire("name"), None)


async def calls_that_reach_the_backend(breaker: RedisBreaker, of: int) -> int:
    reached = 0
    for _ in range(of):
        try:
            await fail(breaker)
            reached += 1
        except CircuitOpen:
            pass
    return reached


async def test_what_one_process_opens_is_open_for_all(
    one: RedisBreaker, two: RedisBreaker, events: list[Event]
) -> None:
    await fail(one, times=4)

    assert "open" == await two.state("name")
    with pytest.raises(CircuitOpen) as refused:
        await two.acquire("name")
    assert 4.9 < refused.value.retry_after <= 5
    assert "opened by another process" == [e.reason for e in events if isinstance(e, BreakerChanged)][-1]


async def test_each_process_closes_after_probes_of_its_own(
    one: RedisBreaker, two: RedisBreaker, clock: FakeClock
) -> None:
    await fail(one, times=4)
    await two.state("name")
    await clock.advance(5.1)
    await succeed(one)

    assert "closed" == await one.state("name")
    await two.acquire("name")
    assert "half-open" == await two.state("name")


async def test_a_failed_probe_opens_it_again_for_all(
    one: RedisBreaker, two: RedisBreaker, clock: FakeClock
) -> None:
    await fail(one, times=4)
    await two.state("name")
    await clock.advance(5.1)
    probe = await two.acquire("name")
    await fail(one)

    assert "open" == await two.state("name")
    await two.release(probe, None)
    assert "open" == await two.state("name")


async def test_other_names_are_not_concerned(one: RedisBreaker, two: RedisBreaker) -> None:
    await fail(one, times=4)

    assert "closed" == await two.state("another")


@pytest.mark.parametrize("skew", [3_600.0, -3_600.0])
async def test_a_clock_that_is_an_hour_off_changes_nothing(
    settings: RedisSettings, context: Context, one: RedisBreaker, clock: FakeClock, skew: float
) -> None:
    elsewhere = FakeClock(clock.now + skew)
    other = evolve(context, config=JUDGED, clock=elsewhere, shared={})
    async with RedisBreaker.open(settings, other) as skewed:
        await fail(skewed, times=4)
        with pytest.raises(CircuitOpen) as refused:
            await one.acquire("name")

    assert 4.9 < refused.value.retry_after <= 5


@pytest.mark.parametrize("lifetime", [None, 3_600_000], ids=["for ever", "an hour"])
@pytest.mark.parametrize("value", ["garbage", "inf", "-inf", "nan", "-5", "1e300", "", b"\xff"], ids=repr)
async def test_what_is_no_opening_of_ours_neither_opens_nor_disables_it(
    settings: RedisSettings, redis: Redis, one: RedisBreaker, value: str | bytes, lifetime: int | None
) -> None:
    await redis.set(f"{settings.namespace}:breaker:name", value, px=lifetime)

    assert 4 == await calls_that_reach_the_backend(one, of=60)


async def test_a_value_of_another_type_is_a_fault_and_local_judging_goes_on(
    settings: RedisSettings, redis: Redis, one: RedisBreaker, events: list[Event]
) -> None:
    await redis.lpush(f"{settings.namespace}:breaker:name", "garbage")

    assert 4 == await calls_that_reach_the_backend(one, of=60)
    assert {"breaker.redis"} == {event.part for event in events if isinstance(event, Faulted)}


async def test_an_opening_that_never_expires_is_heeded_once_and_no_longer_than_allowed(
    settings: RedisSettings, redis: Redis, one: RedisBreaker, two: RedisBreaker, clock: FakeClock
) -> None:
    await fail(one, times=4)
    await redis.pexpire(f"{settings.namespace}:breaker:name", 3_600_000)
    await two.state("name")

    assert two.left("name") == JUDGED.breaker.open_at_most
    await clock.advance(JUDGED.breaker.open_at_most)
    await succeed(two)
    assert "closed" == await two.state("name")


async def test_without_the_server_each_process_judges_alone(
    own_server: RedisServer, context: Context, events: list[Event], clock: FakeClock
) -> None:
    own_server.kill()
    settings = RedisSettings(url=Address.parse(own_server.url))
    async with RedisBreaker.open(settings, evolve(context, config=JUDGED, clock=clock)) as breaker:
        await fail(breaker, times=4)

        assert "open" == await breaker.state("name")
        with pytest.raises(CircuitOpen):
            await breaker.acquire("name")
    assert {"breaker.redis"} == {event.part for event in events if isinstance(event, Faulted)}
