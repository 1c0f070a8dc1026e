"""Waiting for a limit, in fair order."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

from attrs import Factory, define

from ..clock import Clock
from ..errors import RateLimited
from ..ports import Permit


Attempt = Callable[[int], Awaitable[Permit | float]]
"""Is told the cost of those in front; takes what is wanted where that fits behind them, or gives the wait."""

_LATE = 0.01  # seconds by which timers and the network may have delayed those in front


@define(eq=False)
class _Place:
    cost: int
    first: asyncio.Event = Factory(asyncio.Event)


@define(eq=False)
class _Line:
    places: deque[_Place] = Factory(deque)
    cost: int = 0

    def join(self, cost: int) -> _Place:
        place = _Place(cost)
        self.places.append(place)
        self.cost += cost
        return place

    def leave(self, place: _Place) -> None:
        self.places.remove(place)
        self.cost -= place.cost
        if self.places:
            self.places[0].first.set()


@define
class Turns:
    """Lets those who want the same key pass in the order of coming, each within `max_wait` seconds."""

    max_wait: float
    clock: Clock
    refusal: Callable[[str, float], RateLimited]
    """Makes the error for a key, with the seconds until a call would fit."""
    lines: dict[str, _Line] = Factory(dict)
    """Those who stand in line, by the key that they want; where nobody does, there is no line."""

    async def take(self, key: str, cost: int, attempt: Attempt) -> Permit:
        """Stand in line until `attempt` gives a permit, or raise `RateLimited` where that takes too long."""
        line = self.lines.setdefault(key, _Line())
        ahead = line.cost
        place = line.join(cost)
        try:
            return await self._stand(key, place, ahead, attempt)
        finally:
            line.leave(place)
            if not line.places:
                del self.lines[key]

    async def _stand(self, key: str, place: _Place, ahead: int, attempt: Attempt) -> Permit:
        latest = self.clock.monotonic() + self.max_wait
        outcome = await attempt(ahead)
        if not isinstance(outcome, Permit):
            if outcome > self.max_wait:
                raise self.refusal(key, outcome)
            if ahead:
                await place.first.wait()
                outcome = await attempt(0)
        while not isinstance(outcome, Permit):
            if self.clock.monotonic() + outcome > latest + _LATE:
                raise self.refusal(key, outcome)
            await self.clock.sleep(outcome)
            outcome = await attempt(0)
        return outcome
