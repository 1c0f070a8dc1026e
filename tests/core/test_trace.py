"""An error says how it came about, as an answer does."""

from __future__ import annotations

import asyncio
import pickle
from collections.abc import Callable
from contextlib import asynccontextmanager
from copy import copy
from typing import Any

import pytest

from places_core import errors
from places_core.errors import (
    CircuitOpen,
    InvalidRequest,
    NotFound,
    NotSupported,
    PlacesError,
    QuotaExhausted,
    RateLimited,
    Unavailable,
)
from places_core.events import Answered, Event, Trace
from places_core.models import TextSearch
from places_core.ports import Metrics
from places_core.testing import FakeBackend, FakeClock, fake_places


ONCE = {"attempts": 1}
OFF = {"provider": "none"}


class Recorder(Metrics):
    """Keeps the events that say how a query ended."""

    name = "recorder"

    def __init__(self) -> None:
        self.answered: list[Answered] = []

    def record(self, event: Event) -> None:
        if isinstance(event, Answered):
            self.answered.append(event)

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: object, context: object) -> Any:
        yield cls()


class Second(FakeBackend):
    name = "second"


async def traced(error: type[PlacesError], ask: Callable[[], Any]) -> Trace:
    with pytest.raises(error) as raised:
        await ask()
    assert raised.value.trace is not None
    return raised.value.trace


async def test_a_failure_tells_backend_attempts_and_reasons_to_the_caller_and_the_metrics() -> None:
    clock, metrics = FakeClock(auto=True), Recorder()
    backend = FakeBackend(clock, errors=[Unavailable("down")] * 3, delay=0.1)
    settings: dict[str, Any] = {"metrics": {"providers": ["recorder"]}, "retry": {"attempts": 3, "base": 0.0}}
    async with fake_places(backend, metrics, clock=clock, **settings) as places:
        trace = await traced(Unavailable, lambda: places.search_text("coffee"))

    assert ("fake", "miss", 3) == (trace.backend, trace.cache, trace.attempts)
    assert ("fake: Unavailable: down",) == trace.fallbacks
    [event] = metrics.answered
    assert Answered("search_text", "fake", "miss", "Unavailable", trace.seconds, 3) == event
    assert pytest.approx(0.3) == trace.seconds


async def test_of_several_failures_each_backends_reason_is_told(clock: FakeClock) -> None:
    first = FakeBackend(clock, errors=[Unavailable("down.")])
    second = Second(clock, errors=[RateLimited("too fast.", retry_after=1.0)])
    async with fake_places(first, second, clock=clock, retry=ONCE) as places:
        with pytest.raises(Unavailable) as raised:
            await places.search_text("coffee")

    assert "fake: Unavailable: down; second: RateLimited: too fast." == str(raised.value)
    trace = raised.value.trace
    assert trace is not None
    assert ("fake: Unavailable: down.", "second: RateLimited: too fast.") == trace.fallbacks
    assert ("fake", ("fake", "second"), 2) == (trace.backend, trace.tried, trace.attempts)


