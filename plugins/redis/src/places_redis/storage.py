"""Redis as an aiocache backend; the one place of this plugin that knows aiocache."""

from __future__ import annotations

import math
import re
from fnmatch import fnmatchcase
from typing import Any

from aiocache.base import BaseCache  # type: ignore[import-untyped]

from .multiplexer import Multiplexer


_LONGEST = 10**13  # milliseconds, 300 years: Redis refuses what would overflow its clock
_MOST_COUNTED = 50_000
_UNLINKED_AT_ONCE = 500
_NOT_STORED = -2  # what PTTL answers
_SPECIAL = re.compile(rb"([*?\[\]\\])")


class RedisStorage(BaseCache):  # type: ignore[misc]  # aiocache ships no types
    """Bytes under `prefix` plus key; touches no key without that prefix."""

    NAME = "places-redis"

    def __init__(self, redis: Multiplexer, prefix: str) -> None:
        super().__init__(timeout=None)
        self._redis = redis
        self._prefix = prefix.encode()

    async def get(self, key: str, default: Any = None, **_: Any) -> Any:
        value = await self._redis.ask("GET", self._named(key))
        return default if value is None else value

    async def get_with_ttl(self, key: str) -> tuple[bytes | None, float]:
        """Return the value and the seconds left to it, in one round trip."""
        name = self._named(key)
        value, left = await self._redis.ask_all([("GET", name), ("PTTL", name)])
        return value, left / 1000 if left >= 0 else math.inf

    async def time_left(self, key: str) -> float | None:
        """Return the seconds left to a key, None for one that is not stored."""
        left = int(await self._redis.ask("PTTL", self._named(key)))
        return None if left == _NOT_STORED else left / 1000 if left >= 0 else math.inf

    async def set(self, key: str, value: bytes, ttl: float | None = None, **_: Any) -> bool:
        return await self._redis.ask("SET", self._named(key), value, *_lifetime(ttl)) is not None

    async def add(self, key: str, value: bytes, ttl: float | None = None, **_: Any) -> bool:
        """Store a new key, or raise `ValueError`, as aiocache requires."""
        if await self._redis.ask("SET", self._named(key), value, "NX", *_lifetime(ttl)) is None:
            raise ValueError(f"Key {key} already exists, use .set to update the value")
        return True

    async def exists(self, key: str, **_: Any) -> bool:
        return bool(await self._redis.ask("EXISTS", self._named(key)))

    async def delete(self, key: str, **_: Any) -> int:
        return int(await self._redis.ask("UNLINK", self._named(key)))

    async def clear(self, namespace: str | None = None, **_: Any) -> bool:
        """Delete all keys of this storage, and nothing else in the database."""
        await self.delete_matching("*")
        return True

    async def delete_matching(self, pattern: str) -> int:
        """Delete the keys that match a shell pattern; return how many."""
        deleted = 0
        async for names in self._redis.keys(self._glob(pattern)):
            fitting = [name for name in names if self._fits(name, pattern)]
            for start in range(0, len(fitting), _UNLINKED_AT_ONCE):
                deleted += await self._redis.unlink(fitting[start : start + _UNLINKED_AT_ONCE])
        return deleted

    async def count(self) -> int | None:
        """Count the keys of this storage; None if the database is too large to scan."""
        if await self._redis.count() > _MOST_COUNTED:
            return None
        return len({name async for names in self._redis.keys(self._glob("*")) for name in names})

    def _named(self, key: str) -> bytes:
        return self._prefix + key.encode(errors="surrogatepass")

    def _glob(self, pattern: str) -> bytes:
        """Return a Redis pattern that matches at least what the shell pattern does.

        Redis counts bytes, and has other rules within brackets: what it finds is looked at again here.
        """
        loose = re.sub(r"\[!?\]?[^\]]*\]|\?", "*", pattern)
        literals = (_escaped(part.encode(errors="surrogatepass")) for part in loose.split("*"))
        return _escaped(self._prefix) + b"*".join(literals)

    def _fits(self, name: bytes, pattern: str) -> bool:
        key = name.removeprefix(self._prefix).decode(errors="surrogateescape")
        return name.startswith(self._prefix) and fnmatchcase(key, pattern)


def _escaped(text: bytes) -> bytes:
    return _SPECIAL.sub(rb"\\\1", text)


def _lifetime(ttl: float | None) -> tuple[str, int] | tuple[()]:
    """Return the options of SET for a ttl, rounded up to the millisecond."""
    if ttl is None or math.isinf(ttl):
        return ()
    return "PX", min(math.ceil(ttl * 1000), _LONGEST)
