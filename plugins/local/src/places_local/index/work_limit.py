"""An end to the work on one query."""

from __future__ import annotations

from collections.abc import Callable
from time import thread_time

from attrs import define


MAX_SECONDS = 0.25
"""Of computing time of the thread; waiting for the disk or for other threads does not count."""


class TooMuchWork(Exception):
    """The query needs more than `MAX_SECONDS`, however often it is tried."""


class Abandoned(Exception):
    """Nobody waits for the query any more."""


@define
class WorkLimit:
    """Says when a query has been worked on for long enough; it is used by one thread at a time."""

    cpu_time: Callable[[], float] = thread_time
    """Seconds that the thread which asks has computed."""
    _end: float = float("inf")
    _abandoned: Callable[[], bool] = lambda: False

    def start(self, abandoned: Callable[[], bool]) -> None:
        """Begin a query; `abandoned` says whether its caller has left."""
        self._end, self._abandoned = self.cpu_time() + MAX_SECONDS, abandoned

    def is_reached(self) -> bool:
        return self._abandoned() or self.cpu_time() > self._end

    def check(self) -> None:
        """Raise `Abandoned` once nobody waits, and `TooMuchWork` once the limit is reached."""
        if self._abandoned():
            raise Abandoned
        if self.is_reached():
            raise TooMuchWork
