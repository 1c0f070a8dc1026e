"""Ask a part of the infrastructure that may fail or hang, and leave one that hangs alone for a while."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from attrs import define, field

from ..clock import HELD_UP, Clock
from ..deadline import time_left
from ..telemetry import FaultMonitor
from .cancellation import is_cancellation


T = TypeVar("T")

MOST_PATIENCE = 1.0
_REST = 5.0  # seconds; then one query asks again
_MEMORY = 60.0  # seconds for which an operation that has failed is still held against the part
_ROUNDING = 1e-3
_GRACE = 0.05  # seconds for what must be told although no time is left


class PartDown(Exception):
    """The part failed or hangs, which has been reported; the query goes on without it."""


@define
class Watchdog(FaultMonitor):
    """Asks a part for at most `patience` seconds, and never beyond the deadline of the query."""

    clock: Clock
    patience: float
    may_hang: bool = True
    """False for a part in the memory of this process, which needs no timer."""
    answers: tuple[type[Exception], ...] = ()
    """Errors that the part raises while it works."""
    _resting_until: float = field(init=False, default=0.0)
    _failed_at: dict[str, float] = field(init=False, factory=dict)

    def failed(self, error: BaseException, operation: str = "") -> None:
        self._failed_at[operation] = self.clock.monotonic()
        FaultMonitor.failed(self, error, operation)

    async def ask(
        self,
        call: Callable[..., Awaitable[T]],
        *args: object,
        wait: float = 0.0,
        always: bool = False,
        operation: str = "",
    ) -> T:
        """Return what `call` returns, or raise `PartDown`.

        The part may wait on purpose for `wait` seconds more; with `always` it is asked even while it rests.
        `operation`, such as `read`, is what it fails to do if it fails.
        """
        if self._resting_until and not always:
            self._look_aside()
        try:
            result = await (self._timed(call(*args), wait, operation) if self.may_hang else call(*args))
        except PartDown:
            raise
        except self.answers:
            self._answered(operation)
            raise
        except (Exception, asyncio.CancelledError) as error:
            if is_cancellation(error):
                raise
            self.failed(error, operation)
            raise PartDown from error
        if self._failing:
            self._answered(operation)
        return result

    async def _timed(self, work: Awaitable[T], wait: float, operation: str) -> T:
        seconds, start = max(_GRACE, min(self.patience + wait, time_left())), self.clock.monotonic()
        try:
            async with self.clock.timeout(seconds):
                return await work
        except TimeoutError as error:
            self._timed_out(error, seconds, self.clock.monotonic() - start, operation)
            raise PartDown from error

    def _look_aside(self) -> None:
        """Refuse while the part rests; then let one query ask it, and the others wait for the outcome."""
        now = self.clock.monotonic()
        if now < self._resting_until:
            raise PartDown
        self._resting_until = now + _REST

    def _answered(self, operation: str) -> None:
        """Note that it works; an operation that failed long ago may never be tried again."""
        self._resting_until = 0.0
        long_ago = self.clock.monotonic() - _MEMORY
        for each in {operation, *(each for each in self._failing if self._failed_at[each] < long_ago)}:
            self.worked(each)

    def _timed_out(self, error: TimeoutError, seconds: float, took: float, operation: str) -> None:
        """Judge the part, unless it had too little time or the event loop was held up."""
        if took > seconds - _ROUNDING:
            if seconds < self.patience or took > seconds + HELD_UP:
                return
            error = TimeoutError(f"no answer within {seconds:.3g} s")
        self._resting_until = self.clock.monotonic() + _REST
        self.failed(error, operation)
