"""What Google's errors mean: by status, reason and quota, never by the HTTP code alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from zoneinfo import ZoneInfo

from attrs import Factory, frozen

from places_core.clock import Clock
from places_core.convert import loads
from places_core.errors import (
    BadAnswer,
    InvalidRequest,
    NotFound,
    NotSupported,
    PermissionDenied,
    PlacesError,
    QuotaExhausted,
    Throttled,
    Timeout,
    Unauthenticated,
    Unavailable,
)

from .transport import HttpAnswer, beginning


WAIT = 2.0
"""How long to wait, in seconds, where Google asks for fewer calls and does not say how long."""
_PACIFIC = "America/Los_Angeles"
_PATH = re.compile(r"Cannot find matching fields for path '([^']*)'")
_STALE_PHOTO = "The photo resource in the request is invalid"
_KEY_TROUBLE = re.compile(r"API_KEY_\w+|SERVICE_DISABLED|BILLING_DISABLED|CONSUMER_\w+|ACCOUNT_STATE_INVALID")
_STATUS_OF = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
    499: "CANCELLED",
    501: "UNIMPLEMENTED",
    504: "DEADLINE_EXCEEDED",
}
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


@frozen
class Fault:
    """One error of Google's, taken apart as far as it can be read."""

    code: int
    status: str
    message: str
    retry_after: float | None = None
    reason: str = ""
    metadata: Mapping[str, str] = Factory(dict)
    violations: tuple[tuple[str, str], ...] = ()
    readable: bool = True

    @classmethod
    def read(cls, answer: HttpAnswer, secret: str, clock: Clock) -> Fault:
        """Take an answer apart; `secret`, the key, is cut out of whatever Google quotes."""
        wait = _seconds(answer.retry_after, clock)
        error = _error_in(answer.body)
        if error is None:
            said = f"{answer.content_type.partition(';')[0] or 'no content type'}: {beginning(answer.body)!r}"
            status = _STATUS_OF.get(answer.status, "")
            return cls(answer.status, status, said.replace(secret, "***"), wait, readable=False)
        details = [each for each in _listed(error.get("details")) if isinstance(each, Mapping)]
        info = next((each for each in details if _is(each, "ErrorInfo")), {})
        status = str(error.get("status") or _STATUS_OF.get(answer.status, ""))
        return cls(
            answer.status,
            status,
            str(error.get("message", "")).replace(secret, "***"),
            wait if wait is not None else _retry_delay(details),
            str(info.get("reason", "")),
            {str(name): str(value) for name, value in _mapping(info.get("metadata")).items()},
            tuple(_violations(details)),
        )

    @property
    def key_trouble(self) -> str:
        """The reason for which another key may fare better; nothing where it would not."""
        if _KEY_TROUBLE.fullmatch(self.reason):
            return self.reason
        if self.status == "INVALID_ARGUMENT" and self.message.startswith("API key"):
            return "API_KEY_INVALID"
        return ""

    @property
    def stale_photo(self) -> bool:
        """Whether the name of a photo has expired."""
        return self.status == "INVALID_ARGUMENT" and self.message.startswith(_STALE_PHOTO)

    def error(self, subject: str, clock: Clock) -> PlacesError:
        """Give our error; `subject` is what was asked for, such as the id of a place."""
        if not self.readable and self.code != 429:
            return self._unreadable()
        if self.key_trouble:
            return self._refused_key()
        return _BY_STATUS.get(self.status, _unavailable)(self, subject, clock)

    @property
    def limit(self) -> str:
        """Name the quota that is used up, as far as Google told."""
        return " ".join(self.metadata.get(name, "") for name in ("quota_limit", "quota_unit")).strip()

    @property
    def daily(self) -> bool:
        told = f"{self.limit} {self.message}".lower()
        return any(mark in told for mark in ("perday", "1/d/", "per day"))

    def _refused_key(self) -> PlacesError:
        advice = _ADVICE.get(self.key_trouble, "Check the key in Google's console")
        kind = Unauthenticated if self.key_trouble == "API_KEY_INVALID" else PermissionDenied
        return kind(f"Google refuses the API key ({self.key_trouble}): {self.message} {advice}.")

    def _unreadable(self) -> PlacesError:
        """An answer from somebody in between: what counts is whether it may pass."""
        said = f"HTTP {self.code}, {self.message}"
        if self.code == 504:
            return Timeout(f"Google answered {said}", retry_after=self.retry_after)
        if self.code >= 500:
            return Unavailable(f"Google answered {said}", retry_after=self.retry_after)
        hint = "Is plugins.google.base_url right?" if self.code in (301, 302, 307, 308, 404, 405) else ""
        return BadAnswer(f"This is not Google's API: {said} {hint}".rstrip())


