"""What happened, as the metrics providers are told."""

from __future__ import annotations

from attrs import define, frozen


@define
class Answered:
    """One question was answered or refused; `outcome` is `ok` or the name of the error's class.

    Not frozen, because one is made for every cache hit, and a frozen one takes three times as long.
    """

    operation: str
    backend: str
    cache: str
    outcome: str
    seconds: float
    attempts: int


@define
class Attempted:
    """A backend was called once."""

    backend: str
    operation: str
    outcome: str
    seconds: float


@frozen
class Faulted:
    """A part of the infrastructure failed and the answer went on without it."""

    part: str
    """Which part: `cache.redis`, `limiter.redis`, `metrics.prometheus`."""
    error: str


@frozen
class Recovered:
    """A part of the infrastructure that had failed works again."""

    part: str


@frozen
class BreakerChanged:
    """A breaker went to another state, `closed`, `open` or `half-open`."""

    backend: str
    state: str
    reason: str


@frozen
class FellBack:
    """A backend could not answer and the next one was asked."""

    backend: str
    to: str
    reason: str


Event = Answered | Attempted | Faulted | Recovered | BreakerChanged | FellBack
