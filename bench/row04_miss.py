"""Row 4: a new query to a no-op backend."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from itertools import count

from places_core.models import Circle, LatLng, TextSearch

from .floors import Known
from .harness import Finding, medians
from .inside import REPLY, Loop, micros, opened, seconds_per_await
from .libraries import assembled


HERE, RADIUS = (60.17, 24.94), 500.0
CALLS, ROUNDS = 500, 15
NUMBERS = count()
BIAS = Circle(center=LatLng(latitude=HERE[0], longitude=HERE[1]), radius=RADIUS)


def measure() -> Iterable[Finding]:
    known = Known()

    async def fetched() -> bytes:
        return REPLY.body

    async def floor(texts: Sequence[str]) -> None:
        for text in texts:
            known.answers[known.key(text, HERE, RADIUS)] = await fetched()

    with asyncio.Runner() as runner, opened(runner) as places:

        async def ask(queries: Sequence[TextSearch]) -> None:
            for query in queries:
                await places.ask(query)

        contenders = {
            "floor": seconds_per_await(runner, floor, texts),
            "ours": seconds_per_await(runner, searched(places.search_text), texts),
            "ask": seconds_per_await(runner, ask, queries),
            "libraries": seconds_per_await(runner, searched(assembled(REPLY.body, limit_first=False)), texts),
        }
        medians(1, contenders)
        took = micros(medians(ROUNDS, contenders))
    yield Finding(4, "miss, no-op backend", "fixed goal", took["ours"], 10.0, "us", "<= 1.0")
    what = "miss, prebuilt query"
    yield Finding(4, what, "fixed goal", took["ask"], 10.0, "us", "<= 1.0")
    yield Finding(4, "miss, no-op backend", "key, await, dict", took["ours"], took["floor"], "us", "<= 8.0")
    yield Finding(4, "miss, no-op backend", "libraries", took["ours"], took["libraries"], "us", "<= 0.04")


def searched(search: Callable[..., Awaitable[object]]) -> Loop[str]:
    async def loop(texts: Sequence[str]) -> None:
        for text in texts:
            await search(text, near=HERE, radius=RADIUS)

    return loop


def texts() -> Sequence[str]:
    return [f"coffee {next(NUMBERS)}" for _ in range(CALLS)]


def queries() -> Sequence[TextSearch]:
    return [TextSearch(text, location_bias=BIAS) for text in texts()]
