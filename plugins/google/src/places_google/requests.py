"""From a query to Google's HTTP request."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode

from attrs import fields, frozen

from places_core.convert import dumps, parse_request, request_json
from places_core.errors import Fault, InvalidRequest
from places_core.models import Autocomplete, Details, Message, NearbySearch, PhotoMedia, TextSearch


_COMPACT = "prettyPrint=false"
_AREAS = frozenset({"location_bias", "location_restriction", "origin"})
_AWARE = ("TRAFFIC_AWARE", "TRAFFIC_AWARE_OPTIMAL")
_DRIVEN = (None, "TRAVEL_MODE_UNSPECIFIED", "DRIVE", "TWO_WHEELER")


@frozen
class Request:
    """One call to Google; the path is relative to the base URL, the mask is sent as a header."""

    verb: str
    target: str
    mask: str | None
    body: bytes | None = None


def text_request(query: TextSearch, body: dict[str, Any]) -> Request:
    """Ask for one page; `body` is `text_body(query)`, or that of the first page."""
    return _posted("searchText", str(query.fields), body)


def nearby_request(query: NearbySearch) -> Request:
    return _posted("searchNearby", str(query.fields), checked_body(query))


def autocomplete_request(query: Autocomplete) -> Request:
    return _posted("autocomplete", str(query.fields), checked_body(query))


def details_request(query: Details) -> Request:
    given = {
        "languageCode": query.language_code,
        "regionCode": query.region_code,
        "sessionToken": query.session_token,
    }
    return Request("GET", _target(f"places/{_segment(query.place_id)}", given), str(query.fields))


def photos_request(place_id: str) -> Request:
    """Ask for the photos of a place, which is in the free tier."""
    return Request("GET", _target(f"places/{_segment(place_id)}", {}), "photos")


def photo_request(query: PhotoMedia) -> Request:
    """Ask for the image's URI: following Google's redirect would send the key there."""
    _, place, _, photo = query.name.split("/", 3)
    given = {
        "maxWidthPx": query.max_width_px,
        "maxHeightPx": query.max_height_px,
        "skipHttpRedirect": "true",
    }
    return Request("GET", _target(f"places/{_segment(place)}/photos/{_segment(photo)}/media", given), None)


def checked_body(query: TextSearch | NearbySearch | Autocomplete) -> dict[str, Any]:
    """Return the body; what the query does not validate is validated here, before it costs a call."""
    body = request_json(query)
    if any(_needs_reading(each.name, getattr(query, each.name)) for each in fields(type(query))):
        parse_request(type(query), body, fields=query.fields)
    if not isinstance(query, Autocomplete) and (faults := [*_routing_faults(query)]):
        raise InvalidRequest.of(faults)
    return body


def _needs_reading(name: str, value: Any) -> bool:
    """Validate the objects that the query does not: it checks areas itself."""
    return isinstance(value, Message) and (name not in _AREAS or bool(value.extra))


def _routing_faults(query: TextSearch | NearbySearch) -> Iterator[Fault]:
    along = getattr(query, "search_along_route_parameters", None)
    if along is not None and not (along.polyline and along.polyline.encoded_polyline):
        name = "searchAlongRouteParameters.polyline.encodedPolyline"
        yield Fault(name, None, "an encoded polyline; it is required")
    routing = query.routing_parameters
    if routing and routing.routing_preference in _AWARE and routing.travel_mode not in _DRIVEN:
        name = "routingParameters.routingPreference"
        allowed = "TRAFFIC_UNAWARE, or the travelMode DRIVE or TWO_WHEELER"
        yield Fault(name, str(routing.routing_preference), allowed)
    wanted = any(path.startswith("routingSummaries") for path in query.fields.paths)
    if wanted and along is None and not (routing and routing.origin):
        allowed = "it only together with routingParameters.origin or searchAlongRouteParameters"
        yield Fault("fields", "routingSummaries", allowed)


def _posted(method: str, mask: str, body: dict[str, Any]) -> Request:
    return Request("POST", f"/places:{method}?{_COMPACT}", mask, dumps(body))


def _target(path: str, given: dict[str, Any]) -> str:
    parameters = urlencode({name: value for name, value in given.items() if value is not None})
    return f"/{path}?{f'{parameters}&' if parameters else ''}{_COMPACT}"


def _segment(text: str) -> str:
    """Return one path segment; `.` and `..` would lead elsewhere, encoded or not."""
    if not text.strip("."):
        raise InvalidRequest("name", text, "a place id", hint="Take it from the id field of an answer")
    return quote(text, safe="")
