"""Queries are read in a thread, which ends them when they take too long or nobody waits for them any more."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from places_core import Places
from places_core.deadline import TimeLimit, without_waiting
from places_core.errors import RateLimited, TooExpensive, Unavailable
from places_core.models import Autocomplete, Circle, NearbySearch, TextSearch
from places_core.testing import FakeClock
from places_local.backend import LocalBackend
from places_local.index import reader as reader_module
from places_local.index.geometry import Area
from places_local.index.reader import Index
from places_local.index.reader_thread import ReaderThread
from places_local.index.work_limit import MAX_SECONDS, TooMuchWork
from places_local.query.search import Search


ENDLESS = "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n) SELECT max(n) FROM n"
Begin = Callable[[], Awaitable["asyncio.Task[None]"]]


@pytest.fixture
async def reader(helsinki: Path, clock: FakeClock) -> AsyncIterator[ReaderThread]:
    async with asyncio.timeout(20), ReaderThread.open(partial(Index.open, helsinki), clock) as reader:
        yield reader


@pytest.fixture
def begin_endless(reader: ReaderThread) -> Begin:
    """Begin a query that only ends when it is stopped, since the time of the thread stands still."""

    async def begin() -> asyncio.Task[None]:
        await _measure(reader, lambda: 0.0)
        loop, begun = asyncio.get_running_loop(), asyncio.Event()

        def read(index: Index) -> None:
            loop.call_soon_threadsafe(begun.set)
            index.connection.execute(ENDLESS).fetchone()

        task = asyncio.create_task(reader.run(read))
        await begun.wait()
        return task

    return begin


async def _measure(reader: ReaderThread, cpu_time: Callable[[], float]) -> None:
    await reader.run(lambda index: setattr(index.limit, "cpu_time", cpu_time))


async def test_the_loop_is_free_while_a_query_is_read(begin_endless: Begin) -> None:
    task = await begin_endless()
    for _ in range(1_000):
        await asyncio.sleep(0)

    assert not task.done()
    task.cancel()


async def test_a_query_is_ended_once_the_thread_has_computed_for_long_enough(reader: ReaderThread) -> None:
    looks = count()
    await _measure(reader, lambda: next(looks) * MAX_SECONDS / 10)

    with pytest.raises(TooMuchWork):
        await reader.run(lambda index: index.connection.execute(ENDLESS).fetchone())
    assert 13 == next(looks)


async def test_a_query_that_nobody_waits_for_is_stopped(reader: ReaderThread, begin_endless: Begin) -> None:
    task = await begin_endless()
    task.cancel()

    assert "1649" == await reader.run(lambda index: index.about["places"])


async def test_what_its_caller_has_left_before_its_turn_is_not_begun(
    reader: ReaderThread, begin_endless: Begin
) -> None:
    begun: list[Index] = []
    first = await begin_endless()
    second = asyncio.create_task(reader.run(begun.append))
    await asyncio.sleep(0)
    second.cancel()
    await asyncio.sleep(0)
    first.cancel()
    await reader.run(lambda index: None)

    assert [] == begun


async def test_closing_stops_what_is_read_and_refuses_what_waits(helsinki: Path) -> None:
    async with asyncio.timeout(20):
        async with ReaderThread.open(partial(Index.open, helsinki), FakeClock()) as reader:
            await _measure(reader, lambda: 0.0)
            tasks = [
                asyncio.create_task(reader.run(lambda index: index.connection.execute(ENDLESS).fetchone())),
                asyncio.create_task(reader.run(lambda index: index.about)),
            ]
            await asyncio.sleep(0)
        outcomes = await asyncio.gather(*tasks, return_exceptions=True)
        with pytest.raises(Unavailable, match="'local' is closed"):
            await reader.run(lambda index: index.about)

    assert ["The backend 'local' is closed."] * 2 == [str(outcome) for outcome in outcomes]
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("places-local")]


async def test_a_query_is_refused_at_once_if_those_ahead_take_longer_than_it_may_wait(
    reader: ReaderThread, clock: FakeClock
) -> None:
    def take(index: Index, seconds: float = 0.25) -> None:
        clock.now += seconds

    for _ in range(100):
        await reader.run(take)
    reading = threading.Event()
    with TimeLimit(10, clock):
        tasks = [asyncio.create_task(reader.run(lambda index: reading.wait())) for _ in range(60)]
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    refused = [task for task in tasks if task.done()]
    reading.set()
    await asyncio.gather(*tasks, return_exceptions=True)

    assert tasks[37:] == refused  # the first is read, and 36 wait: each takes 0.25 s, and 9 s may be waited
    assert all(isinstance(task.exception(), RateLimited) for task in refused)


async def test_a_query_whose_turn_does_not_come_in_time_is_refused_before_its_time_is_over(
    reader: ReaderThread, clock: FakeClock, begin_endless: Begin
) -> None:
    first = await begin_endless()
    with TimeLimit(10, clock):
        second = asyncio.create_task(reader.run(lambda index: index.about))
    with TimeLimit(10, clock), without_waiting():
        third = asyncio.create_task(reader.run(lambda index: index.about))
    await clock.advance(MAX_SECONDS)
    done = [task.done() for task in (second, third)]
    await clock.advance(9 - MAX_SECONDS)
    outcomes = await asyncio.gather(second, third, return_exceptions=True)

    assert [False, True] == done
    assert [RateLimited, RateLimited] == [type(outcome) for outcome in outcomes]
    assert not first.done()
    first.cancel()


async def test_a_flood_of_expensive_queries_is_no_failure_of_the_backend(
    helsinki: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    match = Index.match

    def match_or_burn(index: Index, expression: str, *more: Any) -> Any:
        while "burn" in expression:
            index.limit.check()
        return match(index, expression, *more)

    monkeypatch.setattr(Index, "match", match_or_burn)
    settings = {"backend": "local", "plugins": {"local": {"path": str(helsinki)}}, "retry": {"deadline": 2}}
    async with Places.open(settings) as places:
        flood = [places.search_text(f"burn {number}") for number in range(150)]
        outcomes = await asyncio.gather(*flood, return_exceptions=True)
        ready, status = places.ready(), await places.status()
        answer = await places.search_text("museum")

    refused = [outcome for outcome in outcomes if isinstance(outcome, RateLimited)]
    assert len(refused) > 100
    assert all(isinstance(outcome, TooExpensive | RateLimited) for outcome in outcomes)
    assert (True, "closed") == (ready, status["backends"][0]["breaker"])
    assert answer.places


@pytest.mark.parametrize(
    ("ask", "field"),
    [
        (lambda backend, circle: backend.search_text(TextSearch("museum")), "textQuery"),
        (
            lambda backend, circle: backend.search_nearby(NearbySearch(circle(5_000))),
            "locationRestriction.circle.radius",
        ),
        (lambda backend, circle: backend.autocomplete(Autocomplete("mus")), "input"),
    ],
)
async def test_too_much_work_makes_a_query_too_expensive_and_names_the_field_to_change(
    reader: ReaderThread, circle: Callable[..., Circle], ask: Any, field: str
) -> None:
    seconds = count()
    await _measure(reader, lambda: float(next(seconds)))

    with pytest.raises(TooExpensive, match="within 250 ms of computing time") as raised:
        await ask(LocalBackend(reader, FakeClock()), circle)
    assert field == raised.value.field


@pytest.mark.parametrize("words", ["w{:03}", "{}ari", "helsinki{}"])
def test_the_cost_of_a_text_is_linear_in_its_words(index: Index, words: str) -> None:
    def cost(number: int) -> int:
        """Return how many letters of SQL a text makes: each of them is parsed and looked up."""
        made: list[str] = []
        index.connection.set_trace_callback(made.append)
        text = " ".join(words.format(at) for at in range(number))[:2_000]
        Search.of(index, TextSearch(text), lambda number: True).ids()
        return sum(map(len, made))

    assert cost(200) <= 2.2 * cost(100)
    assert cost(500) <= 5 * cost(100)


@pytest.mark.parametrize(
    "types", [(), ("cafe",), ("restaurant", "bar", "store"), ("locality",), ("unknown",)]
)
@pytest.mark.parametrize("radius", [50, 400, 3_000, 50_000])
def test_a_crowded_area_holds_the_same_places_as_any(
    index: Index, monkeypatch: pytest.MonkeyPatch, types: tuple[str, ...], radius: float
) -> None:
    area = Area.around(60.171, 24.941, radius)
    expected = list(index.within(area, types))
    monkeypatch.setattr(reader_module, "MAX_SORTED", 1)

    assert [hit.id for hit in expected] == [hit.id for hit in index.best_known(area, types)]
