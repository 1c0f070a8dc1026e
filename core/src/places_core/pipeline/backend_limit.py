"""Limit the rate of calls to one backend."""

from __future__ import annotations

from attrs import define

from ..answer import Answer
from ..models import Query
from . import Proceed
from .failover_limiter import FailoverLimiter


@define
class BackendLimit:
    limiter: FailoverLimiter
    name: str

    async def __call__(self, query: Query, proceed: Proceed) -> Answer:
        await self.limiter.acquire(self.name)
        return await proceed(query)
