"""The limiter provider `memory`: token bucket or sliding window, within this process."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Self

from attrs import Factory, define

from ..clock import Clock
from ..errors import InvalidRequest, RateLimited
from ..ports import Context, Limiter, NoSettings, Permit
from ..settings import LimiterSettings
from .rates import Bucket, Rate, Window, parse_rates


MAX_KEYS = 100_000


@define
class _Queue:
    """Those who wait for one key, in the order in which they came."""

    turn: asyncio.Lock = Factory(asyncio.Lock)
    cost: int = 0


@define
class MemoryLimiter(Limiter):
    """Counts in this process; each call costs the same however many keys there are."""

    name = "memory"

    rates: tuple[Rate, ...]
    kind: type[Bucket | Window]
    max_wait: float
    clock: Clock
    _counters: OrderedDict[str, tuple[Bucket | Window, ...]] = Factory(OrderedDict)
    _queues: dict[str, _Queue] = Factory(dict)

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: NoSettings, context: Context) -> AsyncIterator[Self]:
        yield cls.made(context.config.limiter, context.clock)

    @classmethod
    def made(cls, settings: LimiterSettings, clock: Clock) -> Self:
        """Make a limiter that needs neither opening nor closing."""
        kind = Bucket if settings.algorithm == "token-bucket" else Window
        return cls(parse_rates(settings), kind, settings.max_wait, clock)

    async def acquire(self, key: str, cost: int = 1) -> Permit:
        if type(cost) is not int or cost < 1:
            raise InvalidRequest("cost", cost, "a whole number of at least 1")
        queue = self._queues.get(key)
        now = self.clock.monotonic()
        wait = self._wait(key, now, cost, ahead=queue.cost if queue else 0)
        if wait == 0 and queue is None:
            return self._take(key, now, cost)
        if wait > self.max_wait:
            raise self._refusal(key, wait)
        return await self._in_turn(key, cost)

    async def peek(self, key: str) -> Permit:
        return self._permit(self._counters_of(key), self.clock.monotonic())

    async def reset(self, key: str) -> None:
        self._counters.pop(key, None)

    async def _in_turn(self, key: str, cost: int) -> Permit:
        queue = self._queues.setdefault(key, _Queue())
        queue.cost += cost
        try:
            async with queue.turn:
                while wait := self._wait(key, self.clock.monotonic(), cost):
                    await self.clock.sleep(wait)
                return self._take(key, self.clock.monotonic(), cost)
        finally:
            queue.cost -= cost
            if queue.cost == 0:
                del self._queues[key]

    def _wait(self, key: str, now: float, cost: int, ahead: int = 0) -> float:
        return max(counter.wait(now, cost, ahead) for counter in self._counters_of(key))

    def _take(self, key: str, now: float, cost: int) -> Permit:
        counters = self._counters_of(key)
        for counter in counters:
            counter.take(now, cost)
        return self._permit(counters, now)

    def _permit(self, counters: tuple[Bucket | Window, ...], now: float) -> Permit:
        tightest = min(counters, key=lambda counter: counter.left(now))
        return Permit(tightest.limit, tightest.left(now), tightest.whole_after(now))

    def _refusal(self, key: str, wait: float) -> RateLimited:
        limits = " and ".join(rate.text for rate in self.rates)
        return RateLimited(
            f"The limit of {limits} for {key} is reached; try again in {wait:.3g} s.", retry_after=wait
        )

    def _counters_of(self, key: str) -> tuple[Bucket | Window, ...]:
        counters = self._counters.get(key)
        if counters is None:
            counters = self._counters[key] = tuple(self.kind(rate) for rate in self.rates)
            if len(self._counters) > MAX_KEYS:
                self._counters.popitem(last=False)
        return counters
