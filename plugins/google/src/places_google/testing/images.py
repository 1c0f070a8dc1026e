"""Photos: names that expire, and images of one colour in the size asked for."""

from __future__ import annotations

import struct
import zlib
from typing import Any

from attrs import frozen

from places_core.models import PhotoMedia

from .ids import bytes_of, signature, text_of


WIDTH, HEIGHT = 1600, 1200
COUNT = 2
_PREFIX = "AUc7"


@frozen
class Photograph:
    """One photo of a place, under the name it got at a moment."""

    place_id: str
    index: int
    issued: int

    @property
    def name(self) -> str:
        raw = bytes([self.index]) + self.issued.to_bytes(6, "big")
        return f"places/{self.place_id}/photos/{_PREFIX}{text_of(raw + self._signed(raw))}"

    @classmethod
    def named(cls, name: str) -> Photograph | None:
        """Decode a name; None for one that was never issued."""
        _, place_id, _, text = name.split("/")
        raw = bytes_of(text.removeprefix(_PREFIX))
        if len(raw) != 23:
            return None
        photo = cls(place_id, raw[0], int.from_bytes(raw[1:7], "big"))
        return photo if photo.name == name else None

    def json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "widthPx": WIDTH,
            "heightPx": HEIGHT,
            "authorAttributions": [
                {
                    "displayName": "The emulator",
                    "uri": "//maps.google.com/maps/contrib/1",
                    "photoUri": "//lh3.x/a",
                }
            ],
            "flagContentUri": f"https://www.google.com/local/imagery/report/?photo={self.index}",
            "googleMapsUri": f"https://www.google.com/maps/place//data={self.index}",
        }

    def _signed(self, raw: bytes) -> bytes:
        return signature(self.place_id.encode() + raw, 16)


def scaled(query: PhotoMedia) -> tuple[int, int]:
    """Fit the photo into what was asked for, never larger than it is."""
    factor = min(1.0, (query.max_width_px or WIDTH) / WIDTH, (query.max_height_px or HEIGHT) / HEIGHT)
    return max(1, round(WIDTH * factor)), max(1, round(HEIGHT * factor))


def png(width: int, height: int, colour: bytes) -> bytes:
    """Draw an image of one colour, one bit per pixel."""
    rows = (b"\0" + bytes((width + 7) // 8)) * height
    header = struct.pack(">IIBBBBB", width, height, 1, 3, 0, 0, 0)
    parts = ((b"IHDR", header), (b"PLTE", colour), (b"IDAT", zlib.compress(rows, 1)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in parts)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
