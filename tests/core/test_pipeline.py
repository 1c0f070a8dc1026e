"""The stages together, on working fakes and a clock that goes when it is told to."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from places_core.errors import (
    CircuitOpen,
    KeyRefused,
    NotFound,
    PlacesError,
    RateLimited,
    Timeout,
    Unavailable,
)
from places_core.models import TextSearch
from places_core.ports import Limiter, Metrics, Permit
from places_core.testing import FakeBackend, FakeClock, fake_places


ONCE = {"attempts": 1}
OFF = {"provider": "none"}


class TestBreakerAndLimiter:
    SETTINGS: Mapping[str, Any] = {"retry": ONCE, "cache": OFF, "breaker": {"min_calls": 5, "open_for": 30}}

    async def test_a_failing_backend_is_left_alone(self, backend: FakeBackend, clock: FakeClock) -> None:
        backend.errors = [Unavailable("down")] * 5
        async with fake_places(backend, clock=clock, **self.SETTINGS) as places:
            for _ in range(5):
                with pytest.raises(Unavailable):
                    await places.search_text("coffee")
            with pytest.raises(CircuitOpen) as refused:
                await places.search_text("coffee")
            assert not places.ready()
            clock.now += 30
            assert (await places.search_text("coffee")).places
            assert places.ready()

        assert 30 == refused.value.retry_after
        assert 6 == len(backend.calls)

    async def test_a_hanging_backend_opens_the_breaker_too(self) -> None:
        clock = FakeClock()
        settings = {**self.SETTINGS, "retry": {"attempts": 1, "deadline": 1}}
        async with fake_places(FakeBackend(clock, delay=1e9), clock=clock, **settings) as places:
            for _ in range(5):
                caller = asyncio.create_task(places.search_text("coffee"))
                await clock.advance(1)
                with pytest.raises(Timeout):
                    await caller
            with pytest.raises(CircuitOpen):
                await places.search_text("coffee")

    @pytest.mark.parametrize("error", [NotFound("no"), KeyRefused("no")])
    async def test_what_is_no_failure_of_the_backend_does_not(
        self, backend: FakeBackend, error: PlacesError
    ) -> None:
        backend.errors = [error] * 20
        async with fake_places(backend, **self.SETTINGS) as places:
            for _ in range(20):
                with pytest.raises(type(error)):
                    await places.search_text("coffee")
            assert (await places.search_text("coffee")).places

    async def test_the_limiter_refuses_with_the_exact_wait(
        self, backend: FakeBackend, clock: FakeClock
    ) -> None:
        async with fake_places(backend, clock=clock, cache=OFF, limiter={"rate": "2/second"}) as places:
            await places.search_text("coffee")
            await places.search_text("coffee")
            with pytest.raises(RateLimited) as refused:
                await places.search_text("coffee")
            clock.now += refused.value.retry_after
            await places.search_text("coffee")

        assert pytest.approx(0.5) == refused.value.retry_after

    async def test_or_it_lets_them_wait_in_the_order_in_which_they_came(self, clock: FakeClock) -> None:
        backend = FakeBackend(clock)
        limiter = {"rate": "10/second", "burst": 1, "max_wait": 1.0}
        async with fake_places(backend, clock=clock, cache=OFF, limiter=limiter) as places:
            texts = [f"coffee {number}" for number in range(8)]
            await asyncio.gather(*(places.search_text(text) for text in texts))

        assert texts == [call.text_query for call in backend.calls if isinstance(call, TextSearch)]

    async def test_a_dead_limiter_is_replaced_within_the_process(
        self, backend: FakeBackend, clock: FakeClock
    ) -> None:
        class DeadLimiter(Limiter):
            name = "dead"

            async def acquire(self, key: str, cost: int = 1) -> Permit:
                raise ConnectionError("gone")

            async def peek(self, key: str) -> Permit:
                raise ConnectionError("gone")

            async def reset(self, key: str) -> None:
                raise ConnectionError("gone")

            @classmethod
            def open(cls, settings: object, context: object) -> Any:
                raise NotImplementedError

        limiter = {"provider": "dead", "rate": "2/second"}
        async with fake_places(backend, DeadLimiter(), clock=clock, cache=OFF, limiter=limiter) as places:
            await places.search_text("coffee")
            await places.search_text("coffee")
            with pytest.raises(RateLimited):
                await places.search_text("coffee")
            assert "limiter.dead" == (await places.status())["faults"][0]["part"]


async def test_broken_metrics_do_not_break_the_answer(backend: FakeBackend) -> None:
    class Broken(Metrics):
        name = "broken"

        def record(self, event: object) -> None:
            raise RuntimeError("no space left")

        @classmethod
        def open(cls, settings: object, context: object) -> Any:
            raise NotImplementedError

    async with fake_places(backend, Broken(), metrics={"providers": ["broken"]}) as places:
        assert (await places.search_text("coffee")).places
        assert "metrics.broken" == (await places.status())["faults"][0]["part"]


async def test_zero_latitude_is_a_latitude(backend: FakeBackend) -> None:
    async with fake_places(backend) as places:
        place = (await places.search_nearby((0, 0), radius=10)).place

    assert place is not None
    assert place.location is not None
    assert (0.0, 0.0) == (place.location.latitude, place.location.longitude)
