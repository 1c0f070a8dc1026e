"""Every request that the backend can send, against Google's discovery document and Google's protos."""

from __future__ import annotations

import string
from functools import cache
from importlib.resources import files
from typing import Any

import pytest
from google.maps import places_v1
from google.protobuf import json_format
from hypothesis import given
from hypothesis import strategies as st

from places_core.convert import loads
from places_core.models import (
    Autocomplete,
    Circle,
    Details,
    EVConnectorType,
    EVOptions,
    LatLng,
    NearbySearch,
    PhotoMedia,
    Polyline,
    PriceLevel,
    RouteModifiers,
    RoutingParameters,
    RoutingPreference,
    SearchAlongRouteParameters,
    TextSearch,
    TravelMode,
    Viewport,
)
from places_core.models.place_types import TABLE_A, TABLE_B
from places_google.paging import Page
from places_google.requests import (
    Request,
    autocomplete_request,
    checked_body,
    details_request,
    nearby_request,
    photo_request,
    photos_request,
    text_request,
)


NOT_IN_THE_PROTOS = {"pageSize", "pageToken", "nextPageToken", "searchUri"}
PLACE_NOT_IN_THE_PROTOS = ("entrances", "navigationPoints")
ID = st.text(
    st.characters(codec="utf-8", exclude_characters="/?#", exclude_categories=["Z", "C"]), min_size=1
)
IDS = ID.filter(lambda text: not text.isspace() and text.strip(".") and not text.startswith("places/"))


@cache
def schemas() -> Any:
    """Read the schemas where no fixture reaches: the strategies are made of them."""
    raw = files("googleapiclient").joinpath("discovery_cache/documents/places.v1.json").read_bytes()
    return loads(raw)["schemas"]


def walk(schema: str, depth: int, prefix: str = "") -> list[str]:
    found = []
    for name, member in schemas()[schema].get("properties", {}).items():
        found.append(f"{prefix}{name}")
        inner = member.get("items", member).get("$ref")
        if inner and depth > 1:
            found += walk(inner, depth - 1, f"{prefix}{name}.")
    return found


def masks(schema: str, *, without: str = "\0") -> st.SearchStrategy[str]:
    paths = [path for path in walk(f"GoogleMapsPlacesV1{schema}", 4) if not path.startswith(without)]
    chosen = st.lists(st.sampled_from(paths), min_size=1, max_size=12).map(",".join)
    return chosen | st.sampled_from(["ids", "basic", "contact", "full", "*"])


