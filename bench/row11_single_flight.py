"""Row 11: a thousand concurrent callers with the same query, whose answer takes 50 ms."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable
from itertools import count
from statistics import median
from typing import Any

from attrs import define

from places_core.clock import SystemClock
from places_core.errors import Unavailable
from places_core.ports import Reply
from places_core.testing import FakeBackend

from .harness import Finding, medians
from .inside import REPLY, opened


CALLERS, ROUNDS, DELAY = 1_000, 9, 0.05
NUMBERS = count()

Search = Callable[[str], Awaitable[object]]


@define
class Slow(FakeBackend):
    asked: int = 0
    failing: bool = False

    async def search_text(self, query: Any) -> Reply:
        self.asked += 1
        await asyncio.sleep(DELAY)
        if self.failing:
            raise Unavailable("down")
        return REPLY


def measure() -> Iterable[Finding]:
    backend = Slow(SystemClock())
    with (
        asyncio.Runner() as runner,
        opened(runner, backend, retry={"attempts": 1}, breaker={"provider": "none"}) as places,
    ):
        contenders = {
            "floor": lambda: runner.run(p99(shared_by_hand())),
            "ours": lambda: runner.run(p99(places.search_text)),
        }
        medians(1, contenders)
        backend.asked = 0
        took = medians(ROUNDS, contenders)
        calls = backend.asked / ROUNDS
        lost = median(runner.run(followers_lost(places.search_text)) for _ in range(ROUNDS))
        backend.failing, backend.asked = True, 0
        spread = median(runner.run(failure_spread(places.search_text)) for _ in range(ROUNDS))
        failed_calls = backend.asked / ROUNDS
    what, floor = f"{CALLERS:,} concurrent callers, p99", "hand-written shared future"
    yield Finding(11, what, floor, took["ours"] * 1e3, took["floor"] * 1e3, "ms", "<= 1.15")
    yield Finding(11, "backend calls for all of them", "one", calls, 1, "calls", "<= 1.0")
    yield Finding(11, "followers cancelled with the leader", "all", lost, CALLERS - 1, "callers", "<= 0.0")
    yield Finding(11, "backend calls when it fails", "one", failed_calls, 1, "calls", "<= 1.0")
    what = "failure delivered, first to last"
    yield Finding(11, what, "the call itself", spread * 1e3, DELAY * 1e3, "ms", "<= 0.5")


def shared_by_hand() -> Search:
    """Return a search in which the first caller loads and the others await its future."""
    under_way: dict[str, asyncio.Future[bytes]] = {}

    async def search(text: str) -> bytes:
        future = under_way.get(text)
        if future is not None:
            return await future
        under_way[text] = future = asyncio.get_running_loop().create_future()
        await asyncio.sleep(DELAY)
        future.set_result(REPLY.body)
        return under_way.pop(text).result()

    return search


async def p99(search: Search) -> float:
    text = f"coffee {next(NUMBERS)}"

    async def caller() -> float:
        start = time.perf_counter()
        await search(text)
        return time.perf_counter() - start

    return sorted(await asyncio.gather(*(caller() for _ in range(CALLERS))))[int(CALLERS * 0.99)]


async def followers_lost(search: Search) -> int:
    """Cancel the first caller, and return how many of the others got no answer."""
    text = f"coffee {next(NUMBERS)}"
    callers = [asyncio.ensure_future(search(text)) for _ in range(CALLERS)]
    await asyncio.sleep(DELAY / 2)
    callers[0].cancel()
    ended = await asyncio.gather(*callers, return_exceptions=True)
    return sum(isinstance(each, BaseException) for each in ended[1:])


async def failure_spread(search: Search) -> float:
    """Return the time between the first and the last caller that sees the backend fail."""
    text, seen = f"coffee {next(NUMBERS)}", []

    async def caller() -> None:
        try:
            await search(text)
        except Unavailable:
            seen.append(time.perf_counter())

    await asyncio.gather(*(caller() for _ in range(CALLERS)))
    return max(seen) - min(seen) if len(seen) == CALLERS else float("inf")
