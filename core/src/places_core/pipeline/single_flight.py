"""Share one load among all callers with the same query."""

from __future__ import annotations

import asyncio
import contextlib
from copy import copy

from attrs import Factory, define, evolve, field

from ..answer import Answer
from ..clock import Clock
from ..errors import PlacesError, Unavailable
from ..events import Trace
from ..models import Query
from . import Proceed
from .load_context import refreshing


@define(eq=False)
class _Flight:
    """One load, and a future for each caller that waits for it, in the order of their arrival."""

    key: tuple[object, bool]
    task: asyncio.Task[None] = field(init=False)
    waiting: dict[asyncio.Future[Answer], None] = Factory(dict)

    def land(self, answer: Answer) -> None:
        for waiter in self.waiting:
            if not waiter.done():
                waiter.set_result(answer)

    def crash(self, error: BaseException) -> None:
        for waiter in self.waiting:
            if not waiter.done():
                waiter.set_exception(error)


@define
class SingleFlight:
    """Runs each load in a task of its own, which ends when the last caller that waits for it leaves."""

    _flights: dict[tuple[object, bool], _Flight] = Factory(dict)
    _ending: set[asyncio.Task[None]] = Factory(set)
    """Loads that all their callers have left."""
    _closed: bool = False

    async def __call__(self, query: Query, proceed: Proceed) -> Answer:
        if self._closed:  # the caller came in before that, and has waited for something since
            raise stack_closed()
        key = (object() if query.shared_key is None else query.shared_key, refreshing.get())
        waiter: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        flight = known = self._flights.get(key)
        if flight is None:
            flight = self._flights[key] = _Flight(key)
            flight.task = asyncio.create_task(self._fly(flight, query, proceed))
        flight.waiting[waiter] = None
        try:
            answer = await waiter
        except asyncio.CancelledError:
            self._leave(flight, waiter)
            raise
        except PlacesError as error:
            if known is None:
                raise
            raise _shared_error(error) from error
        return answer if known is None else _shared(answer, query)

    def _leave(self, flight: _Flight, waiter: asyncio.Future[Answer]) -> None:
        """End the load if nobody else waits for it; whoever asks from now on starts another."""
        del flight.waiting[waiter]
        if not flight.waiting and self._remove(flight):
            self._ending.add(flight.task)
            flight.task.add_done_callback(self._ending.discard)
            flight.task.cancel()

    def _remove(self, flight: _Flight) -> bool:
        """Let nobody join any more; return False if nobody could already."""
        if self._flights.get(flight.key) is not flight:
            return False
        del self._flights[flight.key]
        return True

    async def _fly(self, flight: _Flight, query: Query, proceed: Proceed) -> None:
        try:
            answer = await proceed(query)
        except BaseException as error:
            self._remove(flight)
            flight.crash(error if isinstance(error, Exception) else _unanswered())
            if not isinstance(error, Exception):
                raise
        else:
            self._remove(flight)
            flight.land(answer)

    async def close(self, drain: float, clock: Clock) -> None:
        """Begin no more loads; let those in flight go on for `drain` seconds, then cancel them."""
        self._closed = True
        flights = list(self._flights.values())
        tasks = [flight.task for flight in flights]
        if tasks and drain:
            with contextlib.suppress(TimeoutError):
                async with clock.timeout(drain):
                    await asyncio.wait(tasks)
        for flight in flights:
            if self._remove(flight):
                flight.task.cancel()
        await asyncio.gather(*tasks, *self._ending, return_exceptions=True)
        for flight in flights:  # a task cancelled before its first step runs none of its code
            flight.crash(_unanswered())


def stack_closed() -> Unavailable:
    """Return the error for a query that comes too late."""
    return Unavailable("The stack is closed: ask it inside `async with Places.open() as places:`.")


def _unanswered() -> Unavailable:
    return Unavailable("The stack was closed before the query was answered.")


def _shared(answer: Answer, query: Query) -> Answer:
    """Return the leader's answer with a trace of the follower's own."""
    trace = _shared_trace(answer.trace)
    return Answer(answer.body, query, trace, answer.content_type, answer.attribution)


def _shared_error(error: PlacesError) -> PlacesError:
    """Return the leader's error with a trace and a traceback of the follower's own."""
    own = copy(error)
    own.trace = error.trace and _shared_trace(error.trace)
    return own


def _shared_trace(trace: Trace) -> Trace:
    trace = evolve(trace)
    if trace.cache in ("miss", "bypass"):
        trace.cache = "coalesced"
    return trace
