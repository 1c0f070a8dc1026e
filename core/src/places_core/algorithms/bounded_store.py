"""Values in the memory of this process, bounded in number and in bytes."""

from __future__ import annotations

from collections.abc import Callable
from fnmatch import fnmatchcase
from sys import getsizeof
from typing import SupportsBytes, TypeVar

from ..clock import Clock
from .sieve import Entry, Sieve


D = TypeVar("D", bound=SupportsBytes)

ENTRY_BYTES = 500
"""What an entry takes beside its key and its value, decoded or not; measured with CPython 3.11."""


class BoundedStore:
    """Keeps bytes until they expire or are evicted; `max_bytes` bounds keys, values and overhead together.

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
        entry = self._live(key)
        return None if entry is None else bytes(entry.value)

    def read_as(self, key: str, decode: Callable[[str, bytes], D]) -> D | None:
        """Return the value decoded, kept in that form from now on; what cannot be decoded is forgotten."""
        entry = self._live(key)
        if entry is None:
            return None
        if type(entry.value) is bytes:
            try:
                entry.value = decode(key, entry.value)
            except ValueError:
                self.forget(key)
                raise
        return entry.value  # type: ignore[return-value]  # one store, one way to decode

    def _live(self, key: str) -> Entry | None:
        entry = self._entries.get(key)
        if entry is None:
            return None
        if entry.end <= self._now():
            self.forget(key)
            self.expired += 1
            return None
        entry.visited = True
        return entry

    def write(self, key: str, value: bytes, ttl: float) -> None:
        """Store `value` for `ttl` seconds; what is larger than the whole store is not kept."""
        self.forget(key)
        size = ENTRY_BYTES + getsizeof(key) + len(value)
        if size > self._max_bytes:
            return
        now = self._now()
        self.size += size
        while len(self._entries) >= self._max_entries or self.size > self._max_bytes:
            victim = self._sieve.victim(now)
            self.forget(victim.key)
            self.expired += victim.end <= now
            self.evictions += victim.end > now
        self._sieve.add(Entry(key, value, now + ttl, size))

    def forget(self, key: str) -> bool:
        """Drop one key; return whether it was there."""
        entry = self._sieve.remove(key)
        if entry is None:
            return False
        self.size -= entry.size
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
