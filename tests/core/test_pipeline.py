"""The stages together, on working fakes and a clock that goes when it is told to."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack
from typing import Any

import pytest

from places_core.errors import (
    CircuitOpen,
    InvalidRequest,
    NotFound,
    NotSupported,
    PermissionDenied,
    QuotaExhausted,
    RateLimited,
    Throttled,
    Timeout,
    Unavailable,
)
from places_core.models import TextSearch
from places_core.ports import Backend, Cache, Limiter, Metrics, Permit, Reply, Terms
from places_core.testing import FakeBackend, FakeClock, fake_places


ONCE = {"attempts": 1}
OFF = {"provider": "none"}


def backend_named(label: str, clock: FakeClock, **state: Any) -> FakeBackend:
    """Make a second fake backend that goes by another name."""
    kind = type(f"Fake{label.title()}", (FakeBackend,), {"name": label, "__slots__": ()})
    made: FakeBackend = kind(clock, **state)
    return made


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(auto=True)


@pytest.fixture
def backend(clock: FakeClock) -> FakeBackend:
    return FakeBackend(clock)


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


class TestCache:
    async def test_another_spelling_of_the_same_question_is_a_hit(self, backend: FakeBackend) -> None:
        async with fake_places(backend) as places:
            first = await places.search_text("coffee", near=(60.16991, 24.93841))
            second = await places.search_text("  COFFEE ", near=(60.16994, 24.93844))

        assert ("miss", "hit") == (first.trace.cache, second.trace.cache)
        assert first.body == second.body
        assert 1 == len(backend.calls)

    async def test_another_mask_or_language_is_another_question(self, backend: FakeBackend) -> None:
        async with fake_places(backend) as places:
            await places.search_text("coffee")
            await places.search_text("coffee", fields="ids")
            await places.search_text("coffee", language_code="fi")

        assert 3 == len(backend.calls)

    async def test_a_hit_touches_neither_limiter_nor_breaker(self, backend: FakeBackend) -> None:
        async with fake_places(backend, limiter={"rate": "1/day"}) as places:
            for _ in range(10):
                await places.search_text("coffee")

        assert 1 == len(backend.calls)

    async def test_an_old_answer_is_served_while_one_new_one_is_fetched(
        self, backend: FakeBackend, clock: FakeClock
    ) -> None:
        async with fake_places(backend, clock=clock, cache={"ttl": 60, "stale": 60}) as places:
            await places.search_text("coffee")
            clock.now += 61
            answers = [await places.search_text("coffee") for _ in range(10)]
            await clock.advance(0)
            renewed = await places.search_text("coffee")

        assert {"stale"} == {answer.trace.cache for answer in answers}
        assert 61 == answers[0].trace.age
        assert ("hit", 0) == (renewed.trace.cache, renewed.trace.age)
        assert 2 == len(backend.calls)

    async def test_a_refresh_that_fails_rests_before_it_is_tried_again(
        self, backend: FakeBackend, clock: FakeClock
    ) -> None:
        async with fake_places(backend, clock=clock, retry=ONCE, cache={"ttl": 60, "stale": 600}) as places:
            await places.search_text("coffee")
            clock.now += 61
            backend.errors = [Unavailable("down")] * 5
            for _ in range(10):
                assert "stale" == (await places.search_text("coffee")).trace.cache
                await clock.advance(0.5)

        assert 2 == len(backend.calls)

    async def test_a_very_old_answer_is_served_when_the_backend_fails(
        self, backend: FakeBackend, clock: FakeClock
    ) -> None:
        settings = {"ttl": 60, "stale": 60, "stale_if_error": 3600}
        async with fake_places(backend, clock=clock, retry=ONCE, cache=settings) as places:
            await places.search_text("coffee")
            clock.now += 600
            backend.errors = [Unavailable("down"), Unavailable("down")]
            answer = await places.search_text("coffee")
            clock.now += 3600
            with pytest.raises(Unavailable):
                await places.search_text("coffee")

        assert "stale" == answer.trace.cache
        assert ("Unavailable: down",) == answer.trace.fallbacks

    async def test_empty_answers_and_not_found_are_kept_for_a_short_time(
        self, backend: FakeBackend, clock: FakeClock
    ) -> None:
        async with fake_places(backend, clock=clock, cache={"negative_ttl": 5, "stale": 0}) as places:
            for _ in range(3):
                assert () == (await places.search_text("nothing like it")).places
                with pytest.raises(NotFound):
                    await places.details("fake-999")
            assert 2 == len(backend.calls)
            clock.now += 6
            await places.search_text("nothing like it")

        assert 3 == len(backend.calls)

    async def test_errors_are_never_kept(self, backend: FakeBackend) -> None:
        backend.errors = [Unavailable("down"), PermissionDenied("no")]
        async with fake_places(backend, retry=ONCE) as places:
            with pytest.raises(Unavailable):
                await places.search_text("coffee")
            with pytest.raises(PermissionDenied):
                await places.search_text("coffee")
            assert "miss" == (await places.search_text("coffee")).trace.cache

    async def test_what_the_terms_forbid_is_not_kept(self, clock: FakeClock) -> None:
        backend = backend_named("strict", clock)
        type(backend).terms = Terms(keep_content=0.0)
        async with fake_places(backend, clock=clock) as places:
            for _ in range(2):
                await places.search_text("coffee")
                await places.search_text("coffee", fields="places.id")
                await places.search_text("coffee", fields="places.id,places.location")

        assert 4 == len(backend.calls)

    async def test_a_dead_cache_is_a_miss_and_shows(self, clock: FakeClock, backend: FakeBackend) -> None:
        class DeadCache(Cache):
            name = "dead"

            async def get(self, key: str) -> bytes | None:
                raise ConnectionError("gone")

            async def set(self, key: str, value: bytes, ttl: float) -> None:
                raise ConnectionError("gone")

            async def delete(self, key: str) -> bool:
                raise ConnectionError("gone")

            async def clear(self, pattern: str = "*") -> int:
                raise ConnectionError("gone")

            async def stats(self) -> Mapping[str, float]:
                raise ConnectionError("gone")

            @classmethod
            def open(cls, settings: object, context: object) -> Any:
                raise NotImplementedError

        async with fake_places(backend, DeadCache(), clock=clock, cache={"provider": "dead"}) as places:
            for _ in range(3):
                assert (await places.search_text("coffee")).places
            status = await places.status()

        assert ["cache.dead"] == [fault["part"] for fault in status["faults"]]
        assert "gone" in status["cache"]["error"]

    async def test_without_a_cache_every_question_is_asked(self, backend: FakeBackend) -> None:
        async with fake_places(backend, cache=OFF) as places:
            for _ in range(3):
                assert "bypass" == (await places.search_text("coffee")).trace.cache

        assert 3 == len(backend.calls)


class TestRetry:
    async def test_what_may_work_the_next_time_is_tried_again(self, backend: FakeBackend) -> None:
        backend.errors = [Unavailable("down"), Timeout("slow")]
        async with fake_places(backend) as places:
            assert 3 == (await places.search_text("coffee")).trace.attempts

    @pytest.mark.parametrize("error", [InvalidRequest("a", 1, "b"), PermissionDenied("no"), NotFound("no")])
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

    async def test_the_callers_mistakes_do_not(self, backend: FakeBackend) -> None:
        backend.errors = [PermissionDenied("no")] * 20
        async with fake_places(backend, **self.SETTINGS) as places:
            for _ in range(20):
                with pytest.raises(PermissionDenied):
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


class TestFallback:
    async def test_the_next_backend_answers_and_the_trace_says_why(self, clock: FakeClock) -> None:
        first, second = backend_named("first", clock, errors=[Unavailable("down")]), FakeBackend(clock)
        async with fake_places(first, second, clock=clock, retry=ONCE) as places:
            answer = await places.search_text("coffee")
            trace = answer.trace

        assert ("fake", 2) == (trace.backend, trace.attempts)
        assert {"fake"} == {place.source for place in answer.places}
        assert ("first: Unavailable: down",) == trace.fallbacks

    async def test_a_substitutes_answer_does_not_outlive_the_trouble(self, clock: FakeClock) -> None:
        first, second = backend_named("first", clock, errors=[Unavailable("down")]), FakeBackend(clock)
        async with fake_places(first, second, clock=clock, retry=ONCE, cache={"negative_ttl": 5}) as places:
            assert "fake" == (await places.search_text("coffee")).trace.backend
            assert "hit" == (await places.search_text("coffee")).trace.cache
            clock.now += 6
            assert "first" == (await places.search_text("coffee")).trace.backend

    async def test_a_backend_that_hangs_leaves_time_for_the_next(self) -> None:
        clock = FakeClock()
        hanging = backend_named("hanging", clock, delay=1e9)
        async with fake_places(hanging, FakeBackend(clock), clock=clock, retry={"deadline": 10}) as places:
            caller = asyncio.create_task(places.search_text("coffee"))
            await clock.advance(10)
            answer = await caller

        assert "fake" == answer.trace.backend
        assert answer.trace.seconds <= 10

    async def test_the_callers_mistake_goes_to_no_other_backend(self, clock: FakeClock) -> None:
        first = backend_named("first", clock, errors=[InvalidRequest("textQuery", "x", "y")])
        second = FakeBackend(clock)
        async with fake_places(first, second, clock=clock) as places:
            with pytest.raises(InvalidRequest):
                await places.search_text("coffee")

        assert [] == second.calls

    async def test_all_failing_the_first_error_is_told(self, clock: FakeClock) -> None:
        first = backend_named("first", clock, errors=[QuotaExhausted("the day is over")])
        second = FakeBackend(clock, errors=[Unavailable("down")])
        async with fake_places(first, second, clock=clock, retry=ONCE) as places:
            with pytest.raises(QuotaExhausted):
                await places.search_text("coffee")

    async def test_an_id_goes_to_the_backend_that_gave_it_out(self, clock: FakeClock) -> None:
        class Other(FakeBackend):
            name = "other"

            def owns(self, place_id: str) -> bool:
                return place_id.startswith("other-")

        other, fake = Other(clock), FakeBackend(clock)
        async with fake_places(other, fake, clock=clock) as places:
            assert "fake" == (await places.details("fake-1")).trace.backend
            with pytest.raises(NotFound, match="elsewhere-1"):
                await places.details("elsewhere-1")

        assert [] == other.calls

    async def test_a_page_token_of_nobody_is_refused(self, backend: FakeBackend) -> None:
        async with fake_places(backend) as places:
            with pytest.raises(InvalidRequest, match="pageToken"):
                await places.search_text("coffee", page_token="made up")

    async def test_what_nobody_offers_names_what_is_offered(self, clock: FakeClock) -> None:
        class Small(FakeBackend):
            photo = Backend.photo

        async with fake_places(Small(clock)) as places:
            with pytest.raises(NotSupported, match="search_text"):
                await places.photo("places/fake-1/photos/one")


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


async def test_nothing_found_asks_the_next_backend_where_that_is_wanted(clock: FakeClock) -> None:
    for wanted in (True, False):
        empty, full = backend_named("empty", clock, places=()), FakeBackend(clock)
        async with fake_places(empty, full, clock=clock, fallback={"on_empty": wanted}) as places:
            trace = (await places.search_text("coffee")).trace

        assert ("fake", ("empty: empty",)) if wanted else ("empty", ()) == (trace.backend, trace.fallbacks)
