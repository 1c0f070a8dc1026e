"""What may be kept of a backend whose terms allow ids and coordinates only."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from places_core.models import Autocomplete, Circle, Details, LatLng, NearbySearch, PhotoMedia, TextSearch
from places_core.pipeline.retention import allowed_seconds
from places_core.ports import Terms
from places_core.testing import FakeBackend, FakeClock, fake_places


SCHEMAS = json.loads((Path(__file__).parents[1] / "data/places.v1.json").read_text())["schemas"]
GOOGLE = "GoogleMapsPlacesV1"
TERMS = Terms(keep_ids=1_000.0, keep_coordinates=100.0, keep_content=0.0)
IDS = ("id", "name", "movedPlace", "movedPlaceId", "attributions")
HERE = Circle(center=LatLng(latitude=60.17, longitude=24.94), radius=500.0)


def seconds(path: str) -> float:
    """Return how long the terms allow to keep what the path names."""
    place = path.removeprefix("places.").split(".")[0]
    return 1_000.0 if place in IDS or path == "nextPageToken" else 100.0 if place == "location" else 0.0


def paths(schema: str, depth: int = 3, prefix: str = "") -> Iterator[str]:
    for name, member in SCHEMAS[schema].get("properties", {}).items():
        yield f"{prefix}{name}"
        inner = member.get("items", member).get("$ref")
        if inner and depth > 1:
            yield from paths(inner, depth - 1, f"{prefix}{name}.")


@pytest.mark.parametrize(
    ("schema", "make"),
    [
        ("SearchTextResponse", lambda mask: TextSearch("x", fields=mask)),
        ("SearchNearbyResponse", lambda mask: NearbySearch(HERE, fields=mask)),
        ("Place", lambda mask: Details("x", fields=mask)),
        ("AutocompletePlacesResponse", lambda mask: Autocomplete("x", fields=mask)),
    ],
)
def test_every_path_of_the_whole_answer_decides(schema: str, make: Any) -> None:
    known = [*paths(GOOGLE + schema), "*"]
    kept = [path for path in known if seconds(path)]
    assert kept or schema == "AutocompletePlacesResponse"

    for path in known:
        assert seconds(path) == allowed_seconds(make(path), TERMS), path
        for other in kept:
            both = allowed_seconds(make(f"{path},{other}"), TERMS)
            assert min(seconds(path), seconds(other)) == both, f"{path},{other}"


def test_an_image_is_content() -> None:
    assert 0.0 == allowed_seconds(PhotoMedia("places/a/photos/b", max_width_px=1), TERMS)


@pytest.mark.parametrize("mask", ["places.id,routingSummaries", "places.id,contextualContents", "searchUri"])
async def test_what_lies_beside_the_places_is_asked_for_again(clock: FakeClock, mask: str) -> None:
    class Strict(FakeBackend):
        terms = TERMS

    async with fake_places(Strict(clock)) as places:
        states = [(await places.search_text("coffee", fields=mask)).trace.cache for _ in range(3)]

    assert ["miss"] * 3 == states
