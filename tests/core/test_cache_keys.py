"""One key for every spelling of a question, and never the same key for two."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from places_core.convert import dumps, request_json
from places_core.models import (
    Autocomplete,
    Circle,
    Details,
    EVOptions,
    LatLng,
    NearbySearch,
    PhotoMedia,
    Polyline,
    Query,
    RouteModifiers,
    RoutingParameters,
    SearchAlongRouteParameters,
    TextSearch,
    Viewport,
)
from places_core.models.cache_key import folded


HERE = Circle(center=LatLng(latitude=60.17, longitude=24.94), radius=500.0)
NEVER = {"provider": "none"}


def some(*values: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from((None, *values))


FLAGS = st.booleans()
DEGREES = st.sampled_from((0.0, -0.0, 1, 60.17, 60.1702, 60.16951, 60.16949, 60.169496, -60.17))
POINTS = st.builds(LatLng, latitude=DEGREES, longitude=DEGREES)
CIRCLES = st.builds(Circle, center=POINTS, radius=st.sampled_from((1, 500, 500.0, 500.5)))
BOXES = st.builds(
    lambda low, high: Viewport(low=LatLng(latitude=-61.0, longitude=low), high=LatLng(longitude=high)),
    DEGREES,
    DEGREES,
)
TEXTS = st.sampled_from(
    (
        *(
            "tea",
            "TEA",
            " tea  shop",
            "tea shop",
            "ｔｅａ",
            "Straße",
            "strasse",
            "tea,shop",
            "tea%2cshop",
            "'tea'",
        ),
        *("tea?fields=places.id", "tea?fields=places.id&page_token=t", "tea?", "tea&page_size=20", "@local"),
    )
) | st.text("aB?&=@%',: ", min_size=1, max_size=4).filter(str.strip)
TOKENS = some("t", "t&page_size=20", "t?x", "T", "t%26", "t'", "a,b", "t@local")
TYPES = st.sampled_from(((), ("cafe",), ("cafe", "bar"), ("bar", "cafe"), ("bar", "bar")))
LANGUAGES, REGIONS = some("en", "EN", "fi", "pt-BR"), some("fi", "FI", "se")
MODIFIERS = st.builds(RouteModifiers, *[some(True, False)] * 4)
ROUTING = st.none() | st.builds(
    RoutingParameters,
    origin=st.none() | POINTS,
    travel_mode=some("DRIVE", "WALK", "True", "DRIVE,routing_preference:'X'"),
    route_modifiers=st.none() | MODIFIERS,
    routing_preference=some("X", "TRAFFIC_AWARE"),
    extra=st.sampled_from(({}, {"a": 1}, {"a": "1"}, {"a": True}, {"a": [1, 2]}, {"a": [2, 1]}, {"a:1": {}})),
)
EV = st.none() | st.builds(
    EVOptions,
    minimum_charging_rate_kw=some(1, 1.0, 1.000001, 50.0),
    connector_types=st.none() | st.sampled_from((("A",), ("A", "B"), ("A,B",), ())),
)
ROUTES = some(*(SearchAlongRouteParameters(polyline=Polyline(encoded_polyline=each)) for each in ("a", "a)")))
AREAS: st.SearchStrategy[dict[str, Any]] = st.one_of(
    st.fixed_dictionaries({"location_bias": CIRCLES | BOXES}),
    st.fixed_dictionaries({"location_restriction": BOXES}),
    st.just({}),
)

QUERIES: st.SearchStrategy[Query] = st.one_of(
    st.builds(
        lambda text, area, **more: TextSearch(text, **area, **more),
        TEXTS,
        AREAS,
        fields=st.sampled_from(("places.id", "places.id,places.location", "basic", "contact", "*")),
        page_size=some(1, 5, 20),
        page_token=TOKENS,
        language_code=LANGUAGES,
        region_code=REGIONS,
        rank_preference=some("RELEVANCE", "DISTANCE"),
        included_type=some("cafe", "bar"),
        min_rating=some(0, 3.5, 4),
        price_levels=st.sampled_from(((), ("PRICE_LEVEL_MODERATE",))),
        open_now=FLAGS,
        strict_type_filtering=FLAGS,
        ev_options=EV,
        routing_parameters=ROUTING,
        search_along_route_parameters=ROUTES,
        include_pure_service_area_businesses=FLAGS,
        include_future_opening_businesses=FLAGS,
    ),
    st.builds(
        NearbySearch,
        CIRCLES,
        included_types=TYPES,
        included_primary_types=TYPES,
        excluded_types=st.sampled_from(((), ("museum",))),
        max_result_count=some(1, 20),
        rank_preference=some("POPULARITY", "DISTANCE"),
        language_code=LANGUAGES,
        routing_parameters=ROUTING,
    ),
    st.builds(
        Details,
        st.sampled_from(("a", "A", "a&language_code=en", "a@b", "places/a")),
        fields=st.sampled_from(("id", "id,location")),
        language_code=LANGUAGES,
        session_token=some("s", "S"),
    ),
    st.builds(
        PhotoMedia,
        st.sampled_from(("places/a/photos/b", "places/a/photos/b&max_width_px=2", "places/a/photos/B")),
        max_width_px=st.sampled_from((1, 2)),
        max_height_px=some(1, 2),
        skip_http_redirect=FLAGS,
    ),
    st.builds(
        lambda text, area, **more: Autocomplete(text, **area, **more),
        TEXTS,
        AREAS,
        input_offset=some(0, 1),
        origin=st.none() | POINTS,
        included_region_codes=st.sampled_from(((), ("fi",), ("fi", "se"), ("se", "FI"))),
        included_primary_types=TYPES,
        session_token=some("s", "S"),
        include_query_predictions=FLAGS,
    ),
)


def meaning(query: Query) -> bytes:
    """Return Google's request, with what may be spelt differently spelt in one way."""
    body = request_json(query) | {"operation": query.operation, "fields": str(getattr(query, "fields", ""))}
    for name, spell in SPELT.items():
        if name in body and not ("inputOffset" in body and name == "input"):
            body[name] = spell(body[name])
    vague = body.get("rankPreference") != "DISTANCE"
    return dumps(
        {name: rounded(body[name], 3 if vague and name == "locationBias" else 5) for name in sorted(body)}
    )


