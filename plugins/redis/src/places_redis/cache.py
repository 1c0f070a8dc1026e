"""The cache provider `redis`: shared by all processes, with copies in each if wanted."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import SupportsBytes, TypeVar

from attrs import define, field

from places_core.algorithms import BoundedStore
from places_core.clock import Clock
from places_core.ports import Cache, Context

from .multiplexer import shared_multiplexer
from .server_time import ServerTime
from .settings import RedisSettings
from .storage import RedisStorage


D = TypeVar("D", bound=SupportsBytes)


@define(eq=False)
class RedisCache(Cache):
    """Keeps answers on a Redis until they expire."""

    name = "redis"
    Settings = RedisSettings

    storage: RedisStorage
    time: ServerTime

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: RedisSettings, context: Context) -> AsyncIterator[RedisCache]:
        async with shared_multiplexer(settings, context) as redis:
            storage = RedisStorage(redis, f"{settings.namespace}:cache:")
            time = ServerTime(redis, context.clock)
            if settings.near_entries:
                near = BoundedStore(context.clock, settings.near_entries, context.config.cache.max_bytes)
                yield TwoTierCache(storage, time, near, settings.near_ttl)
            else:
                yield cls(storage, time)

    def time_source(self, clock: Clock) -> ServerTime:
        """Return the server's clock, since those of the processes may differ."""
        return self.time

    async def get(self, key: str) -> bytes | None:
        self.time.keep_up()
        value: bytes | None = await self.storage.get(key)
        return value

    async def set(self, key: str, value: bytes, ttl: float) -> None:
        if ttl <= 0:
            raise ValueError(f"ttl must be above 0 seconds, not {ttl!r}")
        await self.storage.set(key, value, ttl)

    async def ttl(self, key: str) -> float | None:
        return await self.storage.time_left(key)

    async def delete(self, key: str) -> bool:
        return bool(await self.storage.delete(key))

    async def clear(self, pattern: str = "*") -> int:
        return await self.storage.delete_matching(pattern)

    async def stats(self) -> Mapping[str, float]:
        return {}

    async def count(self) -> int | None:
        return await self.storage.count()


@define(eq=False)
class TwoTierCache(RedisCache):
    """Reads from the memory of this process first, which may be up to `near_ttl` seconds out of date."""

    near: BoundedStore
    near_ttl: float
    _changes: int = field(default=0, init=False)
    """Counts deletions here, so that a read in flight does not bring a value back."""

    def peek(self, key: str) -> bytes | None:
        return self.near.read(key)

    def peek_as(self, key: str, decode: Callable[[str, bytes], D]) -> D | None:
        return self.near.read_as(key, decode)

    async def get(self, key: str) -> bytes | None:
        value = self.near.read(key)
        if value is not None:
            return value
        changes = self._changes
        self.time.keep_up()
        value, left = await self.storage.get_with_ttl(key)
        newer = self.near.read(key)
        if newer is not None:
            return newer
        if value is not None and left > 0 and changes == self._changes:
            self.near.write(key, value, min(left, self.near_ttl))
        return value

    async def set(self, key: str, value: bytes, ttl: float) -> None:
        if ttl > 0:
            self.near.write(key, value, min(ttl, self.near_ttl))
        await super().set(key, value, ttl)

    async def delete(self, key: str) -> bool:
        self._changes += 1
        near = self.near.forget(key)
        return await super().delete(key) or near

    async def clear(self, pattern: str = "*") -> int:
        self._changes += 1
        for key in self.near.matching(pattern):
            self.near.forget(key)
        return await super().clear(pattern)

    async def stats(self) -> Mapping[str, float]:
        near = self.near
        return {
            "near_entries": len(near),
            "near_bytes": near.size,
            "evictions": near.evictions,
            "expired": near.expired,
        }
