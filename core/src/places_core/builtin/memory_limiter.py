"""The limiter provider `memory`: token bucket or sliding window, within this process."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Self

from attrs import Factory, define, field

from ..clock import Clock
from ..errors import RateLimited
from ..ports import Context, Limiter, NoSettings, Permit
from ..settings import LimiterSettings
from .rates import Bucket, Rate, Window, check_cost, parse_rates, refusal
from .turns import Turns


MAX_KEYS = 100_000


@define
class MemoryLimiter(Limiter):
    """Counts in this process; each call costs the same however many keys there are."""

    name = "memory"

    rates: tuple[Rate, ...]
    kind: type[Bucket | Window]
    max_wait: float
    clock: Clock
    _counters: OrderedDict[str, tuple[Bucket | Window, ...]] = Factory(OrderedDict)
    _turns: Turns = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._turns = Turns(self.max_wait, self.clock, self._refusal)

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: NoSettings, context: Context) -> AsyncIterator[Self]:
        yield cls.made(context.config.limiter, context.clock)

    @classmethod
    def made(cls, settings: LimiterSettings, clock: Clock) -> Self:
        """Make a limiter that needs neither opening nor closing."""
        kind = Bucket if settings.algorithm == "token-bucket" else Window
        return cls(parse_rates(settings), kind, settings.max_wait, clock)

    @property
    def span(self) -> float:
        """How many seconds it takes at most until a limit is whole again."""
        return max(self.kind(rate).span for rate in self.rates)

    def charge(self, key: str) -> None:
        """Count a call that somebody else has let pass."""
        self._take(key, self.clock.monotonic(), 1)

    async def acquire(self, key: str, cost: int = 1) -> Permit:
        check_cost(cost)
        if key not in self._turns:
            outcome = self._try(key, cost)
            if isinstance(outcome, Permit):
                return outcome
            if outcome > self.max_wait:
                raise self._refusal(key, outcome)

        async def attempt(ahead: int) -> Permit | float:
            return self._try(key, cost, ahead)

        return await self._turns.take(key, cost, attempt)

    async def peek(self, key: str) -> Permit:
        return self._permit(self._counters_of(key), self.clock.monotonic())

    async def reset(self, key: str) -> None:
        self._counters.pop(key, None)

    def _try(self, key: str, cost: int, ahead: int = 0) -> Permit | float:
        now = self.clock.monotonic()
        wait = max(counter.wait(now, cost, ahead) for counter in self._counters_of(key))
        return wait or self._take(key, now, cost)

    def _take(self, key: str, now: float, cost: int) -> Permit:
        counters = self._counters_of(key)
        for counter in counters:
            counter.take(now, cost)
        return self._permit(counters, now)

    def _permit(self, counters: tuple[Bucket | Window, ...], now: float) -> Permit:
        tightest = min(counters, key=lambda counter: counter.left(now))
        return Permit(tightest.limit, tightest.left(now), tightest.whole_after(now))

    def _refusal(self, key: str, wait: float) -> RateLimited:
        return refusal(self.rates, key, wait)

    def _counters_of(self, key: str) -> tuple[Bucket | Window, ...]:
        counters = self._counters.get(key)
        if counters is not None:
            self._counters.move_to_end(key)
            return counters
        counters = self._counters[key] = tuple(self.kind(rate) for rate in self.rates)
        if len(self._counters) > MAX_KEYS:
            self._counters.popitem(last=False)
        return counters