def optional(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


def made(cls: Any, given: dict[str, Any]) -> Any:
    return cls(**given)


degrees = st.floats(-90, 90) | st.integers(-90, 90)
points = st.builds(LatLng, latitude=degrees, longitude=st.floats(-180, 180))
circles = st.builds(Circle, center=points, radius=st.floats(0, 50_000) | st.none())
hard_circles = st.builds(Circle, center=points, radius=st.floats(0.1, 50_000))
rectangles = st.tuples(points, points).map(
    lambda pair: Viewport(
        low=LatLng(min(pair[0].latitude, pair[1].latitude), pair[0].longitude % 179),
        high=LatLng(max(pair[0].latitude, pair[1].latitude), pair[1].longitude),
    )
)
texts = st.text(min_size=1, max_size=60).filter(lambda text: text.strip())
languages = st.sampled_from(["en", "fi", "pt-BR", "zh_Hant"])
regions = st.sampled_from(["fi", "US", "gb"])
sessions = st.text(string.ascii_letters + string.digits + "-_=", min_size=1, max_size=36)
types = st.sampled_from(sorted(TABLE_A))
flags = st.booleans()
price_levels = st.sampled_from(sorted(set(PriceLevel) - {PriceLevel.UNSPECIFIED, PriceLevel.FREE}))
routing = st.builds(
    RoutingParameters,
    origin=points,
    travel_mode=st.sampled_from([TravelMode.DRIVE, "TWO_WHEELER", None]),
    route_modifiers=optional(
        st.builds(RouteModifiers, avoid_tolls=optional(flags), avoid_indoor=optional(flags))
    ),
    routing_preference=optional(st.sampled_from(list(RoutingPreference))),
)
along = st.builds(SearchAlongRouteParameters, polyline=st.builds(Polyline, encoded_polyline=texts))
charging = st.builds(
    EVOptions,
    minimum_charging_rate_kw=optional(st.floats(0, 500)),
    connector_types=optional(st.lists(st.sampled_from(list(EVConnectorType)), max_size=3).map(tuple)),
)
areas = st.fixed_dictionaries({"location_bias": circles | rectangles}) | st.fixed_dictionaries(
    {"location_restriction": rectangles}
)
everywhere: st.SearchStrategy[dict[str, Any]] = st.just({})
places_in_words = {"language_code": languages, "region_code": regions}
text_searches = st.tuples(
    everywhere | areas,
    st.fixed_dictionaries(
        {"text_query": texts, "fields": masks("SearchTextResponse"), "routing_parameters": routing},
        optional={
            **places_in_words,
            "page_size": st.integers(0, 100),
            "rank_preference": st.sampled_from(["RELEVANCE", "DISTANCE"]),
            "included_type": types,
            "strict_type_filtering": flags,
            "open_now": flags,
            "min_rating": st.floats(0, 5),
            "price_levels": st.lists(price_levels, max_size=4),
            "ev_options": charging,
            "search_along_route_parameters": along,
            "include_pure_service_area_businesses": flags,
            "include_future_opening_businesses": flags,
        },
    ),
).map(lambda parts: TextSearch(**parts[0], **parts[1]))
nearby_searches = st.fixed_dictionaries(
    {
        "location_restriction": hard_circles,
        "fields": masks("SearchNearbyResponse", without="routingSummaries"),
    },
    optional={
        **places_in_words,
        "included_types": st.lists(st.sampled_from(sorted(TABLE_A)[:200]), max_size=50),
        "excluded_types": st.lists(st.sampled_from(sorted(TABLE_A)[200:]), max_size=50),
        "included_primary_types": st.lists(st.sampled_from(sorted(TABLE_A)[:200]), max_size=50),
        "excluded_primary_types": st.lists(st.sampled_from(sorted(TABLE_A)[200:]), max_size=50),
        "max_result_count": st.integers(0, 20),
        "rank_preference": st.sampled_from(["POPULARITY", "DISTANCE"]),
        "routing_parameters": routing,
        "include_future_opening_businesses": flags,
    },
).map(lambda given: made(NearbySearch, given))
autocompletes = st.tuples(
    everywhere | st.fixed_dictionaries({"location_restriction": rectangles | hard_circles}) | areas,
    st.fixed_dictionaries(
        {"input": texts},
        optional={
            **places_in_words,
            "fields": masks("AutocompletePlacesResponse"),
            "session_token": sessions,
            "included_primary_types": st.lists(st.sampled_from(sorted(TABLE_A | TABLE_B)), max_size=5)
            | st.sampled_from([("(cities)",), ("(regions)",)]),
            "included_region_codes": st.lists(regions, max_size=15),
            "origin": points,
            "input_offset": st.integers(0, 1),
            "include_query_predictions": flags,
            "include_pure_service_area_businesses": flags,
            "include_future_opening_businesses": flags,
        },
    ),
).map(lambda parts: Autocomplete(**parts[0], **parts[1]))
details = st.fixed_dictionaries(
    {"place_id": IDS, "fields": masks("Place")}, optional={**places_in_words, "session_token": sessions}
).map(lambda given: made(Details, given))
photos = st.tuples(IDS, IDS, st.integers(1, 4800), st.integers(1, 4800), flags).map(
    lambda parts: PhotoMedia(
        f"places/{parts[0]}/photos/{parts[1].removesuffix('/media')}",
        max_width_px=parts[2],
        max_height_px=parts[3] if parts[4] else None,
        skip_http_redirect=parts[4],
    )
)


def check(discovery: Any, request: Request, method: str, schema: str) -> None:
    body = loads(request.body or b"")
    assert [] == discovery.faults(f"{schema}Request", body)
    assert [] == discovery.request_faults(method, request.verb, request.target)
    check_mask(discovery, request.mask or "", f"{schema}Response")
    covered = {name: value for name, value in body.items() if name not in NOT_IN_THE_PROTOS}
    official = getattr(places_v1, f"{schema}Request").pb()
    json_format.ParseDict(covered, official(), ignore_unknown_fields=False)


def check_mask(discovery: Any, mask: str, schema: str) -> None:
    assert mask
    assert " " not in mask
    assert [] == discovery.bad_paths(schema, mask)
    official = getattr(places_v1, schema).pb().DESCRIPTOR
    covered = [path for path in mask.split(",") if not is_gap(path)]
    assert [] == [path for path in covered if not exists(official, path.split("."))]


def is_gap(path: str) -> bool:
    names = path.removeprefix("places.").split(".")
    return path == "*" or names[0] in PLACE_NOT_IN_THE_PROTOS or names[0] in NOT_IN_THE_PROTOS


def exists(message: Any, names: list[str]) -> bool:
    if not names:
        return True
    member = message.fields_by_camelcase_name.get(names[0]) if message else None
    return member is not None and exists(member.message_type, names[1:])


@given(query=text_searches, next_page=st.booleans())
def test_a_text_search(discovery: Any, query: TextSearch, next_page: bool) -> None:
    body = checked_body(query)
    if next_page:
        body = Page(body, "t").next_body(query.page_size)
    check(discovery, text_request(query, body), "searchText", "SearchText")


@given(query=nearby_searches)
def test_a_nearby_search(discovery: Any, query: NearbySearch) -> None:
    check(discovery, nearby_request(query), "searchNearby", "SearchNearby")


@given(query=autocompletes)
def test_an_autocompletion(discovery: Any, query: Autocomplete) -> None:
    check(discovery, autocomplete_request(query), "autocomplete", "AutocompletePlaces")


@given(query=details)
def test_details(discovery: Any, query: Details) -> None:
    request = details_request(query)
    assert [] == discovery.request_faults("get", request.verb, request.target)
    check_mask(discovery, request.mask or "", "Place")


@given(query=photos)
def test_a_photo(discovery: Any, query: PhotoMedia) -> None:
    request = photo_request(query)
    assert [] == discovery.request_faults("getMedia", request.verb, request.target)
    assert request.mask is None
    assert "skipHttpRedirect=true" in request.target
    again = photos_request(query.place_id)
    assert [] == discovery.request_faults("get", again.verb, again.target)
    check_mask(discovery, again.mask or "", "Place")


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ({"textQuery": "x", "priceLevels": ["MODERATE"]}, "not in the enumeration"),
        ({"textQuery": "x", "openNow": "true"}, "no boolean"),
        ({"textQuery": "x", "pageSize": 7.5}, "no integer"),
        ({"textQuery": 5}, "no string"),
        ({"textQuery": "x", "includedTypes": ["cafe"]}, "unknown"),
        ({"textQuery": "x", "locationRestriction": {"circle": {}}}, "unknown"),
    ],
)
def test_the_oracle_itself_is_not_blind(discovery: Any, body: dict[str, Any], fault: str) -> None:
    [found] = discovery.faults("SearchTextRequest", body)
    assert fault in found
