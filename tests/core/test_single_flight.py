"""Any number of callers with one question."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

import pytest

from places_core.errors import Unavailable
from places_core.testing import FakeBackend, FakeClock, fake_places


ONCE = {"attempts": 1}
OFF = {"provider": "none"}


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

    @pytest.mark.parametrize(("delay", "ended"), [(1.0, "Answer"), (60.0, "CancelledError")])
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

        assert isinstance(outcome, asyncio.CancelledError)

    async def test_photos_and_billed_sessions_are_not_shared(self, backend: FakeBackend) -> None:
        async with fake_places(backend) as places:
            for _ in range(2):
                await places.autocomplete("coffee", session_token="one")
                await places.photo("places/fake-1/photos/one")

        assert 4 == len(backend.calls)
