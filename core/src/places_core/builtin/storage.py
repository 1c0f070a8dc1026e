"""The one place that knows aiocache: any of its backends as a `Cache`, and a bounded one in memory."""

from __future__ import annotations

from collections import OrderedDict
from fnmatch import fnmatchcase
from typing import Any

from aiocache.base import BaseCache  # type: ignore[import-untyped]

from ..clock import Clock


class MemoryStorage(BaseCache):  # type: ignore[misc]  # aiocache ships no types
    """An aiocache backend that is bounded, forgets the least recently used, and reads its time from a clock.

    No timers, no event loop: what has expired goes when it is looked at or crowded out.
    """

    NAME = "places-memory"

    def __init__(self, clock: Clock, max_entries: int) -> None:
        super().__init__(timeout=None)
        self._clock = clock
        self._max_entries = max_entries
        self._entries: OrderedDict[str, tuple[float, bytes]] = OrderedDict()
        self.size = 0
        self.evictions = 0

    def __len__(self) -> int:
        return len(self._entries)

    def read(self, key: str) -> bytes | None:
        """Give what is stored and has not expired."""
        entry = self._entries.get(key)
        if entry is None:
            return None
        if entry[0] <= self._clock.monotonic():
            self.forget(key)
            return None
        self._entries.move_to_end(key)
        return entry[1]

    def write(self, key: str, value: bytes, ttl: float) -> None:
        """Store `value` for `ttl` seconds and crowd out what was not used for longest."""
        self.forget(key)
        self._entries[key] = (self._clock.monotonic() + ttl, value)
        self.size += len(value)
        while len(self._entries) > self._max_entries:
            self.forget(next(iter(self._entries)))
            self.evictions += 1

    def forget(self, key: str) -> bool:
        """Drop one key, and say whether it was there."""
        entry = self._entries.pop(key, None)
        if entry is None:
            return False
        self.size -= len(entry[1])
        return True

    def matching(self, pattern: str) -> list[str]:
        """List the keys that match a shell pattern and have not expired."""
        now = self._clock.monotonic()
        return [key for key, (end, _) in self._entries.items() if end > now and fnmatchcase(key, pattern)]

    async def get(self, key: str, default: Any = None, **_: Any) -> Any:
        value = self.read(key)
        return default if value is None else value

    async def set(self, key: str, value: Any, ttl: float | None = None, **_: Any) -> bool:
        self.write(key, value, float("inf") if ttl is None else ttl)
        return True

    async def delete(self, key: str, **_: Any) -> int:
        return int(self.forget(key))
