"""The arithmetic of limits: no clock, no storage, only numbers."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable

from attrs import Factory, define, frozen
from limits import RateLimitItem, parse_many

from ..errors import ConfigError, InvalidRequest, RateLimited
from ..settings import LimiterSettings


_SLACK = 1e-9


@frozen
class Rate:
    """So many calls in so many seconds; `burst` of them may come at once."""

    amount: int
    period: float
    burst: int
    text: str


def parse_rates(settings: LimiterSettings) -> tuple[Rate, ...]:
    """Read `100/minute`, or several limits as `10/second; 1000/day`."""
    text = "100/minute" if settings.rate == "auto" else settings.rate
    try:
        items: list[RateLimitItem] = parse_many(text)
    except ValueError as error:
        allowed = "an amount per period, such as '100/minute' or '10/second; 1000/day'"
        raise ConfigError(f"limiter.rate: got {settings.rate!r}; allowed: {allowed}") from error
    return tuple(
        Rate(item.amount, float(item.get_expiry()), settings.burst or item.amount, str(item))
        for item in items
    )


def check_cost(cost: int) -> None:
    """Raise `InvalidRequest` for what is no cost."""
    if type(cost) is not int or cost < 1:
        raise InvalidRequest("cost", cost, "a whole number of at least 1")


def refusal(rates: Iterable[Rate], key: str, wait: float) -> RateLimited:
    """Make the error for a call that fits after `wait` seconds; infinite for one that never does."""
    limits = " and ".join(rate.text for rate in rates)
    if math.isinf(wait):
        return RateLimited(f"The call costs more than the limit of {limits} for {key}.", retry_after=wait)
    return RateLimited(
        f"The limit of {limits} for {key} is reached; try again in {wait:.3g} s.", retry_after=wait
    )


@define
class Bucket:
    """A token bucket by the generic cell rate algorithm: one number tells all."""

    rate: Rate
    full_at: float = 0.0
    """When the bucket will be full again if nothing more is taken."""

    @property
    def limit(self) -> int:
        return self.rate.burst

    @property
    def span(self) -> float:
        return self._interval * self.rate.burst

    @property
    def _interval(self) -> float:
        return self.rate.period / self.rate.amount

    def wait(self, now: float, cost: int, ahead: int = 0) -> float:
        """How many seconds until `cost` fits, after a cost of `ahead`; infinite where it never does."""
        if cost > self.rate.burst:
            return float("inf")
        full_at = max(self.full_at, now) + self._interval * (ahead + cost)
        wait = full_at - self._interval * self.rate.burst - now
        return wait if wait > _SLACK else 0.0

    def take(self, now: float, cost: int) -> None:
        self.full_at = max(self.full_at, now) + self._interval * cost

    def left(self, now: float) -> int:
        used = max(0.0, self.full_at - now) / self._interval
        return int(self.rate.burst - used + _SLACK)

    def whole_after(self, now: float) -> float:
        return max(0.0, self.full_at - now)


@define
class Window:
    """A sliding window that remembers each call: never more than the amount in any period."""

    rate: Rate
    taken: deque[tuple[float, int]] = Factory(deque)
    used: int = 0

    @property
    def limit(self) -> int:
        return self.rate.amount

    @property
    def span(self) -> float:
        return self.rate.period

    def _slide(self, now: float) -> None:
        while self.taken and self.taken[0][0] + self.rate.period <= now + _SLACK:
            self.used -= self.taken.popleft()[1]

    def wait(self, now: float, cost: int, ahead: int = 0) -> float:
        """How many seconds until `cost` fits, after a cost of `ahead`; infinite where it never does."""
        if cost > self.rate.amount:
            return float("inf")
        self._slide(now)
        over = self.used + ahead + cost - self.rate.amount
        if over <= 0:
            return 0.0
        for when, amount in self.taken:
            over -= amount
            if over <= 0:
                return when + self.rate.period - now
        return self.rate.period * (1 + over // self.rate.amount)

    def take(self, now: float, cost: int) -> None:
        self.taken.append((now, cost))
        self.used += cost

    def left(self, now: float) -> int:
        self._slide(now)
        return self.rate.amount - self.used

    def whole_after(self, now: float) -> float:
        self._slide(now)
        return self.taken[-1][0] + self.rate.period - now if self.taken else 0.0
