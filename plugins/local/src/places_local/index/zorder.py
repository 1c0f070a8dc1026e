"""Z-order (Morton) codes: two coordinates as one number that an index can search by ranges."""

from __future__ import annotations

from .geometry import Box


BITS = 26
MAX_RANGES = 12
SPREAD_STEPS = (
    (16, 0x0000FFFF0000FFFF),
    (8, 0x00FF00FF00FF00FF),
    (4, 0x0F0F0F0F0F0F0F0F),
    (2, 0x3333333333333333),
    (1, 0x5555555555555555),
)

Range = tuple[int, int]
"""First and last code."""
Quad = tuple[int, int, int]
"""Row and column of the south-west corner, and the bits of the side."""


def morton(latitude: float, longitude: float, bits: int = BITS) -> int:
    """Return the code of a point: nearby points mostly have nearby codes."""
    return _interleave(_quantize(latitude, 90, bits), _quantize(longitude, 180, bits))


def ranges(boxes: tuple[Box, ...]) -> list[Range]:
    """Return at most `MAX_RANGES` ranges of codes that cover the boxes, and little else."""
    share = MAX_RANGES // len(boxes)
    return _merged([span for box in boxes for span in _cover(box, share)])


def cells(boxes: tuple[Box, ...], bits: int, most: int) -> list[int] | None:
    """Return the codes of all cells of a grid that the boxes touch, or None if they are more than `most`."""
    found: list[int] = []
    for south, west, north, east in boxes:
        rows = range(_quantize(south, 90, bits), _quantize(north, 90, bits) + 1)
        columns = range(_quantize(west, 180, bits), _quantize(east, 180, bits) + 1)
        if len(rows) * len(columns) + len(found) > most:
            return None
        found += [_interleave(row, column) for row in rows for column in columns]
    return found


def _quantize(degrees: float, half: int, bits: int) -> int:
    return min(int((degrees + half) / (2 * half) * (1 << bits)), (1 << bits) - 1)


def _interleave(row: int, column: int) -> int:
    return _spread(row) << 1 | _spread(column)


def _spread(number: int) -> int:
    """Return the number with a zero before each of its bits."""
    for shift, mask in SPREAD_STEPS:
        number = (number | number << shift) & mask
    return number


def _cover(box: Box, most: int) -> list[Range]:
    """Quarter the globe again and again around the box, until the ranges would be more than `most`."""
    south, west, north, east = box
    low = (_quantize(south, 90, BITS), _quantize(west, 180, BITS))
    high = (_quantize(north, 90, BITS), _quantize(east, 180, BITS))
    quads = [(0, 0, BITS)]
    while True:
        finer = [child for quad in quads for child in _children(quad, low, high)]
        if finer == quads or len(_merged([_range(quad) for quad in finer])) > most:
            return [_range(quad) for quad in quads]
        quads = finer


def _children(quad: Quad, low: tuple[int, int], high: tuple[int, int]) -> list[Quad]:
    """Return the quarters that touch the area, or the quad itself if it lies inside or cannot be split."""
    row, column, level = quad
    size = 1 << level
    inside = low[0] <= row and row + size - 1 <= high[0] and low[1] <= column and column + size - 1 <= high[1]
    if inside or level == 0:
        return [quad]
    half = size >> 1
    corners = ((row, column), (row, column + half), (row + half, column), (row + half, column + half))
    return [
        (y, x, level - 1)
        for y, x in corners
        if y <= high[0] and y + half - 1 >= low[0] and x <= high[1] and x + half - 1 >= low[1]
    ]


def _range(quad: Quad) -> Range:
    row, column, level = quad
    start = _interleave(row, column)
    return start, start + (1 << 2 * level) - 1


def _merged(spans: list[Range]) -> list[Range]:
    """Return the ranges in order, with those that overlap or adjoin joined."""
    merged: list[Range] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
