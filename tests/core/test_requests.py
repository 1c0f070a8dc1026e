"""Google's request bodies, read as strictly as protobuf reads JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from places_core.convert import parse_request, request_json, shape
from places_core.errors import InvalidRequest
from places_core.models import (
    Autocomplete,
    Circle,
    EVConnectorType,
    EVOptions,
    LatLng,
    NearbySearch,
    PriceLevel,
    RouteModifiers,
    RoutingParameters,
    TextRankPreference,
    TextSearch,
    TravelMode,
    Viewport,
)


SCHEMAS = json.loads((Path(__file__).parents[1] / "data/places.v1.json").read_text())["schemas"]
CIRCLE = {"center": {"latitude": 60.17, "longitude": 24.94}, "radius": 500}
RECTANGLE = {"low": {"latitude": 60.0, "longitude": 24.0}, "high": {"latitude": 61.0, "longitude": 25.0}}
TEXT = {
    "textQuery": "coffee",
    "pageSize": 5,
    "languageCode": "fi",
    "openNow": True,
    "minRating": 3.5,
    "priceLevels": ["PRICE_LEVEL_MODERATE"],
    "locationBias": {"circle": CIRCLE},
    "evOptions": {"minimumChargingRateKw": 50.0, "connectorTypes": ["EV_CONNECTOR_TYPE_TYPE_2"]},
    "routingParameters": {
        "origin": {"latitude": 0.0, "longitude": 0.0},
        "travelMode": "WALK",
        "routeModifiers": {"avoidIndoor": True},
    },
    "searchAlongRouteParameters": {"polyline": {"encodedPolyline": "abc"}},
}
NEARBY = {"locationRestriction": {"circle": CIRCLE}, "includedTypes": ["cafe"], "maxResultCount": 5}
TYPED = {
    "input": "cof",
    "locationRestriction": {"rectangle": RECTANGLE},
    "origin": {"latitude": 1.0, "longitude": 2.0},
}


def test_a_body_becomes_a_query() -> None:
    query = parse_request(TextSearch, TEXT, fields="ids")

    assert "nextPageToken,places.id" == str(query.fields)
    assert ("coffee", 5, True) == (query.text_query, query.page_size, query.open_now)
    assert Circle(LatLng(60.17, 24.94), 500.0) == query.location_bias
    assert EVOptions(50.0, (EVConnectorType.TYPE_2,)) == query.ev_options
    expected = RoutingParameters(LatLng(), TravelMode.WALK, RouteModifiers(avoid_indoor=True))
    assert expected == query.routing_parameters


@pytest.mark.parametrize(
    ("cls", "body"),
    [(TextSearch, TEXT), (NearbySearch, NEARBY), (Autocomplete, TYPED)],
    ids=lambda each: str(each)[:30],
)
def test_a_query_is_written_as_the_body_it_came_from(cls: Any, body: dict[str, Any]) -> None:
    query = parse_request(cls, body)

    assert body.items() <= request_json(query).items()
    assert query == parse_request(cls, request_json(query))


@pytest.mark.parametrize(
    ("cls", "schema", "elsewhere"),
    [
        (TextSearch, "SearchTextRequest", {"maxResultCount"}),
        (NearbySearch, "SearchNearbyRequest", set()),
        (Autocomplete, "AutocompletePlacesRequest", set()),
    ],
)
def test_a_query_has_exactly_the_fields_of_googles_request(
    cls: Any, schema: str, elsewhere: set[str]
) -> None:
    fields = SCHEMAS[f"GoogleMapsPlacesV1{schema}"]["properties"].keys()

    assert fields - elsewhere == shape(cls).keys() - {"fields"}


def test_what_is_left_at_its_default_is_not_written() -> None:
    assert {"input": "cof"} == request_json(Autocomplete("cof"))


def test_an_area_is_wrapped_in_the_name_of_its_kind() -> None:
    low, high = LatLng(60.0, 24.0), LatLng(61.0, 25.0)
    query = Autocomplete("cof", location_restriction=Viewport(low, high))

    assert request_json(query)["locationRestriction"] == {"rectangle": RECTANGLE}


def test_protobufs_own_spellings_are_understood() -> None:
    body = {"text_query": "coffee", "page_size": "7", "min_rating": "3.5", "open_now": None}
    query = parse_request(TextSearch, body)

    assert (7, 3.5, False) == (query.page_size, query.min_rating, query.open_now)


def test_a_whole_number_may_be_written_as_a_float() -> None:
    assert 7 == parse_request(TextSearch, {"textQuery": "coffee", "pageSize": 7.0}).page_size


def test_enumerations_may_come_as_numbers() -> None:
    body = {
        "textQuery": "coffee",
        "rankPreference": 1,
        "priceLevels": [3],
        "evOptions": {"connectorTypes": [7]},
    }
    query = parse_request(TextSearch, body)

    assert TextRankPreference.DISTANCE == query.rank_preference
    assert (PriceLevel.MODERATE,) == query.price_levels
    assert EVOptions(connector_types=(EVConnectorType.TESLA,)) == query.ev_options
    assert "DISTANCE" == request_json(query)["rankPreference"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"textQuery": 5}, "textQuery"),
        ({"openNow": "true"}, "openNow"),
        ({"openNow": 1}, "openNow"),
        ({"pageSize": 7.5}, "pageSize"),
        ({"pageSize": True}, "pageSize"),
        ({"pageSize": "seven"}, "pageSize"),
        ({"pageSize": [7]}, "pageSize"),
        ({"minRating": "NaN"}, "minRating"),
        ({"minRating": False}, "minRating"),
        ({"minRating": 10**400}, "minRating"),
        ({"priceLevels": "PRICE_LEVEL_MODERATE"}, "priceLevels"),
        ({"priceLevels": [None]}, "priceLevels[0]"),
        (
            {"evOptions": {"connectorTypes": ["EV_CONNECTOR_TYPE_TESLA", "USB"]}},
            "evOptions.connectorTypes[1]",
        ),
        ({"evOptions": {"connectorTypes": [99]}}, "evOptions.connectorTypes[0]"),
        ({"evOptions": {"connectorTypes": [{}]}}, "evOptions.connectorTypes[0]"),
        ({"evOptions": []}, "evOptions"),
        ({"rankPreference": "POPULARITY"}, "rankPreference"),
        ({"priceLevels": [1]}, "priceLevels"),
        ({"routingParameters": {"travelMode": "FLY"}}, "routingParameters.travelMode"),
        ({"locationBias": CIRCLE}, "locationBias.center"),
        ({"locationBias": {}}, "locationBias"),
        ({"locationBias": "circle"}, "locationBias"),
        ({"locationBias": {"circle": CIRCLE, "rectangle": RECTANGLE}}, "locationBias"),
        ({"locationBias": {"circle": {"center": {"lat": 1}}}}, "locationBias.circle.center.lat"),
        ({"locationBias": {"circle": {"center": {"latitude": "x"}}}}, "locationBias.circle.center.latitude"),
        ({"locationRestriction": {"circle": CIRCLE}}, "locationRestriction.circle"),
        ({"page_size": 1, "pageSize": 1}, "pageSize"),
        ({"pageSze": 1}, "pageSze"),
        ({"fields": "ids"}, "fields"),
        ({"extra": {}}, "extra"),
        ({"operation": "details"}, "operation"),
    ],
    ids=str,
)
def test_a_wrong_field_is_named_by_its_path(change: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidRequest) as raised:
        parse_request(TextSearch, {"textQuery": "coffee", **change})

    assert field == raised.value.field


def test_a_misspelt_field_is_told_the_right_one() -> None:
    with pytest.raises(InvalidRequest, match=r"Did you mean locationBias\.circle\.center\.latitude\?"):
        parse_request(TextSearch, {"textQuery": "x", "locationBias": {"circle": {"center": {"lat": 1}}}})


@pytest.mark.parametrize(("cls", "field"), [(TextSearch, "textQuery"), (NearbySearch, "locationRestriction")])
def test_a_required_field_is_named_when_it_is_missing(cls: Any, field: str) -> None:
    with pytest.raises(InvalidRequest, match="required") as raised:
        parse_request(cls, {})

    assert field == raised.value.field


@pytest.mark.parametrize("body", [[], None, "text", 5])
def test_a_body_must_be_an_object(body: Any) -> None:
    with pytest.raises(InvalidRequest, match="an object"):
        parse_request(TextSearch, body)


@pytest.mark.parametrize(
    ("number", "expected"), [("7", 7), (7.0, 7), (1e16, 20), ("19", 19)], ids=lambda value: repr(value)
)
def test_a_whole_number_may_be_written_as_a_string_or_with_a_zero(number: object, expected: int) -> None:
    assert expected == parse_request(TextSearch, {"textQuery": "coffee", "pageSize": number}).page_size


@pytest.mark.parametrize("number", ["7.0", "1e1", " 7", "", 7.5, True, "9" * 20])
def test_what_protobuf_does_not_take_for_a_whole_number_is_refused(number: object) -> None:
    with pytest.raises(InvalidRequest, match="pageSize"):
        parse_request(TextSearch, {"textQuery": "coffee", "pageSize": number})


@pytest.mark.parametrize("number", ["1.5.0", "1e5.0", "NaN", "Infinity", "1e999", "+1", ".5"])
def test_what_protobuf_does_not_take_for_a_number_is_refused(number: object) -> None:
    with pytest.raises(InvalidRequest, match="minRating"):
        parse_request(TextSearch, {"textQuery": "coffee", "minRating": number})


def test_an_unknown_name_with_a_dot_hides_no_other_fault() -> None:
    with pytest.raises(InvalidRequest) as refused:
        parse_request(TextSearch, {"textQuery.a": 1, "textQuery": ""})

    assert ["textQuery.a", "textQuery"] == [fault.field for fault in refused.value.faults]
