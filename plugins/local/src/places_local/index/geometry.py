"""Distances and areas on the globe, and the Z-order codes that an index can search them by."""

from __future__ import annotations

from math import asin, cos, degrees, pi, radians, sin, sqrt

from attrs import field, frozen

from places_core.models import Circle, Viewport


EARTH = 6_371_008.8
SLACK = 1e-6
DEGREE = pi / 180
HALF_DEGREE = DEGREE / 2

Box = tuple[float, float, float, float]
"""South, west, north, east, in degrees; never over the antimeridian."""


def metres(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """The great-circle distance."""
    return Area.around(lat1, lon1, 0).distance(Spot(0, lat2, lon2))


@frozen
class Spot:
    """A place as far as ranking needs it; the smaller the id, the better known it is."""

    id: int
    latitude: float
    longitude: float
    prominence: int = 0


@frozen
class Area:
    """Where to look: one or two boxes, and the circle in them if it is round."""

    boxes: tuple[Box, ...]
    latitude: float
    longitude: float
    radius: float | None = None
    _flat: float = field(init=False)
    _limit: float = field(init=False)

    @_flat.default
    def _flattened(self) -> float:
        return cos(self.latitude * DEGREE)

    @_limit.default
    def _limited(self) -> float:
        return sin(min((self.radius or 0.0) / EARTH, pi) / 2) ** 2

    @classmethod
    def of(cls, area: Circle | Viewport) -> Area:
        return cls.circle(area) if isinstance(area, Circle) else cls.rectangle(area)

    @classmethod
    def circle(cls, circle: Circle) -> Area:
        assert circle.center is not None  # noqa: S101  # the query has checked it
        return cls.around(circle.center.latitude, circle.center.longitude, circle.radius or 0.0)

    @classmethod
    def around(cls, latitude: float, longitude: float, radius: float) -> Area:
        angle = radius / EARTH
        south, north = latitude - degrees(angle) - SLACK, latitude + degrees(angle) + SLACK
        if south <= -90 or north >= 90:
            return cls(((max(south, -90), -180, min(north, 90), 180),), latitude, longitude, radius)
        reach = degrees(asin(min(1.0, sin(angle) / cos(radians(latitude))))) + SLACK
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

    def holds(self, spot: Spot) -> bool:
        if self.radius is not None:
            return self._haversine(spot) <= self._limit
        return any(s <= spot.latitude <= n and w <= spot.longitude <= e for s, w, n, e in self.boxes)

    def distance(self, spot: Spot) -> float:
        """Metres from the middle."""
        return 2 * EARTH * asin(sqrt(min(1.0, self._haversine(spot))))

    def _haversine(self, spot: Spot) -> float:
        """The square of half the chord: it grows with the distance, and needs no arc."""
        down = sin((spot.latitude - self.latitude) * HALF_DEGREE)
        across = sin((spot.longitude - self.longitude) * HALF_DEGREE)
        return down * down + self._flat * cos(spot.latitude * DEGREE) * across * across


def _split(south: float, west: float, north: float, east: float) -> tuple[Box, ...]:
    if east - west >= 360:
        return ((south, -180, north, 180),)
    if west < -180:
        return ((south, west + 360, north, 180), (south, -180, north, east))
    if east > 180:
        return ((south, west, north, 180), (south, -180, north, east - 360))
    return ((south, west, north, east),)
