"""The breaker provider `redis`: a circuit that one process opens is open for all."""

from __future__ import annotations

import math
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Self
from uuid import uuid4

from attrs import Factory, define, frozen

from places_core.algorithms import CircuitBreaker
from places_core.ports import Breaker, BreakerState, Context
from places_core.telemetry import FaultMonitor

from .multiplexer import Multiplexer, shared_multiplexer
from .settings import RedisSettings


_OPENING = re.compile(rb"open:[0-9a-f]{32}")


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
    monitor: FaultMonitor
    _heeded: dict[str, bytes] = Factory(dict)
    """The opening of each circuit that was last heeded here: each is heeded once."""

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: RedisSettings, context: Context) -> AsyncIterator[Self]:
        local = CircuitBreaker(context.config.breaker, context.clock, context.report)
        monitor = FaultMonitor("breaker.redis", context.report)
        async with shared_multiplexer(settings, context) as redis:
            yield cls(local, redis, f"{settings.namespace}:breaker:", monitor)

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

    def left(self, name: str) -> float:
        return self.local.left(name)

    async def _sync(self, name: str) -> None:
        """Open the circuit here if another process has opened it since we last looked."""
        if self.local.left(name) > 0:
            return
        try:
            opening = await self.redis.ask("GET", self.prefix + name)
            if opening is not None and opening != self._heeded.get(name) and _OPENING.fullmatch(opening):
                self._heed(name, opening, await self.redis.ask("PTTL", self.prefix + name))
        except Exception as error:  # noqa: BLE001 - whatever the server says, this process judges
            self.monitor.failed(error)
        else:
            self.monitor.worked()

    def _heed(self, name: str, opening: bytes, milliseconds: int) -> None:
        if milliseconds > 0 and opening != self._heeded.get(name):
            self._heeded[name] = opening
            self.local.trip(name, milliseconds / 1000, "opened by another process")

    async def _publish(self, name: str, left: float) -> None:
        """Open the circuit for all: how long is a matter of the server's time, whatever our clocks say."""
        opening = b"open:" + uuid4().hex.encode()
        self._heeded[name] = opening
        try:
            await self.redis.ask("SET", self.prefix + name, opening, "PX", math.ceil(left * 1000))
        except Exception as error:  # noqa: BLE001 - whatever the server says, this process judges
            self.monitor.failed(error)
