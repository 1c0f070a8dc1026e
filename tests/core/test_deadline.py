"""One deadline for all that a query waits for."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from places_core.answer import Answer
from places_core.errors import RateLimited, Timeout
from places_core.models import TextSearch
from places_core.testing import FakeBackend, FakeClock, fake_places


ONCE = {"attempts": 1}
OFF = {"provider": "none"}


async def outcomes(places: Any, clock: FakeClock, count: int, seconds: float) -> list[Any]:
    """Ask for `count` different things at once, and let `seconds` pass."""
    asking = asyncio.gather(
        *(places.search_text(f"coffee {number}") for number in range(count)), return_exceptions=True
    )
    await clock.advance(seconds)
    return await asyncio.wait_for(asking, 1)


class TestWaitingForPermits:
    LIMITS: Mapping[str, Any] = {"rate": "1/second", "burst": 1, "max_wait": 20}

    async def test_who_would_wait_beyond_the_deadline_is_refused_at_once_and_takes_no_permit(self) -> None:
        clock = FakeClock()
        backend = FakeBackend(clock, delay=0.05)
        settings = {
            "limiter": self.LIMITS,
            "retry": {"deadline": 1},
            "cache": OFF,
            "breaker": {"min_calls": 5},
        }
        async with fake_places(backend, clock=clock, **settings) as places:
            answers = await outcomes(places, clock, 16, 0.05)
            status = await places.status()

        assert 15 == sum(isinstance(answer, RateLimited) for answer in answers)
        assert 1 == len(backend.calls)
        assert "closed" == status["backends"][0]["breaker"]

    async def test_who_can_wait_within_it_does(self) -> None:
        clock = FakeClock()
        backend = FakeBackend(clock, delay=0.05)
        settings = {"limiter": self.LIMITS, "retry": {"deadline": 4}, "cache": OFF}
        async with fake_places(backend, clock=clock, **settings) as places:
            answers = await outcomes(places, clock, 16, 4)

        answered = sum(isinstance(answer, Answer) for answer in answers)
        assert 4 == answered == len(backend.calls)

    async def test_a_caller_waits_no_longer_either(self) -> None:
        clock = FakeClock()
        limits = {"caller_rate": "1/second", "max_wait": 20}
        settings = {"limiter": limits, "retry": {"deadline": 1}, "cache": OFF}
        async with fake_places(FakeBackend(clock), clock=clock, **settings) as places:
            for text in ("coffee", "tea"):
                asking = asyncio.create_task(places.ask(TextSearch(text), caller="greedy"))
                await clock.advance(0)
                assert asking.done()
        with pytest.raises(RateLimited):
            await asking


class TestVerdicts:
    async def test_a_call_that_got_what_the_waiting_left_is_no_verdict_on_the_backend(self) -> None:
        clock = FakeClock()
        backend = FakeBackend(clock, delay=0.6)
        settings = {"bulkhead": {"concurrent": 1}, "retry": {"deadline": 1, "attempts": 1}, "cache": OFF}
        async with fake_places(backend, clock=clock, breaker={"min_calls": 1}, **settings) as places:
            answers = await outcomes(places, clock, 2, 1)
            assert [True, False] == [isinstance(answer, Answer) for answer in answers]
            assert isinstance(answers[1], Timeout)
            assert places.ready()

    async def test_a_call_that_had_its_time_is_one(self) -> None:
        clock = FakeClock()
        settings = {"retry": {"deadline": 1, "attempts": 1}, "cache": OFF, "breaker": {"min_calls": 1}}
        async with fake_places(FakeBackend(clock, delay=9), clock=clock, **settings) as places:
            await outcomes(places, clock, 1, 1)
            assert not places.ready()

    async def test_no_slot_is_taken_by_who_could_not_use_it(self) -> None:
        clock = FakeClock()
        backend = FakeBackend(clock, delay=1)
        settings = {"bulkhead": {"concurrent": 1}, "retry": {"deadline": 1, "attempts": 1}, "cache": OFF}
        async with fake_places(backend, clock=clock, **settings) as places:
            await outcomes(places, clock, 16, 1)

        assert 1 == len(backend.calls)
