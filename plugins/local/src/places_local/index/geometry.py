"""Distances and areas on the globe."""

from __future__ import annotations

from math import asin, cos, degrees, pi, radians, sin, sqrt

from attrs import field, frozen

from places_core.geo import EARTH_RADIUS
from places_core.models import Circle, Viewport


MARGIN = 1e-6
DEGREE = pi / 180
HALF_DEGREE = DEGREE / 2

Box = tuple[float, float, float, float]
"""South, west, north, east, in degrees; never across the antimeridian."""


@frozen
class Hit:
    """A place in the index, with what ranking needs; the smaller the id, the better known the place."""

    id: int
    latitude: float
    longitude: float
    prominence: int = 0


@frozen
class Area:
    """Where to search: one or two boxes with their centre, and the radius if it is a circle."""

    boxes: tuple[Box, ...]
    latitude: float
    longitude: float
    radius: float | None = None
    _cos_latitude: float = field(init=False)
    _max_haversine: float = field(init=False)

    @_cos_latitude.default
    def _set_cos_latitude(self) -> float:
        return cos(self.latitude * DEGREE)

    @_max_haversine.default
    def _set_max_haversine(self) -> float:
        return sin(min((self.radius or 0.0) / EARTH_RADIUS, pi) / 2) ** 2

    @classmethod
    def of(cls, area: Circle | Viewport) -> Area:
        return cls.circle(area) if isinstance(area, Circle) else cls.rectangle(area)

    @classmethod
    def circle(cls, circle: Circle) -> Area:
        assert circle.center is not None  # noqa: S101  # the query has checked it
        return cls.around(circle.center.latitude, circle.center.longitude, circle.radius or 0.0)

    @classmethod
    def around(cls, latitude: float, longitude: float, radius: float) -> Area:
        """Return the circle of `radius` metres around a point."""
        angle = radius / EARTH_RADIUS
        south, north = latitude - degrees(angle) - MARGIN, latitude + degrees(angle) + MARGIN
        if south <= -90 or north >= 90:
            return cls(((max(south, -90), -180, min(north, 90), 180),), latitude, longitude, radius)
        reach = degrees(asin(min(1.0, sin(angle) / cos(radians(latitude))))) + MARGIN
        return cls(_split(south, longitude - reach, north, longitude + reach), latitude, longitude, radius)

    @classmethod
    def rectangle(cls, rectangle: Viewport) -> Area:
        assert rectangle.low is not None  # noqa: S101  # the query has checked it
        assert rectangle.high is not None  # noqa: S101
        low, high = rectangle.low, rectangle.high
        east = high.longitude if high.longitude >= low.longitude else high.longitude + 360
        middle = (low.longitude + east) / 2
        boxes = _split(low.latitude, low.longitude, high.latitude, east)
        return cls(boxes, (low.latitude + high.latitude) / 2, middle - 360 if middle > 180 else middle)

    def contains(self, hit: Hit) -> bool:
        if self.radius is not None:
            return self._haversine(hit) <= self._max_haversine
        return any(s <= hit.latitude <= n and w <= hit.longitude <= e for s, w, n, e in self.boxes)

    def distance(self, hit: Hit) -> float:
        """Return the great-circle distance from the centre, in metres."""
        return 2 * EARTH_RADIUS * asin(sqrt(min(1.0, self._haversine(hit))))

    def _haversine(self, hit: Hit) -> float:
        """Return the square of half the chord: it grows with the distance, and is cheaper than the arc."""
        down = sin((hit.latitude - self.latitude) * HALF_DEGREE)
        across = sin((hit.longitude - self.longitude) * HALF_DEGREE)
        return down * down + self._cos_latitude * cos(hit.latitude * DEGREE) * across * across


def _split(south: float, west: float, north: float, east: float) -> tuple[Box, ...]:
    """Return the box, cut in two at the antimeridian where it crosses it."""
    if east - west >= 360:
        return ((south, -180, north, 180),)
    if west < -180:
        return ((south, west + 360, north, 180), (south, -180, north, east))
    if east > 180:
        return ((south, west, north, 180), (south, -180, north, east - 360))
    return ((south, west, north, east),)
