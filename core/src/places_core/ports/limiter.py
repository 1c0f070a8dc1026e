"""How many calls may pass."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar, NamedTuple

from .provider import Provider


class Permit(NamedTuple):
    """A limiter let a call pass; `reset_after` is in seconds, until the limit is whole again."""

    limit: int
    remaining: int
    reset_after: float


class Limiter(Provider):
    """Limits the rate of calls, for each key."""

    in_process: ClassVar[bool] = False
    """Whether it counts in the memory of this process, so that no store of it can fail."""

    @abstractmethod
    async def acquire(self, key: str, cost: int = 1) -> Permit:
        """Let a call of `cost` pass, or raise `RateLimited` with the exact wait."""

    @abstractmethod
    async def peek(self, key: str) -> Permit:
        """Say what is left, and take nothing."""

    @abstractmethod
    async def reset(self, key: str) -> None:
        """Make the limit whole again."""
