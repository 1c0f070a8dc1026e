"""From HTTP to a query."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import lru_cache, partial
from itertools import islice
from typing import TypeVar

from aiohttp import web
from multidict import istr

from places_core import Autocomplete, Details, InvalidRequest, NearbySearch, PhotoMedia, TextSearch
from places_core.convert import camel, loads, parse_request
from places_core.errors import BadAnswer, Fault
from places_core.models import Query
from places_core.text import nearest


Q = TypeVar("Q")

MAX_BODY = 64 * 1024
FIELD_MASK = istr("X-Goog-FieldMask")
_REPEATS = 1024
_MOST_UNKNOWN = 10  # to look for what was meant takes milliseconds
_SMALL = 2048
"""Only small requests are remembered, so that the memory has a bound."""
_SYSTEM = frozenset(
    "key fields alt prettyPrint callback quotaUser "
    "access_token oauth_token uploadType upload_protocol".split()
)
_POSTED: dict[str, type[Query]] = {cls.operation: cls for cls in (TextSearch, NearbySearch, Autocomplete)}
_DETAILS = ("language_code", "region_code", "session_token")
_PHOTO = ("max_width_px", "max_height_px", "skip_http_redirect")
_FLAGS = {"true": True, "false": False}


async def posted(operation: str, request: web.Request) -> Query:
    """Read the query out of a request's body and mask; the same bytes again cost no second parse."""
    body = await _body(request)
    parsed = _parsed_once if len(body) <= _SMALL else _parsed
    if not request.query_string:
        return parsed(operation, mask_text(request), body)
    return _beside(_unknown(request, ()), parsed, operation, mask_text(request), body)


def details(request: web.Request) -> Details:
    """Read the query out of a path and its parameters."""
    place_id, mask = request.match_info["place_id"], mask_text(request)
    if not request.query_string:
        return _details(place_id, mask)
    given = _parameters(request, _DETAILS)
    return _beside(_unknown(request, _DETAILS), _details, place_id, mask, *map(given.get, _DETAILS))


def photo(request: web.Request) -> PhotoMedia:
    """Read the query out of a path and its parameters."""
    given: dict[str, object] = {**_parameters(request, _PHOTO)}
    if skip := given.get("skip_http_redirect"):
        given["skip_http_redirect"] = _FLAGS.get(str(skip).lower(), skip)
    name = "places/{place_id}/photos/{photo}".format_map(request.match_info)
    return _beside(_unknown(request, _PHOTO), partial(parse_request, PhotoMedia, given, name=name))


def _beside(unknown: list[Fault], parse: Callable[..., Q], *args: object) -> Q:
    """Parse, and name what is wrong together with the parameters that are unknown."""
    try:
        query = parse(*args)
    except InvalidRequest as error:
        raise InvalidRequest.of([*unknown, *error.faults]) from error
    if unknown:
        raise InvalidRequest.of(unknown)
    return query


async def _body(request: web.Request) -> bytes:
    """Return the body; usually it has all arrived, and there is no need to wait for it in a loop."""
    content = request.content
    if not content.is_eof():
        return await request.read()
    body = content.read_nowait()
    if len(body) > MAX_BODY:
        raise web.HTTPRequestEntityTooLarge(max_size=MAX_BODY, actual_size=len(body))
    return body


def mask_text(request: web.Request) -> str:
    """Return the field mask from the header or the parameters, or `basic` if neither has one."""
    text = request.headers.get(FIELD_MASK)
    if not text and request.query_string:
        text = request.query.get("$fields") or request.query.get("fields")
    return text or "basic"


def _parsed(operation: str, mask: str, body: bytes) -> Query:
    obj = _object(body) if body else {}
    if operation == "search_text":
        _rename_count(obj)
    return parse_request(_POSTED[operation], obj, fields=mask)


_parsed_once = lru_cache(maxsize=_REPEATS)(_parsed)


@lru_cache(maxsize=_REPEATS)
def _details(
    place_id: str,
    mask: str,
    language: str | None = None,
    region: str | None = None,
    session: str | None = None,
) -> Details:
    return Details(place_id, fields=mask, language_code=language, region_code=region, session_token=session)


def _object(body: bytes) -> dict[str, object]:
    """Parse the body as JSON, whatever its content type says: `curl -d` calls everything a form."""
    try:
        obj = loads(body)
    except BadAnswer as error:
        given, hint = body.decode("utf-8", "replace"), f"Invalid JSON payload received. {error}"
        raise InvalidRequest("body", given, "a JSON object", hint=hint) from error
    if not isinstance(obj, dict):
        raise InvalidRequest("body", obj, "a JSON object")
    return obj


def _rename_count(obj: dict[str, object]) -> None:
    """Read `maxResultCount`, the deprecated name of `pageSize`, which counts for nothing beside it."""
    counts = [obj.pop(name) for name in ("maxResultCount", "max_result_count") if name in obj]
    if counts and not (obj.get("pageSize") or obj.get("page_size")):
        obj.pop("page_size", None)
        obj["pageSize"] = counts[0]


def _parameters(request: web.Request, known: Collection[str]) -> dict[str, str]:
    """Return the parameters that are `known` and not empty, by their Python names."""
    names = {camel(name): name for name in known} | {name: name for name in known}
    return {names[name]: value for name, value in request.query.items() if name in names and value}


def _unknown(request: web.Request, known: Collection[str]) -> list[Fault]:
    """Return a fault for each parameter that is neither `known` nor one of Google's own."""
    names = [camel(name) for name in known]
    allowed = ", ".join(names) or "no parameters of its own, all is in the body"
    unknown = (
        (name, value)
        for name, value in request.query.items()
        if name not in known and name not in names and name not in _SYSTEM and not name.startswith("$")
    )
    return [
        Fault(name, value, allowed, near := nearest(name, names), _cannot_bind(name, near))
        for name, value in islice(unknown, _MOST_UNKNOWN)
    ]


def _cannot_bind(name: str, near: str | None) -> str:
    said = f'Unknown name "{name}": Cannot bind query parameter'
    return f"{said}. Did you mean {near}?" if near else said
