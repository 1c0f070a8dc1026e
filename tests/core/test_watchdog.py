"""Parts of the infrastructure that hang count as down, and nobody waits for them twice."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest

from places_core.answer import Answer
from places_core.builtin.memory_breaker import MemoryBreaker
from places_core.builtin.memory_cache import MemoryCache
from places_core.builtin.memory_limiter import MemoryLimiter
from places_core.builtin.storage import MemoryStorage
from places_core.clock import SystemClock
from places_core.errors import Unavailable
from places_core.events import Event, Faulted, Recovered
from places_core.models import TextSearch
from places_core.pipeline.watchdog import PartDown, Watchdog
from places_core.ports import Provider
from places_core.settings import BreakerSettings, LimiterSettings
from places_core.testing import FakeBackend, FakeClock, fake_places


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def events() -> list[Event]:
    return []


@pytest.fixture
def watchdog(clock: FakeClock, events: list[Event]) -> Watchdog:
    return Watchdog("part", events.append, clock, 1.0)


class Second(FakeBackend):
    name = "second"


class Part:
    """Answers when it is told to; `asked` counts how often it was asked."""

    def __init__(self) -> None:
        self.works = asyncio.Event()
        self.asked = 0

    async def answer(self) -> str:
        self.asked += 1
        await self.works.wait()
        return "an answer"


async def asked(watchdog: Watchdog, part: Part, clock: FakeClock, seconds: float) -> object:
    asking = asyncio.create_task(watchdog.ask(part.answer))
    await clock.advance(seconds)
    assert asking.done()
    return asking.exception() or asking.result()


class TestWatchdog:
    async def test_what_hangs_is_down(
        self, watchdog: Watchdog, clock: FakeClock, events: list[Event]
    ) -> None:
        assert isinstance(await asked(watchdog, Part(), clock, 1.0), PartDown)
        assert [Faulted("part", "TimeoutError: no answer within 1 s")] == events

    async def test_then_it_rests_and_one_query_at_a_time_asks_again(
        self, watchdog: Watchdog, clock: FakeClock
    ) -> None:
        part = Part()
        await asked(watchdog, part, clock, 1.0)
        assert isinstance(await asked(watchdog, part, clock, 0.0), PartDown)
        assert 1 == part.asked
        await clock.advance(5.0)
        askers = [asyncio.create_task(watchdog.ask(part.answer)) for _ in range(10)]
        await clock.advance(0.5)

        assert 2 == part.asked
        assert 9 == sum(asker.done() for asker in askers)
        part.works.set()
        await asyncio.gather(*askers, return_exceptions=True)

    async def test_once_it_answers_all_ask_it(
        self, watchdog: Watchdog, clock: FakeClock, events: list[Event]
    ) -> None:
        part = Part()
        await asked(watchdog, part, clock, 1.0)
        await clock.advance(5.0)
        part.works.set()

        assert ["an answer"] * 3 == [await asked(watchdog, part, clock, 0.0) for _ in range(3)]
        assert [Faulted, Recovered] == [type(event) for event in events]

    async def test_an_event_loop_that_was_held_up_is_no_fault_of_the_part(
        self, watchdog: Watchdog, clock: FakeClock, events: list[Event]
    ) -> None:
        asking = asyncio.create_task(watchdog.ask(Part().answer))
        await clock.advance(0)
        clock.now += 2
        await clock.advance(0)

        assert isinstance(asking.exception(), PartDown)
        assert [] == events

    async def test_a_part_in_this_process_needs_no_timer(self, events: list[Event]) -> None:
        class Timerless(SystemClock):
            def timeout(self, seconds: float) -> AbstractAsyncContextManager[object]:
                raise AssertionError

        async def at_once() -> str:
            return "an answer"

        watchdog = Watchdog("part", events.append, Timerless(), 1.0, may_hang=False)
        assert "an answer" == await watchdog.ask(at_once)

    async def test_an_operation_that_is_never_tried_again_does_not_keep_a_part_down(
        self, watchdog: Watchdog, clock: FakeClock, events: list[Event]
    ) -> None:
        watchdog.failed(OSError("gone"), "write")
        read = asyncio.sleep
        await watchdog.ask(read, 0, operation="read")
        assert [Faulted("part", "OSError: gone")] == events

        await clock.advance(61.0)
        await watchdog.ask(read, 0, operation="read")

        assert [Faulted("part", "OSError: gone"), Recovered("part")] == events

    async def test_a_part_that_raises_cancelled_error_is_down_and_cancels_nobody(
        self, watchdog: Watchdog, clock: FakeClock, events: list[Event]
    ) -> None:
        async def cancelled() -> None:
            await asyncio.sleep(0)
            raise asyncio.CancelledError

        with pytest.raises(PartDown):
            await watchdog.ask(cancelled)
        assert [Faulted("part", "CancelledError: ")] == events

    async def test_who_leaves_ends_what_was_asked_for(self, watchdog: Watchdog, clock: FakeClock) -> None:
        ended = []

        async def forever() -> None:
            try:
                await asyncio.Event().wait()
            finally:
                ended.append(True)

        asking = asyncio.create_task(watchdog.ask(forever))
        await clock.advance(0)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        assert [True] == ended

    async def test_a_part_that_cancels_its_own_work_is_down(
        self, watchdog: Watchdog, events: list[Event]
    ) -> None:
        async def cancelled() -> None:
            raise asyncio.CancelledError

        with pytest.raises(PartDown):
            await watchdog.ask(cancelled)
        assert [Faulted("part", "CancelledError: ")] == events


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
