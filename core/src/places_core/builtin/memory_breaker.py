"""The breaker provider `memory`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Self

from attrs import define

from ..algorithms.circuit import CircuitBreaker
from ..ports import Breaker, Context, NoSettings


@define
class MemoryBreaker(CircuitBreaker, Breaker):
    """Judges backends by the calls of this process."""

    name = "memory"
    in_process = True

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: NoSettings, context: Context) -> AsyncIterator[Self]:
        yield cls(context.config.breaker, context.clock, context.report)
