"""The time that is left to the query at hand, known to all that works for it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from .clock import Clock


__all__ = ["time_left", "time_limit", "time_to_wait", "without_waiting"]

_deadline: ContextVar[tuple[Clock, float] | None] = ContextVar("deadline", default=None)
_may_wait: ContextVar[bool] = ContextVar("may_wait", default=True)
_SHARE_FOR_WAITING = 0.9


def time_left() -> float:
    """Return the seconds until the query must have been answered; infinite outside of one."""
    deadline = _deadline.get()
    return math.inf if deadline is None else deadline[1] - deadline[0].monotonic()


def time_to_wait() -> float:
    """Return how many seconds may be spent waiting in line, so that there is time for the call itself."""
    return _SHARE_FOR_WAITING * time_left() if _may_wait.get() else 0.0


@contextmanager
def time_limit(seconds: float, clock: Clock) -> Iterator[None]:
    """Set the deadline of what is done within; an earlier one stays in force."""
    token = _deadline.set((clock, clock.monotonic() + min(seconds, time_left())))
    try:
        yield
    finally:
        _deadline.reset(token)


@contextmanager
def without_waiting() -> Iterator[None]:
    """Let what is done within be refused rather than wait in line."""
    token = _may_wait.set(False)
    try:
        yield
    finally:
        _may_wait.reset(token)
