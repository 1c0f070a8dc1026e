"""From HTTP to a query."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache

from aiohttp import web
from multidict import istr

from places_core import Autocomplete, Details, InvalidRequest, NearbySearch, PhotoMedia, TextSearch
from places_core.convert import loads
from places_core.convert.requests import parse_request
from places_core.convert.schema import camel
from places_core.errors import BadAnswer
from places_core.models import Query


MAX_BODY = 64 * 1024
FIELD_MASK = istr("X-Goog-FieldMask")
_REPEATS = 1024
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
    if request.query_string:
        _parameters(request, ())
    body = await _body(request)
    parsed = _parsed_once if len(body) <= _SMALL else _parsed
    return parsed(operation, mask_text(request), body)


def details(request: web.Request) -> Details:
    """Read the query out of a path and its parameters."""
    given = _parameters(request, _DETAILS) if request.query_string else {}
    return _details_once(request.match_info["place_id"], mask_text(request), *map(given.get, _DETAILS))


def photo(request: web.Request) -> PhotoMedia:
    """Read the query out of a path and its parameters."""
    place, name = request.match_info["place_id"], request.match_info["photo"]
    width, height, skip = map(_parameters(request, _PHOTO).get, _PHOTO)
    return PhotoMedia(
        f"places/{place}/photos/{name}",
        max_width_px=_whole("maxWidthPx", width),
        max_height_px=_whole("maxHeightPx", height),
        skip_http_redirect=skip is not None and _flag("skipHttpRedirect", skip),
    )


async def _body(request: web.Request) -> bytes:
    """Give the body; mostly it is all there, and then the loop that waits for it is not worth its while."""
    content = request.content
    if not content.is_eof():
        return await request.read()
    body = content.read_nowait()
    if len(body) > MAX_BODY:
        raise web.HTTPRequestEntityTooLarge(max_size=MAX_BODY, actual_size=len(body))
    return body


def mask_text(request: web.Request) -> str:
    """Give the field mask of the header or the parameters, and `basic` where there is none."""
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
def _details_once(
    place_id: str, mask: str, language: str | None, region: str | None, session: str | None
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
    """Give the parameters that are `known`, by their Python names; Google's own may stand beside them."""
    names = {camel(name): name for name in known} | {name: name for name in known}
    given: dict[str, str] = {}
    for name, value in request.query.items():
        if name in names:
            if value:
                given[names[name]] = value
        elif name not in _SYSTEM and not name.startswith("$"):
            allowed = ", ".join(map(camel, known)) or "no parameters of its own, all is in the body"
            raise InvalidRequest(
                name, value, allowed, hint=f'Unknown name "{name}": Cannot bind query parameter'
            )
    return given


def _whole(name: str, text: str | None) -> int | None:
    if text is None:
        return None
    if text.removeprefix("-").isdecimal() and len(text) <= len("-123456789"):
        return int(text)
    raise InvalidRequest(name, text, "a whole number from 1 to 4800")


def _flag(name: str, text: str) -> bool:
    if text.lower() not in _FLAGS:
        raise InvalidRequest(name, text, "true or false")
    return _FLAGS[text.lower()]
