"""A working cache that outlives the stacks that use it."""

from __future__ import annotations

from typing import Self

from attrs import define

from ..builtin.memory_cache import MemoryCache
from ..builtin.storage import MemoryStorage
from ..clock import Clock


@define
class FakeCache(MemoryCache):
    """Keeps answers in memory; several stacks can share one, as they would a Redis."""

    name = "fake"

    @classmethod
    def of(cls, clock: Clock, max_entries: int = 1_000) -> Self:
        """Return an empty cache."""
        return cls(MemoryStorage(clock, max_entries))
