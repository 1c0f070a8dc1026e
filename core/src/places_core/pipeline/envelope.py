"""How an answer is stored in a cache: a fixed header, then the body as it came."""

from __future__ import annotations

import struct

from attrs import define


_HEADER = struct.Struct(
    ">2sBdddB"
)  # mark, kind, stored at, fresh until, stale until, length of the backend's name
_MARK = b"p1"
ANSWER, NOT_FOUND = 0, 1
_NOTHING = (b"{}", b'{"places":[]}', b'{"suggestions":[]}')


@define
class Envelope:
    """A stored answer; times in seconds since the epoch, so that processes can share it."""

    backend: str
    body: bytes
    stored: float
    fresh_until: float
    stale_until: float
    """Until when it is served while it is refreshed; it is kept longer in case the backend fails."""
    kind: int = ANSWER

    def packed(self) -> bytes:
        name = self.backend.encode()
        header = _HEADER.pack(_MARK, self.kind, self.stored, self.fresh_until, self.stale_until, len(name))
        return b"".join((header, name, self.body))

    @classmethod
    def unpacked(cls, raw: bytes) -> Envelope | None:
        """Read what `packed` wrote; None for anything else found under our key."""
        if len(raw) < _HEADER.size or raw[:2] != _MARK:
            return None
        _, kind, stored, fresh_until, stale_until, length = _HEADER.unpack_from(raw)
        start = _HEADER.size + length
        return cls(raw[_HEADER.size : start].decode(), raw[start:], stored, fresh_until, stale_until, kind)


def is_empty(body: bytes) -> bool:
    """Whether a search found nothing, judged by the bytes alone."""
    return len(body) < 64 and b"".join(body.split()) in _NOTHING
