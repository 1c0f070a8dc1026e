"""Waiting for a rate limit in order of arrival."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

from attrs import Factory, define

from ..clock import Clock
from ..deadline import time_to_wait
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
    """Serves those who wait for the same key in order of arrival.

    Each waits for at most `max_wait` seconds, and none beyond the deadline of its query.
    """

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
        longest = min(self.max_wait, time_to_wait())
        latest = self.clock.monotonic() + longest
        outcome = await attempt(queued_cost)
        if isinstance(outcome, Permit):
            return outcome
        if outcome > longest:
            raise self.refusal(key, outcome)
        if queued_cost:
            await self._come_first(key, waiter, longest, outcome)
            outcome = await attempt(0)
        while not isinstance(outcome, Permit):
            if self.clock.monotonic() + outcome > latest + _TOLERANCE:
                raise self.refusal(key, outcome)
            await self.clock.sleep(outcome)
            outcome = await attempt(0)
        return outcome

    async def _come_first(self, key: str, waiter: _Waiter, longest: float, expected: float) -> None:
        """Wait for those in front, who may be held up by a store that hangs."""
        try:
            async with self.clock.timeout(longest + _TOLERANCE):
                await waiter.first.wait()
        except TimeoutError as error:
            raise self.refusal(key, expected) from error
