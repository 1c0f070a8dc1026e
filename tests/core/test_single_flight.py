"""Any number of callers with one question."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest
from attrs import Factory, define

from places_core import Answer, Places
from places_core.errors import Unavailable
from places_core.models import Query
from places_core.testing import FakeBackend, FakeClock, fake_places


ONCE = {"attempts": 1}
OFF = {"provider": "none"}

Ask = Callable[[Places], Awaitable[Answer]]


@define
class Abandoned(FakeBackend):
    """Notes the calls that are cancelled, and takes `farewell` seconds to end them."""

    farewell: float = 0.0
    cancelled: list[Query] = Factory(list)

    async def _turn(self, query: Query) -> None:
        try:
            await FakeBackend._turn(self, query)
        except asyncio.CancelledError:
            self.cancelled.append(query)
            await self.clock.sleep(self.farewell)
            raise


class Cancelling(FakeBackend):
    """Raises `CancelledError` though nobody has cancelled anything."""

    async def _turn(self, query: Query) -> None:
        raise asyncio.CancelledError


class Second(FakeBackend):
    name = "second"


SHARED_AND_NOT = pytest.mark.parametrize(
    "ask",
    [
        lambda places: places.search_text("coffee"),
        lambda places: places.autocomplete("coffee", session_token="one"),
        lambda places: places.photo("places/fake-1/photos/one"),
    ],
    ids=["shared", "session", "photo"],
)


class TestSingleFlight:
    async def test_a_thousand_callers_at_once_cost_one_call(self) -> None:
        clock = FakeClock()
        backend = FakeBackend(clock, delay=1.0)
        async with fake_places(backend, clock=clock) as places:
            callers = [asyncio.create_task(places.search_text("coffee")) for _ in range(1_000)]
            await clock.advance(1.0)
            answers = await asyncio.gather(*callers)

        assert 1 == len(backend.calls)
        assert 1 == len({answer.body for answer in answers})
        assert 999 == sum(answer.trace.cache == "coalesced" for answer in answers)

    async def test_whoever_leaves_cancels_only_himself(self) -> None:
        clock = FakeClock()
        backend = FakeBackend(clock, delay=1.0)
        async with fake_places(backend, clock=clock) as places:
            callers = [asyncio.create_task(places.search_text("coffee")) for _ in range(1_000)]
            await clock.advance(0.5)
            callers[0].cancel()
            await clock.advance(0.5)
            answers = await asyncio.gather(*callers, return_exceptions=True)

        assert 1 == len(backend.calls)
        assert isinstance(answers[0], asyncio.CancelledError)
        assert not any(isinstance(answer, BaseException) for answer in answers[1:])

    async def test_a_failure_is_told_to_all_at_once_and_called_once(self) -> None:
        clock = FakeClock()
        backend = FakeBackend(clock, delay=1.0, errors=[Unavailable("down")])
        async with fake_places(backend, clock=clock, retry=ONCE) as places:
            callers = [asyncio.create_task(places.search_text("coffee")) for _ in range(100)]
            await clock.advance(1.0)
            answers = await asyncio.gather(*callers, return_exceptions=True)

        assert 1 == len(backend.calls)
        assert all(isinstance(answer, Unavailable) for answer in answers)

    @pytest.mark.parametrize(("delay", "ended"), [(1.0, "Answer"), (60.0, "Unavailable")])
    async def test_loads_that_still_run_get_a_while_to_end_when_the_stack_closes(
        self, delay: float, ended: str
    ) -> None:
        clock = FakeClock()
        before = asyncio.all_tasks()
        async with AsyncExitStack() as exits:
            places = await exits.enter_async_context(
                fake_places(FakeBackend(clock, delay=delay), clock=clock, drain=5)
            )
            caller = asyncio.create_task(places.search_text("coffee"))
            await clock.advance(0.1)
            closing = asyncio.create_task(exits.pop_all().aclose())
            await clock.advance(5)
            await closing
        (outcome,) = await asyncio.gather(caller, return_exceptions=True)

        assert ended == type(outcome).__name__
        assert before == asyncio.all_tasks()

    async def test_nobody_waits_for_a_load_that_was_ended_before_it_began(self, backend: FakeBackend) -> None:
        async with fake_places(backend, drain=0) as places:
            caller = asyncio.create_task(places.search_text("coffee"))
            await asyncio.sleep(0)

        async with asyncio.timeout(5):
            (outcome,) = await asyncio.gather(caller, return_exceptions=True)

        assert "The stack was closed before the query was answered." == str(outcome)

    async def test_photos_and_billed_sessions_are_not_shared(self, backend: FakeBackend) -> None:
        async with fake_places(backend) as places:
            for _ in range(2):
                await places.autocomplete("coffee", session_token="one")
                await places.photo("places/fake-1/photos/one")

        assert 4 == len(backend.calls)


class TestWhoLeaves:
    @SHARED_AND_NOT
    async def test_a_load_that_its_last_caller_has_left_is_ended_down_to_the_backend(self, ask: Ask) -> None:
        clock = FakeClock()
        backend = Abandoned(clock, delay=5.0)
        async with fake_places(backend, clock=clock) as places:
            callers = [asyncio.ensure_future(ask(places)) for _ in range(2)]
            await clock.advance(1.0)
            for caller in callers:
                caller.cancel()
            await clock.advance(0)
            ended = len(backend.cancelled)

        assert 1 <= len(backend.calls) == ended

    async def test_a_load_goes_on_as_long_as_somebody_waits_for_it(self) -> None:
        clock = FakeClock()
        backend = Abandoned(clock, delay=1.0)
        async with fake_places(backend, clock=clock) as places:
            callers = [asyncio.create_task(places.search_text("coffee")) for _ in range(1_000)]
            await clock.advance(0.5)
            for caller in callers[:-1]:
                caller.cancel()
            await clock.advance(0.5)
            answer = await callers[-1]

        assert "coalesced" == answer.trace.cache
        assert (1, 0) == (len(backend.calls), len(backend.cancelled))

    async def test_whoever_asks_while_an_abandoned_load_is_ending_gets_a_load_of_his_own(self) -> None:
        clock = FakeClock()
        backend = Abandoned(clock, delay=1.0, farewell=10.0)
        async with fake_places(backend, clock=clock) as places:
            first = asyncio.create_task(places.search_text("coffee"))
            await clock.advance(0.5)
            first.cancel()
            await clock.advance(0)
            second = asyncio.create_task(places.search_text("coffee"))
            await clock.advance(1.0)
            answer = await second
            await clock.advance(10.0)

        assert "miss" == answer.trace.cache
        assert (2, 1) == (len(backend.calls), len(backend.cancelled))

    async def test_callers_that_have_left_hold_no_slots(self) -> None:
        clock = FakeClock()
        backend = FakeBackend(clock, delay=5.0)
        full: dict[str, Any] = {"bulkhead": {"concurrent": 3, "queue": 1}, "retry": ONCE}
        async with fake_places(backend, clock=clock, cache=OFF, **full) as places:
            callers = [asyncio.create_task(places.search_text(f"coffee {number}")) for number in range(4)]
            await clock.advance(0)
            for caller in callers:
                caller.cancel()
            await clock.advance(0)
            others = [asyncio.create_task(places.search_text(f"tea {number}")) for number in range(3)]
            await clock.advance(5.0)
            answers = await asyncio.gather(*others)

        assert 3 == len(answers)

    async def test_a_refresh_goes_on_although_nobody_waits_for_it(self) -> None:
        clock = FakeClock()
        backend = Abandoned(clock)
        async with fake_places(backend, clock=clock, cache={"ttl": 60, "stale": 60}) as places:
            await places.search_text("coffee")
            clock.now += 61
            backend.delay = 1.0
            served = await places.search_text("coffee")
            await clock.advance(1.0)
            renewed = await places.search_text("coffee")

        assert ("stale", "hit") == (served.trace.cache, renewed.trace.cache)
        assert (2, 0) == (len(backend.calls), len(backend.cancelled))


class TestCancelledErrors:
    @SHARED_AND_NOT
    async def test_a_backend_that_raises_one_cancels_nobody(self, clock: FakeClock, ask: Ask) -> None:
        async with fake_places(Cancelling(clock), clock=clock, retry=ONCE) as places:
            with pytest.raises(Unavailable) as caught:
                await ask(places)

        assert "fake failed: CancelledError." == str(caught.value)

    async def test_the_next_backend_is_asked_when_one_raises_one(self, clock: FakeClock) -> None:
        async with fake_places(Cancelling(clock), Second(clock), clock=clock, retry=ONCE) as places:
            answer = await places.search_text("coffee")

        assert "second" == answer.trace.backend
        assert ("fake: Unavailable: fake failed: CancelledError.",) == answer.trace.fallbacks
