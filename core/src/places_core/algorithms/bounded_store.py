"""Values in the memory of this process, bounded in number and in bytes."""

from __future__ import annotations

from fnmatch import fnmatchcase

from ..clock import Clock
from .sieve import Entry, Sieve


class BoundedStore:
    """Keeps bytes until they expire or are evicted.

    No timers, no event loop: an expired value is dropped when it is looked at, or evicted.
    """

    def __init__(self, clock: Clock, max_entries: int, max_bytes: float = float("inf")) -> None:
        self._now = clock.monotonic
        self._max_entries, self._max_bytes = max_entries, max_bytes
        self._sieve = Sieve({})
        self._entries = self._sieve.entries
        self.size = 0
        self.evictions = 0
        self.expired = 0

    def __len__(self) -> int:
        return len(self._entries)

    def read(self, key: str) -> bytes | None:
        """Return what is stored and has not expired."""
        entry = self._entries.get(key)
        if entry is None:
            return None
        if entry.end <= self._now():
            self.forget(key)
            self.expired += 1
            return None
        entry.visited = True
        return entry.value

    def write(self, key: str, value: bytes, ttl: float) -> None:
        """Store `value` for `ttl` seconds; what is larger than the whole store is not kept."""
        self.forget(key)
        if len(value) > self._max_bytes:
            return
        now = self._now()
        self.size += len(value)
        while len(self._entries) >= self._max_entries or self.size > self._max_bytes:
            victim = self._sieve.victim(now)
            self.forget(victim.key)
            self.expired += victim.end <= now
            self.evictions += victim.end > now
        self._sieve.add(Entry(key, value, now + ttl))

    def forget(self, key: str) -> bool:
        """Drop one key; return whether it was there."""
        entry = self._sieve.remove(key)
        if entry is None:
            return False
        self.size -= len(entry.value)
        return True

    def time_left(self, key: str) -> float | None:
        """Return the seconds left to a key, None for one that is not stored."""
        entry = self._entries.get(key)
        left = entry.end - self._now() if entry else 0.0
        return left if left > 0 else None

    def matching(self, pattern: str) -> list[str]:
        """List the keys that match a shell pattern and have not expired."""
        now = self._now()
        return [entry.key for entry in self._sieve if entry.end > now and fnmatchcase(entry.key, pattern)]
