"""When a stack is ready, and how it becomes ready again while nobody asks anything."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import pytest

from places_core import Places
from places_core.errors import PlacesError, Unavailable
from places_core.events import BreakerChanged, Event
from places_core.ports import Breaker, BreakerState, Context, Metrics, NoSettings
from places_core.testing import FakeBackend, FakeClock, fake_places


BREAKING: Mapping[str, Any] = {
    "cache": {"provider": "none"},
    "retry": {"attempts": 1},
    "breaker": {"min_calls": 3, "open_for": 10, "open_at_most": 40},
}


class Spare(FakeBackend):
    name = "spare"


class Notes(Metrics):
    name = "notes"

    def __init__(self) -> None:
        self.states: list[str] = []

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: NoSettings, context: Context) -> AsyncIterator[Notes]:
        yield cls()

    def record(self, event: Event) -> None:
        if isinstance(event, BreakerChanged):
            self.states.append(event.state)


async def fail(places: Places, backend: FakeBackend, times: int = 3) -> None:
    for _ in range(times):
        backend.errors.append(Unavailable("down"))
        with pytest.raises(PlacesError):
            await places.search_text("coffee")


async def test_it_is_ready_again_when_a_probe_is_due_though_nobody_asks(
    backend: FakeBackend, clock: FakeClock
) -> None:
    async with fake_places(backend, clock=clock, **BREAKING) as places:
        await fail(places, backend)
        polled = []
        for _ in range(30):
            polled.append(places.ready())
            clock.now += 1

        assert [False] * 10 + [True] * 20 == polled
        assert "half-open" == (await places.status())["backends"][0]["breaker"]


async def test_a_stack_with_one_well_backend_was_never_unready(clock: FakeClock) -> None:
    failing, spare = FakeBackend(clock), Spare(clock)
    async with fake_places(failing, spare, clock=clock, **BREAKING) as places:
        polled = []
        for _ in range(30):
            failing.errors.append(Unavailable("down"))
            await places.search_text("coffee")
            polled.append(places.ready())
            clock.now += 1
        status = await places.status()

    assert [True] * 30 == polled
    assert (True, "degraded") == (status["ready"], status["state"])


async def test_metrics_learn_that_a_probe_is_due_from_whoever_looks_first(
    backend: FakeBackend, clock: FakeClock
) -> None:
    notes = Notes()
    async with fake_places(
        backend, notes, clock=clock, metrics={"providers": ["notes"]}, **BREAKING
    ) as places:
        await fail(places, backend)
        clock.now += 10
        for _ in range(3):
            places.ready()
        due = list(notes.states)
        await places.search_text("coffee")

    assert ["open", "half-open"] == due
    assert ["open", "half-open", "closed"] == notes.states


async def test_a_breaker_that_cannot_say_leaves_the_stack_ready(
    backend: FakeBackend, clock: FakeClock
) -> None:
    class Mute(Breaker):
        name = "mute"

        @classmethod
        def open(cls, settings: object, context: object) -> Any:
            raise NotImplementedError

        async def acquire(self, name: str) -> object:
            return name

        async def release(self, permit: object, error: BaseException | None) -> None: ...

        async def state(self, name: str) -> BreakerState:
            return "open"

    class Broken(Mute):
        name = "broken"

        def left(self, name: str) -> float:
            raise RuntimeError("no idea")

    class Wordless(Mute):
        name = "wordless"

        def left(self, name: str) -> Any:
            return None

    for breaker in (Mute(), Broken(), Wordless()):
        settings = {"breaker": {"provider": breaker.name}}
        async with fake_places(backend, breaker, clock=clock, **settings) as places:
            assert places.ready()
