"""The limiter provider `memory`: token bucket or sliding window."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Self

from attrs import define

from ..algorithms.rate_limiter import RateLimiter
from ..ports import Context, Limiter, NoSettings


@define
class MemoryLimiter(RateLimiter, Limiter):
    """Limits the calls of this process."""

    name = "memory"
    in_process = True

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: NoSettings, context: Context) -> AsyncIterator[Self]:
        yield cls.from_settings(context.config.limiter, context.clock)
