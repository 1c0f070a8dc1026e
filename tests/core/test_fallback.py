"""Several backends, asked in order."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from places_core.errors import (
    InvalidRequest,
    KeyRefused,
    NotFound,
    NotSupported,
    PlacesError,
    QuotaExhausted,
    TooExpensive,
    Unavailable,
)
from places_core.ports import Backend
from places_core.testing import FakeBackend, FakeClock, fake_places


ONCE = {"attempts": 1}
OFF = {"provider": "none"}


def backend_named(label: str, clock: FakeClock, **state: Any) -> FakeBackend:
    """Make a second fake backend that goes by another name."""
    kind = type(f"Fake{label.title()}", (FakeBackend,), {"name": label, "__slots__": ()})
    made: FakeBackend = kind(clock, **state)
    return made


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

    async def test_what_one_backend_finds_too_expensive_the_next_answers_without_a_retry(
        self, clock: FakeClock
    ) -> None:
        first = backend_named("first", clock, errors=[TooExpensive("textQuery", "x", "less")] * 9)
        second = FakeBackend(clock)
        async with fake_places(first, second, clock=clock, breaker={"provider": "memory"}) as places:
            trace = (await places.search_text("coffee")).trace
            status = await places.status()

        assert ("fake", 2) == (trace.backend, trace.attempts)
        assert 1 == len(first.calls)
        assert "closed" == status["backends"][0]["breaker"]

    async def test_a_query_too_expensive_for_all_backends_is_invalid(self, clock: FakeClock) -> None:
        names = ("first", "second")
        backends = [
            backend_named(name, clock, errors=[TooExpensive("textQuery", "x", f"less, says {name}")])
            for name in names
        ]
        async with fake_places(*backends, clock=clock) as places:
            with pytest.raises(TooExpensive, match=r"less, says first.*; second:") as raised:
                await places.search_text("coffee")

        assert "textQuery" == raised.value.field

    async def test_where_a_later_try_may_help_the_error_says_so(self, clock: FakeClock) -> None:
        first = backend_named("first", clock, errors=[TooExpensive("textQuery", "x", "less")])
        second = FakeBackend(clock, errors=[Unavailable("down")])
        async with fake_places(first, second, clock=clock, retry=ONCE) as places:
            with pytest.raises(
                Unavailable, match=r"first: TooExpensive: .*; fake: Unavailable: down"
            ) as raised:
                await places.search_text("coffee")

        assert raised.value.trace is not None
        assert "fake" == raised.value.trace.backend

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


async def test_nothing_found_asks_the_next_backend_where_that_is_wanted(clock: FakeClock) -> None:
    for wanted in (True, False):
        empty, full = backend_named("empty", clock, places=()), FakeBackend(clock)
        async with fake_places(empty, full, clock=clock, fallback={"on_empty": wanted}) as places:
            trace = (await places.search_text("coffee")).trace

        assert ("fake", ("empty: empty",)) if wanted else ("empty", ()) == (trace.backend, trace.fallbacks)


@pytest.mark.parametrize(
    "error",
    [
        Unavailable("down"),
        KeyRefused("no"),
        NotSupported("cannot"),
        NotFound("no"),
        InvalidRequest("textQuery", "x", "y"),
    ],
    ids=lambda error: type(error).__name__,
)
async def test_nothing_found_stays_an_answer_whatever_becomes_of_the_next_backend(
    clock: FakeClock, error: PlacesError
) -> None:
    empty, failing = backend_named("empty", clock, places=()), FakeBackend(clock, errors=[error])
    settings = {"fallback": {"on_empty": True}, "retry": ONCE}
    async with fake_places(empty, failing, clock=clock, **settings) as places:
        answer = await places.search_text("coffee")

    assert (b"{}", "empty") == (answer.body, answer.trace.backend)
    assert ("empty: empty", f"fake: {type(error).__name__}: {error}") == answer.trace.fallbacks
