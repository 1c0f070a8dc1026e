"""What happened: the events that metrics providers receive, and the trace of each query."""

from __future__ import annotations

from typing import Literal

from attrs import define, frozen


__all__ = [
    "Answered",
    "Attempted",
    "BreakerChanged",
    "CacheState",
    "Event",
    "Faulted",
    "FellBack",
    "Recovered",
    "Trace",
]

CacheState = Literal["hit", "stale", "miss", "coalesced", "bypass"]


@define
class Trace:
    """How an answer or an error came about; the stages fill it in on the way out."""

    backend: str = ""
    """The backend that answered, or whose error this is; empty if none was asked."""
    cache: CacheState = "bypass"
    age: float = 0.0
    """Seconds since the backend sent these bytes; 0 if they are new."""
    attempts: int = 0
    """Calls made for this answer, to all backends together; 0 if none was needed."""
    seconds: float = 0.0
    fallbacks: tuple[str, ...] = ()
    """Which backends could not answer, and why: `google: Timeout: …`."""
    tried: tuple[str, ...] = ()
    """The names of these backends, in the same order; one whose circuit is open was not called."""


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
    """A part of the infrastructure failed, or a backend refused our key."""

    part: str
    """What failed: slot and provider, such as `cache.redis`, or `key.google` for a refused key."""
    error: str


@frozen
class Recovered:
    """A part of the infrastructure that had failed works again, or a backend accepts our key again."""

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
    """The name of the error class, or `empty`."""
    detail: str = ""
    """The message of the error: for logs, not for labels."""


Event = Answered | Attempted | Faulted | Recovered | BreakerChanged | FellBack
