"""The cache provider `memory`: one process, bounded."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Self

from attrs import define

from ..clock import Clock
from ..ports import Cache, Context, NoSettings
from ..ports.cache import D
from .storage import MemoryStorage


@define
class MemoryCache(Cache):
    """Keeps answers in this process, within `cache.max_entries` and `cache.max_bytes`."""

    name = "memory"
    in_process = True

    storage: MemoryStorage

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: NoSettings, context: Context) -> AsyncIterator[Self]:
        bounds = context.config.cache
        yield cls(MemoryStorage(context.clock, bounds.max_entries, bounds.max_bytes))

    def peek(self, key: str) -> bytes | None:
        return self.storage.read(key)

    def peek_as(self, key: str, decode: Callable[[str, bytes], D]) -> D | None:
        return self.storage.read_as(key, decode)

    def time_source(self, clock: Clock) -> Callable[[], float]:
        """Return the monotonic clock: no other process sees what is kept here."""
        return clock.monotonic

    async def get(self, key: str) -> bytes | None:
        return self.storage.read(key)

    async def set(self, key: str, value: bytes, ttl: float) -> None:
        if ttl <= 0:
            raise ValueError(f"ttl must be above 0 seconds, not {ttl!r}")
        self.storage.write(key, value, ttl)

    async def ttl(self, key: str) -> float | None:
        return self.storage.time_left(key)

    async def delete(self, key: str) -> bool:
        return self.storage.read(key) is not None and self.storage.forget(key)

    async def clear(self, pattern: str = "*") -> int:
        return sum(self.storage.forget(key) for key in self.storage.matching(pattern))

    async def stats(self) -> Mapping[str, float]:
        storage = self.storage
        return {
            "entries": len(storage),
            "bytes": storage.size,
            "evictions": storage.evictions,
            "expired": storage.expired,
        }
