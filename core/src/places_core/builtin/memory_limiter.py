"""The limiter provider `memory`: token bucket or sliding window, within this process."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Self

from attrs import Factory, define, field

from ..clock import Clock
from ..errors import RateLimited
from ..ports import Context, Limiter, NoSettings, Permit
from ..settings import LimiterSettings
from .counters import Bucket, Counter, Window, counter
from .rates import Rate, check_cost, parse_rates, refusal
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
    _now: Callable[[], float] = field(init=False)
    _turns: Turns = field(init=False)
    _recent: dict[str, Counter] = Factory(dict)
    _older: dict[str, Counter] = Factory(dict)
    """What was not used since half of the keys changed; used keys return to the recent ones."""

    def __attrs_post_init__(self) -> None:
        self._now = self.clock.monotonic
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
        return counter(self.rates, self.kind).span

    def charge(self, key: str) -> None:
        """Count a call that somebody else has let pass."""
        self._counter(key).take(self._now(), 1)

    async def acquire(self, key: str, cost: int = 1) -> Permit:
        if cost != 1:
            check_cost(cost)
        counted = self._recent.get(key) or self._counter(key)
        if key not in self._turns.lines:
            outcome = counted.attempt(self._now(), cost)
            if isinstance(outcome, Permit):
                return outcome
            if outcome > self.max_wait:
                raise self._refusal(key, outcome)

        async def attempt(ahead: int) -> Permit | float:
            return self._counter(key).attempt(self._now(), cost, ahead)

        return await self._turns.take(key, cost, attempt)

    async def peek(self, key: str) -> Permit:
        return self._counter(key).permit(self._now())

    async def reset(self, key: str) -> None:
        self._recent.pop(key, None)
        self._older.pop(key, None)

    def _refusal(self, key: str, wait: float) -> RateLimited:
        return refusal(self.rates, key, wait)

    def _counter(self, key: str) -> Counter:
        counted = self._recent.get(key)
        if counted is None:
            counted = self._older.pop(key, None) or counter(self.rates, self.kind)
            if len(self._recent) >= MAX_KEYS // 2:
                self._older, self._recent = self._recent, {}
            self._recent[key] = counted
        return counted
