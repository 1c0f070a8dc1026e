"""The places of the emulator: those that come with places-local, in the form of Google's."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Self
from urllib.parse import quote_plus

from attrs import define, evolve

from places_core.clock import Clock
from places_core.convert import loads
from places_core.errors import ConfigError, InvalidRequest
from places_core.geo import distance
from places_core.models import Autocomplete, Details, NearbySearch, TextSearch
from places_core.ports import Backend, Context
from places_core.settings import Config

from .error_replies import invalid, not_found
from .ids import WELL_FORMED, bytes_of, google_id, signature, source_id, text_of
from .images import COUNT, Photograph


_SPEED = {"WALK": 1.4, "BICYCLE": 4.5, "TWO_WHEELER": 9.0}
_OMITTED_WHEN_ZERO = {"latitude", "longitude", "distanceMeters", "startOffset", "truncated"}
_REGARDLESS: dict[str, Any] = {"routing_parameters": None, "search_along_route_parameters": None}


@define
class Dataset:
    """Answers in Google's JSON, unmasked."""

    _source: Backend
    _clock: Clock

    @classmethod
    @asynccontextmanager
    async def open(cls, clock: Clock) -> AsyncIterator[Self]:
        try:
            from places_local.backend import LocalBackend
            from places_local.settings import LocalSettings
        except ImportError as error:
            missing = "The emulator needs places-local: pip install 'places-google[emulate]'"
            raise ConfigError(missing) from error
        context = Context(Config(), clock, lambda event: None)
        async with LocalBackend.open(LocalSettings(), context) as source:
            yield cls(source, clock)

    async def search_text(self, query: TextSearch) -> dict[str, Any]:
        start = _start(query)
        if query.ev_options is not None:  # Helsinki had no charging stations on the map then
            return {}
        plain = evolve(query, fields="*", page_token=start, **_REGARDLESS)
        found = loads((await self._source.search_text(plain)).body)
        whole = self._found(found, query)
        if token := found.get("nextPageToken"):
            whole["nextPageToken"] = _token(query, token)
        if whole:
            whole["searchUri"] = f"https://www.google.com/maps/search/{quote_plus(query.text_query)}"
        return whole

    async def search_nearby(self, query: NearbySearch) -> dict[str, Any]:
        found = await self._source.search_nearby(evolve(query, fields="*", routing_parameters=None))
        return self._found(loads(found.body), query)

    async def details(self, query: Details) -> dict[str, Any]:
        if not WELL_FORMED.fullmatch(query.place_id):
            raise invalid(f"Not a valid Place ID: {query.place_id}")
        source = source_id(query.place_id)
        if source is None:
            raise not_found(query.place_id)
        reply = await self._source.details(evolve(query, place_id=source, fields="*", session_token=None))
        return self._dressed(loads(reply.body))

    async def autocomplete(self, query: Autocomplete) -> dict[str, Any]:
        reply = await self._source.autocomplete(evolve(query, fields="*", session_token=None))
        suggestions = loads(reply.body).get("suggestions", [])
        for prediction in (each["placePrediction"] for each in suggestions if "placePrediction" in each):
            prediction["placeId"] = google_id(prediction["placeId"])
            prediction["place"] = f"places/{prediction['placeId']}"
        whole: dict[str, Any] = without_defaults({"suggestions": suggestions})
        return whole

    def _found(self, found: Mapping[str, Any], query: TextSearch | NearbySearch) -> dict[str, Any]:
        places = [self._dressed(place) for place in found.get("places", ())]
        whole: dict[str, Any] = {"places": places} if places else {}
        routing = query.routing_parameters
        if places and routing is not None and routing.origin is not None:
            origin, speed = routing.origin, _SPEED.get(str(routing.travel_mode), 12.0)
            whole["routingSummaries"] = [
                _route(origin.latitude, origin.longitude, place, speed) for place in places
            ]
        return whole

    def _dressed(self, place: dict[str, Any]) -> dict[str, Any]:
        """Return a place with an id, links and photos as Google has them, named as of now."""
        own_id, now = google_id(place["id"]), int(self._clock.time())
        place |= {"id": own_id, "name": f"places/{own_id}"}
        place["googleMapsUri"] = (
            f"https://maps.google.com/?cid={int.from_bytes(bytes_of(own_id)[3:11], 'big')}"
        )
        place["photos"] = [Photograph(own_id, index, now).json() for index in range(COUNT)]
        dressed: dict[str, Any] = without_defaults(place)
        return dressed


def without_defaults(value: Any) -> Any:
    """Leave out what protobuf does not write: empty strings and lists, and zeros without presence."""
    if isinstance(value, list):
        return [without_defaults(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {name: without_defaults(each) for name, each in value.items() if not _is_default(name, each)}


def _is_default(name: str, value: Any) -> bool:
    return value in ("", [], None) or (name in _OMITTED_WHEN_ZERO and value == 0)


def _token(query: TextSearch, local: str) -> str:
    """Bind the token of the next page to everything but the page's size."""
    return f"Ab{text_of(_bound(query) + local.encode())}"


def _start(query: TextSearch) -> str | None:
    if query.page_token is None:
        return None
    raw = bytes_of(query.page_token.removeprefix("Ab"))
    if len(raw) <= 16 or raw[:16] != _bound(query):
        raise InvalidRequest("pageToken", query.page_token, "a token whose request has the same parameters")
    return raw[16:].decode()


def _bound(query: TextSearch) -> bytes:
    asked = evolve(query, page_token=None, page_size=None, fields="*")
    return signature(repr(asked).encode(), 16)


def _route(latitude: float, longitude: float, place: Mapping[str, Any], speed: float) -> dict[str, Any]:
    """Return a route in a straight line: the emulator knows no streets."""
    there = place.get("location", {})
    metres = distance(latitude, longitude, there.get("latitude", 0.0), there.get("longitude", 0.0))
    leg = {"duration": f"{round(metres / speed)}s", "distanceMeters": round(metres)}
    return without_defaults({"legs": [leg], "directionsUri": f"{place['googleMapsUri']}&dir"})  # type: ignore[no-any-return]
