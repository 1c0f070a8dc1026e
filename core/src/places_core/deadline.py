"""The time that is left to the query at hand, known to all that works for it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar, Token

from .clock import Clock


__all__ = ["TimeLimit", "time_left", "time_to_wait", "without_waiting"]

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


class TimeLimit:
    """Sets the deadline of what is done within; an earlier one stays in force."""

    __slots__ = ("_clock", "_seconds", "_token")
    _token: Token[tuple[Clock, float] | None]

    def __init__(self, seconds: float, clock: Clock) -> None:
        self._seconds, self._clock = seconds, clock

    def __enter__(self) -> None:
        end, before = self._clock.monotonic() + self._seconds, _deadline.get()
        self._token = _deadline.set((self._clock, end if before is None else min(end, before[1])))

    def __exit__(self, *_: object) -> None:
        _deadline.reset(self._token)


@contextmanager
def without_waiting() -> Iterator[None]:
    """Let what is done within be refused rather than wait in line."""
    token = _may_wait.set(False)
    try:
        yield
    finally:
        _may_wait.reset(token)