SPELT: dict[str, Any] = {
    "textQuery": folded,
    "input": folded,
    "languageCode": str.lower,
    "regionCode": str.lower,
    **dict.fromkeys(
        ("includedTypes", "includedPrimaryTypes", "includedRegionCodes"),
        lambda each: sorted({item.lower() for item in each}),
    ),
}


def rounded(value: Any, decimals: int) -> Any:
    """Round the coordinates of a point, half up, and write all numbers in one way."""
    if not isinstance(value, dict):
        number = type(value) in (int, float)
        return float(value) + 0.0 if number else value
    if "latitude" in value:
        cells = 10.0**decimals
        return {name: (degrees * cells + 0.5) // 1 / cells for name, degrees in value.items()}
    return {name: rounded(value[name], decimals) for name in sorted(value)}


def respelt(query: Query) -> Query:
    """Return another spelling of the same question."""
    more: dict[str, Any] = {}
    if isinstance(query, TextSearch):
        more["text_query"] = f" {query.text_query.upper()}\t"
    if isinstance(query, TextSearch | Autocomplete | NearbySearch | Details) and query.language_code:
        more["language_code"] = query.language_code.swapcase()
    if isinstance(query, NearbySearch):
        more["included_types"] = query.included_types[::-1]
    return evolve(query, **more)


def test_two_queries_have_the_same_key_exactly_if_they_mean_the_same() -> None:
    by_key: dict[str, bytes] = {}
    by_meaning: dict[bytes, str] = {}

    @given(QUERIES)
    @settings(max_examples=700, deadline=None, database=None, derandomize=True)
    def compare_with_all_before(query: Query) -> None:
        for each in (query, respelt(query)):
            key, means = each.cache_key, meaning(each)
            assert means == by_key.setdefault(key, means), key
            assert key == by_meaning.setdefault(means, key)
            assert "@" not in key
            assert key.isprintable()

    compare_with_all_before()

    assert len(by_key) * (len(by_key) - 1) / 2 >= 100_000


@pytest.mark.parametrize("name", ["avoid_tolls", "avoid_highways", "avoid_ferries", "avoid_indoor"])
def test_each_route_modifier_has_a_key_of_its_own(name: str) -> None:
    def key(modifier: str) -> str:
        chosen: dict[str, Any] = {modifier: True}
        modifiers = RouteModifiers(**chosen)
        return NearbySearch(HERE, routing_parameters=RoutingParameters(route_modifiers=modifiers)).cache_key

    others = {"avoid_tolls", "avoid_highways", "avoid_ferries", "avoid_indoor"} - {name}

    assert key(name) not in {key(other) for other in others}


def test_an_offset_counts_the_characters_of_the_input_as_it_was_typed() -> None:
    assert Autocomplete("  caf", input_offset=3).cache_key != Autocomplete("caf", input_offset=3).cache_key
    assert Autocomplete("  caf").cache_key == Autocomplete("caf").cache_key
