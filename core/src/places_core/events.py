"""The events that metrics providers receive."""

from __future__ import annotations

from attrs import define, frozen


__all__ = [
    "Answered",
    "Attempted",
    "BreakerChanged",
    "Event",
    "Faulted",
    "FellBack",
    "Recovered",
]


@define
class Answered:
    """A query was answered or refused; `outcome` is `ok` or the name of the error class.

    Not frozen: one is created for every cache hit, and a frozen one takes three times as long.
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
    """A part of the infrastructure failed, and the query went on without it."""

    part: str
    """Slot and provider, such as `cache.redis` or `metrics.memory`."""
    error: str


@frozen
class Recovered:
    """A part of the infrastructure that had failed works again."""

    part: str


@frozen
class BreakerChanged:
    """A circuit breaker changed its state to `closed`, `open` or `half-open`."""

    backend: str
    state: str
    reason: str


@frozen
class FellBack:
    """A backend could not answer, and the next one was called."""

    backend: str
    to: str
    reason: str


Event = Answered | Attempted | Faulted | Recovered | BreakerChanged | FellBack
