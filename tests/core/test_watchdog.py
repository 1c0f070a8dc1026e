"""Parts of the infrastructure that hang count as down, and nobody waits for them twice."""

from __future__ import annotations

import asyncio
from contextlib import AbstractAsyncContextManager

import pytest

from places_core.clock import SystemClock
from places_core.events import Event, Faulted, Recovered
from places_core.pipeline.watchdog import PartDown, Watchdog
from places_core.testing import FakeClock


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def events() -> list[Event]:
    return []


@pytest.fixture
def watchdog(clock: FakeClock, events: list[Event]) -> Watchdog:
    return Watchdog("part", events.append, clock, 1.0)


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
