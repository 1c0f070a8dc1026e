"""Share one load among all callers with the same query."""

from __future__ import annotations

import asyncio
import contextlib

from attrs import Factory, define, evolve

from ..answer import Answer
from ..clock import Clock
from ..models import Query
from . import Proceed
from .load_context import refreshing


@define(eq=False)
class _Flight:
    """One load in flight, and a future for each caller that waits for it."""

    task: asyncio.Task[None] | None = None
    waiting: list[asyncio.Future[Answer]] = Factory(list)

    def land(self, answer: Answer) -> None:
        for waiter in self.waiting:
            if not waiter.done():
                waiter.set_result(answer)

    def crash(self, error: BaseException) -> None:
        for waiter in self.waiting:
            if isinstance(error, asyncio.CancelledError):
                waiter.cancel()
            elif not waiter.done():
                waiter.set_exception(error)


@define
class SingleFlight:
    """Runs each load in a task of its own, so that a caller that leaves cancels only itself."""

    _flights: dict[tuple[str, bool], _Flight] = Factory(dict)

    async def __call__(self, query: Query, proceed: Proceed) -> Answer:
        if query.shared_key is None:
            return await proceed(query)
        key = (query.shared_key, refreshing.get())
        waiter: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        flight = self._flights.get(key)
        if flight is not None:
            flight.waiting.append(waiter)
            return _shared(await waiter, query)
        flight = self._flights[key] = _Flight(waiting=[waiter])
        flight.task = asyncio.create_task(self._fly(flight, key, query, proceed))
        return await waiter

    async def _fly(self, flight: _Flight, key: tuple[str, bool], query: Query, proceed: Proceed) -> None:
        try:
            answer = await proceed(query)
        except BaseException as error:
            del self._flights[key]
            flight.crash(error)
            if not isinstance(error, Exception):
                raise
        else:
            del self._flights[key]
            flight.land(answer)

    async def close(self, drain: float, clock: Clock) -> None:
        """Let the loads in flight go on for `drain` seconds, then cancel them."""
        flights = list(self._flights.values())
        tasks = [flight.task for flight in flights if flight.task]
        if tasks and drain:
            with contextlib.suppress(TimeoutError):
                async with clock.timeout(drain):
                    await asyncio.wait(tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for flight in flights:  # a task cancelled before its first step runs none of its code
            flight.crash(asyncio.CancelledError())


def _shared(answer: Answer, query: Query) -> Answer:
    """Return the leader's answer with a trace of the follower's own."""
    trace = evolve(answer.trace)
    if trace.cache in ("miss", "bypass"):
        trace.cache = "coalesced"
    return Answer(answer.body, query, trace, answer.content_type, answer.attribution)
