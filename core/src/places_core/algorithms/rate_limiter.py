"""Rate limits for any number of keys, within this process."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Self

from attrs import Factory, define, field

from ..clock import Clock
from ..errors import RateLimited
from ..ports import Permit
from ..settings import LimiterSettings
from .fair_queue import FairQueue
from .rate_limits import Bucket, RateLimit, Window, rate_limit
from .rates import Rate, check_cost, parse_rates, refusal


MAX_KEYS = 100_000
_MUCH = 0.5  # of a limit
_SPARED = 4  # limits for each that is forgotten, on average
_MOST_SPARED = 5_000  # limits at once, which takes a few milliseconds


@define
class RateLimiter:
    """A rate limit for each key; a call costs the same however many keys there are."""

    rates: tuple[Rate, ...]
    kind: type[Bucket | Window]
    max_wait: float
    clock: Clock
    _now: Callable[[], float] = field(init=False)
    _queues: FairQueue = field(init=False)
    _much: float = field(init=False)
    _limits: OrderedDict[str, RateLimit] = Factory(OrderedDict)
    """In the order in which they may be forgotten."""
    _sparable: int = field(init=False, default=_MOST_SPARED)
    """How many limits that are much used need not be forgotten at the moment."""

    def __attrs_post_init__(self) -> None:
        self._now = self.clock.monotonic
        self._much = max(_MUCH, 1 / self.highest_cost)  # a key that has called once is not spared
        self._queues = FairQueue(self.max_wait, self.clock, self._refusal)

    @classmethod
    def from_settings(cls, settings: LimiterSettings, clock: Clock) -> Self:
        kind = Bucket if settings.algorithm == "token-bucket" else Window
        return cls(parse_rates(settings), kind, settings.max_wait, clock)

    @property
    def span(self) -> float:
        """The most seconds until a used-up limit is whole again."""
        return rate_limit(self.rates, self.kind).span

    @property
    def highest_cost(self) -> int:
        """The most that a call can cost and still pass."""
        return min(rate.burst if self.kind is Bucket else rate.amount for rate in self.rates)

    def charge(self, key: str, cost: int = 1) -> None:
        """Count a call that another limiter has let pass."""
        self._limit_of(key).take(self._now(), cost)

    async def acquire(self, key: str, cost: int = 1) -> Permit:
        if cost != 1:
            check_cost(cost)
        limit = self._limits.get(key) or self._limit_of(key)
        if key not in self._queues.by_key:
            outcome = limit.attempt(self._now(), cost)
            if isinstance(outcome, Permit):
                return outcome
            if outcome > self.max_wait:
                raise self._refusal(key, outcome)

        async def attempt(queued_cost: int) -> Permit | float:
            return self._limit_of(key).attempt(self._now(), cost, queued_cost)

        return await self._queues.take(key, cost, attempt)

    async def peek(self, key: str) -> Permit:
        return self._limit_of(key).permit(self._now())

    async def reset(self, key: str) -> None:
        self._limits.pop(key, None)

    def _refusal(self, key: str, wait: float) -> RateLimited:
        if key in self._limits:
            self._limits.move_to_end(key)
        return refusal(self.rates, key, wait)

    def _limit_of(self, key: str) -> RateLimit:
        limit = self._limits.get(key)
        if limit is None:
            if len(self._limits) >= MAX_KEYS:
                self._make_room()
            limit = self._limits[key] = rate_limit(self.rates, self.kind)
        return limit

    def _make_room(self) -> None:
        """Forget the oldest limit, or if much of it is used, the next; what is spared moves to the end.

        So a flood of other keys frees none that is used up, as long as few of the oldest are.
        """
        now, limits = self._now(), self._limits
        self._sparable = min(self._sparable + _SPARED, _MOST_SPARED)
        while self._sparable and limits[key := next(iter(limits))].used(now) > self._much:
            limits.move_to_end(key)
            self._sparable -= 1
        limits.popitem(last=False)