def _invalid(fault: Fault, subject: str, clock: Clock) -> PlacesError:
    for field, description in fault.violations:
        if found := _PATH.search(description):
            return InvalidRequest("fields", found[1], "a path that Google knows", hint=description)
        return InvalidRequest(field or "request", subject, "what Google accepts", hint=description)
    if fault.stale_photo:
        hint = "Names of photos expire: take a new one from the photos of the place"
        return InvalidRequest("name", subject, "the name of a photo that has not expired", hint=hint)
    field = "name" if fault.message.startswith("Not a valid Place ID") else "request"
    return InvalidRequest(field, subject, "what Google accepts", hint=f"Google says: {fault.message}")


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


def _unauthenticated(fault: Fault, subject: str, clock: Clock) -> PlacesError:
    return Unauthenticated(f"Google does not know who is calling: {fault.message}")


def _denied(fault: Fault, subject: str, clock: Clock) -> PlacesError:
    return PermissionDenied(f"Google does not allow this: {fault.message}")


def _not_supported(fault: Fault, subject: str, clock: Clock) -> PlacesError:
    return NotSupported(f"Google does not offer this: {fault.message}")


def _timeout(fault: Fault, subject: str, clock: Clock) -> PlacesError:
    return Timeout(f"Google took too long: {fault.message}", retry_after=fault.retry_after)


def _unavailable(fault: Fault, subject: str, clock: Clock) -> PlacesError:
    said = fault.message or f"HTTP {fault.code}"
    return Unavailable(f"Google fails ({fault.status or fault.code}): {said}", retry_after=fault.retry_after)


_BY_STATUS: Mapping[str, Callable[[Fault, str, Clock], PlacesError]] = {
    "INVALID_ARGUMENT": _invalid,
    "FAILED_PRECONDITION": _invalid,
    "OUT_OF_RANGE": _invalid,
    "NOT_FOUND": _not_found,
    "UNAUTHENTICATED": _unauthenticated,
    "PERMISSION_DENIED": _denied,
    "RESOURCE_EXHAUSTED": _exhausted,
    "UNIMPLEMENTED": _not_supported,
    "DEADLINE_EXCEEDED": _timeout,
}


def _error_in(body: bytes) -> Mapping[str, Any] | None:
    """Find the error object; None where there is none, or only a part of one."""
    try:
        found = loads(body)
    except BadAnswer:
        return None
    error = found.get("error") if isinstance(found, Mapping) else None
    return error if isinstance(error, Mapping) else None


def _mapping(value: object) -> Mapping[Any, Any]:
    return value if isinstance(value, Mapping) else {}


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _is(detail: Mapping[str, Any], kind: str) -> bool:
    return str(detail.get("@type", "")).endswith(f".{kind}")


def _violations(details: list[Any]) -> Iterator[tuple[str, str]]:
    for detail in details:
        for each in _listed(detail.get("fieldViolations")) if _is(detail, "BadRequest") else ():
            if isinstance(each, Mapping):
                yield str(each.get("field", "")), str(each.get("description", ""))


def _retry_delay(details: list[Any]) -> float | None:
    for detail in details:
        if _is(detail, "RetryInfo") and (
            found := re.fullmatch(r"(\d+(?:\.\d+)?)s", str(detail.get("retryDelay")))
        ):
            return float(found[1])
    return None


def _seconds(header: str | None, clock: Clock) -> float | None:
    """Read a Retry-After header, in seconds or as a date."""
    if header is None:
        return None
    if header.strip().isdecimal():
        return float(header)
    try:
        moment = parsedate_to_datetime(header)
    except ValueError:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, aware.timestamp() - clock.time())


def _until_pacific_midnight(clock: Clock) -> float:
    now = datetime.fromtimestamp(clock.time(), ZoneInfo(_PACIFIC))
    midnight = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight.timestamp() - now.timestamp()
