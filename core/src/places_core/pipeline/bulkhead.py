"""Bound how many calls are in flight at a backend, and how many wait."""

from __future__ import annotations

import asyncio
from collections import deque

from attrs import define, field

from ..answer import Answer
from ..clock import Clock
from ..deadline import time_to_wait
from ..errors import RateLimited, Timeout
from ..models import Query
from ..settings import BulkheadSettings
from . import Proceed


@define
class Bulkhead:
    """Serves those who wait in order of arrival."""

    settings: BulkheadSettings
    name: str
    clock: Clock
    _free: int = field(init=False)
    _waiting: deque[asyncio.Future[None]] = field(init=False, factory=deque)

    def __attrs_post_init__(self) -> None:
        self._free = self.settings.concurrent

    async def __call__(self, query: Query, proceed: Proceed) -> Answer:
        if self._free:
            self._free -= 1
        else:
            await self._wait()
        try:
            return await proceed(query)
        finally:
            self._release()

    def _release(self) -> None:
        """Hand the slot to whoever has waited longest; while somebody waits, none is free."""
        if self._waiting:
            self._waiting.popleft().set_result(None)
        else:
            self._free += 1

    async def _wait(self) -> None:
        left = time_to_wait()
        if len(self._waiting) >= self.settings.queue or left <= 0:
            busy = f"{self.settings.concurrent} calls in flight and {len(self._waiting)} waiting"
            raise RateLimited(f"{self.name} has {busy}; try again in a second.", retry_after=1.0)
        slot = asyncio.get_running_loop().create_future()
        self._waiting.append(slot)
        try:
            async with self.clock.timeout(left):
                await asyncio.wait([slot])
        except BaseException as error:
            if slot.done():
                self._release()
            else:
                self._waiting.remove(slot)
            if isinstance(error, TimeoutError):
                raise Timeout(f"{self.name} had no free slot within {left:.3g} s.") from error
            raise
