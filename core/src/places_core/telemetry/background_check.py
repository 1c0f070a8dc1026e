"""Ask a part how it is doing without waiting for one that hangs."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from attrs import define, field, frozen

from ..clock import Clock
from .fault_monitor import described


T = TypeVar("T")

TIMEOUT = 2.0
"""Seconds after which a check has failed."""
PATIENCE = 0.25
"""Seconds for which a reader waits for a check, unless the last one took longer."""


@frozen
class Finding(Generic[T]):
    """What a part last said, or the error instead."""

    at: float
    """On the monotonic clock: when it was said."""
    value: T | None = None
    error: str = ""


@define(eq=False)
class BackgroundCheck(Generic[T]):
    """Asks in a task of its own, one at a time, and remembers the last finding; `close` ends the task."""

    ask: Callable[[], Awaitable[T]]
    clock: Clock
    fresh: float = 0.0
    """Seconds for which a finding is passed on without asking again."""
    _found: Finding[T] | None = field(init=False, default=None)
    _task: asyncio.Task[None] | None = field(init=False, default=None)
    _started: float = field(init=False, default=0.0)
    _slow: bool = field(init=False, default=False)
    """Whether the last check outlasted the patience of a reader."""

    async def latest(self) -> Finding[T]:
        """Return the last finding, after a short wait if a quick check is due."""
        self.begin()
        if self._task is not None and not self._slow:
            await self._wait(self._task)
        return self._found or Finding(self._started, error="has not answered yet")

    def begin(self) -> None:
        """Ask without waiting, if a check is due and none is running."""
        if self._task is None and self._is_due():
            self._started = self.clock.monotonic()
            self._task = asyncio.create_task(self._check(), name="places health check")

    async def close(self) -> None:
        """Cancel the check that still runs."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})

    def _is_due(self) -> bool:
        return self._found is None or self.clock.monotonic() - self._found.at >= self.fresh

    async def _wait(self, task: asyncio.Task[None]) -> None:
        left = self._started + PATIENCE - self.clock.monotonic()
        with contextlib.suppress(TimeoutError):
            async with self.clock.timeout(left):
                await asyncio.wait({task})
        self._slow = not task.done()

    async def _check(self) -> None:
        value, error = None, "was cancelled"
        try:
            async with self.clock.timeout(TIMEOUT):
                value, error = await self.ask(), ""
        except TimeoutError:
            error = f"no answer within {TIMEOUT:g} s"
        except Exception as fault:  # noqa: BLE001 - an unwell part is something to show, not to fail on
            error = described(fault)
        finally:
            now = self.clock.monotonic()
            self._found, self._task = Finding(now, value, error), None
            self._slow = now - self._started > PATIENCE
