"""A place's JSON as the index keeps it: compressed with a dictionary of what places have in common."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any


ATTRIBUTION = "© OpenStreetMap contributors, ODbL"
ATTRIBUTION_URI = "https://www.openstreetmap.org/copyright"
RAW = -zlib.MAX_WBITS
PIECE, LEVEL = 24, 6


def dictionary(samples: Iterable[bytes], size: int) -> bytes:
    """The pieces that occur in many samples, the commonest last, where they are the cheapest to refer to."""
    counts: Counter[bytes] = Counter()
    for sample in samples:
        counts.update({sample[at : at + PIECE] for at in range(0, len(sample) - PIECE, 4)})
    chosen: list[bytes] = []
    for piece, count in counts.most_common():
        if count < 2 or len(chosen) * PIECE >= size:
            break
        chosen.append(piece)
    return b"".join(reversed(chosen))


def packer(common: bytes) -> Callable[[bytes], bytes]:
    """Give what compresses one place after the other; to copy a fresh state is half of making one."""
    fresh = zlib.compressobj(LEVEL, zlib.DEFLATED, RAW, zdict=common)

    def pack(raw: bytes) -> bytes:
        writer = fresh.copy()
        return writer.compress(raw) + writer.flush()

    return pack


def unpack(packed: bytes, common: bytes) -> bytes:
    reader = zlib.decompressobj(RAW, zdict=common)
    return reader.decompress(packed) + reader.flush()


def complete(place: dict[str, Any]) -> dict[str, Any]:
    """Add what is the same for all places, or follows from what is there."""
    place["name"] = f"places/{place['id']}"
    place["attributions"] = [{"provider": ATTRIBUTION, "providerUri": ATTRIBUTION_URI}]
    if kind := place.get("primaryType"):
        place["primaryTypeDisplayName"] = {"text": kind.replace("_", " ").capitalize(), "languageCode": "en"}
    return place
