"""Load stale answers anew in the background, behind the queries that somebody waits for."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from contextvars import Context

from attrs import Factory, define, field

from ..clock import Clock
from ..deadline import without_waiting
from ..errors import PlacesError
from ..models import Query
from . import Proceed
from .load_context import refreshing


log = logging.getLogger("places.cache")

_REST = 10.0
_MOST_RESTING = 10_000


@define
class Refresher:
    """Runs one refresh for each key, and `most` at once; a key whose refresh failed rests for a while."""

    most: int
    clock: Clock
    load: Proceed = field(init=False)
    """Leads around the limits of callers: a refresh is charged to nobody, and nobody can stop one."""
    _running: dict[str, asyncio.Task[None]] = Factory(dict)
    _resting: OrderedDict[str, float] = Factory(OrderedDict)
    """Until when each key rests; all rest equally long, so the first is due first."""

    def start(self, key: str, query: Query) -> None:
        """Refresh `key` unless that is under way, or rests, or as many run as may."""
        if key in self._running or len(self._running) >= self.most or self._rests(key):
            return
        task = asyncio.create_task(self._run(key, query), name=f"places refresh {key}", context=Context())
        self._running[key] = task
        task.add_done_callback(lambda _: self._running.pop(key, None))

    def _rests(self, key: str) -> bool:
        until = self._resting.get(key)
        return until is not None and self.clock.monotonic() < until

    async def _run(self, key: str, query: Query) -> None:
        refreshing.set(True)
        try:
            with without_waiting():
                await self.load(query)
        except PlacesError:  # reported where it was raised; here it only means: not again so soon
            self._rest(key)
        except Exception:
            log.exception("refreshing %s failed", key)
            self._rest(key)

    def _rest(self, key: str) -> None:
        now = self.clock.monotonic()
        self._resting.pop(key, None)
        self._resting[key] = now + _REST
        while len(self._resting) > _MOST_RESTING or next(iter(self._resting.values())) <= now:
            self._resting.popitem(last=False)

    async def close(self) -> None:
        """Cancel the refreshes that still run."""
        tasks = list(self._running.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
