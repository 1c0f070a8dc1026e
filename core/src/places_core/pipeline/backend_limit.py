"""Limit the rate of calls to one backend."""

from __future__ import annotations

from attrs import define

from ..answer import Answer
from ..models import Query
from . import Proceed
from .failover_limiter import FailoverLimiter
from .load_context import refreshing


@define
class BackendLimit:
    limiter: FailoverLimiter
    name: str

    async def __call__(self, query: Query, proceed: Proceed) -> Answer:
        if refreshing.get():  # at four times the price, refreshes get a quarter of the permits
            await self.limiter.acquire(f"refresh:{self.name}", cost=min(4, self.limiter.highest_cost))
        await self.limiter.acquire(self.name)
        return await proceed(query)
