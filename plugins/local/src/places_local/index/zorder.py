"""The Z-order codes that an index can search areas by."""

from __future__ import annotations

from .geometry import Box


BITS = 26
RANGES = 12


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
