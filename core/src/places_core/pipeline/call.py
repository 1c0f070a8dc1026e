"""Call the backend, within the time that is left."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from attrs import define

from ..answer import Answer
from ..clock import Clock
from ..deadline import time_left
from ..errors import KeyRefused, PermissionDenied, PlacesError, Timeout, Unauthenticated, Unavailable
from ..events import Attempted, Event, Trace
from ..models import Query
from ..ports import Backend, Reply
from ..telemetry.key_monitor import KeyMonitor
from .cancellation import is_cancellation
from .load_context import LoadContext, load


log = logging.getLogger("places.backend")


@define
class Call:
    backend: Backend
    clock: Clock
    report: Callable[[Event], None]
    key: KeyMonitor

    async def __call__(self, query: Query) -> Answer:
        context = load.get()
        context.attempts += 1
        context.cut_short = False
        start, outcome = self.clock.monotonic(), "ok"
        try:
            reply = await self._reply(query, context)
        except BaseException as error:
            outcome = type(error).__name__
            if isinstance(error, KeyRefused):
                self.key.refused(error, query.operation)
            raise
        finally:
            context.call_seconds = seconds = self.clock.monotonic() - start
            self.report(Attempted(self.backend.name, query.operation, outcome, seconds))
        self.key.accepted(query.operation, start + seconds)
        trace = Trace(backend=self.backend.name)
        return Answer(reply.body, query, trace, reply.content_type, self.backend.terms.attribution)

    async def _reply(self, query: Query, context: LoadContext) -> Reply:
        """Call, and translate whatever goes wrong into the error tree."""
        operation: Callable[[Query], Awaitable[Reply]] = getattr(self.backend, query.operation)
        left = time_left()
        try:
            async with self.clock.timeout(left):
                return await operation(query)
        except (Unauthenticated, PermissionDenied) as error:  # a backend knows no key but that of this server
            raise KeyRefused(f"{self.backend.name} refuses the key of this server.") from error
        except PlacesError:
            raise
        except TimeoutError as error:
            context.cut_short = left < context.fair
            raise Timeout(f"{self.backend.name} did not answer within {max(left, 0):.3g} s.") from error
        except (Exception, asyncio.CancelledError) as error:
            if is_cancellation(error):
                raise
            log.exception("unexpected error in the backend %s", self.backend.name)
            raise Unavailable(f"{self.backend.name} failed: {type(error).__name__}.") from error
