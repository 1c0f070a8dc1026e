"""The one place of the core that knows aiocache: a storage in memory that is bounded."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Any

from aiocache.base import BaseCache  # type: ignore[import-untyped]

from ..clock import Clock
from .sieve import Entry, Sieve


class MemoryStorage(BaseCache):  # type: ignore[misc]  # aiocache ships no types
    """An aiocache backend that is bounded in entries and bytes, and reads its time from a clock.

    No timers, no event loop: what has expired goes when it is looked at or crowded out.
    """

    NAME = "places-memory"

    def __init__(self, clock: Clock, max_entries: int, max_bytes: float = float("inf")) -> None:
        super().__init__(timeout=None)
        self._now = clock.monotonic
        self._max_entries, self._max_bytes = max_entries, max_bytes
        self._sieve = Sieve({})
        self._entries = self._sieve.entries
        self.size = 0
        self.evictions = 0

    def __len__(self) -> int:
        return len(self._entries)

    def read(self, key: str) -> bytes | None:
        """Give what is stored and has not expired."""
        entry = self._entries.get(key)
        if entry is None:
            return None
        if entry.end <= self._now():
            self.forget(key)
            return None
        entry.visited = True
        return entry.value

    def write(self, key: str, value: bytes, ttl: float) -> None:
        """Store `value` for `ttl` seconds; what is larger than the whole storage is not kept."""
        self.forget(key)
        if len(value) > self._max_bytes:
            return
        now = self._now()
        self.size += len(value)
        while len(self._entries) >= self._max_entries or self.size > self._max_bytes:
            self.forget(self._sieve.victim(now).key)
            self.evictions += 1
        self._sieve.add(Entry(key, value, now + ttl))

    def forget(self, key: str) -> bool:
        """Drop one key, and say whether it was there."""
        entry = self._sieve.remove(key)
        if entry is None:
            return False
        self.size -= len(entry.value)
        return True

    def matching(self, pattern: str) -> list[str]:
        """List the keys that match a shell pattern and have not expired."""
        now = self._now()
        return [entry.key for entry in self._sieve if entry.end > now and fnmatchcase(entry.key, pattern)]

    async def get(self, key: str, default: Any = None, **_: Any) -> Any:
        value = self.read(key)
        return default if value is None else value

    async def set(self, key: str, value: Any, ttl: float | None = None, **_: Any) -> bool:
        self.write(key, value, float("inf") if ttl is None else ttl)
        return True

    async def delete(self, key: str, **_: Any) -> int:
        return int(self.forget(key))
