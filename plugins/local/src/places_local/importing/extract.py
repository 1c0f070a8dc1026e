"""From an OpenStreetMap file to the elements that are places."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from places_core.errors import ConfigError

from .element import Element, is_place


KEPT_KEYS = re.compile(
    r"name|(name|alt_name|short_name|official_name|old_name)(:[A-Za-z-]+)?|int_name|loc_name|brand|operator"
    r"|addr:(housenumber|street|place|postcode|city|country|unit|suburb)|postal_code"
    r"|(contact:)?(phone|website)|url|opening_hours|wheelchair|toilets(:wheelchair)?"
    r"|takeaway|delivery|outdoor_seating|dog|diet:(vegetarian|vegan)|reservation|breakfast|lunch|brunch"
    r"|cocktails|drink:(beer|wine)|live_music|payment:[a-z_]+|fuel:[a-z0-9_]+|wikidata|wikipedia|stars"
    r"|(disused:|was:|abandoned:)?(amenity|shop|tourism|leisure|historic|office|healthcare|craft)"
    r"|club|diplomatic|place|railway|station|highway|public_transport|subway|train|bus|aeroway|aerodrome"
    r"|natural|water|waterway|man_made|tower:type|landuse|boundary|building|barrier"
    r"|cuisine|museum|subject|theatre:genre|information|artwork_type|religion|denomination|parking|park_ride"
    r"|sport|clothes|guest_house|isced:level|microbrewery|theme|zoo|studio|male|female|hairdresser"
    r"|garden:type|healthcare:speciality|bicycle"
)
PROGRESS_INTERVAL = 100_000
Point = tuple[float, float]


def read_pbf(path: Path, progress: Callable[[int], None] = lambda _count: None) -> Iterator[Element]:
    """Yield the places of an OpenStreetMap file; `progress` is called with the number of objects read so far.

    Raises `ConfigError` when the file is damaged or osmium is not installed.
    """
    osmium = _osmium()
    try:
        yield from _elements(osmium, path, progress)
    except RuntimeError as error:
        raise _unreadable(path, error) from error


def snapshot_of(path: Path) -> str:
    """Return the date of the data, or an empty string if the file does not say."""
    try:
        header = _osmium().io.Reader(str(path)).header()
    except RuntimeError as error:
        raise _unreadable(path, error) from error
    return str(header.get("osmosis_replication_timestamp"))[:10]


def _elements(osmium: Any, path: Path, progress: Callable[[int], None]) -> Iterator[Element]:
    relations = list(_relations(osmium, path))
    wanted = {way for _, _, ways in relations for way in ways}
    outlines: dict[int, list[Point]] = {}
    objects = osmium.FileProcessor(str(path), osmium.osm.NODE | osmium.osm.WAY).with_locations()
    for count, item in enumerate(objects, 1):
        if count % PROGRESS_INTERVAL == 0:
            progress(count)
        if item.is_way() and item.id in wanted:
            outlines[item.id] = _points(item)
        if "name" in item.tags and is_place(tags := dict(item.tags)) and (points := _points(item)):
            yield _element(item.type_str(), item.id, tags, points)
    for number, tags, ways in relations:
        if points := [point for way in ways for point in outlines.get(way, ())]:
            yield _element("r", number, tags, points)


def _relations(osmium: Any, path: Path) -> Iterator[tuple[int, dict[str, str], list[int]]]:
    """Yield the relations that are places, with the ways of their outlines: the file has them last."""
    named = osmium.filter.KeyFilter("name")
    for relation in osmium.FileProcessor(str(path), osmium.osm.RELATION).with_filter(named):
        if is_place(tags := dict(relation.tags)):
            members = [member for member in relation.members if member.type == "w"]
            yield relation.id, tags, [member.ref for member in members if member.role != "inner"]


def _element(kind: str, number: int, tags: dict[str, str], points: list[Point]) -> Element:
    kept = {key: value for key, value in sorted(tags.items()) if KEPT_KEYS.fullmatch(key)}
    if kind == "n":
        return Element(kind, number, *points[0], kept)
    box = _box(points)
    return Element(kind, number, *(_centroid(points) if kind == "w" else _centre(box)), kept, box)


def _points(item: Any) -> list[Point]:
    """Return where a node is, or the known part of a way: an extract cuts ways off at its border."""
    locations = [item.location] if item.is_node() else [node.location for node in item.nodes]
    return [(round(point.lat, 7), round(point.lon, 7)) for point in locations if point.valid()]


def _centroid(ring: list[Point]) -> Point:
    """Return the centroid of a closed outline, or the centre of the box of an open one."""
    south, west = ring[0]
    doubled = latitude = longitude = 0.0
    for (y1, x1), (y2, x2) in pairwise(ring):
        cross = (x1 - west) * (y2 - south) - (x2 - west) * (y1 - south)
        doubled += cross
        latitude += (y1 + y2 - 2 * south) * cross
        longitude += (x1 + x2 - 2 * west) * cross
    if ring[0] != ring[-1] or doubled == 0:
        return _centre(_box(ring))
    return round(south + latitude / (3 * doubled), 7), round(west + longitude / (3 * doubled), 7)


def _box(points: list[Point]) -> tuple[float, float, float, float]:
    latitudes, longitudes = zip(*points, strict=True)
    return min(latitudes), min(longitudes), max(latitudes), max(longitudes)


def _centre(box: tuple[float, float, float, float]) -> Point:
    south, west, north, east = box
    return round((south + north) / 2, 7), round((west + east) / 2, 7)


def _unreadable(path: Path, error: RuntimeError) -> ConfigError:
    return ConfigError(f"{path} is damaged, or not an OpenStreetMap file ({error}). Download it again")


def _osmium() -> Any:
    try:
        import osmium
    except ModuleNotFoundError as error:
        raise ConfigError(
            "Reading OpenStreetMap files needs osmium: pip install 'places-local[import]'"
        ) from error
    return osmium
