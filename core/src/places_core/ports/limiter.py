"""How many calls may pass."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar, NamedTuple

from .provider import Provider


class Permit(NamedTuple):
    """Permission for one call; `reset_after` is the seconds until the limit is whole again."""

    limit: int
    remaining: int
    reset_after: float


class Limiter(Provider):
    """Limits the rate of calls, for each key."""

    in_process: ClassVar[bool] = False
    """Whether it counts in the memory of this process, so that no store of it can fail."""

    @abstractmethod
    async def acquire(self, key: str, cost: int = 1) -> Permit:
        """Permit a call of `cost`, or raise `RateLimited` with the exact wait."""

    @abstractmethod
    async def peek(self, key: str) -> Permit:
        """Return what is left, without taking anything."""

    @abstractmethod
    async def reset(self, key: str) -> None:
        """Make the limit whole again."""

    async def warning(self) -> str:
        """Return why more calls may pass than the limits allow; empty if that cannot happen."""
        return ""
