"""Do not call a backend whose circuit is open."""

from __future__ import annotations

import asyncio
import contextlib

from attrs import define

from ..answer import Answer
from ..models import Query
from ..ports import Breaker
from . import Proceed
from .load_context import load
from .watchdog import PartDown, Watchdog


@define
class CircuitBreakerStage:
    breaker: Breaker
    name: str
    monitor: Watchdog

    async def __call__(self, query: Query, proceed: Proceed) -> Answer:
        try:
            permit = await self.monitor.ask(self.breaker.acquire, self.name)
        except PartDown:
            return await proceed(query)
        try:
            answer = await proceed(query)
        except BaseException as error:
            await self._release(permit, asyncio.CancelledError() if load.get().cut_short else error)
            raise
        await self._release(permit, None)
        return answer

    async def _release(self, permit: object, error: BaseException | None) -> None:
        with contextlib.suppress(PartDown):
            await self.monitor.ask(self.breaker.release, permit, error, always=True)
