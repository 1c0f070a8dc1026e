"""A stack whose cache, limiter or breaker hangs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from places_core.answer import Answer
from places_core.builtin.memory_breaker import MemoryBreaker
from places_core.builtin.memory_cache import MemoryCache
from places_core.builtin.memory_limiter import MemoryLimiter
from places_core.builtin.storage import MemoryStorage
from places_core.errors import Unavailable
from places_core.models import TextSearch
from places_core.ports import Provider
from places_core.settings import BreakerSettings, LimiterSettings
from places_core.testing import FakeBackend, FakeClock, fake_places


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


class Second(FakeBackend):
    name = "second"


async def forever(*_: object) -> Any:
    await asyncio.Event().wait()


def hanging(kind: type[Provider], method: str) -> Any:
    """A kind of provider with one method that never returns."""
    return type(f"Hanging{kind.__name__}", (kind,), {"name": "hanging", "in_process": False, method: forever})


def cache(clock: FakeClock, method: str) -> Provider:
    made: Provider = hanging(MemoryCache, method)(MemoryStorage(clock, 100))
    return made


def limiter(clock: FakeClock, **more: Any) -> Provider:
    made: Provider = hanging(MemoryLimiter, "acquire").from_settings(LimiterSettings(**more), clock)
    return made


def breaker(clock: FakeClock, method: str) -> Provider:
    made: Provider = hanging(MemoryBreaker, method)(BreakerSettings(), clock, lambda event: None)
    return made


HANGING: dict[str, tuple[Callable[[FakeClock], Provider], dict[str, Any]]] = {
    "cache.get": (lambda clock: cache(clock, "get"), {"cache": {"provider": "hanging"}}),
    "cache.set": (lambda clock: cache(clock, "set"), {"cache": {"provider": "hanging"}}),
    "limiter": (limiter, {"limiter": {"provider": "hanging"}}),
    "patient limiter": (
        lambda clock: limiter(clock, max_wait=0.5),
        {"limiter": {"provider": "hanging", "max_wait": 0.5}},
    ),
    "caller limiter": (limiter, {"limiter": {"provider": "hanging", "caller_rate": "100/second"}}),
    "breaker.acquire": (lambda clock: breaker(clock, "acquire"), {"breaker": {"provider": "hanging"}}),
    "breaker.release": (lambda clock: breaker(clock, "release"), {"breaker": {"provider": "hanging"}}),
}


@pytest.mark.parametrize("part", HANGING)
async def test_a_part_that_hangs_costs_a_query_no_more_than_its_patience(clock: FakeClock, part: str) -> None:
    make, settings = HANGING[part]
    async with fake_places(
        FakeBackend(clock, delay=0.1), make(clock), clock=clock, retry={"deadline": 1}, **settings
    ) as places:
        answers = []
        for number in range(4):
            asking = asyncio.create_task(places.ask(TextSearch(f"coffee {number}"), caller="somebody"))
            await clock.advance(1.0)
            answers.append(await asyncio.wait_for(asking, 1))
        status = await places.status()

    assert all(isinstance(answer, Answer) for answer in answers)
    assert {part.split(".")[0].split()[-1] + ".hanging"} == {fault["part"] for fault in status["faults"]}


@pytest.mark.parametrize("part", ["cache.get", "limiter", "breaker.acquire"])
async def test_only_the_first_of_many_queries_waits_for_it(clock: FakeClock, part: str) -> None:
    make, settings = HANGING[part]
    async with fake_places(FakeBackend(clock), make(clock), clock=clock, **settings) as places:
        seconds = []
        for number in range(4):
            asking = asyncio.create_task(places.search_text(f"coffee {number}"))
            while not asking.done():
                await clock.advance(0.05)
            seconds.append(round(asking.result().trace.seconds, 3))

    assert [1.0, 0.0, 0.0, 0.0] == seconds


@pytest.mark.parametrize(
    ("part", "make"), [("limiter", limiter), ("breaker", lambda clock: breaker(clock, "acquire"))]
)
async def test_all_stages_that_ask_a_part_wait_for_it_once_and_report_it_once(
    clock: FakeClock, caplog: pytest.LogCaptureFixture, part: str, make: Callable[[FakeClock], Provider]
) -> None:
    failing = [FakeBackend(clock, errors=[Unavailable("down")] * 9), Second(clock)]
    settings: dict[str, Any] = {part: {"provider": "hanging"}, "retry": {"attempts": 1}}
    if part == "limiter":
        settings["limiter"]["caller_rate"] = "100/second"
    async with fake_places(failing[0], failing[1], make(clock), clock=clock, **settings) as places:
        asking = asyncio.create_task(places.ask(TextSearch("coffee"), caller="somebody"))
        await clock.advance(1.0)
        answer = await asyncio.wait_for(asking, 1)

    assert "second" == answer.trace.backend
    assert 1 == sum(f"{part}.hanging failed" in line for line in caplog.messages)


async def test_a_slow_cache_stretches_no_deadline(clock: FakeClock) -> None:
    class Slow(MemoryCache):
        name = "slow"
        in_process = False

        async def get(self, key: str) -> bytes | None:
            await clock.sleep(0.3)
            return None

        async def set(self, key: str, value: bytes, ttl: float) -> None:
            await clock.sleep(0.3)

    settings = {"cache": {"provider": "slow"}, "retry": {"deadline": 1}}
    slow = Slow(MemoryStorage(clock, 100))
    async with fake_places(FakeBackend(clock, delay=0.8), slow, clock=clock, **settings) as places:
        asking = asyncio.create_task(places.search_text("coffee"))
        await clock.advance(1.0)
        assert (await asyncio.wait_for(asking, 1)).places
