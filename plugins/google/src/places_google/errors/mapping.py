"""What Google's errors mean: by status, reason and quota, never by the HTTP code alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from places_core.clock import Clock
from places_core.convert import camel, loads
from places_core.errors import (
    BadAnswer,
    InvalidRequest,
    KeyRefused,
    NotFound,
    NotSupported,
    PlacesError,
    QuotaExhausted,
    Throttled,
    Timeout,
    Unavailable,
)

from .fault import Fault


WAIT = 2.0
"""How long to wait, in seconds, where Google asks for fewer calls and does not say how long."""
_PACIFIC = "America/Los_Angeles"
_PATH = re.compile(r"Cannot find matching fields for path '([^']*)'")
_ADVICE = {
    "SERVICE_DISABLED": "Enable the Places API (New) for the key's project",
    "BILLING_DISABLED": "Enable billing for the key's project",
    "CONSUMER_SUSPENDED": "The key's project is suspended",
    "API_KEY_SERVICE_BLOCKED": "Allow the Places API (New) in the key's API restrictions",
    "API_KEY_HTTP_REFERRER_BLOCKED": "The key is restricted to web sites; a server needs a key of its own",
    "API_KEY_IP_ADDRESS_BLOCKED": "Allow this server's address in the key's restrictions",
    "API_KEY_ANDROID_APP_BLOCKED": "The key is restricted to an Android app; a server needs a key of its own",
    "API_KEY_IOS_APP_BLOCKED": "The key is restricted to an iOS app; a server needs a key of its own",
}


def error_of(fault: Fault, subject: str, clock: Clock, body: bytes | None = None) -> PlacesError:
    """Return the error for a fault.

    `subject` is what was asked for, such as the id of a place; `body` is the JSON that was sent, if any.
    """
    if not fault.readable and fault.code != 429:
        return _unreadable(fault)
    if fault.key_trouble:
        return _refused_key(fault, subject, clock)
    if fault.status in _INVALID:
        return _invalid(fault, subject, loads(body) if body else {})
    return _BY_STATUS.get(fault.status, _unavailable)(fault, subject, clock)


def _refused_key(fault: Fault, subject: str, clock: Clock) -> PlacesError:
    """Return an error in our words for callers; Google's, which name the project, are its cause."""
    reason = fault.key_trouble or fault.status
    advice = _ADVICE.get(reason, "Check the key, its restrictions and its project")
    error = KeyRefused(f"Google refuses the key of this server ({reason}). {advice}.")
    error.__cause__ = PlacesError(f"{reason}: {fault.message}")
    return error


def _unreadable(fault: Fault) -> PlacesError:
    """An answer from somebody in between: what counts is whether it may pass."""
    said = f"HTTP {fault.code}, {fault.message}"
    if fault.code == 504:
        return Timeout(f"Google answered {said}", retry_after=fault.retry_after)
    if fault.code >= 500:
        return Unavailable(f"Google answered {said}", retry_after=fault.retry_after)
    hint = "Is plugins.google.base_url right?" if fault.code in (301, 302, 307, 308, 404, 405) else ""
    return BadAnswer(f"This is not Google's API: {said} {hint}".rstrip())


def _invalid(fault: Fault, subject: str, sent: Mapping[str, Any]) -> PlacesError:
    for field, description in fault.violations:
        if found := _PATH.search(description):
            return InvalidRequest("fields", found[1], "a path that Google knows", hint=description)
        given = _sent(sent, field, subject)
        return InvalidRequest(field or "request", given, "what Google accepts", hint=description)
    if fault.stale_photo:
        hint = "Names of photos expire: take a new one from the photos of the place"
        return InvalidRequest("name", subject, "the name of a photo that has not expired", hint=hint)
    field = "name" if fault.message.startswith("Not a valid Place ID") else "request"
    return InvalidRequest(field, subject, "what Google accepts", hint=f"Google says: {fault.message}")


def _sent(sent: Mapping[str, Any], field: str, subject: str) -> object:
    """Return the value that was sent in a field; the subject, where Google names none that was sent."""
    value: Any = sent
    for name in field.split("."):
        value = value.get(camel(name)) if isinstance(value, Mapping) else None
    return subject if value is None else value


def _exhausted(fault: Fault, subject: str, clock: Clock) -> PlacesError:
    which = f" ({fault.limit})" if fault.limit else ""
    if fault.metadata.get("quota_limit_value") == "0":
        return QuotaExhausted(f"Google's quota for this is 0{which}: raise it in the console.")
    if fault.daily:
        return QuotaExhausted(
            f"Google's daily quota is used up{which}.", reset=_until_pacific_midnight(clock)
        )
    wait = WAIT if fault.retry_after is None else fault.retry_after
    return Throttled(f"Google asks for fewer calls a minute{which}.", retry_after=wait)


def _not_found(fault: Fault, subject: str, clock: Clock) -> PlacesError:
    return NotFound(f"Google knows no {subject!r}, or none any more: {fault.message}")


def _not_supported(fault: Fault, subject: str, clock: Clock) -> PlacesError:
    return NotSupported(f"Google does not offer this: {fault.message}")


def _timeout(fault: Fault, subject: str, clock: Clock) -> PlacesError:
    return Timeout(f"Google took too long: {fault.message}", retry_after=fault.retry_after)


def _unavailable(fault: Fault, subject: str, clock: Clock) -> PlacesError:
    said = fault.message or f"HTTP {fault.code}"
    return Unavailable(f"Google fails ({fault.status or fault.code}): {said}", retry_after=fault.retry_after)


_INVALID = frozenset({"INVALID_ARGUMENT", "FAILED_PRECONDITION", "OUT_OF_RANGE"})
_BY_STATUS: Mapping[str, Callable[[Fault, str, Clock], PlacesError]] = {
    "NOT_FOUND": _not_found,
    "UNAUTHENTICATED": _refused_key,
    "PERMISSION_DENIED": _refused_key,
    "RESOURCE_EXHAUSTED": _exhausted,
    "UNIMPLEMENTED": _not_supported,
    "DEADLINE_EXCEEDED": _timeout,
}


def _until_pacific_midnight(clock: Clock) -> float:
    now = datetime.fromtimestamp(clock.time(), ZoneInfo(_PACIFIC))
    midnight = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight.timestamp() - now.timestamp()
