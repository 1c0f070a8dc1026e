"""Report how each query ended."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from attrs import define

from ..answer import Answer
from ..clock import Clock
from ..errors import PlacesError
from ..events import Answered, Event
from ..models import Query
from . import Proceed


@define
class Observe:
    clock: Clock
    report: Callable[[Event], None]

    async def __call__(self, query: Query, proceed: Proceed) -> Answer:
        start = self.clock.monotonic()
        try:
            answer = await proceed(query)
        except (PlacesError, asyncio.CancelledError) as error:
            seconds = self.clock.monotonic() - start
            self.report(Answered(query.operation, "", "miss", type(error).__name__, seconds, 0))
            raise
        trace = answer.trace
        trace.seconds = self.clock.monotonic() - start
        self.report(
            Answered(query.operation, trace.backend, trace.cache, "ok", trace.seconds, trace.attempts)
        )
        return answer
