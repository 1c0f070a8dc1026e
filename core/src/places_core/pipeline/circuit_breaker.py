"""Do not call a backend whose circuit is open."""

from __future__ import annotations

import asyncio

from attrs import define, field

from ..answer import Answer
from ..errors import RateLimited, Timeout
from ..models import Query
from ..ports import Breaker
from . import Proceed
from .load_context import load
from .watchdog import PartDown, Watchdog


_NO_VERDICT = asyncio.CancelledError("the call had too little time to say anything about the backend")


@define
class CircuitBreakerStage:
    breaker: Breaker
    name: str
    monitor: Watchdog
    slow_after: float = 0.0
    """After how many seconds a call counts as a failure; 0 for never."""
    _admitting: str = field(init=False)
    _judging: str = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._admitting, self._judging = f"admit calls to {self.name}", f"judge calls to {self.name}"

    async def __call__(self, query: Query, proceed: Proceed) -> Answer:
        try:
            permit = await self.monitor.ask(self.breaker.acquire, self.name, operation=self._admitting)
        except PartDown:
            return await proceed(query)
        try:
            answer = await proceed(query)
        except BaseException as error:
            await self._release(permit, _NO_VERDICT if load.get().cut_short else error)
            raise
        await self._release(permit, None)
        return answer

    async def _release(self, permit: object, error: BaseException | None) -> None:
        verdict = self._verdict(error) if self.slow_after else error
        try:
            await self.monitor.ask(
                self.breaker.release, permit, verdict, always=True, operation=self._judging
            )
        except PartDown:
            return

    def _verdict(self, error: BaseException | None) -> BaseException | None:
        """Return what the breaker is told: a call that was too slow has failed, even if it was answered."""
        context = load.get()
        seconds, context.call_seconds = context.call_seconds, 0.0
        if seconds > self.slow_after and not isinstance(error, asyncio.CancelledError | RateLimited):
            return Timeout(f"{self.name} took {seconds:.3g} s.")
        return error
