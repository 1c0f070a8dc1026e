"""Rates as the settings spell them, and the error for a call above one."""

from __future__ import annotations

import math
from collections.abc import Iterable

from attrs import frozen
from limits import RateLimitItem, parse_many

from ..errors import ConfigError, InvalidRequest, RateLimited
from ..settings import LimiterSettings


_SLOTS = 60  # a second of a minute, 24 minutes of a day


@frozen
class Rate:
    """`amount` calls in `period` seconds, of which `burst` may come at once."""

    amount: int
    period: float
    burst: int
    text: str

    @property
    def slot(self) -> float:
        """Within how many seconds a sliding window counts calls together; 0 if it keeps each."""
        return self.period / _SLOTS if self.amount > _SLOTS else 0.0


def rate_text(settings: LimiterSettings) -> str:
    """Return the rate as it is written, with `auto` resolved."""
    return "100/minute" if settings.rate == "auto" else settings.rate


def parse_rates(settings: LimiterSettings) -> tuple[Rate, ...]:
    """Read `100/minute`, or several limits as `10/second; 1000/day`."""
    text = rate_text(settings)
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
    """Raise `InvalidRequest` unless `cost` is a whole number of at least 1."""
    if type(cost) is not int or cost < 1:
        raise InvalidRequest("cost", cost, "a whole number of at least 1")


def refusal(rates: Iterable[Rate], key: str, wait: float) -> RateLimited:
    """Return the error for a call that fits after `wait` seconds; infinite for one that never fits."""
    limits = " and ".join(rate.text for rate in rates)
    key = key.encode(errors="replace").decode()  # the message must be one that can be written
    if math.isinf(wait):
        return RateLimited(f"The call costs more than the limit of {limits} for {key}.", retry_after=wait)
    return RateLimited(
        f"The limit of {limits} for {key} is reached; try again in {wait:.3g} s.", retry_after=wait
    )
