"""A stack after its `async with` has ended."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from places_core import Places
from places_core.errors import Unavailable
from places_core.models import TextSearch
from places_core.testing import FakeBackend, FakeClock, fake_places


QUESTIONS: list[Callable[[Places], Awaitable[object]]] = [
    lambda places: places.search_text("coffee"),
    lambda places: places.search_nearby((60.17, 24.94)),
    lambda places: places.details("fake-1"),
    lambda places: places.photo("places/fake-1/photos/1"),
    lambda places: places.autocomplete("cof"),
    lambda places: places.ask(TextSearch("coffee"), caller="somebody"),
    lambda places: places.status(),
]


@pytest.mark.parametrize("ask", QUESTIONS)
async def test_every_question_is_told_that_the_stack_is_closed(
    backend: FakeBackend, ask: Callable[[Places], Awaitable[object]]
) -> None:
    async with fake_places(backend) as places:
        await places.search_text("coffee")

    with pytest.raises(Unavailable, match=r"stack is closed: ask it inside `async with Places\.open"):
        await ask(places)
    assert 1 == len(backend.calls)
    assert not places.ready()


async def test_a_question_during_the_closing_is_refused_while_one_under_way_is_answered() -> None:
    clock = FakeClock()

    async def ask_late(places: Places) -> None:
        await clock.sleep(0.5)
        await places.search_text("tea")

    async with fake_places(FakeBackend(clock, delay=1), clock=clock) as places:
        under_way = asyncio.create_task(places.autocomplete("cof", session_token="s"))
        too_late = asyncio.create_task(ask_late(places))
        await asyncio.sleep(0)  # both are under way before the stack closes
        passing = asyncio.create_task(clock.advance(1))

    with pytest.raises(Unavailable, match="closed"):
        await too_late
    assert (await under_way).body
    await passing
