"""The arithmetic of rate limits: no clock and no storage, only numbers.

`attempt` takes what fits, or returns how long to wait; `wait` and `take` are its halves. All times are
seconds on one clock. `queued_cost` is what waits in front and has to fit first.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Sequence

from attrs import Factory, define, field

from ..ports import Permit
from .rates import Rate


_SLACK = 1e-6  # seconds: monotonic times of machines that run for years are that exact at least


@define
class Bucket:
    """A token bucket by the generic cell rate algorithm: its whole state is one time."""

    rate: Rate
    full_at: float = 0.0
    """When the bucket is full again if nothing more is taken."""
    _interval: float = field(init=False)
    span: float = field(init=False)
    """How long an empty bucket takes to fill, in seconds."""

    def __attrs_post_init__(self) -> None:
        self._interval = self.rate.period / self.rate.amount
        self.span = self._interval * self.rate.burst

    def attempt(self, now: float, cost: int, queued_cost: int = 0) -> Permit | float:
        # The hot path: wait, take and permit in one step.
        full_at = self.full_at if self.full_at > now else now  # noqa: FURB136 - max takes twice as long
        full_at += self._interval * (queued_cost + cost)
        used = full_at - now
        if used > self.span + _SLACK and (wait := self.wait(now, cost, queued_cost)):
            return wait
        self.full_at = full_at
        return Permit(self.rate.burst, int((self.span - used + _SLACK) / self._interval), used)

    def wait(self, now: float, cost: int, queued_cost: int = 0) -> float:
        """Return the seconds until `cost` fits; infinite if it never does."""
        if cost > self.rate.burst:
            return math.inf
        wait = max(self.full_at, now) + self._interval * (queued_cost + cost) - self.span - now
        return wait if wait > _SLACK else 0.0

    def take(self, now: float, cost: int) -> None:
        self.full_at = max(self.full_at, now) + self._interval * cost

    def used(self, now: float) -> float:
        """Return the fraction that is used; 0 or less if the limit is whole."""
        return (self.full_at - now) / self.span

    def permit(self, now: float) -> Permit:
        used = max(0.0, self.full_at - now)
        return Permit(self.rate.burst, int((self.span - used + _SLACK) / self._interval), used)


@define
class Window:
    """A sliding window: never more than the amount in any period, in about 2 kB at most.

    Of a rate above 60 calls, those within a sixtieth of the period count until the last of them no longer
    does: some come back that much later than they could, and none sooner.
    """

    rate: Rate
    _taken: array[float] = Factory(lambda: array("d"))
    """Times in rising order, each followed by what was taken."""
    _used: int = 0

    @property
    def span(self) -> float:
        return self.rate.period

    def attempt(self, now: float, cost: int, queued_cost: int = 0) -> Permit | float:
        if wait := self.wait(now, cost, queued_cost):
            return wait
        self.take(now, cost)
        return self.permit(now)

    def wait(self, now: float, cost: int, queued_cost: int = 0) -> float:
        """Return the seconds until `cost` fits; infinite if it never does."""
        if cost > self.rate.amount:
            return math.inf
        self._slide(now)
        over = self._used + queued_cost + cost - self.rate.amount
        if over <= 0:
            return 0.0
        for at in range(0, len(self._taken), 2):
            over -= int(self._taken[at + 1])
            if over <= 0:
                return self._taken[at] + self.rate.period - now
        return self.rate.period * (1 + over // self.rate.amount)

    def take(self, now: float, cost: int) -> None:
        if self._taken and self._is_with_the_last(now):
            self._taken[-2] = now
            self._taken[-1] += cost
        else:
            self._taken.extend((now, cost))
        self._used += cost

    def used(self, now: float) -> float:
        """Return which share of the limit is used."""
        self._slide(now)
        return self._used / self.rate.amount

    def permit(self, now: float) -> Permit:
        self._slide(now)
        whole_after = self._taken[-2] + self.rate.period - now if self._taken else 0.0
        return Permit(self.rate.amount, self.rate.amount - self._used, whole_after)

    def _slide(self, now: float) -> None:
        gone = 0
        while gone < len(self._taken) and self._taken[gone] + self.rate.period <= now + _SLACK:
            self._used -= int(self._taken[gone + 1])
            gone += 2
        del self._taken[:gone]

    def _is_with_the_last(self, now: float) -> bool:
        last, slot = self._taken[-2], self.rate.slot
        return last == now or (slot > 0 and last // slot == now // slot)


@define
class CompositeLimit:
    """Several limits at once: all are charged, or none."""

    limits: Sequence[Bucket | Window]

    @property
    def span(self) -> float:
        return max(limit.span for limit in self.limits)

    def attempt(self, now: float, cost: int, queued_cost: int = 0) -> Permit | float:
        if wait := max(limit.wait(now, cost, queued_cost) for limit in self.limits):
            return wait
        self.take(now, cost)
        return self.permit(now)

    def take(self, now: float, cost: int) -> None:
        for limit in self.limits:
            limit.take(now, cost)

    def used(self, now: float) -> float:
        """Return which share is used of the limit that is used most."""
        return max(limit.used(now) for limit in self.limits)

    def permit(self, now: float) -> Permit:
        """Return the permit of the limit with the least left."""
        return min((limit.permit(now) for limit in self.limits), key=lambda permit: permit.remaining)


RateLimit = Bucket | Window | CompositeLimit


def rate_limit(rates: Sequence[Rate], kind: type[Bucket | Window]) -> RateLimit:
    """Return the limit for one rate, or for several at once."""
    return kind(rates[0]) if len(rates) == 1 else CompositeLimit([kind(rate) for rate in rates])
