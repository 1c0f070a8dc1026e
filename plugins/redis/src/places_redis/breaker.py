"""The breaker provider `redis`: a circuit that one process opens is open for all."""

from __future__ import annotations

import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Self

from attrs import define, frozen
from redis.exceptions import RedisError

from places_core.algorithms import CircuitBreaker
from places_core.clock import Clock
from places_core.ports import Breaker, BreakerState, Context
from places_core.telemetry import FaultMonitor

from .multiplexer import Multiplexer, RedisDown, shared_multiplexer
from .settings import RedisSettings


@frozen
class _Permit:
    name: str
    local: object


@define(eq=False)
class RedisBreaker(Breaker):
    """Judges by the calls of this process, and heeds the others; without Redis it judges alone.

    Each process probes for itself once the time has passed; a failed probe opens it for all again.
    """

    name = "redis"
    Settings = RedisSettings

    local: CircuitBreaker
    redis: Multiplexer
    prefix: str
    clock: Clock
    monitor: FaultMonitor

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: RedisSettings, context: Context) -> AsyncIterator[Self]:
        local = CircuitBreaker(context.config.breaker, context.clock, context.report)
        monitor = FaultMonitor("breaker.redis", context.report)
        async with shared_multiplexer(settings, context) as redis:
            yield cls(local, redis, f"{settings.namespace}:breaker:", context.clock, monitor)

    async def acquire(self, name: str) -> object:
        await self._sync(name)
        return _Permit(name, await self.local.acquire(name))

    async def release(self, permit: object, error: BaseException | None) -> None:
        assert isinstance(permit, _Permit)  # noqa: S101
        name, before = permit.name, self.local.left(permit.name)
        await self.local.release(permit.local, error)
        left = self.local.left(name)
        if left > before:
            await self._publish(name, left)

    async def state(self, name: str) -> BreakerState:
        await self._sync(name)
        return await self.local.state(name)

    async def _sync(self, name: str) -> None:
        """Open the circuit here if it is open elsewhere."""
        if self.local.left(name) > 0:
            return
        try:
            until = await self.redis.ask("GET", self.prefix + name)
        except (RedisDown, RedisError) as error:
            self.monitor.failed(error)
            return
        self.monitor.worked()
        left = float(until or 0) - self.clock.time()
        if left > 0:
            self.local.trip(name, left, "opened by another process")

    async def _publish(self, name: str, left: float) -> None:
        until = repr(self.clock.time() + left)
        try:
            await self.redis.ask("SET", self.prefix + name, until, "PX", math.ceil(left * 1000))
        except (RedisDown, RedisError) as error:
            self.monitor.failed(error)
