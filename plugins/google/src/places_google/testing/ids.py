"""Place ids that look like Google's, and encode those of OpenStreetMap."""

from __future__ import annotations

import base64
import binascii
import re
from hashlib import blake2b


WELL_FORMED = re.compile(r"(ChIJ|Ei|Ek|Gh)[A-Za-z0-9_-]{15,}")
_PREFIX = "ChIJ"
_SOURCE = re.compile(r"osm-([nwr])(\d+)")


def google_id(source_id: str) -> str:
    """Encode `osm-n25038585` as 27 characters."""
    found = _SOURCE.fullmatch(source_id)
    if found is None:
        raise ValueError(f"{source_id!r} is not an id of places-local")
    raw = found[1].encode() + int(found[2]).to_bytes(8, "big")
    return _PREFIX + text_of(raw + signature(raw, 8))


def source_id(place_id: str) -> str | None:
    """Decode what `google_id` encoded; None for any other id."""
    raw = bytes_of(place_id.removeprefix(_PREFIX))
    if len(raw) != 17 or raw[9:] != signature(raw[:9], 8):
        return None
    return f"osm-{raw[:1].decode()}{int.from_bytes(raw[1:9], 'big')}"


def text_of(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def bytes_of(text: str) -> bytes:
    """Decode what `text_of` encoded; empty for anything else."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return b""


def signature(raw: bytes, size: int) -> bytes:
    """Return a signature, to tell our own tokens from invented ones."""
    return blake2b(raw, digest_size=size, key=b"places-google emulator").digest()
