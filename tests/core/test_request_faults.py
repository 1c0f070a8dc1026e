"""Request bodies with several faults, each of which is named."""

from __future__ import annotations

from typing import Any

import pytest

from places_core.convert import parse_request
from places_core.errors import InvalidRequest
from places_core.models import NearbySearch, PhotoMedia, TextSearch


def refused(cls: Any, body: Any, **known: Any) -> list[tuple[str, object, str | None]]:
    with pytest.raises(InvalidRequest) as raised:
        parse_request(cls, body, **known)
    return sorted((fault.field, fault.given, fault.nearest) for fault in raised.value.faults)


def test_all_faults_of_a_body_are_named_with_types_and_ranges_together() -> None:
    body = {
        "textQuery": "",
        "pageSize": -1,
        "minRating": 9,
        "includedType": "cofe",
        "rankPreference": "X",
        "openNow": "yes",
        "regionKode": "fi",
    }

    assert [
        ("fields", "places.nmae", "places.name"),
        ("includedType", "cofe", "cafe"),
        ("minRating", 9.0, None),
        ("openNow", "yes", None),
        ("pageSize", -1, None),
        ("rankPreference", "X", None),
        ("regionKode", "fi", "regionCode"),
        ("textQuery", "", None),
    ] == refused(TextSearch, body, fields="places.nmae")


def test_a_fault_deep_inside_has_its_whole_path_and_so_has_the_nearest_name() -> None:
    circle = {"center": {"lat": 60.17, "longitude": "east"}, "radius": True}
    center = "locationBias.circle.center"

    assert [
        ("evOptions.connectorTypes[1]", "EV_CONNECTOR_TYPE_TESLE", "EV_CONNECTOR_TYPE_TESLA"),
        (f"{center}.lat", 60.17, f"{center}.latitude"),
        (f"{center}.longitude", "east", None),
        ("locationBias.circle.radius", True, None),
        ("routingParameters.travelMode", "FLY", None),
    ] == refused(
        TextSearch,
        {
            "textQuery": "x",
            "locationBias": {"circle": circle},
            "evOptions": {"connectorTypes": ["EV_CONNECTOR_TYPE_TESLA", "EV_CONNECTOR_TYPE_TESLE"]},
            "routingParameters": {"travelMode": "FLY"},
        },
    )


def test_what_is_missing_is_named_with_what_is_wrong() -> None:
    assert [
        ("includedTypes", "musem", "museum"),
        ("locationRestriction", None, None),
        ("maxResultCount", "ten", None),
    ] == refused(NearbySearch, {"includedTypes": ["musem"], "maxResultCount": "ten"})


def test_a_field_that_cannot_be_read_does_not_make_others_wrong() -> None:
    assert [("maxHeightPx", "tall", None)] == refused(
        PhotoMedia, {"maxHeightPx": "tall"}, name="places/a/photos/b"
    )


def test_a_body_of_noise_is_refused_with_the_first_few_names() -> None:
    assert 10 == len(
        refused(TextSearch, {"textQuery": "x", **{f"noise{number}": 1 for number in range(9_999)}})
    )
