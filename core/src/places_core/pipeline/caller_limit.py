"""Limit the rate of queries from one caller."""

from __future__ import annotations

from contextvars import ContextVar

from attrs import define

from ..answer import Answer
from ..models import Query
from . import Proceed
from .failover_limiter import FailoverLimiter


caller: ContextVar[str | None] = ContextVar("caller", default=None)
"""Who asks, where the adapter knows; an unknown caller is not limited."""


@define
class CallerLimit:
    limiter: FailoverLimiter

    async def __call__(self, query: Query, proceed: Proceed) -> Answer:
        who = caller.get()
        if who is not None:
            await self.limiter.acquire(f"caller:{who}")
        return await proceed(query)
