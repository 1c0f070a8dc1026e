"""When a failing backend is left alone."""

from __future__ import annotations

from abc import abstractmethod
from typing import Literal

from .provider import Provider


BreakerState = Literal["closed", "open", "half-open"]


class Breaker(Provider):
    """Leaves a failing backend alone for a while."""

    @abstractmethod
    async def acquire(self, name: str) -> object:
        """Give a permit for one call, or raise `CircuitOpen`; each permit must be released once."""

    @abstractmethod
    async def release(self, permit: object, error: BaseException | None) -> None:
        """Tell how the call ended: None for success; a cancelled call is no verdict."""

    @abstractmethod
    async def state(self, name: str) -> BreakerState:
        """Say in which state the breaker of `name` is."""
