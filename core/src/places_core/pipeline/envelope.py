"""How an answer is stored in a cache: sealed under its key, a fixed header and then the body as it came."""

from __future__ import annotations

import struct
from typing import Self

from attrs import define
from xxhash import xxh3_64_intdigest


VERSION = b"p2"
"""Part of every key, so that processes with different formats never read each other's values."""
ANSWER, NOT_FOUND = 0, 1
_SEAL = struct.Struct(">2sQI")  # version, digest of the key and of all that follows, length of the body
_HEADER = struct.Struct(">BdddH")  # kind, stored at, fresh until, stale until, length of the backend's name
_START = _SEAL.size + _HEADER.size
_NOTHING = (b"{}", b'{"places":[]}', b'{"suggestions":[]}')


@define
class Envelope:
    """A stored answer; times in seconds on the clock of its cache. `bytes` seals it."""

    key: str
    backend: str
    body: bytes
    stored: float
    fresh_until: float
    stale_until: float
    """Until when it is served while it is refreshed; it is kept longer in case the backend fails."""
    kind: int = ANSWER

    def __bytes__(self) -> bytes:
        name = self.backend.encode()
        header = _HEADER.pack(self.kind, self.stored, self.fresh_until, self.stale_until, len(name)) + name
        seal = _SEAL.pack(VERSION, _digest(header, self.key, self.body), len(self.body))
        return b"".join((seal, header, self.body))

    @classmethod
    def unsealed(cls, key: str, raw: bytes) -> Self:
        """Read what `bytes` wrote for this key; raises `ValueError` for anything else."""
        if not isinstance(raw, bytes) or len(raw) < _START:
            raise ValueError("a stored value is none of ours")
        version, digest, length = _SEAL.unpack_from(raw)
        kind, stored, fresh_until, stale_until, name_length = _HEADER.unpack_from(raw, _SEAL.size)
        start = _START + name_length
        header, body = raw[_SEAL.size : start], raw[start:]
        if version != VERSION or length != len(body) or digest != _digest(header, key, body):
            raise ValueError("a stored value is damaged")
        name = header[_HEADER.size :].decode()
        return cls(key, name, body, stored, fresh_until, stale_until, kind)


def is_empty(body: bytes) -> bool:
    """Whether a search found nothing, judged by the bytes alone."""
    return len(body) < 64 and b"".join(body.split()) in _NOTHING


def _digest(header: bytes, key: str, body: bytes) -> int:
    """Guard against accidents, not against forgery: who may write is up to the cache."""
    return xxh3_64_intdigest(body, xxh3_64_intdigest(header + key.encode("utf-8", "surrogatepass")))
