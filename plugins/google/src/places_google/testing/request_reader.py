"""From HTTP to a query, with Google's own errors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from places_core.convert import camel, loads, parse_request
from places_core.errors import BadAnswer, InvalidRequest
from places_core.models import (
    Autocomplete,
    Details,
    FieldMask,
    NearbySearch,
    PhotoMedia,
    Query,
    TextSearch,
)

from .error_replies import bad_mask, invalid, no_mask, refusal_of


_POSTED: dict[str, type[Query]] = {cls.operation: cls for cls in (TextSearch, NearbySearch, Autocomplete)}
_ANSWERS = {cls.operation: cls.answers for cls in (TextSearch, NearbySearch, Details, Autocomplete)}
_PARAMETERS = {
    "details": ("language_code", "region_code", "session_token"),
    "photo": ("max_width_px", "max_height_px", "skip_http_redirect"),
}
_SYSTEM = frozenset(
    "key fields alt prettyPrint callback quotaUser "
    "access_token oauth_token uploadType upload_protocol".split()
)


async def query_of(operation: str, request: web.Request) -> Query:
    """Read the mask first, then the rest; raises a `Refusal` for the first fault."""
    mask = "*" if operation == "photo" else checked_mask(operation, mask_of(request))
    try:
        if operation in _POSTED:
            _parameters(request, ())
            return _posted(operation, mask, await request.read())
        if operation == "details":
            return Details(request.match_info["place"], fields=mask, **_given(operation, request))
        return _photo(request)
    except InvalidRequest as error:
        raise refusal_of(error) from error


def mask_of(request: web.Request) -> str:
    in_query = request.query.get("$fields") or request.query.get("fields")
    return request.headers.get("X-Goog-FieldMask") or in_query or ""


def checked_mask(operation: str, mask: str) -> str:
    """Refuse a mask that is missing or selects what does not exist; our own short names do not."""
    if not mask:
        if operation == "autocomplete":
            return "*"
        raise no_mask(operation)
    for path in mask.split(","):
        try:
            asked = FieldMask.parse(path, _ANSWERS[operation]).paths
        except InvalidRequest as error:
            raise bad_mask(mask, path) from error
        if asked != (camel(path),):  # a name of ours, which stands for other paths
            raise bad_mask(mask, path)
    return mask


def _posted(operation: str, mask: str, raw: bytes) -> Query:
    try:
        body = loads(raw or b"{}")
    except BadAnswer as error:
        raise invalid(f"Invalid JSON payload received. {error}") from error
    if operation == "search_text" and isinstance(body, dict):
        count = body.pop("maxResultCount", body.pop("max_result_count", None))
        if count is not None and not (body.get("pageSize") or body.get("page_size")):
            body["pageSize"] = count
    return parse_request(_POSTED[operation], body, fields=mask)


def _photo(request: web.Request) -> PhotoMedia:
    given = _given("photo", request)
    sizes = {name: int(text) for name, text in given.items() if name.endswith("_px") and text.isdecimal()}
    skip = given.get("skip_http_redirect", "") in ("true", "True", "1")
    name = "places/{place}/photos/{photo}".format_map(request.match_info)
    return PhotoMedia(name, skip_http_redirect=skip, **sizes)


def _given(operation: str, request: web.Request) -> dict[str, str]:
    return dict(_parameters(request, _PARAMETERS[operation]))


def _parameters(request: web.Request, known: tuple[str, ...]) -> Mapping[str, Any]:
    names = {camel(name): name for name in known} | {name: name for name in known}
    for name in request.query:
        if name not in names and name not in _SYSTEM and not name.startswith("$"):
            message = (
                f'Invalid JSON payload received. Unknown name "{name}": Cannot bind query parameter. '
                f"Field '{name}' could not be found in request message."
            )
            raise invalid(message, "", message)
    return {names[name]: text for name, text in request.query.items() if name in names and text}
