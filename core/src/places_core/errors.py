"""The error tree: the class says what to do, the message says how."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from enum import Enum
from typing import Self

from attrs import frozen

from .events import Trace
from .text.redaction import without_secrets


LONGEST_WAIT: int = 31_536_000
"""A year, in seconds: no longer wait is passed on, since one of 400 digits would be infinite as a float."""

MOST_FAULTS = 10
"""How many wrong items of one list or object are reported, since each suggestion takes a millisecond."""


__all__ = [
    "LONGEST_WAIT",
    "BadAnswer",
    "CircuitOpen",
    "ConfigError",
    "ConnectionFailed",
    "Fault",
    "InvalidRequest",
    "KeyRefused",
    "NotFound",
    "NotSupported",
    "PermissionDenied",
    "PlacesError",
    "PluginError",
    "QuotaExhausted",
    "RateLimited",
    "Throttled",
    "Timeout",
    "TooExpensive",
    "Unauthenticated",
    "Unavailable",
    "whole_seconds",
]


class PlacesError(Exception):
    """Any failure that this library reports on purpose; keys and passwords in its message are masked."""

    trace: Trace | None = None
    """What the stack did before it failed; None for an error from outside it, such as an invalid query."""

    def __init__(self, *args: object) -> None:
        super().__init__(*(without_secrets(each) if isinstance(each, str) else each for each in args))

    def __reduce__(self) -> tuple[Callable[..., PlacesError], tuple[object, ...], dict[str, object]]:
        """Let `copy` and `pickle` make one with the same state, whatever arguments the class takes."""
        return _made_anew, (type(self), self.args), self.__dict__


def _made_anew(cls: type[PlacesError], args: tuple[object, ...]) -> PlacesError:
    return cls.__new__(cls, *args)


@frozen
class Fault:
    """One thing that is invalid in a request."""

    field: str
    """Its path on the wire, such as `locationBias.circle.radius`."""
    given: object
    allowed: str
    """What fits, in words."""
    nearest: str | None = None
    """The name that was probably meant."""
    hint: str = ""
    """What to do about it."""

    @property
    def advice(self) -> str:
        """The hint, or else the nearest name as a question."""
        return self.hint or (f"Did you mean {self.nearest}?" if self.nearest else "")

    def __str__(self) -> str:
        advice = f". {self.advice}" if self.advice else ""
        return f"{self.field}: got {_shortened(self.given)}; allowed: {self.allowed}{advice}"


class InvalidRequest(PlacesError):
    """The caller's mistake: sending the same again cannot help. `faults` lists all that is wrong.

    `field`, `given`, `allowed` and `hint` are those of the first fault.
    """

    faults: tuple[Fault, ...]

    def __init__(
        self, field: str, given: object, allowed: str, *, nearest: str | None = None, hint: str = ""
    ) -> None:
        self.faults = (Fault(field, given, allowed, nearest, hint),)
        super().__init__(str(self.faults[0]))

    @classmethod
    def of(cls, faults: Iterable[Fault]) -> Self:
        """Return the error that names several faults, at least one."""
        faults = tuple(faults)
        first = faults[0]
        error = cls(first.field, first.given, first.allowed)
        error.faults, error.args = faults, (without_secrets("\n".join(map(str, faults))),)
        return error

    @property
    def field(self) -> str:
        return self.faults[0].field

    @property
    def given(self) -> object:
        return self.faults[0].given

    @property
    def allowed(self) -> str:
        return self.faults[0].allowed

    @property
    def hint(self) -> str:
        return self.faults[0].advice


class TooExpensive(InvalidRequest):
    """The query costs more than the backend that was asked may spend on one; another may answer it."""


class Unauthenticated(PlacesError):
    """The caller's credentials are missing or not valid."""


class PermissionDenied(PlacesError):
    """The caller is known, and not allowed to do this."""


class NotFound(PlacesError):
    """The place does not exist, or no longer does."""


class NotSupported(PlacesError):
    """The backend has no such operation; `offers` lists those it has."""

    def __init__(self, message: str, *, offers: Iterable[str] = ()) -> None:
        self.offers = tuple(offers)
        super().__init__(f"{message} It offers: {', '.join(self.offers)}." if self.offers else message)


class RateLimited(PlacesError):
    """A rate limit of this stack is reached; the call fits again after `retry_after` seconds."""

    def __init__(self, message: str, *, retry_after: float) -> None:
        self.retry_after = retry_after
        super().__init__(message)


class Throttled(RateLimited):
    """The provider asks for fewer calls per minute; try again after `retry_after` seconds."""


class QuotaExhausted(PlacesError):
    """The provider's quota is used up until `reset`, in seconds from now where it is known."""

    def __init__(self, message: str, *, reset: float | None = None) -> None:
        self.reset = reset
        super().__init__(message)


class Unavailable(PlacesError):
    """The provider is failing, and the same call may work when tried again; or the stack is closed.

    `retry_after` is the wait in seconds that the provider asked for, if it did.
    """

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        self.retry_after = retry_after
        super().__init__(message)


class Timeout(Unavailable):
    """The provider did not answer in time."""


class ConnectionFailed(Unavailable):
    """The provider cannot be reached, or the connection broke."""


class BadAnswer(Unavailable):
    """The provider sent an invalid response: HTML, half a body, an unknown shape."""


class CircuitOpen(Unavailable):
    """The provider failed too often and is not called for `retry_after` seconds."""

    retry_after: float

    def __init__(self, message: str, *, retry_after: float) -> None:
        super().__init__(message, retry_after=retry_after)


class KeyRefused(Unavailable):
    """The provider refuses the key of this server, which only its operator can put right.

    What the provider said is the `__cause__`: it may name a project, and is not for callers.
    """


class ConfigError(PlacesError):
    """The settings are wrong, so nothing was started; `faults` lists every one of them."""

    def __init__(self, *faults: str) -> None:
        self.faults = tuple(map(without_secrets, faults))
        super().__init__("\n".join(self.faults))


class PluginError(PlacesError):
    """A plugin is missing or unfit, so nothing was started."""


def whole_seconds(wait: float) -> int:
    """Round a wait up to the whole seconds that a `Retry-After` header carries, from 1 to a year."""
    return max(1, math.ceil(min(LONGEST_WAIT, wait)))


def _shortened(given: object, width: int = 80) -> str:
    try:
        text = repr(given.value if isinstance(given, Enum) else given)
    except RecursionError:
        text = f"a {type(given).__name__} that is nested too deep"
    return text if len(text) <= width else f"{text[:width]}… ({len(text)} characters)"
