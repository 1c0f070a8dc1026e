"""Google's error bodies, word for word where they are known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from places_core.convert import dumps
from places_core.errors import InvalidRequest, NotFound


SERVICE = "places.googleapis.com"
CONSUMER = "projects/123456789012"
QUOTAS = {
    "search_text": "SearchTextRequest",
    "search_nearby": "SearchNearbyRequest",
    "details": "GetPlaceRequest",
    "autocomplete": "AutocompletePlacesRequest",
    "photo": "GetPhotoMediaRequest",
}
STALE_PHOTO = "The photo resource in the request is invalid. Please retrieve it from Places API endpoints."
NO_KEY = (
    "Method doesn't allow unregistered callers (callers without established identity). "
    "Please use API Key or other form of API consumer identity to call this API."
)
REASONS = {
    "SERVICE_DISABLED": "Places API (New) has not been used in project 123456789012 before "
    "or it is disabled. Enable it by visiting https://console.developers.google.com/apis/api/places.googleapis.com/overview"
    "?project=123456789012 then retry.",
    "BILLING_DISABLED": "This API method requires billing to be enabled. "
    "Please enable billing on project #123456789012.",
    "CONSUMER_SUSPENDED": "Permission denied: Consumer 'api_key:{key}' has been suspended.",
    "API_KEY_SERVICE_BLOCKED": "Requests to this API places.googleapis.com method are blocked.",
    "API_KEY_HTTP_REFERRER_BLOCKED": "Requests from referer <empty> are blocked.",
    "API_KEY_IP_ADDRESS_BLOCKED": "The provided API key has an IP address restriction. The originating IP "
    "address of the call (127.0.0.1) violates this restriction.",
    "API_KEY_ANDROID_APP_BLOCKED": "Requests from this Android client application <empty> are blocked.",
    "API_KEY_IOS_APP_BLOCKED": "Requests from this iOS client application <empty> are blocked.",
}
_TYPE = "type.googleapis.com/google.rpc."
_MASK_HELP = (
    "FieldMask is a required parameter. See https://cloud.google.com/apis/docs/system-parameters on how to "
    "provide it. As an example, you can set the header 'X-Goog-FieldMask' to value {example} to ask for the "
    "display name and the place id of a place. You can also set the value to '*' in manual testing."
)


class Refusal(Exception):
    """An error as Google sends it."""

    def __init__(
        self, code: int, status: str, message: str, details: Sequence[Mapping[str, Any]] = ()
    ) -> None:
        super().__init__(message)
        self.code, self.status, self.message, self.details = code, status, message, tuple(details)
        self.headers: dict[str, str] = {}

    @property
    def body(self) -> bytes:
        error: dict[str, Any] = {"code": self.code, "message": self.message, "status": self.status}
        if self.details:
            error["details"] = list(self.details)
        return dumps({"error": error})


def error_info(reason: str, **metadata: str) -> dict[str, Any]:
    return {
        "@type": f"{_TYPE}ErrorInfo",
        "reason": reason,
        "domain": "googleapis.com",
        "metadata": {"service": SERVICE, **metadata},
    }


def bad_request(field: str, description: str) -> dict[str, Any]:
    violation = {"field": field, "description": description} if field else {"description": description}
    return {"@type": f"{_TYPE}BadRequest", "fieldViolations": [violation]}


def no_key() -> Refusal:
    return Refusal(403, "PERMISSION_DENIED", NO_KEY)


def bad_key(reason: str, key: str) -> Refusal:
    """Refuse a key; an invalid one is a 400, not a 401."""
    if reason == "API_KEY_INVALID":
        message = "API key not valid. Please pass a valid API key."
        return Refusal(400, "INVALID_ARGUMENT", message, [error_info(reason)])
    message = REASONS[reason].format(key=key)
    return Refusal(403, "PERMISSION_DENIED", message, [error_info(reason, consumer=CONSUMER)])


def over_quota(operation: str, period: str, limit: int) -> Refusal:
    """Return the error for an exhausted quota of a `minute` or a `day`; the reason is the same for both."""
    quota, unit = QUOTAS[operation], {"minute": "1/min/{project}", "day": "1/d/{project}"}[period]
    message = (
        f"Quota exceeded for quota metric '{quota}' and limit '{quota} per {period}' of service "
        f"'{SERVICE}' for consumer 'project_number:123456789012'."
    )
    info = error_info(
        "RATE_LIMIT_EXCEEDED",
        consumer=CONSUMER,
        quota_metric=f"{SERVICE}/{quota}",
        quota_limit=f"{quota}Per{period.capitalize()}PerProject",
        quota_limit_value=str(limit),
        quota_unit=unit,
        quota_location="global",
    )
    return Refusal(429, "RESOURCE_EXHAUSTED", message, [info])


def no_mask(operation: str) -> Refusal:
    prefix = "" if operation == "details" else "places."
    example = f"'{prefix}displayName', '{prefix}id'"
    return Refusal(400, "INVALID_ARGUMENT", _MASK_HELP.format(example=example))


def bad_mask(mask: str, path: str) -> Refusal:
    said = f"Error expanding 'fields' parameter. Cannot find matching fields for path '{path}'."
    return invalid("Request contains an invalid argument.", mask, said)


def invalid(message: str, field: str = "", description: str = "") -> Refusal:
    details = [bad_request(field, description)] if description else []
    return Refusal(400, "INVALID_ARGUMENT", message, details)


def not_found(place_id: str) -> Refusal:
    message = f"The Place ID is no longer valid. Please refresh cached Place IDs: {place_id}"
    return Refusal(404, "NOT_FOUND", message)


def refusal_of(error: InvalidRequest | NotFound) -> Refusal:
    """Return Google's error for a fault that our own reading of a request found."""
    if isinstance(error, NotFound):
        return Refusal(404, "NOT_FOUND", str(error))
    if error.allowed.startswith("a place type"):
        return invalid(f"Unsupported types: {error.given}.")
    if error.allowed.startswith("the fields "):
        parent, _, name = error.field.rpartition(".")
        at = f" at '{parent}'" if parent else ""
        message = f'Invalid JSON payload received. Unknown name "{name}"{at}: Cannot find field.'
        return invalid(message, parent, message)
    description = f"Invalid value at '{error.field}': {error.allowed}"
    return invalid(description, error.field, description)
