"""Time as a parameter."""

from __future__ import annotations

import asyncio
import time as system
from abc import ABC, abstractmethod
from contextlib import AbstractAsyncContextManager


class Clock(ABC):
    """Where the stack takes its time from; tests hand in `places_core.testing.FakeClock`."""

    @abstractmethod
    def time(self) -> float:
        """Seconds since the epoch, comparable between processes."""

    @abstractmethod
    def monotonic(self) -> float:
        """Seconds that never go back, for durations within this process."""

    @abstractmethod
    async def sleep(self, seconds: float) -> None:
        """Let `seconds` pass."""

    @abstractmethod
    def timeout(self, seconds: float) -> AbstractAsyncContextManager[object]:
        """Raise `TimeoutError` in the block when it takes longer than `seconds`."""


class SystemClock(Clock):
    """The clock of this machine."""

    time = staticmethod(system.time)
    monotonic = staticmethod(system.monotonic)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    def timeout(self, seconds: float) -> asyncio.Timeout:
        return asyncio.timeout(seconds)
