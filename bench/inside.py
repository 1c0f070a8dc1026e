"""Contenders that are coroutines, and a stack around a no-op backend."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager
from typing import Any, TypeVar

from attrs import define

from places_core import Places
from places_core.clock import SystemClock
from places_core.ports import Reply
from places_core.testing import FakeBackend, fake_places

from .sample import contact_answer


T = TypeVar("T")
Loop = Callable[[Sequence[T]], Coroutine[Any, Any, None]]

REPLY = Reply(contact_answer())
UNLIMITED = {"rate": "1000000/second"}
"""Keeps the limiter working without ever refusing a call."""


@define
class Instant(FakeBackend):
    """Returns the same bytes for every query, without delay."""

    asked: int = 0

    async def search_text(self, query: Any) -> Reply:
        self.asked += 1
        return REPLY


def seconds_per_await(
    runner: asyncio.Runner, loop: Loop[T], prepare: Callable[[], Sequence[T]]
) -> Callable[[], float]:
    """Return a contender that times `loop` over a batch that `prepare` makes, untimed, for each round."""

    async def timed(batch: Sequence[T]) -> float:
        start = time.perf_counter()
        await loop(batch)
        return (time.perf_counter() - start) / len(batch)

    def run() -> float:
        batch = prepare()
        gc.collect()
        gc.disable()
        try:
            return runner.run(timed(batch))
        finally:
            gc.enable()

    return run


@contextmanager
def opened(runner: asyncio.Runner, backend: FakeBackend | None = None, **settings: Any) -> Iterator[Places]:
    """Open a stack on the real clock, with default settings except for an unreachable limit."""
    settings = {"limiter": UNLIMITED, **settings}
    backend = Instant(SystemClock()) if backend is None else backend
    exits = AsyncExitStack()
    stack = fake_places(backend, clock=SystemClock(), **settings)
    places = runner.run(exits.enter_async_context(stack))
    try:
        yield places
    finally:
        runner.run(exits.aclose())


def micros(seconds: dict[str, float]) -> dict[str, float]:
    return {name: each * 1e6 for name, each in seconds.items()}
