from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest

from places_core.geo import distance
from places_core.models import Circle, LatLng, NearbySearch
from places_core.ports import Reply
from places_local.backend import LocalBackend
from places_local.embedded import elements
from places_local.importing.element import Element, current_or_former_types, is_closed
from places_local.index.reader import Index
from places_local.index.schema import osm_key
from places_local.query.nearby import nearby


Places = Callable[[Reply], list[dict[str, Any]]]
TYPES = ("restaurant", "cafe", "museum", "bar", "store", "bus_stop", "lodging")


@pytest.fixture(scope="module")
def standing() -> list[Element]:
    """All places that are still there and are no towns or districts."""
    return [
        element
        for element in elements()
        if not is_closed(element.tags) and "political" not in current_or_former_types(element.tags)
    ]


def _within(standing: list[Element], circle: Circle, kinds: tuple[str, ...]) -> dict[int, float]:
    center, radius = circle.center, circle.radius
    assert center is not None
    assert radius is not None
    found = {}
    for element in standing:
        away = distance(center.latitude, center.longitude, element.latitude, element.longitude)
        if away <= radius and (not kinds or set(kinds) & set(current_or_former_types(element.tags))):
            found[osm_key(f"osm-{element.kind}{element.number}")] = away
    return found


@pytest.mark.parametrize("seed", range(200))
def test_a_circle_holds_what_measuring_every_place_says(
    index: Index, standing: list[Element], seed: int
) -> None:
    chance = random.Random(seed)
    center = LatLng(latitude=chance.uniform(60.160, 60.183), longitude=chance.uniform(24.930, 24.958))
    circle = Circle(center=center, radius=10 ** chance.uniform(1, 4.7))
    kinds = tuple(chance.sample(TYPES, chance.randint(0, 2)))
    expected = _within(standing, circle, kinds)
    query = NearbySearch(circle, included_types=kinds, rank_preference="DISTANCE")
    found = [osm_key(index.place(number)["id"]) for number in nearby(index, query)]
    nearest = sorted(expected.values())[:20]

    assert pytest.approx(nearest) == [expected[key] for key in found]
    popular = nearby(index, NearbySearch(circle, included_types=kinds))
    assert sorted(popular) == popular
    assert min(20, len(expected)) == len(popular)
    assert {osm_key(index.place(number)["id"]) for number in popular} <= expected.keys()


async def test_popular_places_come_first(
    backend: LocalBackend, places: Places, circle: Callable[..., Circle]
) -> None:
    found = places(await backend.search_nearby(NearbySearch(circle(800.0))))
    names = [place["displayName"]["text"] for place in found]

    assert {"Helsingin tuomiokirkko", "Helsingin päärautatieasema", "Kiasma", "Stockmann"} <= set(names)
    assert all("bus_stop" not in place["types"] for place in found)


async def test_types_are_included_and_excluded(
    backend: LocalBackend, places: Places, circle: Callable[..., Circle]
) -> None:
    query = NearbySearch(
        circle(1000.0),
        included_types=("restaurant",),
        excluded_types=("fast_food_restaurant",),
        fields="places.types",
    )
    found = places(await backend.search_nearby(query))

    assert 20 == len(found)
    assert all("restaurant" in place["types"] for place in found)
    assert all("fast_food_restaurant" not in place["types"] for place in found)


async def test_primary_types_are_included_and_excluded(
    backend: LocalBackend, places: Places, circle: Callable[..., Circle]
) -> None:
    area = circle(1000.0)
    cafes = places(
        await backend.search_nearby(NearbySearch(area, included_primary_types=("cafe",), fields="*"))
    )
    others = places(
        await backend.search_nearby(
            NearbySearch(area, included_types=("cafe",), excluded_primary_types=("cafe",), fields="*")
        )
    )

    assert {"cafe"} == {place["primaryType"] for place in cafes}
    assert "cafe" not in {place["primaryType"] for place in others}
    assert all("cafe" in place["types"] for place in others)


async def test_no_more_than_asked_for_are_given(
    backend: LocalBackend, places: Places, circle: Callable[..., Circle]
) -> None:
    assert 3 == len(places(await backend.search_nearby(NearbySearch(circle(1000.0), max_result_count=3))))


async def test_an_empty_circle_gives_an_empty_answer(
    backend: LocalBackend, circle: Callable[..., Circle]
) -> None:
    assert b"{}" == (await backend.search_nearby(NearbySearch(circle(1000.0, latitude=-45.0)))).body
