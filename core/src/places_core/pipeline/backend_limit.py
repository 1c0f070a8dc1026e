"""Limit the rate of calls to one backend."""

from __future__ import annotations

from attrs import define, field

from ..algorithms.rate_limiter import RateLimiter
from ..algorithms.rate_limits import Bucket
from ..algorithms.rates import Rate
from ..answer import Answer
from ..models import Query
from . import Proceed
from .failover_limiter import FailoverLimiter
from .load_context import refreshing


_PRICE = 4  # of a refresh: at four times the price, refreshes get a quarter of the permits


@define
class BackendLimit:
    limiter: FailoverLimiter
    name: str
    _spacing: RateLimiter | None = field(init=False, default=None)
    """Keeps the refreshes of this process apart where the burst is too low for a higher price."""

    def __attrs_post_init__(self) -> None:
        limits = self.limiter.substitute
        if limits.highest_cost < _PRICE:
            seconds = _PRICE * limits.span / limits.highest_cost
            rate = Rate(1, seconds, 1, f"one refresh in {seconds:.3g} s")
            self._spacing = RateLimiter((rate,), Bucket, 0.0, limits.clock)

    async def __call__(self, query: Query, proceed: Proceed) -> Answer:
        if refreshing.get():
            key = f"refresh:{self.name}"
            if self._spacing:
                await self._spacing.acquire(key)
            await self.limiter.acquire(key, cost=min(_PRICE, self.limiter.substitute.highest_cost))
        await self.limiter.acquire(self.name)
        return await proceed(query)
