"""Bound how many calls are in flight at a backend, and how many wait."""

from __future__ import annotations

import asyncio

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
    _slots: asyncio.Semaphore = field(init=False)
    _waiting: int = field(init=False, default=0)

    def __attrs_post_init__(self) -> None:
        self._slots = asyncio.Semaphore(self.settings.concurrent)

    async def __call__(self, query: Query, proceed: Proceed) -> Answer:
        if self._slots.locked():
            await self._wait()
        else:
            await self._slots.acquire()
        try:
            return await proceed(query)
        finally:
            self._slots.release()

    async def _wait(self) -> None:
        left = time_to_wait()
        if self._waiting >= self.settings.queue or left <= 0:
            busy = f"{self.settings.concurrent} calls in flight and {self._waiting} waiting"
            raise RateLimited(f"{self.name} has {busy}; try again in a second.", retry_after=1.0)
        self._waiting += 1
        try:
            async with self.clock.timeout(left):
                await self._slots.acquire()
        except TimeoutError as error:
            raise Timeout(f"{self.name} had no free slot within {left:.3g} s.") from error
        finally:
            self._waiting -= 1
