"""The provider `none` of each slot: switched off."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Self

from ..ports import Breaker, BreakerState, Cache, Context, Limiter, NoSettings, Permit


class NoCache(Cache):
    """Keeps nothing."""

    name = "none"
    enabled = False

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: NoSettings, context: Context) -> AsyncIterator[Self]:
        yield cls()

    async def get(self, key: str) -> bytes | None:
        return None

    async def set(self, key: str, value: bytes, ttl: float) -> None:
        return None

    async def ttl(self, key: str) -> float | None:
        return None

    async def delete(self, key: str) -> bool:
        return False

    async def clear(self, pattern: str = "*") -> int:
        return 0

    async def stats(self) -> Mapping[str, float]:
        return {}


class NoLimiter(Limiter):
    """Lets every call pass."""

    name = "none"
    in_process = True
    _permit = Permit(limit=0, remaining=0, reset_after=0.0)

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: NoSettings, context: Context) -> AsyncIterator[Self]:
        yield cls()

    async def acquire(self, key: str, cost: int = 1) -> Permit:
        return self._permit

    async def peek(self, key: str) -> Permit:
        return self._permit

    async def reset(self, key: str) -> None:
        return None


class NoBreaker(Breaker):
    """Stays closed whatever happens."""

    name = "none"

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: NoSettings, context: Context) -> AsyncIterator[Self]:
        yield cls()

    async def acquire(self, name: str) -> object:
        return name

    async def release(self, permit: object, error: BaseException | None) -> None:
        return None

    async def state(self, name: str) -> BreakerState:
        return "closed"
