"""The error tree: the class says what to do, the message says how."""

from __future__ import annotations

import math
from collections.abc import Iterable


class PlacesError(Exception):
    """Any failure that this library reports on purpose."""


class InvalidRequest(PlacesError):
    """The caller's mistake: sending the same again cannot help.

    `field` is the name on the wire (`locationBias.circle.radius`), `given` what came, `allowed` what fits.
    """

    def __init__(self, field: str, given: object, allowed: str, *, hint: str = "") -> None:
        self.field, self.given, self.allowed, self.hint = field, given, allowed, hint
        super().__init__(f"{field}: got {_shortened(given)}; allowed: {allowed}{f'. {hint}' if hint else ''}")


class Unauthenticated(PlacesError):
    """The credentials are missing or not valid."""


class PermissionDenied(PlacesError):
    """The credentials are known, and not allowed to do this."""


class NotFound(PlacesError):
    """There is no such place, or none any more."""


class NotSupported(PlacesError):
    """The backend has no such operation; `offers` lists those it has."""

    def __init__(self, message: str, *, offers: Iterable[str] = ()) -> None:
        self.offers = tuple(offers)
        super().__init__(f"{message} It offers: {', '.join(self.offers)}." if self.offers else message)


class RateLimited(PlacesError):
    """A limit of ours refused the call; it fits again after `retry_after` seconds."""

    def __init__(self, message: str, *, retry_after: float) -> None:
        self.retry_after = retry_after
        super().__init__(message)


class Throttled(RateLimited):
    """The provider asks for fewer calls a minute; waiting `retry_after` seconds helps."""


class QuotaExhausted(PlacesError):
    """The provider's quota is used up until `reset`, in seconds from now where it is known."""

    def __init__(self, message: str, *, reset: float | None = None) -> None:
        self.reset = reset
        super().__init__(message)


class Unavailable(PlacesError):
    """The provider fails; the same call may work when tried again.

    `retry_after` is the wait in seconds that the provider asked for, if it did.
    """

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        self.retry_after = retry_after
        super().__init__(message)


class Timeout(Unavailable):
    """The provider gave no answer in time."""


class ConnectionFailed(Unavailable):
    """The provider cannot be reached, or the connection broke."""


class BadAnswer(Unavailable):
    """The provider sent something that is no answer: HTML, half a body, an unknown shape."""


class CircuitOpen(Unavailable):
    """The provider failed too often and is left alone for `retry_after` seconds."""

    retry_after: float

    def __init__(self, message: str, *, retry_after: float) -> None:
        super().__init__(message, retry_after=retry_after)


class ConfigError(PlacesError):
    """The settings are wrong, so nothing was started; `faults` lists every one of them."""

    def __init__(self, *faults: str) -> None:
        self.faults = faults
        super().__init__("\n".join(faults))


class PluginError(PlacesError):
    """A plugin is missing or unfit, so nothing was started."""


def whole_seconds(wait: float) -> int:
    """Round a wait up to the whole seconds that a `Retry-After` header carries, at least 1."""
    return max(1, math.ceil(wait))


def _shortened(given: object, width: int = 80) -> str:
    text = repr(given)
    return text if len(text) <= width else f"{text[:width]}… ({len(text)} characters)"
