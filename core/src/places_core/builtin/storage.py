"""A bounded store as a backend of aiocache."""

from __future__ import annotations

from typing import Any

from aiocache.base import BaseCache  # type: ignore[import-untyped]

from ..algorithms.bounded_store import BoundedStore
from ..clock import Clock


class MemoryStorage(BoundedStore, BaseCache):  # type: ignore[misc]  # aiocache ships no types
    """An aiocache backend that is bounded, and takes the time from a clock."""

    NAME = "places-memory"

    def __init__(self, clock: Clock, max_entries: int, max_bytes: float = float("inf")) -> None:
        BoundedStore.__init__(self, clock, max_entries, max_bytes)
        BaseCache.__init__(self, timeout=None)

    async def get(self, key: str, default: Any = None, **_: Any) -> Any:
        value = self.read(key)
        return default if value is None else value

    async def set(self, key: str, value: Any, ttl: float | None = None, **_: Any) -> bool:
        self.write(key, value, float("inf") if ttl is None else ttl)
        return True

    async def delete(self, key: str, **_: Any) -> int:
        return int(self.forget(key))
