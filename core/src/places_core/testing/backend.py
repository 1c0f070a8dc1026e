"""A working backend over a list of places, with errors and delays on demand."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, ClassVar, Self

from attrs import Factory, define, frozen

from ..clock import Clock
from ..convert.json import dumps
from ..errors import NotFound, PlacesError
from ..geo import distance
from ..models import Autocomplete, Details, LatLng, NearbySearch, PhotoMedia, Query, TextSearch
from ..models.cache_key import folded
from ..ports import Backend, Context, Health, Reply, Terms


ATTRIBUTION = "Invented by places_core.testing"


def fake_place(number: int, name: str, kind: str, latitude: float, longitude: float) -> dict[str, Any]:
    """Return a place in Google's JSON."""
    return {
        "id": f"fake-{number}",
        "name": f"places/fake-{number}",
        "displayName": {"text": name, "languageCode": "en"},
        "primaryType": kind,
        "types": [kind, "point_of_interest", "establishment"],
        "formattedAddress": f"{number} Example Street, Nowhere",
        "location": {"latitude": latitude, "longitude": longitude},
        "nationalPhoneNumber": f"555 01{number:02}",
        "websiteUri": f"https://example.org/{number}",
        "attributions": [{"provider": ATTRIBUTION}],
        "photos": [{"name": f"places/fake-{number}/photos/one", "widthPx": 1, "heightPx": 1}],
    }


FAKE_PLACES = (
    fake_place(1, "Coffee Corner", "cafe", 60.1700, 24.9380),
    fake_place(2, "Coffee House", "cafe", 60.1710, 24.9400),
    fake_place(3, "Night Pharmacy", "pharmacy", 60.1695, 24.9350),
    fake_place(4, "Museum of Things", "museum", 60.1720, 24.9300),
    fake_place(5, "Null Island Coffee", "cafe", 0.0, 0.0),
    *(fake_place(number, f"Kiosk {number}", "store", 61.0, 25.0 + number / 1000) for number in range(6, 51)),
)
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c6360f8cf0000020101005b1c8f1b0000000049454e44ae426082"
)


@frozen
class FakeSettings:
    """The fake backend has no settings."""


@define
class FakeBackend(Backend):
    """Answers all five operations from `places`; `calls` lists the queries that arrived.

    `errors` are raised first, one for each call; every call takes `delay` seconds of the clock.
    """

    name = "fake"
    Settings: ClassVar[type] = FakeSettings
    terms = Terms(attribution=ATTRIBUTION)

    clock: Clock
    places: tuple[Mapping[str, Any], ...] = FAKE_PLACES
    delay: float = 0.0
    errors: list[PlacesError] = Factory(list)
    calls: list[Query] = Factory(list)

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: FakeSettings, context: Context) -> AsyncIterator[Self]:
        yield cls(context.clock)

    async def search_text(self, query: TextSearch) -> Reply:
        await self._turn(query)
        found = [place for place in self.places if _fits_text(place, query)]
        start = self._offset(query)
        page = found[start : start + query.page_size]
        more = start + len(page) < min(len(found), 60)
        return Reply.of_places(page, query, f"fake:{_page_key(query)}:{start + len(page)}" if more else None)

    async def search_nearby(self, query: NearbySearch) -> Reply:
        await self._turn(query)
        circle = query.location_restriction
        center, radius = circle.center, circle.radius or 0.0
        assert center is not None  # noqa: S101
        away = [(_distance(place, center), place) for place in self.places]
        near = sorted((pair for pair in away if pair[0] <= radius), key=lambda pair: pair[0])
        fitting = [place for _, place in near if _fits_types(place, query)]
        return Reply.of_places(fitting[: query.max_result_count], query)

    async def details(self, query: Details) -> Reply:
        await self._turn(query)
        for place in self.places:
            if place["id"] == query.place_id:
                return Reply.of_json(place, query)
        raise NotFound(f"There is no place {query.place_id!r}. Take ids from the answer of a search.")

    async def photo(self, query: PhotoMedia) -> Reply:
        await self._turn(query)
        if not any(photo["name"] == query.name for place in self.places for photo in place.get("photos", ())):
            raise NotFound(f"There is no photo {query.name!r}. Take names from the photos of a place.")
        if query.skip_http_redirect:
            uri = f"https://example.org/{query.name}"
            return Reply(dumps({"name": f"{query.name}/media", "photoUri": uri}))
        return Reply(PIXEL, "image/png")

    async def autocomplete(self, query: Autocomplete) -> Reply:
        await self._turn(query)
        fitting = [place for place in self.places if _name(place).startswith(folded(query.input))]
        return Reply.of_json({"suggestions": [_suggestion(place) for place in fitting[:5]]}, query)

    async def health(self) -> Health:
        return Health(ok=True, detail=f"{len(self.places)} places")

    def owns(self, place_id: str) -> bool:
        return place_id.startswith("fake-")

    def owns_page(self, page_token: str) -> bool:
        return page_token.startswith("fake:")

    async def _turn(self, query: Query) -> None:
        self.calls.append(query)
        if self.delay:
            await self.clock.sleep(self.delay)
        if self.errors:
            raise self.errors.pop(0)

    def _offset(self, query: TextSearch) -> int:
        if query.page_token is None:
            return 0
        _, key, offset = (*query.page_token.split(":"), "", "")[:3]
        if key != _page_key(query) or not offset.isdecimal():
            raise self.unknown_page(query.page_token)
        return int(offset)


def _page_key(query: TextSearch) -> str:
    return folded(f"{query.text_query} {query.included_type}").encode().hex()


def _name(place: Mapping[str, Any]) -> str:
    return folded(place["displayName"]["text"])


def _fits_text(place: Mapping[str, Any], query: TextSearch) -> bool:
    words = folded(query.text_query).split()
    fits = any(word in _name(place) or word == place["primaryType"] for word in words)
    return fits and query.included_type in (None, place["primaryType"])


def _fits_types(place: Mapping[str, Any], query: NearbySearch) -> bool:
    types, primary = set(place["types"]), {place["primaryType"]}
    return bool(
        (not query.included_types or types & set(query.included_types))
        and not types & set(query.excluded_types)
        and (not query.included_primary_types or primary & set(query.included_primary_types))
        and not primary & set(query.excluded_primary_types)
    )


def _suggestion(place: Mapping[str, Any]) -> Mapping[str, Any]:
    text = {"text": place["displayName"]["text"]}
    prediction = {"place": place["name"], "placeId": place["id"], "text": text, "types": place["types"]}
    return {"placePrediction": prediction}


def _distance(place: Mapping[str, Any], center: LatLng) -> float:
    location = place["location"]
    return distance(center.latitude, center.longitude, location["latitude"], location["longitude"])
