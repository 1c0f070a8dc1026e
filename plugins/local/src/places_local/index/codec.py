"""How the index stores the JSON of a place: without what all places share, compressed with a dictionary."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any


ATTRIBUTION = "© OpenStreetMap contributors, ODbL"
ATTRIBUTION_URI = "https://www.openstreetmap.org/copyright"
RAW_DEFLATE, LEVEL = -zlib.MAX_WBITS, 6
SNIPPET, STEP = 24, 4


def build_dictionary(samples: Iterable[bytes], size: int) -> bytes:
    """Return what the samples have in common, the commonest last, where zlib refers to it most cheaply."""
    counts: Counter[bytes] = Counter()
    for sample in samples:
        counts.update({sample[at : at + SNIPPET] for at in range(0, len(sample) - SNIPPET, STEP)})
    chosen: list[bytes] = []
    for snippet, count in counts.most_common():
        if count < 2 or len(chosen) * SNIPPET >= size:
            break
        chosen.append(snippet)
    return b"".join(reversed(chosen))


def compressor(dictionary: bytes) -> Callable[[bytes], bytes]:
    """Return a function that compresses one place at a time."""
    # Copying a fresh state takes half the time of making one.
    fresh = zlib.compressobj(LEVEL, zlib.DEFLATED, RAW_DEFLATE, zdict=dictionary)

    def compress(raw: bytes) -> bytes:
        state = fresh.copy()
        return state.compress(raw) + state.flush()

    return compress


def decompress(packed: bytes, dictionary: bytes) -> bytes:
    state = zlib.decompressobj(RAW_DEFLATE, zdict=dictionary)
    return state.decompress(packed) + state.flush()


def complete(place: dict[str, Any]) -> dict[str, Any]:
    """Add in place the fields that all places share or that follow from others, and return the place."""
    place["name"] = f"places/{place['id']}"
    place["attributions"] = [{"provider": ATTRIBUTION, "providerUri": ATTRIBUTION_URI}]
    if kind := place.get("primaryType"):
        place["primaryTypeDisplayName"] = {"text": kind.replace("_", " ").capitalize(), "languageCode": "en"}
    return place
