"""A stack after its `async with` has ended."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from places_core import Answer, Places
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


@pytest.mark.parametrize("delay", [0.0, 3.0])
async def test_who_still_waits_for_a_permit_as_the_stack_closes_is_not_served_by_closed_providers(
    delay: float,
) -> None:
    clock = FakeClock()
    backend = FakeBackend(clock, delay=delay)
    limits = {"caller_rate": "1/second", "max_wait": 5}
    async with fake_places(backend, clock=clock, limiter=limits) as places:
        texts = ("under way", "comes while the first is answered", "comes after that")
        tasks = [asyncio.create_task(places.ask(TextSearch(text), caller="x")) for text in texts]
        await clock.advance(0.1)
        passing = asyncio.create_task(clock.advance(delay))
    await passing
    await clock.advance(5)
    first, *others = await asyncio.gather(*tasks, return_exceptions=True)

    assert isinstance(first, Answer)
    assert all("The stack is closed: ask it inside" in str(outcome) for outcome in others)
    assert [TextSearch("under way")] == backend.calls
