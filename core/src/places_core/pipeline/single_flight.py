"""Any number of callers with the same question cost one load."""

from __future__ import annotations

import asyncio
import contextlib

from attrs import Factory, define, evolve

from ..clock import Clock
from ..models import Answer, Query
from . import Proceed
from .journey import refreshing


@define
class SingleFlight:
    """Runs each load in a task of its own, so that a caller who leaves cancels only itself."""

    _flights: dict[tuple[str, bool], asyncio.Task[Answer]] = Factory(dict)

    async def __call__(self, query: Query, proceed: Proceed) -> Answer:
        if not query.shareable:
            return await proceed(query)
        key = (query.cache_key, refreshing.get())
        flight = self._flights.get(key)
        if flight is not None:
            return _shared(await asyncio.shield(flight), query)
        flight = asyncio.ensure_future(proceed(query))
        self._flights[key] = flight
        flight.add_done_callback(lambda done: self._landed(key, done))
        return await asyncio.shield(flight)

    def _landed(self, key: tuple[str, bool], flight: asyncio.Task[Answer]) -> None:
        self._flights.pop(key, None)
        if not flight.cancelled():
            flight.exception()  # seen, even when all its callers have left

    async def close(self, drain: float, clock: Clock) -> None:
        """Give the loads that still run `drain` seconds, then end them."""
        flights = list(self._flights.values())
        if flights and drain:
            with contextlib.suppress(TimeoutError):
                async with clock.timeout(drain):
                    await asyncio.wait(flights)
        for flight in flights:
            flight.cancel()
        await asyncio.gather(*flights, return_exceptions=True)


def _shared(answer: Answer, query: Query) -> Answer:
    """Give a follower its own trace; the body stays the one of the leader."""
    trace = evolve(answer.trace)
    if trace.cache in ("miss", "bypass"):
        trace.cache = "coalesced"
    return Answer(answer.body, query, trace, answer.content_type, answer.attribution)
