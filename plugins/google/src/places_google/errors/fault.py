"""What Google's errors say, read as far as they can be."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Any

from attrs import Factory, frozen

from places_core.clock import Clock
from places_core.convert import loads
from places_core.errors import LONGEST_WAIT, BadAnswer

from ..transport import HttpAnswer, beginning


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

    @property
    def limit(self) -> str:
        """Name the quota that is used up, as far as Google told."""
        return " ".join(self.metadata.get(name, "") for name in ("quota_limit", "quota_unit")).strip()

    @property
    def daily(self) -> bool:
        told = f"{self.limit} {self.message}".lower()
        return any(mark in told for mark in ("perday", "1/d/", "per day"))


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
            return min(LONGEST_WAIT, float(found[1]))
    return None


def _seconds(header: str | None, clock: Clock) -> float | None:
    """Read a Retry-After header, in seconds or as a date."""
    if header is None:
        return None
    if header.strip().isdecimal():
        return min(LONGEST_WAIT, float(header))
    try:
        moment = parsedate_to_datetime(header)
    except ValueError:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, aware.timestamp() - clock.time())