async def test_a_secret_in_the_text_of_an_error_is_in_no_reason(
    clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    leak = Unavailable("https://user:canary-word@host/?api_key=canary-key&q=1 failed")
    first, second = FakeBackend(clock, errors=[leak]), Second(clock, errors=[leak])
    async with fake_places(first, second, clock=clock, retry=ONCE) as places:
        with pytest.raises(Unavailable) as raised:
            await places.search_text("coffee")

    assert "https://user:***@host/?api_key=***&q=1 failed" in str(raised.value)
    assert "canary" not in f"{raised.value} {raised.value.trace} {caplog.text}"


async def test_the_same_failures_twice_are_told_in_the_same_words(clock: FakeClock) -> None:
    down = Unavailable("down")
    first, second = FakeBackend(clock, errors=[down] * 2), Second(clock, errors=[down] * 2)
    async with fake_places(first, second, clock=clock, retry=ONCE) as places:
        told = []
        for _ in range(2):
            with pytest.raises(Unavailable) as raised:
                await places.search_text("coffee")
            told.append(str(raised.value))

    assert ["fake: Unavailable: down; second: Unavailable: down."] * 2 == told


async def test_the_answer_of_a_later_backend_is_its_own_even_if_it_is_no(clock: FakeClock) -> None:
    first, second = FakeBackend(clock, errors=[Unavailable("down")]), Second(clock)
    async with fake_places(first, second, clock=clock, retry=ONCE) as places:
        trace = await traced(NotFound, lambda: places.details("fake-999"))

    assert ("second", ("fake: Unavailable: down",)) == (trace.backend, trace.fallbacks)


async def test_an_open_circuit_names_its_backend_without_a_call(backend: FakeBackend) -> None:
    backend.errors = [Unavailable("down")]
    settings: dict[str, Any] = {"retry": ONCE, "breaker": {"min_calls": 1}, "cache": OFF}
    async with fake_places(backend, **settings) as places:
        await traced(Unavailable, lambda: places.search_text("coffee"))
        trace = await traced(CircuitOpen, lambda: places.search_text("coffee"))

    assert ("fake", "bypass", 0) == (trace.backend, trace.cache, trace.attempts)


async def test_a_refusal_in_front_of_the_backends_names_none_of_them(backend: FakeBackend) -> None:
    async with fake_places(backend, limiter={"caller_rate": "1/minute"}) as places:
        await places.ask(TextSearch("coffee"), caller="one")
        trace = await traced(RateLimited, lambda: places.ask(TextSearch("pharmacy"), caller="one"))

    assert ("", "miss", 0) == (trace.backend, trace.cache, trace.attempts)


async def test_a_cached_not_found_says_that_it_is_a_hit(backend: FakeBackend, clock: FakeClock) -> None:
    async with fake_places(backend, clock=clock) as places:
        first = await traced(NotFound, lambda: places.details("fake-999"))
        clock.now += 2
        second = await traced(NotFound, lambda: places.details("fake-999"))

    assert ("miss", 1, 0.0) == (first.cache, first.attempts, first.age)
    assert ("hit", 0, 2.0) == (second.cache, second.attempts, second.age)


async def test_an_expired_answer_says_who_could_not_answer_and_how_often_it_was_asked(
    backend: FakeBackend, clock: FakeClock
) -> None:
    cache = {"ttl": 10, "stale": 0, "stale_if_error": 100, "jitter": 0}
    async with fake_places(backend, clock=clock, cache=cache, retry=ONCE) as places:
        await places.search_text("coffee")
        clock.now += 20
        backend.errors = [Unavailable("down")]
        trace = (await places.search_text("coffee")).trace

    assert ("stale", 1, ("fake: Unavailable: down",)) == (trace.cache, trace.attempts, trace.fallbacks)
    assert ("fake",) == trace.tried


async def test_callers_who_share_a_failure_get_an_error_of_their_own() -> None:
    clock = FakeClock()
    backend = FakeBackend(clock, errors=[Unavailable("down", retry_after=7.0)], delay=1.0)
    async with fake_places(backend, clock=clock, retry=ONCE) as places:
        asking = [asyncio.create_task(places.search_text("coffee")) for _ in range(3)]
        await clock.advance(1)
        raised = await asyncio.gather(*asking, return_exceptions=True)

    found = [error for error in raised if isinstance(error, Unavailable)]
    assert 3 == len({id(error) for error in found})
    assert [7.0] * 3 == [error.retry_after for error in found]
    traces = [error.trace for error in found if error.trace]
    assert ["miss", "coalesced", "coalesced"] == [trace.cache for trace in traces]
    assert [1] * 3 == [trace.attempts for trace in traces]
    assert 3 == len({id(error.__traceback__) for error in found})


async def test_a_bug_in_the_stack_is_counted_and_reaches_the_caller_as_it_is(clock: FakeClock) -> None:
    class Bug(FakeBackend):
        def owns(self, place_id: str) -> bool:
            raise ZeroDivisionError("a bug")

    metrics = Recorder()
    async with fake_places(Bug(clock), metrics, metrics={"providers": ["recorder"]}) as places:
        with pytest.raises(ZeroDivisionError, match="a bug"):
            await places.details("fake-1")

    [event] = metrics.answered
    assert ("details", "ZeroDivisionError") == (event.operation, event.outcome)


@pytest.mark.parametrize(
    "error",
    [
        InvalidRequest("pageSize", -1, "a whole number"),
        NotSupported("It has no photos.", offers=("details",)),
        RateLimited("slow down", retry_after=1.5),
        QuotaExhausted("used up", reset=60.0),
        CircuitOpen("left alone", retry_after=2.5),
        errors.ConfigError("one", "two"),
        NotFound("gone"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_error_can_be_copied_and_pickled(error: PlacesError) -> None:
    error.trace = Trace("fake", attempts=2)

    for twin in (copy(error), pickle.loads(pickle.dumps(error))):
        assert (type(error), str(error), vars(error)) == (type(twin), str(twin), vars(twin))
