"""Where answers are kept."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping
from typing import ClassVar, SupportsBytes, TypeVar

from ..clock import Clock
from .provider import Provider


D = TypeVar("D", bound=SupportsBytes)


class Cache(Provider):
    """Keeps bytes under text keys until they expire."""

    enabled: ClassVar[bool] = True
    """False for a cache that never keeps anything: the stack then leaves its stages out."""

    in_process: ClassVar[bool] = False
    """Whether it keeps everything in the memory of this process, so that it never makes anybody wait."""

    def peek(self, key: str) -> bytes | None:
        """Return what this process holds in memory, without any I/O; None if it holds nothing."""
        return None

    def peek_as(self, key: str, decode: Callable[[str, bytes], D]) -> D | None:
        """Return what `peek` does, decoded; `decode` raises `ValueError` for what it cannot read.

        A cache in this process may keep the decoded form in place of the bytes, for `bytes` restores them.
        """
        raw = self.peek(key)
        return None if raw is None else decode(key, raw)

    def time_source(self, clock: Clock) -> Callable[[], float]:
        """Return the clock that tells the age of what is stored here: by default the wall clock.

        It must be the same for all who share the cache.
        """
        return clock.time

    @abstractmethod
    async def get(self, key: str) -> bytes | None:
        """Return what was stored and has not expired."""

    @abstractmethod
    async def set(self, key: str, value: bytes, ttl: float) -> None:
        """Store `value` for `ttl` seconds, more than 0."""

    @abstractmethod
    async def ttl(self, key: str) -> float | None:
        """Return the seconds until `key` expires; None if it is not stored, or its expiry is unknown."""

    @abstractmethod
    async def delete(self, key: str) -> bool:
        """Delete one key; return whether it was there."""

    @abstractmethod
    async def clear(self, pattern: str = "*") -> int:
        """Delete the keys that match a shell pattern; return how many."""

    @abstractmethod
    async def stats(self) -> Mapping[str, float]:
        """Return `entries`, `bytes`, `evictions` and `expired`, as far as they are known without a search.

        Anybody may ask for the status, and every time it asks for these figures.
        """

    async def count(self) -> int | None:
        """Count the entries, even where that means a search; None if it would take too long."""
        entries = (await self.stats()).get("entries")
        return None if entries is None else int(entries)
