"""Do not call a backend whose circuit is open."""

from __future__ import annotations

import asyncio

from attrs import define

from ..answer import Answer
from ..errors import CircuitOpen
from ..models import Query
from ..ports import Breaker
from ..telemetry.fault_monitor import FaultMonitor
from . import Proceed
from .load_context import load


@define
class CircuitBreakerStage:
    breaker: Breaker
    name: str
    monitor: FaultMonitor

    async def __call__(self, query: Query, proceed: Proceed) -> Answer:
        try:
            permit = await self.breaker.acquire(self.name)
        except CircuitOpen:
            raise
        except Exception as error:  # noqa: BLE001 - without a breaker the call goes on
            self.monitor.failed(error)
            return await proceed(query)
        try:
            answer = await proceed(query)
        except BaseException as error:
            await self._release(permit, asyncio.CancelledError() if load.get().cut_short else error)
            raise
        await self._release(permit, None)
        return answer

    async def _release(self, permit: object, error: BaseException | None) -> None:
        try:
            await self.breaker.release(permit, error)
        except Exception as fault:  # noqa: BLE001 - without a breaker the call goes on
            self.monitor.failed(fault)
        else:
            self.monitor.worked()
