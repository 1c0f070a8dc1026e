"""Report how each query ended."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from attrs import define

from ..answer import Answer
from ..clock import Clock
from ..errors import PlacesError
from ..events import Answered, Event, Trace
from ..models import Query
from . import Proceed


@define
class Observe:
    clock: Clock
    report: Callable[[Event], None]

    async def __call__(self, query: Query, proceed: Proceed) -> Answer:
        monotonic = self.clock.monotonic
        start = monotonic()
        try:
            answer = await proceed(query)
        except (Exception, asyncio.CancelledError) as error:
            self._failed(query, error, monotonic() - start)
            raise
        trace = answer.trace
        trace.seconds = seconds = monotonic() - start
        self.report(Answered(query.operation, trace.backend, trace.cache, "ok", seconds, trace.attempts))
        return answer

    def _failed(self, query: Query, error: BaseException, seconds: float) -> None:
        """Report an error; one from outside the error tree is a bug, and counts as much as any other."""
        trace = Trace(cache="miss")
        if isinstance(error, PlacesError):
            trace = error.trace = error.trace or trace
        trace.seconds = seconds
        outcome = type(error).__name__
        self.report(Answered(query.operation, trace.backend, trace.cache, outcome, seconds, trace.attempts))
