"""Rate limits for any number of keys, within this process."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
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
_OLDEST = 4  # the part of all limits, a quarter, among which those to forget are chosen
_SAMPLE = 1_000  # of the oldest, spread evenly: to look at all of them would hold the event loop up for 50 ms
_FORGOTTEN = 750  # of a sample, so that there is room for as many keys before the next
_LEVELS = 8  # of use; of a sample on one level, the one that was made or refused first is forgotten first


@define
class RateLimiter:
    """A rate limit for each key; a call costs the same however many keys there are."""

    rates: tuple[Rate, ...]
    kind: type[Bucket | Window]
    max_wait: float
    clock: Clock
    _now: Callable[[], float] = field(init=False)
    _queues: FairQueue = field(init=False)
    _limits: dict[str, RateLimit] = Factory(dict)
    """In the order in which they may be forgotten."""

    def __attrs_post_init__(self) -> None:
        self._now = self.clock.monotonic
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
            self._move_to_end(key)
        return refusal(self.rates, key, wait)

    def _limit_of(self, key: str) -> RateLimit:
        limit = self._limits.get(key)
        if limit is None:
            if len(self._limits) >= MAX_KEYS:
                self._make_room()
            limit = self._limits[key] = rate_limit(self.rates, self.kind)
        return limit

    def _make_room(self) -> None:
        """Forget most of a sample of the oldest limits, those that are used least.

        Those that are used more go to the end, so that a flood of other keys frees none that is used up as
        long as fewer than a quarter of the oldest are.
        """
        now, oldest = self._now(), MAX_KEYS // _OLDEST
        sample = islice(self._limits.items(), 0, oldest, oldest // _SAMPLE)
        used = {key: int(_LEVELS * limit.used(now)) for key, limit in sample}
        rising = sorted(used, key=used.__getitem__)
        for key in rising[:_FORGOTTEN]:
            del self._limits[key]
        for key in rising[_FORGOTTEN:]:
            if used[key] > used[rising[_FORGOTTEN - 1]]:
                self._move_to_end(key)

    def _move_to_end(self, key: str) -> None:
        self._limits[key] = self._limits.pop(key)
