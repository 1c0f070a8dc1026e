"""Each row of the table of Google's errors."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest
from attrs import frozen

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
from places_core.models import Circle, Details, LatLng, TextSearch
from places_core.testing import FakeClock, fake_places
from places_google.backend import GoogleBackend


Opened = Callable[..., AbstractAsyncContextManager[GoogleBackend]]
NEAR = Circle(LatLng(60.17, 24.94), 500.0)
TYPE = "type.googleapis.com/google.rpc."
NEW_YEAR_NOON_IN_CALIFORNIA = 1_798_833_600.0  # 2027-01-01 20:00 UTC


@frozen
class Row:
    """What Google sends, and what becomes of it: our class, what one reads, whether it is tried again."""

    name: str
    code: int
    body: str | bytes
    error: type[PlacesError]
    says: str
    retried: bool = False

    @property
    def headers(self) -> dict[str, str]:
        """HTML is called HTML."""
        return {"Content_Type": "text/html; charset=UTF-8"} if self.body[:1] in ("<", b"<") else {}


def google(code: int, status: str, message: str, *details: dict[str, Any]) -> str:
    error: dict[str, Any] = {"code": code, "message": message, "status": status}
    return json.dumps({"error": error | ({"details": details} if details else {})})


def invalid(message: str, *details: dict[str, Any]) -> str:
    return google(400, "INVALID_ARGUMENT", message, *details)


def denied(reason: str) -> str:
    return google(403, "PERMISSION_DENIED", "No.", info(reason))


def info(reason: str, **metadata: str) -> dict[str, Any]:
    return {"@type": f"{TYPE}ErrorInfo", "reason": reason, "domain": "googleapis.com", "metadata": metadata}


def violation(field: str, description: str) -> dict[str, Any]:
    return {"@type": f"{TYPE}BadRequest", "fieldViolations": [{"field": field, "description": description}]}


def exhausted(message: str, *details: dict[str, Any]) -> str:
    return google(429, "RESOURCE_EXHAUSTED", message, *details)


def quota(period: str, unit: str, value: str = "600") -> str:
    limit = f"SearchTextRequestPer{period}PerProject"
    details = info("RATE_LIMIT_EXCEEDED", quota_limit=limit, quota_unit=unit, quota_limit_value=value)
    return exhausted("Quota exceeded for quota metric 'SearchTextRequest'", details)


MISSING_MASK = "FieldMask is a required parameter."
BAD_PATH = "Error expanding 'fields' parameter. Cannot find matching fields for path 'id'."
BAD_MASK = invalid("Request contains an invalid argument.", violation("id,x", BAD_PATH))
BAD_KEY = "API key not valid. Please pass a valid API key."
OLD_KEY = "API key expired. Please renew the API key."
UNKNOWN = 'Invalid JSON payload received. Unknown name "x": Cannot find field.'
EXPIRED = google(401, "UNAUTHENTICATED", "Expired.", info("ACCESS_TOKEN_EXPIRED"))
UNREGISTERED = "Method doesn't allow unregistered callers"
MINUTE, DAY = quota("Minute", "1/min/{project}"), quota("Day", "1/d/{project}")
ODD = b'{"error": {"status": "INVALID_ARGUMENT", "message": "Odd.", "details": [1, {"@type": 2}, null]}}'
ROWS = (
    Row("no mask", 400, invalid(MISSING_MASK), InvalidRequest, MISSING_MASK),
    Row(
        "bad mask path", 400, BAD_MASK, InvalidRequest, "fields: got 'id'; allowed: a path that Google knows"
    ),
    Row("invalid key", 400, invalid(BAD_KEY, info("API_KEY_INVALID")), KeyRefused, "API_KEY_INVALID"),
    Row("invalid key without details", 400, invalid(BAD_KEY), KeyRefused, "API_KEY_INVALID"),
    Row("expired key", 400, invalid(OLD_KEY, info("API_KEY_INVALID")), KeyRefused, "Check the key"),
    Row("malformed id", 400, invalid("Not a valid Place ID: foo"), InvalidRequest, "^name: .*Place ID: foo"),
    Row("unknown type", 400, invalid("Unsupported types: spa."), InvalidRequest, "Unsupported types: spa"),
    Row("unknown key", 400, invalid(UNKNOWN, violation("x", UNKNOWN)), InvalidRequest, "^x: .*Unknown name"),
    Row("changed parameters", 400, invalid("Parameters differ."), InvalidRequest, "Parameters differ"),
    Row("unauthenticated", 401, EXPIRED, KeyRefused, "UNAUTHENTICATED"),
    Row("no key", 403, google(403, "PERMISSION_DENIED", UNREGISTERED), KeyRefused, "PERMISSION_DENIED"),
    Row("service off", 403, denied("SERVICE_DISABLED"), KeyRefused, "Enable the Places API"),
    Row("billing off", 403, denied("BILLING_DISABLED"), KeyRefused, "Enable billing"),
    Row("API blocked", 403, denied("API_KEY_SERVICE_BLOCKED"), KeyRefused, "API restrictions"),
    Row("site blocked", 403, denied("API_KEY_HTTP_REFERRER_BLOCKED"), KeyRefused, "web sites"),
    Row(
        "address blocked",
        403,
        denied("API_KEY_IP_ADDRESS_BLOCKED"),
        KeyRefused,
        "this server's address",
    ),
    Row("android blocked", 403, denied("API_KEY_ANDROID_APP_BLOCKED"), KeyRefused, "Android"),
    Row("ios blocked", 403, denied("API_KEY_IOS_APP_BLOCKED"), KeyRefused, "iOS"),
    Row("suspended", 403, denied("CONSUMER_SUSPENDED"), KeyRefused, "suspended"),
    Row("obsolete id", 404, google(404, "NOT_FOUND", "Gone."), NotFound, "'ChIJxyz', or none any more"),
    Row("wrong host", 404, b"<html>Error 404</html>", BadAnswer, "base_url", retried=True),
    Row("a minute's", 429, MINUTE, Throttled, "fewer calls a minute", retried=True),
    Row("a minute's, no details", 429, exhausted("Quota exceeded."), Throttled, "fewer calls", retried=True),
    Row("a minute's, no JSON", 429, "slow down", Throttled, "fewer calls", retried=True),
    Row("a day's", 429, DAY, QuotaExhausted, "daily quota is used up"),
    Row("a day's, no details", 429, exhausted("over limit 'X per day'"), QuotaExhausted, "daily quota"),
    Row("no quota", 429, quota("Minute", "1/min/{project}", "0"), QuotaExhausted, "quota for this is 0"),
    Row("cancelled", 499, google(499, "CANCELLED", "Bye."), Unavailable, "CANCELLED", retried=True),
    Row("internal", 500, google(500, "INTERNAL", "Oops."), Unavailable, "INTERNAL", retried=True),
    Row("unknown", 500, google(500, "UNKNOWN", "?"), Unavailable, "UNKNOWN", retried=True),
    Row("unimplemented", 501, google(501, "UNIMPLEMENTED", "No."), NotSupported, "does not offer this"),
    Row("bad gateway", 502, b"<!DOCTYPE html>", Unavailable, "HTTP 502, text/html", retried=True),
    Row("unavailable", 503, google(503, "UNAVAILABLE", "Later."), Unavailable, "Later", retried=True),
    Row("unavailable in HTML", 503, b"<html>", Unavailable, "HTTP 503", retried=True),
    Row("deadline", 504, google(504, "DEADLINE_EXCEEDED", "Slow."), Timeout, "too long", retried=True),
    Row("deadline in HTML", 504, b"<html>", Timeout, "HTTP 504", retried=True),
    Row("half an error", 500, b'{"error": {"code": 500, "mess', Unavailable, "HTTP 500", retried=True),
    Row("an error that is text", 400, b'{"error": "nope"}', BadAnswer, "not Google's API", retried=True),
    Row("an error that is a list", 503, b'{"error": ["nope"]}', Unavailable, "HTTP 503", retried=True),
    Row("odd details", 400, ODD, InvalidRequest, "Odd"),
)


@pytest.mark.parametrize("row", ROWS, ids=[row.name for row in ROWS])
async def test_an_error_becomes_ours_and_is_tried_again_or_not(
    row: Row, scripted: Any, opened: Opened, clock: FakeClock
) -> None:
    scripted.answer(row.code, row.body, **row.headers)
    settings = {"retry": {"attempts": 2, "budget": 1.0}, "limiter": {"provider": "none"}}
    async with (
        opened(base_url=scripted.base_url) as backend,
        fake_places(backend, clock=clock, **settings) as places,
    ):
        with pytest.raises(row.error, match=row.says) as caught:
            await places.ask(Details("ChIJxyz"))

    assert row.error is type(caught.value)
    assert (2 if row.retried else 1) == len(scripted.requests)


@pytest.mark.parametrize(
    ("headers", "detail", "wait"),
    [
        ({"Retry_After": "7"}, None, 7.0),
        ({"Retry_After": "Thu, 01 Jan 2027 20:00:30 GMT"}, None, 30.0),
        ({"Retry_After": "Thu, 01 Jan 2026 00:00:00 GMT"}, None, 0.0),
        ({}, {"@type": f"{TYPE}RetryInfo", "retryDelay": "3.5s"}, 3.5),
        ({"Retry_After": "9" * 400}, None, 31_536_000.0),
        ({}, {"@type": f"{TYPE}RetryInfo", "retryDelay": f"{'9' * 400}s"}, 31_536_000.0),
        ({"Retry_After": "soon"}, {"@type": f"{TYPE}RetryInfo", "retryDelay": "4s"}, 4.0),
        ({}, {"@type": f"{TYPE}RetryInfo", "retryDelay": "4 minutes"}, 2.0),
        ({}, None, 2.0),
    ],
)
async def test_the_wait_that_google_asks_for_is_told(
    scripted: Any,
    opened: Opened,
    clock: FakeClock,
    headers: dict[str, str],
    detail: dict[str, Any] | None,
    wait: float,
) -> None:
    clock.now = NEW_YEAR_NOON_IN_CALIFORNIA
    scripted.answer(429, exhausted("Slow.", *([detail] if detail else [])), **headers)
    scripted.answer(503, google(503, "UNAVAILABLE", "Down.", *([detail] if detail else [])), **headers)
    async with opened(base_url=scripted.base_url) as backend:
        with pytest.raises(Throttled) as throttled:
            await backend.details(Details("ChIJxyz"))
        with pytest.raises(Unavailable) as down:
            await backend.details(Details("ChIJxyz"))

    told = bool(
        headers.get("Retry_After", "soon") != "soon" or (detail and detail["retryDelay"] != "4 minutes")
    )
    assert wait == throttled.value.retry_after
    assert (wait if told else None) == down.value.retry_after


async def test_a_refused_field_is_named_with_its_own_value(
    scripted: Any, opened: Opened, clock: FakeClock
) -> None:
    scripted.answer(400, invalid("No.", violation("rankPreference", "Not with a route.")))
    scripted.answer(400, invalid("No.", violation("location_bias.circle.radius", "Too far.")))
    async with opened(base_url=scripted.base_url) as backend:
        with pytest.raises(InvalidRequest, match="rankPreference: got 'DISTANCE'; allowed: what Google"):
            await backend.search_text(TextSearch("museum", rank_preference="DISTANCE"))
        with pytest.raises(InvalidRequest, match=r"location_bias.circle.radius: got 500.0; allowed"):
            await backend.search_text(TextSearch("museum", location_bias=NEAR))


async def test_a_daily_quota_is_whole_again_at_midnight_in_california(
    scripted: Any, opened: Opened, clock: FakeClock
) -> None:
    clock.now = NEW_YEAR_NOON_IN_CALIFORNIA
    scripted.answer(429, DAY)
    async with opened(base_url=scripted.base_url) as backend:
        with pytest.raises(QuotaExhausted) as caught:
            await backend.search_text(TextSearch("coffee"))

    assert 12 * 3_600 == caught.value.reset
