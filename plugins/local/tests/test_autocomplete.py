from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from places_core.models import Autocomplete, Circle, LatLng, Viewport
from places_local.backend import LocalBackend


async def _suggested(backend: LocalBackend, typed: str, **more: Any) -> list[dict[str, Any]]:
    answer = json.loads((await backend.autocomplete(Autocomplete(typed, **more))).body)
    return list(answer.get("suggestions", ()))


def _main(suggestion: dict[str, Any]) -> str:
    (prediction,) = suggestion.values()
    return str(prediction["structuredFormat"]["mainText"]["text"])


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("kia", "Kiasma"),
        ("KIAS", "Kiasma"),
        ("ate", "Ateneum"),
        ("helsinki cath", "Helsinki Cathedral"),
        ("cathedral hel", "Helsinki Cathedral"),
        ("senate", "Helsinki Senate Square"),
        ("päärauta", "Helsingin päärautatieasema"),
        ("paarauta", "Helsingin päärautatieasema"),
        ("stockm", "Stockmann"),
        ("robert's co", "Robert's Coffee"),
    ],
)
async def test_the_beginning_is_enough(backend: LocalBackend, typed: str, first: str) -> None:
    assert first == _main((await _suggested(backend, typed))[0])


async def test_a_suggestion_has_googles_shape(backend: LocalBackend) -> None:
    first = (await _suggested(backend, "kia", origin=LatLng(60.171, 24.941)))[0]["placePrediction"]

    assert {
        "place": "places/osm-w8042215",
        "placeId": "osm-w8042215",
        "text": {"text": "Kiasma, Mannerheiminaukio 2, 00100 Helsinki", "matches": [{"endOffset": 3}]},
        "structuredFormat": {
            "mainText": {"text": "Kiasma", "matches": [{"endOffset": 3}]},
            "secondaryText": {"text": "Mannerheiminaukio 2, 00100 Helsinki"},
        },
        "types": ["museum", "point_of_interest", "establishment"],
        "distanceMeters": 265,
    } == first


async def test_matches_count_the_letters_of_the_text(backend: LocalBackend) -> None:
    first = (await _suggested(backend, "rob cof"))[0]["placePrediction"]["structuredFormat"]["mainText"]

    assert {
        "text": "Robert's Coffee",
        "matches": [{"endOffset": 3}, {"startOffset": 9, "endOffset": 12}],
    } == first


async def test_the_language_asked_for_is_shown(backend: LocalBackend) -> None:
    assert "Helsingfors domkyrka" == _main((await _suggested(backend, "hels dom", language_code="sv"))[0])


async def test_each_place_is_suggested_once(backend: LocalBackend) -> None:
    found = await _suggested(backend, "helsin")
    ids = [suggestion["placePrediction"]["placeId"] for suggestion in found]

    assert 5 == len(set(ids)) == len(ids)


async def test_of_a_chain_the_branch_nearby_is_suggested(
    backend: LocalBackend, circle: Callable[..., Circle]
) -> None:
    here = LatLng(60.1689, 24.9475)
    near = circle(300.0, latitude=here.latitude, longitude=here.longitude)
    first = (await _suggested(backend, "espresso h", location_bias=near, origin=here))[0]["placePrediction"]

    assert first["distanceMeters"] <= 300


async def test_a_restriction_is_hard(backend: LocalBackend) -> None:
    south = Viewport(low=LatLng(60.164, 24.935), high=LatLng(60.166, 24.953))

    assert [] == await _suggested(backend, "kiasma", location_restriction=south)


async def test_primary_types_are_kept_to(backend: LocalBackend) -> None:
    cafes = await _suggested(backend, "a", included_primary_types=("cafe",))
    cities = await _suggested(backend, "h", included_primary_types=("(cities)",))

    assert {"cafe"} == {suggestion["placePrediction"]["types"][0] for suggestion in cafes}
    assert ["Helsinki"] == [_main(suggestion) for suggestion in cities]


async def test_regions_are_kept_to(backend: LocalBackend) -> None:
    assert [] == await _suggested(backend, "kiasma", included_region_codes=("se",))


async def test_searches_are_suggested_on_request(backend: LocalBackend) -> None:
    found = await _suggested(backend, "muse", include_query_predictions=True)

    assert {"text": "museum", "matches": [{"endOffset": 4}]} == found[-1]["queryPrediction"]["text"]
    assert 2 <= len(found) <= 5


async def test_the_cursor_cuts_the_text(backend: LocalBackend) -> None:
    assert "Kiasma" == _main((await _suggested(backend, "kiaXXX", input_offset=3))[0])


@pytest.mark.parametrize("typed", ["?!", "xqzzy", '" OR xqzzy*'])
async def test_nothing_fits_nothing(backend: LocalBackend, typed: str) -> None:
    assert [] == await _suggested(backend, typed)
