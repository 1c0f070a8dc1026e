"""Time as a parameter."""

from __future__ import annotations

import asyncio
import time as system
from abc import ABC, abstractmethod
from contextlib import AbstractAsyncContextManager


__all__ = ["Clock", "SystemClock"]


class Clock(ABC):
    """The time source of a stack; tests pass a `places_core.testing.FakeClock`."""

    @abstractmethod
    def time(self) -> float:
        """Return the seconds since the epoch, which processes can compare."""

    @abstractmethod
    def monotonic(self) -> float:
        """Return seconds that never go backwards, for durations within this process."""

    @abstractmethod
    async def sleep(self, seconds: float) -> None:
        """Suspend the caller for `seconds`."""

    @abstractmethod
    def timeout(self, seconds: float) -> AbstractAsyncContextManager[object]:
        """Return a context manager that raises `TimeoutError` if its block takes longer than `seconds`."""


class SystemClock(Clock):
    """The clock of the operating system."""

    time = staticmethod(system.time)
    monotonic = staticmethod(system.monotonic)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    def timeout(self, seconds: float) -> asyncio.Timeout:
        return asyncio.timeout(seconds)
