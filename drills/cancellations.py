"""Ten thousand queries are cancelled at random moments, while the backend is slow and often fails.

    python drills/cancellations.py [--cancellations 10000]

Afterwards no task, permit or slot may be leaked; exits with 1 if one is.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import time
from collections import Counter
from typing import Any

from attrs import Factory, define, field

from places_core import Places
from places_core.builtin.memory_breaker import MemoryBreaker
from places_core.builtin.memory_limiter import MemoryLimiter
from places_core.clock import SystemClock
from places_core.errors import ConnectionFailed
from places_core.events import Event
from places_core.ports import Permit, Reply
from places_core.settings import BreakerSettings, LimiterSettings
from places_core.testing import FakeBackend, fake_places


CALLERS, TEXTS, LONGEST = 100, 60, 0.02  # every caller leaves within LONGEST seconds
CONCURRENT, PROBES, BURST, OPEN_FOR = 8, 2, 20, 0.03
QUIET = 5.0  # seconds within which everything that still runs must have ended
LIMIT = LimiterSettings(rate="500/second", burst=BURST, max_wait=0.02)
BREAKER = BreakerSettings(window=0.2, open_for=OPEN_FOR, open_at_most=OPEN_FOR, probes=PROBES)
SETTINGS: dict[str, Any] = {
    "cache": {"ttl": 0.01, "stale": 0.02, "stale_if_error": 0},
    "limiter": {"provider": "counted"},
    "bulkhead": {"concurrent": CONCURRENT, "queue": 50},
    "breaker": {"provider": "counted"},
    "retry": {"base": 0.002, "deadline": 0.5},
    "logging": {"level": "ERROR"},
}


@define
class Unsteady(FakeBackend):
    """Takes a few milliseconds and fails 40 % of its calls, until `healthy` is set."""

    healthy: bool = False
    under_way: int = 0
    most: int = 0

    async def search_text(self, query: Any) -> Reply:
        await self._work()
        return Reply.of_places(self.places[:3], query)

    async def autocomplete(self, query: Any) -> Reply:
        await self._work()
        return Reply.of_json({}, query)

    async def _work(self) -> None:
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        try:
            await asyncio.sleep(0.05 if self.healthy else random.uniform(0, 0.01))
        finally:
            self.under_way -= 1
        if not self.healthy and random.random() < 0.4:
            raise ConnectionFailed("The backend of this drill fails at random.")


@define
class CountedLimiter(MemoryLimiter):
    name = "counted"

    waiting: int = field(default=0, kw_only=True)

    async def acquire(self, key: str, cost: int = 1) -> Permit:
        self.waiting += 1
        try:
            return await MemoryLimiter.acquire(self, key, cost)
        finally:
            self.waiting -= 1


@define
class CountedBreaker(MemoryBreaker):
    name = "counted"

    held: int = field(default=0, kw_only=True)

    async def acquire(self, name: str) -> object:
        permit = await MemoryBreaker.acquire(self, name)
        self.held += 1
        return permit

    async def release(self, permit: object, error: BaseException | None) -> None:
        self.held -= 1
        await MemoryBreaker.release(self, permit, error)


@define
class Drill:
    backend: Unsteady
    limiter: CountedLimiter
    breaker: CountedBreaker
    ended: Counter[str] = Factory(Counter)
    faults: list[str] = Factory(list)

    async def run(self, cancellations: int) -> None:
        stack = fake_places(self.backend, self.limiter, self.breaker, clock=SystemClock(), **SETTINGS)
        async with stack as places:
            start = time.monotonic()
            await self._storm(places, cancellations)
            print(f"{sum(self.ended.values()):,} queries in {time.monotonic() - start:.1f} s:", end=" ")
            print(", ".join(f"{name} {count:,}" for name, count in self.ended.most_common()))
            await self._check_leaks()
            await self._check_function(places)
        self._expect("tasks after closing", 0, len(asyncio.all_tasks()) - 1)

    async def _storm(self, places: Places, cancellations: int) -> None:
        async def caller() -> None:
            while self.ended["CancelledError"] < cancellations:
                await self._ask_and_leave(places)

        await asyncio.gather(*(caller() for _ in range(CALLERS)))

    async def _ask_and_leave(self, places: Places) -> None:
        """Ask one of many queries, and cancel it after a random time, often before it is answered."""
        query = asyncio.ensure_future(_ask(places))
        await asyncio.sleep(random.uniform(0, LONGEST))
        query.cancel()
        (outcome,) = await asyncio.gather(query, return_exceptions=True)
        self.ended[type(outcome).__name__] += 1

    async def _check_leaks(self) -> None:
        """Check that nothing is leaked; loads that have lost all their callers must end on their own."""
        start = time.monotonic()
        if others := asyncio.all_tasks() - {asyncio.current_task()}:
            await asyncio.wait(others, timeout=QUIET)
        print(f"idle after {time.monotonic() - start:.2f} s")
        self._expect("tasks", 0, len(asyncio.all_tasks()) - 1)
        self._expect("running calls", 0, self.backend.under_way)
        self._expect("limiter waits", 0, self.limiter.waiting)
        self._expect("breaker permits", 0, self.breaker.held)
        await asyncio.sleep(max(OPEN_FOR * 1.2, 1.2 * BURST / 500))
        self._expect("remaining limit", BURST, (await self.limiter.peek("fake")).remaining)

    async def _check_function(self, places: Places) -> None:
        """Check that the stack still works; a leaked probe or slot would keep it from doing so."""
        self.backend.healthy, self.backend.most = True, 0
        for number in range(PROBES):
            await places.search_text(f"probe {number}")
        self._expect("breaker", "closed", await self.breaker.state("fake"))
        await asyncio.gather(*(places.search_text(f"slot {number}") for number in range(CONCURRENT + 1)))
        self._expect("concurrent calls", CONCURRENT, self.backend.most)

    def _expect(self, what: str, expected: object, found: object) -> None:
        print(f"{'kept  ' if found == expected else 'BROKEN'}  {what}: {found} (expected {expected})")
        if found != expected:
            self.faults.append(what)


async def _ask(places: Places) -> object:
    """Ask a query that others may share, which continues for them, or a private one, which ends with us."""
    number = random.randrange(TEXTS)
    if random.random() < 0.5:
        return await places.search_text(f"coffee {number}")
    return await places.autocomplete(f"coffee {number}", session_token="drill")


@define
class Changes:
    """Counts the state changes of the breaker, which show that it was active."""

    count: int = 0

    def __call__(self, event: Event) -> None:
        self.count += 1


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--cancellations", type=int, default=10_000)
    options = parser.parse_args()
    clock, changes = SystemClock(), Changes()
    limiter, breaker = CountedLimiter.from_settings(LIMIT, clock), CountedBreaker(BREAKER, clock, changes)
    drill = Drill(Unsteady(clock), limiter, breaker)
    asyncio.run(drill.run(options.cancellations))
    print(f"the breaker changed its state {changes.count} times")
    return 1 if drill.faults else 0


if __name__ == "__main__":
    sys.exit(main())
