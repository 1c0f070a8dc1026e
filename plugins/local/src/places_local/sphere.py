"""Distances and areas on the globe, and the Z-order codes that an index can search them by."""

from __future__ import annotations

from math import asin, cos, degrees, pi, radians, sin, sqrt

from attrs import field, frozen

from places_core.models import Circle, Viewport


EARTH = 6_371_008.8
BITS = 26
RANGES = 12
SCALE = 10_000_000
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


def morton(latitude: float, longitude: float, bits: int = BITS) -> int:
    """The Z-order code of a point: nearby points mostly have nearby codes."""
    return _spread(_step(latitude, 90, bits)) << 1 | _spread(_step(longitude, 180, bits))


def ranges(boxes: tuple[Box, ...]) -> list[tuple[int, int]]:
    """At most `RANGES` ranges of codes that hold every point of the boxes, and little else."""
    share = RANGES // len(boxes)
    return _merged([span for box in boxes for span in _cover(box, share)])


def cells(boxes: tuple[Box, ...], bits: int, most: int) -> list[int] | None:
    """The codes of all cells of a grid that the boxes touch, or None for more than `most`."""
    found: list[int] = []
    for south, west, north, east in boxes:
        rows = range(_step(south, 90, bits), _step(north, 90, bits) + 1)
        columns = range(_step(west, 180, bits), _step(east, 180, bits) + 1)
        if len(rows) * len(columns) + len(found) > most:
            return None
        found += [_spread(row) << 1 | _spread(column) for row in rows for column in columns]
    return found


def _split(south: float, west: float, north: float, east: float) -> tuple[Box, ...]:
    if east - west >= 360:
        return ((south, -180, north, 180),)
    if west < -180:
        return ((south, west + 360, north, 180), (south, -180, north, east))
    if east > 180:
        return ((south, west, north, 180), (south, -180, north, east - 360))
    return ((south, west, north, east),)


def _step(degrees: float, half: int, bits: int) -> int:
    return min(int((degrees + half) / (2 * half) * (1 << bits)), (1 << bits) - 1)


def _spread(number: int) -> int:
    """Put a zero in front of every bit."""
    for shift, mask in SPREADS:
        number = (number | number << shift) & mask
    return number


SPREADS = (
    (16, 0x0000FFFF0000FFFF),
    (8, 0x00FF00FF00FF00FF),
    (4, 0x0F0F0F0F0F0F0F0F),
    (2, 0x3333333333333333),
    (1, 0x5555555555555555),
)


def _cover(box: Box, most: int) -> list[tuple[int, int]]:
    """Quarter the globe again and again where the box is, as long as the pieces do not become too many."""
    south, west, north, east = box
    low = (_step(south, 90, BITS), _step(west, 180, BITS))
    high = (_step(north, 90, BITS), _step(east, 180, BITS))
    pieces = [(0, 0, BITS)]
    while True:
        finer = [child for piece in pieces for child in _children(piece, low, high)]
        if finer == pieces or len(_merged([_span(piece) for piece in finer])) > most:
            return [_span(piece) for piece in pieces]
        pieces = finer


Piece = tuple[int, int, int]


def _children(piece: Piece, low: tuple[int, int], high: tuple[int, int]) -> list[Piece]:
    row, column, level = piece
    size = 1 << level
    inside = low[0] <= row and row + size - 1 <= high[0] and low[1] <= column and column + size - 1 <= high[1]
    if inside or level == 0:
        return [piece]
    half = size >> 1
    corners = ((row, column), (row, column + half), (row + half, column), (row + half, column + half))
    return [
        (y, x, level - 1)
        for y, x in corners
        if y <= high[0] and y + half - 1 >= low[0] and x <= high[1] and x + half - 1 >= low[1]
    ]


def _span(piece: Piece) -> tuple[int, int]:
    row, column, level = piece
    start = _spread(row) << 1 | _spread(column)
    return start, start + (1 << 2 * level) - 1


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
