"""What is tried again, and for how long."""

from __future__ import annotations

import asyncio

import pytest

from places_core.errors import (
    InvalidRequest,
    KeyRefused,
    NotFound,
    QuotaExhausted,
    Throttled,
    Timeout,
    Unavailable,
)
from places_core.models import TextSearch
from places_core.ports import Reply
from places_core.testing import FakeBackend, FakeClock, fake_places


ONCE = {"attempts": 1}
OFF = {"provider": "none"}


class TestRetry:
    async def test_what_may_work_the_next_time_is_tried_again(self, backend: FakeBackend) -> None:
        backend.errors = [Unavailable("down"), Timeout("slow")]
        async with fake_places(backend) as places:
            assert 3 == (await places.search_text("coffee")).trace.attempts

    @pytest.mark.parametrize("error", [InvalidRequest("a", 1, "b"), KeyRefused("no"), NotFound("no")])
    async def test_what_cannot_work_is_not(self, backend: FakeBackend, error: Exception) -> None:
        backend.errors = [error]  # type: ignore[list-item]
        async with fake_places(backend) as places:
            with pytest.raises(type(error)):
                await places.search_text("coffee")

        assert 1 == len(backend.calls)

    async def test_a_day_quota_is_not_tried_again_and_a_minute_quota_is(self, backend: FakeBackend) -> None:
        backend.errors = [QuotaExhausted("day"), Throttled("minute", retry_after=2.5)]
        async with fake_places(backend) as places:
            with pytest.raises(QuotaExhausted):
                await places.search_text("coffee")
            answer = await places.search_text("coffee")

        assert 2 == answer.trace.attempts
        assert 2.5 == answer.trace.seconds

    async def test_no_wait_goes_beyond_the_deadline(self, backend: FakeBackend, clock: FakeClock) -> None:
        backend.errors = [Unavailable("down", retry_after=60)]
        async with fake_places(backend, clock=clock, retry={"deadline": 10}) as places:
            with pytest.raises(Unavailable):
                await places.search_text("coffee")

        assert [] == clock.slept

    async def test_retries_are_a_fifth_of_the_calls_at_most(self, backend: FakeBackend) -> None:
        async with fake_places(backend, cache=OFF, breaker=OFF, limiter=OFF) as places:
            for _ in range(500):
                backend.errors = [Unavailable("down")] * 3
                with pytest.raises(Unavailable):
                    await places.search_text("coffee")

        assert 500 < len(backend.calls) <= 600

    async def test_a_backend_that_hangs_is_left_at_the_deadline(self) -> None:
        clock = FakeClock()
        async with fake_places(FakeBackend(clock, delay=1e9), clock=clock, retry={"deadline": 10}) as places:
            caller = asyncio.create_task(places.search_text("coffee"))
            await clock.advance(10)
            with pytest.raises(Timeout):
                await caller

    async def test_a_backend_that_breaks_its_word_is_unavailable(self, clock: FakeClock) -> None:
        class Buggy(FakeBackend):
            async def search_text(self, query: TextSearch) -> Reply:
                raise KeyError("a bug")

        async with fake_places(Buggy(clock), retry=ONCE) as places:
            with pytest.raises(Unavailable, match="KeyError"):
                await places.search_text("coffee")
