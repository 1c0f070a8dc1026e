"""A clock that moves only when it is told to."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count

from attrs import Factory, define

from ..clock import Clock


_ROUNDS = 25  # turns of the event loop, enough for what woke up to finish before time moves on


@define(eq=False)
class FakeClock(Clock):
    """Time that passes only by `advance`; with `auto=True`, a sleep moves it and returns at once.

    `slept` lists all sleeps, in seconds.
    """

    now: float = 1_000_000.0
    auto: bool = False
    slept: list[float] = Factory(list)
    _alarms: list[tuple[float, int, asyncio.Future[None]]] = Factory(list)
    _order: count[int] = Factory(count)

    def time(self) -> float:
        return self.now

    def monotonic(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        if self.auto:
            self.now += max(0.0, seconds)
            await asyncio.sleep(0)
        elif seconds > 0:
            await self._alarm(self.now + seconds)
        else:
            await asyncio.sleep(0)

    @asynccontextmanager
    async def timeout(self, seconds: float) -> AsyncIterator[None]:
        loop = asyncio.get_running_loop()
        alarm = self._alarm(self.now + seconds)
        async with asyncio.timeout(None if seconds > 0 else -1) as limit:

            def ring(alarm: asyncio.Future[None]) -> None:
                if not alarm.cancelled():
                    limit.reschedule(loop.time())

            alarm.add_done_callback(ring)
            try:
                yield
            finally:
                alarm.cancel()

    async def advance(self, seconds: float) -> None:
        """Let `seconds` pass, and all that wakes up on the way run."""
        end = self.now + seconds
        await _settle()
        while self._alarms and self._alarms[0][0] <= end:
            when, _, alarm = heapq.heappop(self._alarms)
            self.now = max(self.now, when)
            if not alarm.done():
                alarm.set_result(None)
                await _settle()
        self.now = end
        await _settle()

    def _alarm(self, when: float) -> asyncio.Future[None]:
        alarm = asyncio.get_running_loop().create_future()
        heapq.heappush(self._alarms, (when, next(self._order), alarm))
        return alarm


async def _settle() -> None:
    for _ in range(_ROUNDS):
        await asyncio.sleep(0)
