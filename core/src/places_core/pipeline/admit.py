"""Let no caller ask for more than its share."""

from __future__ import annotations

from contextvars import ContextVar

from attrs import define

from ..models import Answer, Query
from . import Proceed
from .limiter import Gate


caller: ContextVar[str | None] = ContextVar("caller", default=None)
"""Who asks, where the adapter knows; nobody in particular is not limited."""


@define
class Admit:
    gate: Gate

    async def __call__(self, query: Query, proceed: Proceed) -> Answer:
        who = caller.get()
        if who is not None:
            await self.gate.acquire(f"caller:{who}")
        return await proceed(query)
