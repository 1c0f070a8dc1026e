"""The cache provider `aiocache`: any backend of that library, named in the settings."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from fnmatch import fnmatchcase
from importlib import import_module
from typing import Any, Self

from aiocache.base import BaseCache  # type: ignore[import-untyped]
from aiocache.serializers.serializers import BaseSerializer  # type: ignore[import-untyped]
from attrs import Factory, define, field, frozen

from ..clock import Clock
from ..errors import ConfigError
from ..ports import Cache, Context


_MOST_KEYS = 100_000


@frozen
class AiocacheSettings:
    """Which class of aiocache, or of a package that extends it, and what it is made with."""

    class_: str = "aiocache.SimpleMemoryCache"
    options: Mapping[str, Any] = field(factory=dict, repr=False)
    """Its keyword arguments, among which a password may be."""


class Bytes(BaseSerializer):  # type: ignore[misc]  # aiocache ships no types
    """Lets bytes through as they are: what others wrote under our keys is never unpickled."""

    DEFAULT_ENCODING = None

    def dumps(self, value: bytes) -> bytes:
        return value

    def loads(self, value: bytes | None) -> bytes | None:
        return value


@define
class AiocacheCache(Cache):
    """Keeps answers where the chosen class does; `ttl`, `clear` and `stats` know what this process wrote."""

    name = "aiocache"
    Settings = AiocacheSettings

    storage: Any  # an aiocache.BaseCache, which has no types
    clock: Clock
    _written: dict[str, float] = Factory(dict)
    """When what this process wrote expires, on the monotonic clock."""
    _expired: int = 0

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: AiocacheSettings, context: Context) -> AsyncIterator[Self]:
        storage = _class_of(settings.class_)(serializer=Bytes(), timeout=None, **settings.options)
        try:
            yield cls(storage, context.clock)
        finally:
            await storage.close()

    async def get(self, key: str) -> bytes | None:
        value: bytes | None = await self.storage.get(key)
        return value

    async def set(self, key: str, value: bytes, ttl: float) -> None:
        if ttl <= 0:
            raise ValueError(f"ttl must be above 0 seconds, not {ttl!r}")
        await self.storage.set(key, value, ttl=float(ttl))
        if len(self._written) >= _MOST_KEYS:
            del self._written[next(iter(self._written))]
        self._written[key] = self.clock.monotonic() + ttl

    async def ttl(self, key: str) -> float | None:
        left = self._written.get(key, 0.0) - self.clock.monotonic()
        return left if left > 0 else None

    async def delete(self, key: str) -> bool:
        self._written.pop(key, None)
        return bool(await self.storage.delete(key))

    async def clear(self, pattern: str = "*") -> int:
        return sum([await self.delete(key) for key in self._live(pattern)])

    async def stats(self) -> Mapping[str, float]:
        return {"expired": self._expired}

    async def count(self) -> int:
        self._drop_expired()
        return len(self._written)

    def _drop_expired(self) -> None:
        live = {key: self._written[key] for key in self._live("*")}
        self._expired += len(self._written) - len(live)
        self._written = live

    def _live(self, pattern: str) -> list[str]:
        now = self.clock.monotonic()
        return [key for key, end in self._written.items() if end > now and fnmatchcase(key, pattern)]


def _class_of(path: str) -> Any:
    module, _, name = path.rpartition(".")
    try:
        found = getattr(import_module(module), name)
    except (ImportError, AttributeError, ValueError) as error:
        raise ConfigError(
            f"plugins.aiocache.class: got {path!r}, which cannot be imported: {error}"
        ) from error
    if not (isinstance(found, type) and issubclass(found, BaseCache)):
        raise ConfigError(f"plugins.aiocache.class: got {path!r}; allowed: a subclass of aiocache.BaseCache")
    return found
