"""Time as a parameter."""

from __future__ import annotations

import asyncio
import time as system
from abc import ABC, abstractmethod
from contextlib import AbstractAsyncContextManager


__all__ = ["Clock", "SystemClock"]

HELD_UP = 0.05
"""Seconds by which a timer is late only if something blocked the event loop."""
_TIME_TO_READ = 0.1


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

    def timeout(self, seconds: float) -> AbstractAsyncContextManager[object]:
        return _Timeout(seconds)


class _Timeout:
    """As `asyncio.timeout`, but what arrived while something held up the event loop is still read."""

    __slots__ = ("_cancelling", "_expired", "_late", "_seconds", "_task", "_timer")
    _task: asyncio.Task[object]
    _timer: asyncio.TimerHandle

    def __init__(self, seconds: float) -> None:
        self._seconds, self._expired, self._late = max(0.0, seconds), False, False

    async def __aenter__(self) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - a coroutine runs within a task
        self._task, self._cancelling = task, task.cancelling()
        self._timer = asyncio.get_running_loop().call_later(self._seconds, self._ring)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: object
    ) -> None:
        self._timer.cancel()
        if self._expired and self._task.uncancel() <= self._cancelling and kind is asyncio.CancelledError:
            raise TimeoutError from error

    def _ring(self) -> None:
        loop = asyncio.get_running_loop()
        if not self._late and loop.time() - self._timer.when() > HELD_UP:
            self._late, self._timer = True, loop.call_later(_TIME_TO_READ, self._ring)
        else:
            self._expired = True
            self._task.cancel()
