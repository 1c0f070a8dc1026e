"""Ask a part of the infrastructure that may fail or hang, and leave one that hangs alone for a while."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Generator
from typing import Any, TypeVar

from attrs import define, field

from ..clock import Clock
from ..deadline import time_left
from ..telemetry import FaultMonitor
from .cancellation import is_cancellation


T = TypeVar("T")

MOST_PATIENCE = 1.0
_REST = 5.0  # seconds; then one query asks again
_ROUNDING = 1e-3
_GRACE = 0.05  # seconds for what must be told although no time is left
_CANCELLED = ConnectionError("it was cancelled")
_HELD_UP = 0.05  # seconds by which a timer is late only if something blocks the event loop


class PartDown(Exception):
    """The part failed or hangs, which has been reported; the query goes on without it."""


@define
class Watchdog(FaultMonitor):
    """Asks a part for at most `patience` seconds, and never beyond the deadline of the query."""

    clock: Clock
    patience: float
    answers: type[Exception] | tuple[()] = ()
    """Errors that the part raises while it works."""
    _resting_until: float = field(init=False, default=0.0)

    async def ask(
        self,
        call: Callable[..., Coroutine[Any, Any, T]],
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
        seconds = start = 0.0
        try:
            work = call(*args)
            first = work.send(None)
            seconds, start = max(_GRACE, min(self.patience + wait, time_left())), self.clock.monotonic()
            async with self.clock.timeout(seconds):
                result = await _Resumed(first, work)
        except StopIteration as finished:  # it had nothing to wait for, and so needed no timer
            result = finished.value
        except self.answers:
            self._answered(operation)
            raise
        except TimeoutError as error:
            self._timed_out(error, seconds, self.clock.monotonic() - start, operation)
            raise PartDown from error
        except (Exception, asyncio.CancelledError) as error:
            if is_cancellation(error):
                raise
            self.failed(error if isinstance(error, Exception) else _CANCELLED, operation)
            raise PartDown from error
        if self._failing:
            self._answered(operation)
        return result

    def _look_aside(self) -> None:
        """Refuse while the part rests; then let one query ask it, and the others wait for the outcome."""
        now = self.clock.monotonic()
        if now < self._resting_until:
            raise PartDown
        self._resting_until = now + _REST

    def _answered(self, operation: str) -> None:
        self._resting_until = 0.0
        self.worked(operation)

    def _timed_out(self, error: TimeoutError, seconds: float, took: float, operation: str) -> None:
        """Judge the part, unless it had too little time or the event loop was held up."""
        if took > seconds - _ROUNDING and seconds:
            if seconds < self.patience or took > seconds + _HELD_UP:
                return
            error = TimeoutError(f"no answer within {seconds:.3g} s")
        self._resting_until = self.clock.monotonic() + _REST
        self.failed(error, operation)


class _Resumed(Generator[Any, Any, T]):
    """What is left of work whose first step has been taken."""

    def __init__(self, first: object, work: Coroutine[Any, Any, T]) -> None:
        self._first: list[object] = [first]
        self._work = work

    def __await__(self) -> Generator[Any, Any, T]:
        return self

    def send(self, value: Any) -> Any:
        return self._first.pop() if self._first else self._work.send(value)

    def throw(self, *error: Any) -> Any:
        return self._work.throw(*error)
