"""From the error tree to Google's error JSON, in this one place."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from attrs import frozen

from places_core.convert import dumps
from places_core.errors import (
    BadAnswer,
    CircuitOpen,
    ConnectionFailed,
    Fault,
    InvalidRequest,
    KeyRefused,
    NotFound,
    NotSupported,
    PermissionDenied,
    PlacesError,
    QuotaExhausted,
    RateLimited,
    Timeout,
    Unauthenticated,
    Unavailable,
    whole_seconds,
)

from .requests import MAX_BODY
from .responses import JSON, SERVER, add_trace


Details = Sequence[Mapping[str, Any]]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

logger = logging.getLogger("places.http")

DOMAIN = "places-core"
PATHS = (
    "POST /v1/places:searchText, POST /v1/places:searchNearby, POST /v1/places:autocomplete, "
    "GET /v1/places/{id} and GET /v1/places/{id}/photos/{photo}/media"
)
_TYPE = "type.googleapis.com/google.rpc."


@frozen
class Kind:
    """How a class of errors looks in Google's JSON."""

    code: int
    status: str
    reason: str


KINDS: Mapping[type[PlacesError], Kind] = {
    InvalidRequest: Kind(400, "INVALID_ARGUMENT", "INVALID_REQUEST"),
    Unauthenticated: Kind(401, "UNAUTHENTICATED", "UNAUTHENTICATED"),
    PermissionDenied: Kind(403, "PERMISSION_DENIED", "PERMISSION_DENIED"),
    NotFound: Kind(404, "NOT_FOUND", "NOT_FOUND"),
    NotSupported: Kind(501, "UNIMPLEMENTED", "NOT_SUPPORTED"),
    RateLimited: Kind(429, "RESOURCE_EXHAUSTED", "RATE_LIMIT_EXCEEDED"),
    QuotaExhausted: Kind(429, "RESOURCE_EXHAUSTED", "RATE_LIMIT_EXCEEDED"),
    Unavailable: Kind(503, "UNAVAILABLE", "BACKEND_UNAVAILABLE"),
    Timeout: Kind(504, "DEADLINE_EXCEEDED", "BACKEND_TIMEOUT"),
    ConnectionFailed: Kind(503, "UNAVAILABLE", "BACKEND_UNREACHABLE"),
    BadAnswer: Kind(503, "UNAVAILABLE", "BACKEND_BAD_ANSWER"),
    CircuitOpen: Kind(503, "UNAVAILABLE", "CIRCUIT_OPEN"),
    KeyRefused: Kind(503, "UNAVAILABLE", "BACKEND_KEY_REFUSED"),
}


def with_errors(handle: Handler) -> Handler:
    """Turn whatever `handle` raises into Google's error JSON."""

    async def answer(request: web.Request) -> web.StreamResponse:
        try:
            return await handle(request)
        except PlacesError as error:
            return error_response(error)
        except web.HTTPRequestEntityTooLarge:
            return problem(
                413, "INVALID_ARGUMENT", f"Request payload size exceeds the limit: {MAX_BODY} bytes."
            )
        except (web.RequestPayloadError, HttpProcessingError) as error:
            return problem(400, "INVALID_ARGUMENT", f"The body of the request cannot be read: {error}")
        except ConnectionError:
            raise  # nobody is left to answer
        except Exception:
            logger.exception("%s %s failed", request.method, request.path)
            return _internal()

    return answer


def error_response(error: PlacesError) -> web.Response:
    """Put an error into Google's JSON, with what helps the caller: the fields at fault, the wait."""
    kind = next((KINDS[cls] for cls in type(error).__mro__ if cls in KINDS), None)
    if kind is None:
        logger.error("An error that no caller can act on", exc_info=error)
        return _internal()
    details = [_bad_request(error) if isinstance(error, InvalidRequest) else _error_info(error, kind)]
    wait = _wait(error)
    if wait is not None:
        details.append({"@type": f"{_TYPE}RetryInfo", "retryDelay": f"{wait:.3f}s"})
    response = problem(kind.code, kind.status, str(error), details)
    if wait is not None:
        response.headers["Retry-After"] = str(whole_seconds(wait))
    if error.trace:
        add_trace(response.headers, error.trace)
    return response


def problem(code: int, status: str, message: str, details: Details = ()) -> web.Response:
    """Answer with Google's error JSON."""
    error = {"code": code, "message": _writable(message), "status": status}
    if details:
        error["details"] = details
    headers = {"Content-Type": JSON, "Cache-Control": "private", "Server": SERVER}
    return web.Response(status=code, body=dumps({"error": error}), headers=headers)


async def no_such_path(request: web.Request) -> web.Response:
    message = f"There is no {request.path}. Google's paths are {PATHS}; /openapi.json describes them all."
    return problem(404, "NOT_FOUND", message)


def wrong_method(allowed: str, path: str) -> Handler:
    """Refuse all other methods on a path that answers to `allowed`."""

    async def refuse(request: web.Request) -> web.Response:
        message = f"{path} answers {allowed}, not {request.method}. Google's paths are {PATHS}."
        response = problem(405, "UNIMPLEMENTED", message)
        response.headers["Allow"] = "GET, HEAD" if allowed == "GET" else allowed
        return response

    return refuse


def _internal() -> web.Response:
    return problem(500, "INTERNAL", "Internal error encountered.")


def _bad_request(error: InvalidRequest) -> dict[str, Any]:
    return {"@type": f"{_TYPE}BadRequest", "fieldViolations": [_violation(fault) for fault in error.faults]}


def _violation(fault: Fault) -> dict[str, str]:
    field, description = fault.field, str(fault).removeprefix(f"{fault.field}: ")
    if field == "fields":  # Google names the path itself
        field = str(fault.given)
        found = f"Cannot find matching fields for path '{field}'."
        description = f"Error expanding 'fields' parameter. {found} {fault.advice or fault.allowed}"
    return {"field": _writable(field), "description": _writable(description)}


def _error_info(error: PlacesError, kind: Kind) -> dict[str, Any]:
    info = {"@type": f"{_TYPE}ErrorInfo", "reason": kind.reason, "domain": DOMAIN}
    if isinstance(error, QuotaExhausted):  # its unit alone tells the day's quota from a limit that passes
        return {**info, "metadata": {"quota_unit": "1/d/{project}"}}
    if isinstance(error, NotSupported) and error.offers:
        return {**info, "metadata": {"offers": ",".join(error.offers)}}
    if error.trace and error.trace.backend:
        return {**info, "metadata": {"backend": error.trace.backend, "attempts": str(error.trace.attempts)}}
    return info


def _wait(error: PlacesError) -> float | None:
    wait = error.reset if isinstance(error, QuotaExhausted) else getattr(error, "retry_after", None)
    return None if wait is None else max(0.0, wait)


def _writable(text: str) -> str:
    """Replace what is no text: bytes of a path or a header that are not UTF-8."""
    return text.encode("utf-8", "replace").decode()
