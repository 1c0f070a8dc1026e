from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest

from places_core.convert import loads
from places_core.errors import BadAnswer, ConfigError, InvalidRequest
from places_core.models import (
    Autocomplete,
    Circle,
    Details,
    EVOptions,
    LatLng,
    NearbySearch,
    RouteModifiers,
    RoutingParameters,
    SearchAlongRouteParameters,
    TextSearch,
)
from places_core.testing import BackendContract, FakeCache, FakeClock, fake_places
from places_google.backend import GoogleBackend
from places_google.testing import FakeGoogle


Opened = Callable[..., AbstractAsyncContextManager[GoogleBackend]]

HELSINKI = LatLng(latitude=60.1699, longitude=24.9384)
CIRCLE = Circle(center=HELSINKI, radius=500.0)


class TestGoogle(BackendContract):
    unknown_id = "ChIJ000000000000000000000_A"

    @pytest.fixture
    def backend(self, google: GoogleBackend) -> GoogleBackend:
        return google


async def test_the_mask_that_is_sent_is_the_one_asked_for(google: GoogleBackend, fake: FakeGoogle) -> None:
    await google.search_text(TextSearch("coffee", fields="places.id,places.displayName.text"))
    await google.search_nearby(NearbySearch(CIRCLE, fields="places.id,places.id"))
    found = loads((await google.autocomplete(Autocomplete("cof", fields="ids"))).body)
    place_id = found["suggestions"][0]["placePrediction"]["placeId"]
    await google.details(Details(place_id, fields="id,location,location.latitude"))

    assert [
        "places.displayName.text,places.id",
        "places.id",
        "suggestions.placePrediction.placeId",
        "id,location",
    ] == [call.mask for call in fake.calls]


async def test_the_body_holds_what_was_asked_and_nothing_at_its_default(
    google: GoogleBackend, fake: FakeGoogle
) -> None:
    await google.search_nearby(NearbySearch(CIRCLE, included_types=["cafe"], rank_preference="DISTANCE"))

    circle = {"center": {"latitude": 60.1699, "longitude": 24.9384}, "radius": 500.0}
    assert {
        "locationRestriction": {"circle": circle},
        "includedTypes": ["cafe"],
        "rankPreference": "DISTANCE",
    } == loads(fake.calls[0].body)


async def test_details_carry_language_region_and_session_in_the_address(
    google: GoogleBackend, fake: FakeGoogle
) -> None:
    found = loads((await google.search_text(TextSearch("kiasma", fields="places.id"))).body)
    query = Details(found["places"][0]["id"], language_code="fi", region_code="fi", session_token="s-1")
    await google.details(query)

    target = f"/v1/places/{query.place_id}?languageCode=fi&regionCode=fi&sessionToken=s-1&prettyPrint=false"
    assert target == fake.calls[1].target
    assert {"s-1": "ended"} == fake.sessions


@pytest.mark.parametrize(
    ("place_id", "segment"),
    [("a%2Fb", "a%252Fb"), ("ä b", None), ("..", None), (".", None), ("x;y&z", "x%3By%26z")],
)
async def test_an_id_stays_one_segment_of_the_path(
    scripted: Any, opened: Opened, place_id: str, segment: str | None
) -> None:
    scripted.answer(200, "{}")
    async with opened(base_url=scripted.base_url) as backend:
        if segment is None:
            with pytest.raises(InvalidRequest, match="name"):
                await backend.details(Details(place_id))
        else:
            await backend.details(Details(place_id))
            assert [f"/v1/places/{segment}?prettyPrint=false"] == [each[1] for each in scripted.requests]


async def test_language_and_region_of_the_settings_fill_in_for_queries_without(
    fake: FakeGoogle, opened: Opened
) -> None:
    async with opened(base_url=fake.base_url, language="fi", region="fi") as backend:
        await backend.search_text(TextSearch("kahvi"))
        await backend.search_text(TextSearch("kahvi", language_code="sv", region_code="se"))

    codes = [(loads(call.body)["languageCode"], loads(call.body)["regionCode"]) for call in fake.calls]
    assert [("fi", "fi"), ("sv", "se")] == codes


