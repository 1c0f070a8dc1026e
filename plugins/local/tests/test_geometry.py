from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from places_core.geo import distance
from places_core.models import Circle, LatLng, NearbySearch, TextSearch, Viewport
from places_local.importing.build import build
from places_local.importing.element import Element
from places_local.index.geometry import Area, Hit
from places_local.index.reader import Index
from places_local.index.zorder import BITS, MAX_RANGES, cells, morton, ranges
from places_local.query.nearby import nearby
from places_local.query.search import Search


LATITUDES = st.floats(-90, 90) | st.sampled_from([-90.0, 90.0, 0.0, 89.9999])
LONGITUDES = st.floats(-180, 180) | st.sampled_from([-180.0, 180.0, 179.9999])
SPOTS = {
    "Fiji": (-17.0, 179.9995),
    "Taveuni": (-17.0, -179.9995),
    "North Pole": (90.0, 0.0),
    "Near the Pole": (89.9995, 120.0),
    "South Pole": (-90.0, 0.0),
    "Null Island": (0.0, 0.0),
}


@pytest.fixture(scope="module")
def globe(tmp_path_factory: pytest.TempPathFactory) -> Index:
    path = tmp_path_factory.mktemp("globe") / "globe.sqlite"
    places = [
        Element("n", number, *spot, {"name": name, "amenity": "cafe"})
        for number, (name, spot) in enumerate(SPOTS.items(), 1)
    ]
    build(path, places, {"name": "globe"})
    return Index.open(path)


@given(LATITUDES, LONGITUDES, st.floats(0.5, 50_000), LATITUDES, LONGITUDES)
def test_every_point_in_a_circle_is_in_its_boxes_and_ranges(
    latitude: float, longitude: float, radius: float, lat: float, lon: float
) -> None:
    area = Area.around(latitude, longitude, radius)
    inside = area.contains(Hit(0, lat, lon))

    assert inside == (distance(latitude, longitude, lat, lon) <= radius * (1 + 1e-9)) or radius < 1
    assert len(ranges(area.boxes)) <= MAX_RANGES
    if inside:
        assert any(s <= lat <= n and w <= lon <= e for s, w, n, e in area.boxes)
        assert any(start <= morton(lat, lon) <= end for start, end in ranges(area.boxes))


@given(LATITUDES, LONGITUDES, st.floats(0.5, 50_000), st.floats(-1, 1), st.floats(-1, 1))
def test_no_cell_of_a_circle_is_missed(
    latitude: float, longitude: float, radius: float, north: float, east: float
) -> None:
    area = Area.around(latitude, longitude, radius)
    lat = max(-90.0, min(90.0, latitude + north * radius / 100_000))
    lon = (longitude + east * radius / 100_000 + 180) % 360 - 180
    covered = cells(area.boxes, 13, 1_000)

    if covered is not None and area.contains(Hit(0, lat, lon)):
        assert morton(lat, lon, 13) in covered


def test_codes_keep_to_their_bits() -> None:
    assert 0 == morton(-90, -180)
    assert (1 << 2 * BITS) - 1 == morton(90, 180)


@pytest.mark.parametrize(
    ("latitude", "longitude", "expected"),
    [
        (-17.0, 180.0, {"Fiji", "Taveuni"}),
        (-17.0, -179.9999, {"Fiji", "Taveuni"}),
        (90.0, 45.0, {"North Pole", "Near the Pole"}),
        (-90.0, 0.0, {"South Pole"}),
        (0.0, 0.0, {"Null Island"}),
    ],
)
def test_a_circle_may_reach_over_the_edges_of_the_map(
    globe: Index, latitude: float, longitude: float, expected: set[str]
) -> None:
    query = NearbySearch(Circle(center=LatLng(latitude=latitude, longitude=longitude), radius=200.0))
    found = {globe.place(number)["displayName"]["text"] for number in nearby(globe, query)}

    assert expected == found


def test_a_rectangle_may_reach_over_the_antimeridian(globe: Index) -> None:
    rectangle = Viewport(low=LatLng(latitude=-18, longitude=179), high=LatLng(latitude=-16, longitude=-179))
    query = TextSearch("cafe", location_restriction=rectangle)
    found = {globe.place(number)["displayName"]["text"] for number in Search.of(globe, query, bool).ids()}

    assert {"Fiji", "Taveuni"} == found


def test_latitude_zero_is_a_latitude(globe: Index) -> None:
    query = NearbySearch(Circle(center=LatLng(), radius=1.0))

    assert {"latitude": 0.0, "longitude": 0.0} == globe.place(nearby(globe, query)[0])["location"]
