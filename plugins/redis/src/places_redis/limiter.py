"""The limiter provider `redis`: limits shared by all processes."""

from __future__ import annotations

import math
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Self

from attrs import define, field

from places_core.algorithms import FairQueue, check_cost, refusal
from places_core.clock import Clock
from places_core.errors import RateLimited
from places_core.ports import Context, Limiter, Permit

from .multiplexer import Multiplexer, shared_multiplexer
from .scripts import TICKS, Count
from .settings import RedisSettings


@define(eq=False)
class RedisLimiter(Limiter):
    """Token bucket or sliding window; within a process, waiters are served in order of arrival."""

    name = "redis"
    Settings = RedisSettings

    count: Count
    redis: Multiplexer
    prefix: str
    max_wait: float
    clock: Clock
    _queues: FairQueue = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._queues = FairQueue(self.max_wait, self.clock, self._refusal)

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: RedisSettings, context: Context) -> AsyncIterator[Self]:
        limits = context.config.limiter
        async with shared_multiplexer(settings, context) as redis:
            # Not `sliding-window`: earlier versions keep sorted sets there, which no script here could read.
            kind = "token-bucket" if limits.algorithm == "token-bucket" else "window"
            yield cls(
                Count.of(limits), redis, f"{settings.namespace}:limit:{kind}:", limits.max_wait, context.clock
            )

    async def acquire(self, key: str, cost: int = 1) -> Permit:
        check_cost(cost)
        if self.max_wait > 0:
            return await self._queues.take(key, cost, partial(self._attempt, key, cost))
        outcome = await self._attempt(key, cost, 0)
        if isinstance(outcome, Permit):
            return outcome
        raise self._refusal(key, outcome)

    async def peek(self, key: str) -> Permit:
        return self.count.permit(await self._run(key, 0, 0, "0"))

    async def reset(self, key: str) -> None:
        await self.redis.ask("UNLINK", self._name(key))

    async def warning(self) -> str:
        if policies := ", ".join(sorted(await self.redis.evictions())):
            return f"the server may evict counts, as its maxmemory-policy is {policies}; set it to noeviction"
        return ""

    async def _attempt(self, key: str, cost: int, ahead: int) -> Permit | float:
        if cost > min(self.count.limits):
            return math.inf
        reply = await self._run(key, cost, ahead, "1")
        if reply[0] <= 0:
            return self.count.permit(reply)
        # The server's clock has microseconds: a wait below one could end too early.
        return math.ceil(reply[0] / 10) * 10 / TICKS

    async def _run(self, key: str, cost: int, ahead: int, take: str) -> Sequence[int]:
        count = self.count
        reply: Sequence[int] = await count.script.run(
            self.redis, self._name(key), cost, ahead, take, *count.arguments
        )
        return reply

    def _name(self, key: str) -> bytes:
        """Encode the name of a key; one that UTF-8 lacks would fail all commands it travels with."""
        return (self.prefix + key).encode(errors="surrogatepass")

    def _refusal(self, key: str, wait: float) -> RateLimited:
        return refusal(self.count.rates, key, wait)
