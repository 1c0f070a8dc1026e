"""Waiting for a rate limit in order of arrival."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

from attrs import Factory, define

from ..clock import Clock
from ..errors import RateLimited
from ..ports import Permit


Attempt = Callable[[int], Awaitable[Permit | float]]
"""Called with the cost queued in front; returns a permit if the call fits behind it, else the wait."""

_TOLERANCE = 0.01  # seconds by which timers and the network may have delayed those in front


@define(eq=False)
class _Waiter:
    cost: int
    first: asyncio.Event = Factory(asyncio.Event)
    """Set once nobody is in front."""


@define(eq=False)
class _Queue:
    waiters: deque[_Waiter] = Factory(deque)
    cost: int = 0

    def join(self, cost: int) -> _Waiter:
        waiter = _Waiter(cost)
        self.waiters.append(waiter)
        self.cost += cost
        return waiter

    def leave(self, waiter: _Waiter) -> None:
        self.waiters.remove(waiter)
        self.cost -= waiter.cost
        if self.waiters:
            self.waiters[0].first.set()


@define
class FairQueue:
    """Serves those who wait for the same key in order of arrival, each within `max_wait` seconds."""

    max_wait: float
    clock: Clock
    refusal: Callable[[str, float], RateLimited]
    """Makes the error for a key, given the seconds until a call would fit."""
    by_key: dict[str, _Queue] = Factory(dict)
    """A queue for each key that somebody waits for."""

    async def take(self, key: str, cost: int, attempt: Attempt) -> Permit:
        """Wait until `attempt` returns a permit; raises `RateLimited` where that would take too long."""
        queue = self.by_key.setdefault(key, _Queue())
        queued_cost = queue.cost
        waiter = queue.join(cost)
        try:
            return await self._wait(key, waiter, queued_cost, attempt)
        finally:
            queue.leave(waiter)
            if not queue.waiters:
                del self.by_key[key]

    async def _wait(self, key: str, waiter: _Waiter, queued_cost: int, attempt: Attempt) -> Permit:
        latest = self.clock.monotonic() + self.max_wait
        outcome = await attempt(queued_cost)
        if not isinstance(outcome, Permit):
            if outcome > self.max_wait:
                raise self.refusal(key, outcome)
            if queued_cost:
                await waiter.first.wait()
                outcome = await attempt(0)
        while not isinstance(outcome, Permit):
            if self.clock.monotonic() + outcome > latest + _TOLERANCE:
                raise self.refusal(key, outcome)
            await self.clock.sleep(outcome)
            outcome = await attempt(0)
        return outcome
