"""A place's JSON as the index keeps it: compressed with a dictionary of what places have in common."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterable

from places_core.wire import loads


__all__ = ["dictionary", "loads", "pack", "unpack"]

RAW = -zlib.MAX_WBITS
PIECE = 24


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


def pack(raw: bytes, common: bytes) -> bytes:
    writer = zlib.compressobj(9, zlib.DEFLATED, RAW, zdict=common)
    return writer.compress(raw) + writer.flush()


def unpack(packed: bytes, common: bytes) -> bytes:
    reader = zlib.decompressobj(RAW, zdict=common)
    return reader.decompress(packed) + reader.flush()