@pytest.mark.parametrize(
    ("query", "field"),
    [
        (TextSearch("x", ev_options=EVOptions(connector_types=("PLUG",))), "evOptions.connectorTypes"),
        (
            TextSearch("x", ev_options=EVOptions(minimum_charging_rate_kw="a lot")),  # type: ignore[arg-type]
            "evOptions.minimumChargingRateKw",
        ),
        (
            TextSearch("x", routing_parameters=RoutingParameters(travel_mode="FLY")),
            "routingParameters.travelMode",
        ),
        (
            TextSearch(
                "x", routing_parameters=RoutingParameters(route_modifiers=RouteModifiers(extra={"avoid": 1}))
            ),
            "routingParameters.routeModifiers.avoid",
        ),
        (
            TextSearch("x", search_along_route_parameters=SearchAlongRouteParameters()),
            "searchAlongRouteParameters.polyline.encodedPolyline",
        ),
        (
            TextSearch(
                "x",
                routing_parameters=RoutingParameters(
                    origin=HELSINKI, travel_mode="WALK", routing_preference="TRAFFIC_AWARE"
                ),
            ),
            "routingParameters.routingPreference",
        ),
        (TextSearch("x", fields="places.id,routingSummaries"), "routingParameters.origin"),
        (
            TextSearch("x", location_bias=Circle(center=HELSINKI, radius=5.0, extra={"unit": "mile"})),
            "locationBias.circle.unit",
        ),
    ],
)
async def test_what_google_would_refuse_is_refused_before_it_costs_a_call(
    google: GoogleBackend, fake: FakeGoogle, query: TextSearch, field: str
) -> None:
    with pytest.raises(InvalidRequest, match=field):
        await google.search_text(query)

    assert [] == fake.calls


async def test_routes_are_summed_up_where_they_are_asked_for(google: GoogleBackend) -> None:
    routing = RoutingParameters(origin=HELSINKI, travel_mode="WALK")
    query = NearbySearch(CIRCLE, fields="places.id,routingSummaries", routing_parameters=routing)
    found = loads((await google.search_nearby(query)).body)

    assert len(found["places"]) == len(found["routingSummaries"])


async def test_the_bytes_are_googles_own(scripted: Any, opened: Opened) -> None:
    body = b'{"places":[{"id":"a", "oddField": 1.50}] }'
    scripted.answer(200, body)
    async with opened(base_url=scripted.base_url) as backend:
        reply = await backend.search_text(TextSearch("x", fields="places.id"))

    assert body == reply.body


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"<html>hello</html>",
        b'{"places":[{"id":"a"}',
        b'{"places":[' + b'{"id":"' + b"a" * 20_000 + b'"},{"id":"b"',
        b'{"places":[{"id":"' + b"a" * 20_000,
    ],
)
async def test_a_success_that_is_no_whole_object_is_a_bad_answer(
    scripted: Any, opened: Opened, body: bytes
) -> None:
    scripted.answer(200, body)
    async with opened(base_url=scripted.base_url) as backend:
        with pytest.raises(BadAnswer):
            await backend.search_text(TextSearch("x", fields="places.id"))


async def test_a_redirect_is_not_followed(scripted: Any, opened: Opened) -> None:
    scripted.answer(302, "", Location="http://127.0.0.1:1/")
    async with opened(base_url=scripted.base_url) as backend:
        with pytest.raises(BadAnswer, match="base_url"):
            await backend.search_text(TextSearch("x"))

    assert 1 == len(scripted.requests)


async def test_google_says_what_may_be_kept(opened: Opened) -> None:
    async with opened() as strict, opened(cache_ttl=600) as free:
        assert (30 * 86_400, 0) == (strict.terms.keep_coordinates, strict.terms.keep_content)
        assert float("inf") == strict.terms.keep_ids
        assert 600 == free.terms.keep_content
        assert "Google Maps" == strict.terms.attribution


async def test_it_owns_all_ids_but_those_of_openstreetmap(opened: Opened) -> None:
    async with opened() as backend:
        assert backend.owns("ChIJN1t_tDeuEmsRUsoyG83frY4")
        assert not backend.owns("osm-n25038585")


async def test_two_homes_of_the_key_are_one_too_many(opened: Opened) -> None:
    with pytest.raises(ConfigError, match="keep one"):
        async with opened(api_key="a-key", api_key_file="/some/file"):
            raise AssertionError


async def test_services_with_different_defaults_share_a_cache_and_no_answer(
    fake: FakeGoogle, opened: Opened, clock: FakeClock
) -> None:
    shared = FakeCache.of(clock)
    for language in ("fi", "en", None, "fi", "en"):
        async with (
            opened(base_url=fake.base_url, language=language, cache_ttl=60) as backend,
            fake_places(backend, shared, clock=clock, cache={"provider": "fake"}) as places,
        ):
            await places.search_text("kahvi")

    assert ["fi", "en", None] == [loads(call.body).get("languageCode") for call in fake.calls]


async def test_the_edition_tells_addresses_languages_and_regions_apart(opened: Opened) -> None:
    editions = set()
    for settings in ({}, {"language": "fi"}, {"region": "fi"}, {"base_url": "https://example.org/v1"}):
        async with opened(**settings) as backend:
            editions.add(backend.edition())

    assert 4 == len(editions)
