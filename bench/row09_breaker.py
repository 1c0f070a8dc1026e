"""Row 9: a successful call through a closed breaker, against an inline check."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence

from places_core.answer import Answer
from places_core.builtin.memory_breaker import MemoryBreaker
from places_core.clock import SystemClock
from places_core.events import Trace
from places_core.models import Query, TextSearch
from places_core.pipeline.circuit_breaker import CircuitBreakerStage
from places_core.pipeline.watchdog import Watchdog
from places_core.settings import BreakerSettings
from places_core.telemetry.event_bus import EventBus

from .floors import Fuse
from .harness import Finding, medians
from .inside import REPLY, micros, seconds_per_await


CALLS, ROUNDS = 5_000, 15
QUERY = TextSearch("coffee")
ANSWER = Answer(REPLY.body, QUERY, Trace())


def measure() -> Iterable[Finding]:
    events, fuse = EventBus(), Fuse()
    stage = CircuitBreakerStage(
        MemoryBreaker(BreakerSettings(), SystemClock(), events),
        "fake",
        Watchdog("breaker", events, SystemClock(), 1.0),
    )

    async def fetch() -> bytes:
        return REPLY.body

    async def proceed(query: Query) -> Answer:
        return ANSWER

    async def inline(calls: Sequence[None]) -> None:
        for _ in calls:
            await fuse.call(fetch)

    async def ours(calls: Sequence[None]) -> None:
        for _ in calls:
            await stage(QUERY, proceed)

    with asyncio.Runner() as runner:
        contenders = {
            name: seconds_per_await(runner, loop, lambda: [None] * CALLS)
            for name, loop in (("inline", inline), ("ours", ours))
        }
        medians(1, contenders)
        took = micros(medians(ROUNDS, contenders))
    what, floor = "breaker, closed, success", "inline check"
    yield Finding(9, what, floor, took["ours"], took["inline"], "us", "<= 3.0")
